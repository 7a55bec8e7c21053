"""Never lost: what goes wrong between the stage and the bucket costs time, and no media."""

import asyncio
import hashlib
import json
from datetime import timedelta
from html import unescape
from itertools import pairwise
from pathlib import Path
from time import monotonic

import pytest
from django.test import AsyncClient
from django.utils import timezone

from kultour.health import health
from streaming import disk, recovery, storage, uploading
from streaming.models import Recording, Segment
from streaming.threads import in_thread
from tests.events.conftest import ida, idas_browser
from tests.events.test_pages import words
from tests.streaming.bad_line import BadLine
from tests.streaming.evening import EIGHT, ended, killed, played, session, until

__all__ = ["ida", "idas_browser"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_data")]
LATER = EIGHT + timedelta(seconds=7)
FAULTS = ["refuses", "answers 503", "hangs", "resets in the middle", "answers partially"]


@pytest.fixture
async def line(bucket, s3_server, settings):
    """A well line to the test's bucket."""
    line = BadLine(s3_server.port)
    await line.become("well")
    settings.S3_ENDPOINT = f"http://127.0.0.1:{line.port}"
    yield line
    await line.close()


async def drained(patience: float = 30) -> float:
    """Everything reaches the bucket, each wait between two tries skipped; in how many seconds."""
    began, now = monotonic(), LATER + timedelta(minutes=1)
    async with asyncio.timeout(patience):
        while await Segment.objects.exclude(state=Segment.State.STORED).aexists():
            await uploading.upload_some(now)
            now += timedelta(seconds=uploading.LONGEST_WAIT)
    return monotonic() - began


async def is_stored_once(bucket) -> None:
    """The bucket holds what the rows say, to the byte, and nothing else; the recording is published."""
    recording = await Recording.objects.aget()
    assert (recording.state, recording.reason) == (Recording.State.ARCHIVED, "")
    assert recording.duration == pytest.approx(7, abs=0.05)
    stored = {
        str(path.relative_to(bucket)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in bucket.rglob("*")
        if path.is_file()
    }
    rows = [row async for row in Segment.objects.all()]
    assert stored == {f"recordings/{recording.prefix}/{row.name}": row.sha256 for row in rows}
    assert len(rows) == len(stored)
    assert {row.state for row in rows} == {"stored"}


@pytest.mark.parametrize("fault", FAULTS)
async def test_whatever_s3_does_everything_waits_and_arrives_once(bucket, line, monkeypatch, fault):
    """The read time-out is 0.2 s instead of 20 s, so that a hanging server costs the test seconds."""
    monkeypatch.setattr(storage, "READ_SECONDS", 0.2)
    recorder = await played(await session(), keep_days=90)
    await until(lambda: not recorder.untold)
    await uploading.upload_some(LATER, limit=3)
    await line.become(fault)
    assert await uploading.upload_some(LATER, limit=6) == 0
    await ended(recorder, LATER)
    assert await uploading.upload_some(LATER + timedelta(minutes=1), limit=6) == 0
    assert fault == "refuses" or line.tried > 0
    recording = await Recording.objects.aget()
    states = [state async for state in Segment.objects.values_list("state", flat=True)]
    assert (recording.state, sorted(set(states))) == (Recording.State.RECORDED, ["spooled", "stored"])
    await line.become("well")
    took = await drained()
    print(f"{fault}: {recording.duration:.0f} s of media drained in {took:.2f} s, {recording.duration / took:.0f} : 1")
    await is_stored_once(bucket)


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("knows no key", "It does not accept this server's key (S3)."),
        ("signs otherwise", "It does not accept this server's key (S3)."),
        ("skewed", "Its clock and this server's clock differ by too much."),
        ("refuses", "It does not answer."),
    ],
)
async def test_what_s3_refuses_is_told_to_the_office_and_arrives_once_it_is_mended(
    bucket, line, idas_browser, fault, sentence
):
    recorder = await played(await session(), keep_days=90)
    await until(lambda: not recorder.untold)
    await uploading.upload_some(LATER, limit=3)
    await line.become(fault)
    await ended(recorder, LATER)
    assert await uploading.upload_some(LATER, limit=20) == 0
    assert fault == "refuses" or line.tried > 0
    await Recording.objects.aupdate(public_until=timezone.now() + timedelta(days=1))
    page = await in_thread(lambda: words(unescape(idas_browser.get("/en/buero/aufzeichnungen").content.decode())))()
    assert f"The archive does not take it at the moment. {sentence}" in page
    assert "12 files wait on this server." in page
    await line.become("well")
    await drained()
    await is_stored_once(bucket)


