"""The rights cut: what is left out of a recording, and that nobody reaches it."""

import re
from datetime import timedelta

import pytest
from django.test import AsyncClient
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from events import demo
from streaming import uploading
from streaming.mediathek import passages, playlists, posters
from streaming.mediathek.chapters import Chapter, chapters
from streaming.mediathek.passages import Span, hidden_spans, in_whole, moved_up
from streaming.models import Passage, Recording, Segment
from streaming.threads import in_thread
from tests.events.conftest import ida, idas_browser
from tests.events.test_pages import words
from tests.hls_rules import master_faults
from tests.streaming.evening import EIGHT, ended, played, session
from tests.streaming.mediathek.test_pages import kept
from tests.streaming.recording.cast import played as demultiplexed
from tests.streaming.test_archive import LATER, upload_all
from tests.streaming.test_media import fetched

__all__ = ["ida", "idas_browser"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_data")]
IN_THREADS = pytest.mark.django_db(transaction=True)
"""What threads write, they have to see."""


def pieces(*durations: float) -> list[tuple[int, float]]:
    return list(enumerate(durations))


def test_a_piece_goes_if_any_part_of_it_lies_in_the_passage():
    film = pieces(2, 2, 2, 2)
    assert hidden_spans(film, [Span(2, 3)]) == [(1, Span(2, 4))]
    assert hidden_spans(film, [Span(1.9, 2.1)]) == [(0, Span(0, 2)), (1, Span(2, 4))]
    assert hidden_spans(film, [Span(6, 99), Span(0, 1)]) == [(0, Span(0, 2)), (3, Span(6, 8))]


def test_what_follows_moves_up():
    hidden = [Span(2, 4), Span(6, 8)]
    assert [moved_up(second, hidden) for second in (0, 1.9, 2, 3.9, 4, 7, 9)] == [0, 1.9, None, None, 2, None, 5]


@given(
    durations=st.lists(st.floats(0.1, 4), min_size=1, max_size=20),
    begins=st.floats(0, 60),
    length=st.floats(0.1, 30),
    second=st.floats(0, 80),
)
def test_nothing_of_a_passage_is_ever_shown(durations, begins, length, second):
    hidden = [span for _number, span in hidden_spans(pieces(*durations), [Span(begins, begins + length)])]
    inside = begins <= second < begins + length and second < sum(durations) - 1e-6
    assert not (inside and moved_up(second, hidden) is not None)


def test_what_the_player_shows_is_found_in_the_whole_recording():
    hidden = [Span(2, 4), Span(6, 8)]
    assert [in_whole(second, hidden) for second in (0, 1.9, 2, 3, 4, 5)] == [0, 1.9, 4, 5, 8, 9]
    assert [in_whole(second, hidden, ends=True) for second in (2, 4)] == [2, 6]


def test_chapters_behind_a_passage_move_up_and_one_that_begins_in_it_leads_nowhere():
    class Work:
        composer = arranger = ""
        seconds = 60

        def __init__(self, title: str) -> None:
            self.title = title

    found = chapters([Work("Eins"), Work("Zwei"), Work("Drei")], 180, [Span(58, 62)])
    assert found == [Chapter("Eins", "", "", 0), Chapter("Zwei", "", "", None), Chapter("Drei", "", "", 116)]


# --- a real recording -------------------------------------------------------------------------------------------------


@pytest.fixture
async def recording(bucket) -> Recording:
    """Seven seconds in four pieces, public today."""
    await ended(await played(await session(), keep_days=90), LATER)
    await upload_all()
    await Recording.objects.aupdate(public_until=timezone.now() + timedelta(days=1))
    return await Recording.objects.select_related("session").aget()


async def read(recording: Recording, path: str) -> tuple[int, bytes]:
    answer = await AsyncClient().get(f"/media/{recording.slug}/{path}")
    return answer.status_code, answer.content


async def names(recording: Recording, rendition: str) -> list[str]:
    _status, text = await read(recording, f"{rendition}.m3u8")
    return re.findall(r"^(#EXT-X-DISCONTINUITY|[^#]\S+-(?:\d+)\.m4s)$", text.decode(), re.MULTILINE)


def test_which_pieces_are_left_out_is_worked_out_once_for_all_who_fetch(django_assert_num_queries):
    demo.load(EIGHT)
    recording = kept(size=800)
    piece = {"take": 0, "rendition": "video", "init": "video.mp4", "starts": EIGHT, "duration": 2.0, "since": EIGHT}
    for number in range(4):
        Segment.objects.create(recording=recording, number=number, name=f"{number}.m4s", size=200, **piece)
    for span, hidden, gaps in (
        (Span(2.5, 4.5), {1, 2}, [Span(2, 6)]),
        (Span(0, 1), {0, 1, 2}, [Span(0, 6)]),
    ):
        passages.leave_out(recording, span, "GEMA", EIGHT)
        assert playlists.hidden_numbers(recording) == hidden
        with django_assert_num_queries(1):
            assert playlists.hidden_numbers(recording) == hidden
        assert passages.gaps_in(recording) == gaps
    Segment.objects.filter(number=0).delete()
    recording.size = 600
    assert playlists.hidden_numbers(recording) == {1, 2, 3}


@IN_THREADS
async def test_a_passage_leaves_every_rendition_and_its_files_cannot_be_fetched(recording):
    await in_thread(passages.leave_out)(recording, Span(2.5, 3.0), "GEMA", EIGHT)
    for rendition in ("video", "opus", "aac"):
        assert await names(recording, rendition) == [
            f"{rendition}-0000-000000.m4s",
            "#EXT-X-DISCONTINUITY",
            f"{rendition}-0000-000002.m4s",
            f"{rendition}-0000-000003.m4s",
        ]
        assert (await read(recording, f"{rendition}-0000-000001.m4s"))[0] == 404
        assert (await read(recording, f"{rendition}-0000-000002.m4s"))[0] == 200
    await recording.arefresh_from_db()
    assert recording.left_out == pytest.approx(2, abs=0.1)


@IN_THREADS
async def test_what_is_left_keeps_the_rules_of_playlists_and_is_played(recording):
    await in_thread(passages.leave_out)(recording, Span(2.5, 3.0), "", EIGHT)
    files = await fetched(f"/media/{recording.slug}", "index.m3u8")
    assert master_faults(files["index.m3u8"].decode(), files.__getitem__) == []
    film = [files["video-0000.mp4"], *(files[f"video-0000-00000{number}.m4s"] for number in (0, 2, 3))]
    track = demultiplexed(b"".join(film))
    assert track.decoded == len(track.times) > 100


@IN_THREADS
async def test_a_passage_can_be_shown_after_all(recording):
    before = await names(recording, "video")
    passage = await in_thread(passages.leave_out)(recording, Span(2.5, 3.0), "", EIGHT)
    await in_thread(passages.clear)(await Passage.objects.select_related("recording").aget(pk=passage.pk))
    await recording.arefresh_from_db()
    assert (await names(recording, "video"), recording.left_out) == (before, 0)


@IN_THREADS
async def test_the_still_picture_is_drawn_anew_without_the_passage(recording):
    await in_thread(posters.draw_due)(LATER)
    await in_thread(passages.leave_out)(recording, Span(0, 100), "", EIGHT)
    assert (await read(recording, "poster.jpg"))[0] == 404
    await in_thread(posters.draw_due)(LATER)
    assert (await read(recording, "poster.jpg"))[0] == 404


@IN_THREADS
async def test_a_lost_file_does_not_move_a_passage_away_from_what_is_not_cleared(recording):
    await in_thread(passages.leave_out)(recording, Span(4.2, 5.0), "GEMA", EIGHT)
    await Segment.objects.filter(name="opus-0000-000000.m4s").aupdate(state="failed")
    await Recording.objects.aupdate(state="failed")
    failed = await Recording.objects.select_related("session").aget()
    await in_thread(uploading.leave_out_missing)(failed, LATER)
    assert await names(recording, "video") == ["video-0000-000001.m4s", "#EXT-X-DISCONTINUITY", "video-0000-000003.m4s"]


@IN_THREADS
async def test_without_its_beginning_nothing_is_left_and_nothing_is_thrown_away(recording):
    await Segment.objects.filter(name="aac-0000.mp4").aupdate(state="failed")
    before = await Segment.objects.acount()
    with pytest.raises(uploading.NothingLeft):
        await in_thread(uploading.leave_out_missing)(recording, LATER)
    assert await Segment.objects.acount() == before


@IN_THREADS
async def test_where_all_of_it_is_left_out_nothing_is_played(recording):
    await in_thread(passages.leave_out)(recording, Span(0, 100), "", EIGHT)
    assert [(await read(recording, name))[0] for name in ("index.m3u8", "video.m3u8")] == [404, 404]


@IN_THREADS
async def test_a_passage_behind_the_end_is_refused(recording):
    with pytest.raises(passages.Nowhere):
        await in_thread(passages.leave_out)(recording, Span(50, 60), "", EIGHT)


# --- the office -------------------------------------------------------------------------------------------------------


@pytest.fixture
def edition(db) -> None:
    demo.load(timezone.now())


def test_ida_leaves_a_passage_out_and_shows_it_after_all(edition, idas_browser):
    recording = kept("blech")
    page = f"/en/buero/aufzeichnungen/{recording.pk}/stellen"
    answer = idas_browser.post(page, {"begins": "2:05", "ends": "1:03:10", "reason": "GEMA"}, follow=True)
    assert "2:05–1:03:10 GEMA" in words(answer.content.decode())
    passage = Passage.objects.get()
    assert (passage.begins, passage.ends) == (125, 3790)
    answer = idas_browser.post(f"{page}/{passage.pk}/freigabe", follow=True)
    assert "Nothing is left out of this recording." in words(answer.content.decode())


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"begins": "gleich", "ends": "3:00"}, "Please give minutes and seconds, for example 2:05."),
        ({"begins": "3:00", "ends": "2:00"}, "The passage has to end after it begins."),
        ({"begins": "3:00"}, "Please say where the passage ends."),
        ({"begins": "1:75", "ends": "3:00"}, "Please give minutes and seconds, for example 2:05."),
    ],
)
def test_what_is_no_passage_is_said_and_nothing_is_cut(edition, idas_browser, typed, sentence):
    recording = kept("blech")
    answer = idas_browser.post(f"/en/buero/aufzeichnungen/{recording.pk}/stellen", typed)
    assert (answer.status_code, Passage.objects.count()) == (422, 0)
    assert sentence in words(answer.content.decode())


def test_a_recording_has_an_end_of_passages(edition, idas_browser):
    recording = kept("blech")
    Passage.objects.bulk_create(
        Passage(recording=recording, begins=second, ends=second + 1, made=EIGHT) for second in range(passages.MOST)
    )
    answer = idas_browser.post(f"/en/buero/aufzeichnungen/{recording.pk}/stellen", {"begins": "2:05", "ends": "3:00"})
    assert "A recording can have at most 50 passages." in words(answer.content.decode())
