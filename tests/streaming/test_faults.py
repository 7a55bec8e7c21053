"""Never lost: what goes wrong between the stage and the bucket costs time, and no media."""

import asyncio
import hashlib
from datetime import timedelta
from time import monotonic

import pytest

from streaming import archive, storage
from streaming.models import Recording, Segment
from tests.streaming.bad_line import BadLine
from tests.streaming.evening import EIGHT, ended, played, session, until

pytestmark = pytest.mark.django_db(transaction=True)
LATER = EIGHT + timedelta(seconds=7)
FAULTS = ["refuses", "answers 503", "hangs", "resets in the middle", "answers partially"]


@pytest.fixture(autouse=True)
def own_data(settings, tmp_path):
    settings.DATA = tmp_path
    yield tmp_path
    for recorder in list(archive._recorders.values()):
        recorder.packager.close()
    archive._recorders.clear()


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
            await archive.upload_some(now)
            now += timedelta(seconds=archive.LONGEST_WAIT)
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
    await archive.upload_some(LATER, limit=3)
    await line.become(fault)
    assert await archive.upload_some(LATER, limit=6) == 0
    await ended(recorder, LATER)
    assert await archive.upload_some(LATER + timedelta(minutes=1), limit=6) == 0
    assert fault == "refuses" or line.tried > 0
    recording = await Recording.objects.aget()
    states = [state async for state in Segment.objects.values_list("state", flat=True)]
    assert (recording.state, sorted(set(states))) == (Recording.State.RECORDED, ["spooled", "stored"])
    await line.become("well")
    took = await drained()
    print(f"{fault}: {recording.duration:.0f} s of media drained in {took:.2f} s, {recording.duration / took:.0f} : 1")
    await is_stored_once(bucket)


async def test_a_wrong_key_loses_nothing_until_it_is_mended(bucket, settings):
    recorder = await played(await session(), keep_days=90)
    right, settings.S3_SECRET_KEY = settings.S3_SECRET_KEY, "mistyped"
    await ended(recorder, LATER)
    assert await archive.upload_some(LATER) == 0
    assert (await Recording.objects.aget()).state == Recording.State.RECORDED
    settings.S3_SECRET_KEY = right
    await drained()
    await is_stored_once(bucket)
