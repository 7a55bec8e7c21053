"""Which picture stands for a recording, who may see it, and that it goes with the rest."""

from datetime import timedelta

import pytest
from django.test import AsyncClient
from django.utils import timezone

from streaming import leftovers, recovery, storage
from streaming.mediathek import posters, publication
from streaming.models import Recording, Segment
from streaming.threads import in_thread
from tests.streaming.evening import EIGHT, ended, played, session
from tests.streaming.recording.test_poster import size_of
from tests.streaming.test_archive import LATER, objects, upload_all

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_data")]


@pytest.fixture
async def recording(bucket):
    """Ada has played, everything is stored, and nothing is left on the disk."""
    await ended(await played(await session(), keep_days=90), LATER)
    await upload_all()
    await Recording.objects.aupdate(public_until=timezone.now() + timedelta(days=1))
    await in_thread(recovery.sweep)(LATER)
    return await Recording.objects.aget()


def address(recording: Recording) -> str:
    return f"/media/{recording.slug}/poster.jpg"


async def test_a_published_recording_gets_a_picture_that_everybody_sees(recording, bucket):
    assert (await AsyncClient().get(address(recording))).status_code == 404
    assert await in_thread(posters.draw_due)(LATER) == 1
    answer = await AsyncClient().get(address(recording))
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (
        200, "image/jpeg", "public, max-age=0, s-maxage=30",
    )  # fmt: skip
    assert size_of(answer.content) == ("mjpeg", 320, 180)
    assert f"recordings/{recording.prefix}/poster.jpg" in objects(bucket)
    again = await AsyncClient().get(address(recording), headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert await in_thread(posters.draw_due)(LATER) == 0


async def test_another_picture_in_its_place_is_shown_to_nobody(recording):
    await in_thread(posters.draw_due)(LATER)
    await in_thread(storage.put_unseen)(f"recordings/{recording.prefix}/poster.jpg", b"something else", "image/jpeg")
    answer = await AsyncClient().get(address(recording))
    assert (answer.status_code, b"something else" in answer.content) == (503, False)


@pytest.mark.parametrize("over", [{"withdrawn": EIGHT}, {"public_until": EIGHT}])
async def test_when_consent_ends_the_picture_goes_with_the_rest(recording, bucket, over):
    await in_thread(posters.draw_due)(LATER)
    await Recording.objects.aupdate(**over)
    assert (await AsyncClient().get(address(recording))).status_code == 410
    await in_thread(publication.forget_due)(LATER)
    assert objects(bucket) == set()


@pytest.mark.parametrize("over", [{"withdrawn": EIGHT}, {"public_until": EIGHT}, {"state": "recorded"}])
async def test_what_is_not_public_is_not_drawn(recording, over):
    await Recording.objects.aupdate(**over)
    assert await in_thread(posters.draw_due)(LATER) == 0


async def test_a_picture_of_what_was_withdrawn_meanwhile_is_taken_back(recording, bucket):
    before = objects(bucket)
    await Recording.objects.aupdate(withdrawn=LATER)
    await in_thread(posters.draw)(recording, LATER)
    await in_thread(leftovers.clear_away)(LATER)
    assert objects(bucket) == before


@pytest.mark.parametrize("over", [{"withdrawn": LATER}, {"public_until": LATER + timedelta(seconds=1)}])
async def test_what_is_forgotten_while_it_is_drawn_leaves_nothing(recording, bucket, monkeypatch, over):
    """Not even a playlist that was on its way to the bucket."""
    put = storage.put

    def forgotten_first(*file):
        Recording.objects.update(**over)
        publication.forget_due(LATER + timedelta(seconds=2))
        put(*file)

    monkeypatch.setattr(storage, "put", forgotten_first)
    assert await in_thread(posters.draw_due)(LATER) == 1
    await in_thread(leftovers.clear_away)(LATER)
    assert objects(bucket) == set()


async def test_while_s3_is_away_the_picture_waits(recording, settings):
    good, settings.S3_ENDPOINT = settings.S3_ENDPOINT, "http://127.0.0.1:9"
    await in_thread(posters.draw_due)(LATER)
    assert (await Recording.objects.aget()).drawn is None
    settings.S3_ENDPOINT = good
    await in_thread(posters.draw_due)(LATER + timedelta(minutes=1))
    assert (await AsyncClient().get(address(recording))).status_code == 200


async def test_what_cannot_be_read_is_tried_once(recording, bucket):
    for path in (bucket / "recordings" / recording.prefix).glob("video-*"):
        path.write_bytes(bytes(path.stat().st_size))
    assert await in_thread(posters.draw_due)(LATER) == 1
    assert await in_thread(posters.draw_due)(LATER) == 0
    assert (await AsyncClient().get(address(recording))).status_code == 404


@pytest.mark.parametrize(
    ("independent", "drawn"),
    [([1] * 20, 2), ([1, 1, 0, 0, 1, 1] + [0] * 14, 4), ([1, 1] + [0] * 18, 1), ([0] * 20, None), ([], None)],
)
def test_it_is_the_first_keyframe_after_a_tenth_of_the_recording(independent, drawn):
    pieces = [Segment(number=number, duration=4.0, independent=bool(key)) for number, key in enumerate(independent)]
    found = posters.piece_to_draw(pieces)
    assert (found and found.number) == drawn