@pytest.mark.usefixtures("bucket")
async def test_a_foreign_object_is_shown_to_nobody_but_told_to_the_office(idas_browser):
    """Somebody with the key of the bucket has put something else in the place of a file."""
    recorder = await played(await session(), keep_days=90)
    await ended(recorder, LATER)
    await drained()
    await Recording.objects.aupdate(public_until=timezone.now() + timedelta(days=1))
    await in_thread(recovery.sweep)(timezone.now() + timedelta(days=1))
    recording = await Recording.objects.aget()
    await in_thread(storage.put)(f"recordings/{recording.prefix}/video-0000-000001.m4s", b"something else", "video/mp4")
    answer = await AsyncClient().get(f"/media/{recording.slug}/video-0000-000001.m4s")
    assert (answer.status_code, b"something else" in answer.content) == (503, False)
    page = await in_thread(lambda: words(idas_browser.get("/en/buero/aufzeichnungen").content.decode()))()
    assert "incomplete : something else lies in the place of a file in the archive" in page
    await in_thread(lambda: uploading.leave_out_missing(Recording.objects.select_related("session").get(), LATER))()
    left = (await AsyncClient().get(f"/media/{recording.slug}/video.m3u8")).content.decode()
    assert ("000001" in left, left.count("#EXTINF")) == (False, 3)


async def test_a_file_damaged_on_the_disk_is_never_sent_and_told_to_the_office(bucket, idas_browser):
    recorder = await played(await session(), keep_days=90)
    await until(lambda: not recorder.untold)
    (recorder.folder / "video-0000-000001.m4s").write_bytes(b"something else")
    await ended(recorder, LATER)
    while await uploading.upload_some(LATER):
        pass
    await Recording.objects.aupdate(public_until=timezone.now() + timedelta(days=1))
    page = await in_thread(lambda: words(idas_browser.get("/en/buero/aufzeichnungen").content.decode()))()
    assert "incomplete : a file on this server is damaged" in page
    assert not [path for path in bucket.rglob("*") if path.name == "video-0000-000001.m4s"]


# --- the disk ---------------------------------------------------------------------------------------------------------


def test_the_oldest_copies_go_first_and_no_more_than_needed():
    old, middle, new = (disk.Copy(Path("file"), EIGHT + timedelta(seconds=at), 10) for at in range(3))
    assert disk.freed_first([new, old, middle], 11) == [old, middle]
    assert disk.freed_first([new, old], 0) == []
    assert disk.freed_first([new], 1000) == [new]


async def test_a_full_disk_is_freed_of_what_is_stored_and_of_nothing_else(bucket, settings):
    """Full is whatever a setting larger than the disk says."""
    recorder = await played(await session(), keep_days=90)
    await until(lambda: not recorder.untold)
    await uploading.upload_some(LATER, limit=9)
    settings.SPOOL_FREE_MB = 10**12
    before = {path.name for path in recorder.folder.iterdir()}
    assert not await in_thread(disk.make_room)(LATER)
    assert {path.name for path in recorder.folder.iterdir()} == before, "the live audience may still ask for it"
    await ended(recorder, LATER)
    before = {path.name for path in recorder.folder.iterdir()}
    assert not await in_thread(disk.make_room)(LATER)
    stored = Segment.objects.filter(state=Segment.State.STORED).exclude(init="")
    gone = {name async for name in stored.values_list("name", flat=True)}
    assert (len(gone), before - {path.name for path in recorder.folder.iterdir()}) == (6, gone)
    await drained()
    await is_stored_once(bucket)


@pytest.mark.parametrize(("wanted", "room"), [(0, True), (10**12, False)])
async def test_a_nearly_full_disk_is_told_to_those_who_watch_over_the_house(bucket, settings, async_rf, wanted, room):
    settings.SPOOL_FREE_MB = wanted
    answer = await health(async_rf.get("/health"))
    assert json.loads(answer.content)["disk"] is room


# --- the wall clock ---------------------------------------------------------------------------------------------------

HOUR = timedelta(hours=1)


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
async def test_a_clock_that_jumps_in_mid_show_tears_nothing_and_keeps_nothing_waiting(bucket, settings, jump):
    """The first upload fails before the jump, the rest comes after it."""
    recorder = await played(await session(), keep_days=90)
    await until(lambda: not recorder.untold)
    good, settings.S3_ENDPOINT = settings.S3_ENDPOINT, "http://127.0.0.1:9"
    assert await uploading.upload_some(LATER) == 0
    settings.S3_ENDPOINT = good
    await ended(recorder, LATER + jump)
    while await uploading.upload_some(LATER + jump):
        pass
    await is_stored_once(bucket)
    pictures = [row async for row in Segment.objects.filter(rendition="video").exclude(init="").order_by("number")]
    assert [row.discontinuity for row in pictures] == [False] * 4
    gaps = [(after.starts - row.starts).total_seconds() - row.duration for row, after in pairwise(pictures)]
    assert gaps == pytest.approx([0, 0, 0], abs=0.001)


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
async def test_a_machine_that_starts_with_a_wrong_clock_finds_what_was_left(bucket, jump):
    recorder = await played(await session(), keep_days=90)
    await until(lambda: not recorder.untold)
    await in_thread(uploading.claim)(LATER, 4)
    killed(recorder)
    await in_thread(recovery.recover_all)(EIGHT + jump)
    while await uploading.upload_some(EIGHT + jump):
        pass
    recording = await Recording.objects.select_related("session").aget()
    assert (recording.state, recording.session.why_ended) == (Recording.State.ARCHIVED, "interrupted")
    assert recording.duration >= 6
