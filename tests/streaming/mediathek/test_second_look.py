"""The office publishes the rest: what is still wrong is left out, and nothing where anything speaks against it."""

from datetime import timedelta

import pytest

from streaming import storage, uploading
from streaming.mediathek import findings, office, second_look
from streaming.mediathek.findings import Wrong
from streaming.models import Finding, Leftover, LiveSession, Recording, Segment
from tests.events.conftest import ida, idas_browser
from tests.events.test_pages import words
from tests.streaming.mediathek.test_audit import FOLDER, NAMES, NIGHT, recording

__all__ = ["ida", "idas_browser", "recording"]
pytestmark = pytest.mark.usefixtures("own_data")
SHELF = "/en/buero/aufzeichnungen"


def names() -> list[str]:
    return list(Segment.objects.order_by("name").values_list("name", flat=True))


def told() -> dict[str, str]:
    return next((one.files for one in Finding.objects.all()), {})


@pytest.fixture
def found(recording) -> Recording:
    """At night one file was missing, one another, and a playlist was gone."""
    wrong = {NAMES[2]: Wrong.MISSING, NAMES[1]: Wrong.CHANGED, "video.m3u8": Wrong.MISSING}
    findings.note(recording, wrong, NIGHT)
    return recording


def test_what_is_right_again_is_not_left_out(found):
    assert not second_look.publish_the_rest(found, NIGHT)
    assert (names(), told(), Leftover.objects.count()) == (sorted(NAMES), {}, 0)


def test_what_is_still_wrong_is_left_out_and_what_is_drawn_of_it_made_anew(found):
    storage.delete([f"{FOLDER}{NAMES[2]}", f"{FOLDER}video.m3u8"])
    assert second_look.publish_the_rest(found, NIGHT)
    found.refresh_from_db()
    assert (names(), told(), found.state, found.drawn) == (sorted(NAMES[:2]), {}, Recording.State.ARCHIVED, None)
    assert found.size == sum(Segment.objects.values_list("size", flat=True))


def test_a_lost_playlist_alone_is_made_anew_and_no_moment_left_out(found):
    storage.delete([f"{FOLDER}video.m3u8"])
    assert second_look.publish_the_rest(found, NIGHT)
    found.refresh_from_db()
    assert (names(), found.drawn) == (sorted(NAMES), None)


def test_a_changed_file_of_the_same_length_is_read_before_it_is_left_out(found):
    storage.put_unseen(f"{FOLDER}{NAMES[1]}", bytes(len(NAMES[1]) * 100), "video/mp4")
    assert second_look.publish_the_rest(found, NIGHT)
    assert (names(), told()) == (sorted([NAMES[0], NAMES[2]]), {})


def test_what_was_given_up_and_put_back_is_published_whole(recording):
    Segment.objects.filter(name=NAMES[1]).update(state="failed")
    Recording.objects.update(state="failed", reason=f"{NAMES[1]}: foreign in the archive")
    recording.refresh_from_db()
    assert not second_look.publish_the_rest(recording, NIGHT)
    recording.refresh_from_db()
    assert (names(), recording.state, recording.reason) == (sorted(NAMES), Recording.State.ARCHIVED, "")


def nothing_there(settings) -> None:
    settings.S3_BUCKET += "-other"
    storage.ensure_bucket()


def nobody_answers(settings) -> None:
    settings.S3_ENDPOINT = "http://127.0.0.1:9"


def no_bucket(settings) -> None:
    settings.S3_BUCKET += "-none"


def it_plays(_settings) -> None:
    LiveSession.objects.update(ended=None)


@pytest.mark.parametrize(
    ("trouble", "word", "sentence"),
    [
        (nothing_there, "anderswo", "Perhaps another archive is set, so nothing was left out."),
        (nobody_answers, "fort", "The archive (S3) did not answer, so nothing was left out."),
        (no_bucket, "fort", "The archive (S3) did not answer, so nothing was left out."),
        (it_plays, "spielt", "This recording is still being made."),
    ],
)
def test_where_anything_speaks_against_it_nothing_is_left_out(found, idas_browser, settings, trouble, word, sentence):
    Recording.objects.update(public_until=NIGHT + timedelta(days=9999))
    before = list(Segment.objects.order_by("pk").values()), told()
    trouble(settings)
    answer = idas_browser.post(f"{SHELF}/{found.pk}/ohne", follow=True)
    assert answer.redirect_chain[0][0].endswith(f"?{office.DONE}={word}")
    assert sentence in words(answer.content.decode())
    assert (list(Segment.objects.order_by("pk").values()), told()) == before


def test_where_nothing_would_be_left_nothing_is_left_out(found):
    storage.delete([f"{FOLDER}{name}" for name in NAMES[1:]])
    with pytest.raises(uploading.NothingLeft):
        second_look.publish_the_rest(found, NIGHT)
    assert (set(Segment.objects.values_list("state", flat=True)), len(told())) == ({"stored"}, 3)
