"""What is kept, what is not, and what survives."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from events.models import Incident, Performance
from events.rights import Allowed
from streaming import archive, recovery, uploading
from streaming.models import LiveSession, Recording, Segment, Take
from streaming.recording import RENDITIONS
from streaming.threads import in_thread
from tests.streaming.evening import EIGHT, OnStage, ended, killed, played, session, until
from tests.streaming.recording.cast import Ada

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_data")]
LATER = EIGHT + timedelta(seconds=7)


async def upload_all(now: datetime = LATER) -> None:
    while await uploading.upload_some(now):
        pass


def objects(bucket) -> set[str]:
    return {str(path.relative_to(bucket)) for path in bucket.rglob("*") if path.is_file()}


async def test_a_recording_goes_to_the_bucket_while_the_show_runs_and_is_published_at_its_end(bucket):
    recorder = await played(await session(), keep_days=90)
    await until(lambda: not recorder.untold)
    await upload_all()
    during = objects(bucket)
    assert len(during) == 3 + 3 * 3
    await ended(recorder, LATER)
    await upload_all()
    recording = await Recording.objects.aget()
    assert recording.state == Recording.State.ARCHIVED
    assert recording.duration == pytest.approx(7, abs=0.05)
    assert recording.public_until == datetime(2026, 9, 2, 22, 0, tzinfo=UTC)
    rows = {row.name: row async for row in Segment.objects.all()}
    assert objects(bucket) == {f"recordings/{recording.prefix}/{name}" for name in rows}
    assert {
        name: hashlib.sha256((bucket / "recordings" / recording.prefix / name).read_bytes()).hexdigest()
        for name in rows
    } == {name: row.sha256 for name, row in rows.items()}
    assert recording.size == sum(row.size for row in rows.values())
    assert [take.number async for take in Take.objects.all()] == [1]


async def test_without_consent_nothing_reaches_the_bucket_and_nothing_stays(bucket, own_data):
    recorder = await played(await session(), keep_days=None)
    assert len(recorder.packager.recent) == 3
    await upload_all()
    await ended(recorder, LATER)
    await upload_all()
    assert (objects(bucket), list((own_data / "spool").iterdir())) == (set(), [])
    assert not await Recording.objects.aexists()


async def test_where_nothing_was_heard_there_is_no_recording(bucket, own_data):
    recorder = await archive.begin(await session(), OnStage().broadcast, Allowed(days=90), EIGHT)
    await ended(recorder, LATER)
    assert not await Recording.objects.aexists()
    assert list((own_data / "spool").iterdir()) == []


async def test_a_killed_program_leaves_a_recording_up_to_the_last_fragment(bucket):
    live = await session()
    recorder = await played(live, keep_days=90)
    await uploading.upload_some(LATER, limit=4)
    killed(recorder)
    # Some files were on their way to the bucket.
    await Segment.objects.filter(state=Segment.State.SPOOLED).aupdate(state=Segment.State.UPLOADING, since=EIGHT)
    await in_thread(recovery.recover_all)(LATER)
    await upload_all()
    recording = await Recording.objects.select_related("session").aget()
    assert recording.state == Recording.State.ARCHIVED
    assert 6.0 <= recording.duration <= 7.0
    assert recording.session.why_ended == "interrupted"
    assert timedelta(seconds=6) <= recording.session.ended - EIGHT <= timedelta(seconds=7.1)
    numbers = [
        [row.number async for row in Segment.objects.filter(rendition=name).exclude(init="").order_by("number")]
        for name in RENDITIONS
    ]
    assert numbers == [[0, 1, 2, 3]] * 3


async def test_sessions_of_this_program_are_left_alone_by_recovery(bucket):
    recorder = await played(await session(), keep_days=90)
    await in_thread(recovery.recover_all)(LATER)
    assert await LiveSession.objects.filter(ended=None).acount() == 1
    assert recorder.folder.exists()


async def test_an_unkept_folder_that_a_crash_left_behind_is_deleted(bucket, own_data):
    killed(await played(await session(), keep_days=None))
    await in_thread(recovery.recover_all)(LATER)
    assert list((own_data / "spool").iterdir()) == []


async def test_what_s3_does_not_take_waits_and_goes_later(bucket, settings):
    recorder = await played(await session(), keep_days=90)
    await ended(recorder, LATER)
    good, settings.S3_ENDPOINT = settings.S3_ENDPOINT, "http://127.0.0.1:9"
    assert await uploading.upload_some(LATER, limit=2) == 0
    waiting = [row async for row in Segment.objects.filter(attempts=1)]
    assert [(row.state, row.next_try) for row in waiting] == [("spooled", LATER + timedelta(seconds=2))] * 2
    settings.S3_ENDPOINT = good
    await upload_all(LATER + timedelta(seconds=1))
    assert (await Recording.objects.aget()).state == Recording.State.RECORDED
    await upload_all(LATER + timedelta(seconds=2))
    assert (await Recording.objects.aget()).state == Recording.State.ARCHIVED


async def test_a_claim_belongs_to_one_uploader(bucket):
    recorder = await played(await session(), keep_days=90)
    await ended(recorder, LATER)
    first = await in_thread(uploading.claim)(LATER, 100)
    assert await in_thread(uploading.claim)(LATER, 100) == []
    again = await in_thread(uploading.claim)(LATER + uploading.STALE + timedelta(seconds=1), 100)
    assert [row.pk for row in again] == [row.pk for row in first]


async def test_a_file_changed_on_the_disk_is_never_uploaded(bucket):
    recorder = await played(await session(), keep_days=90)
    await ended(recorder, LATER)
    (recorder.folder / "video-0000-000001.m4s").write_bytes(b"something else")
    await upload_all()
    recording = await Recording.objects.aget()
    assert (recording.state, recording.reason) == ("failed", "video-0000-000001.m4s: damaged on the disk")
    assert not any("video-0000-000001" in name for name in objects(bucket))
    assert recorder.folder.exists()
    assert [each async for each in Incident.objects.values_list("kind", "at")] == [("archive", LATER)]


async def test_local_copies_go_once_stored_and_not_needed(bucket):
    recorder = await played(await session(), keep_days=90)
    await until(lambda: not recorder.untold)
    await upload_all()
    await in_thread(recovery.sweep)(LATER)
    assert len(list(recorder.folder.glob("*-000000.m4s"))) == 3
    await in_thread(recovery.sweep)(LATER + archive.local_copy() + timedelta(seconds=1))
    assert list(recorder.folder.glob("*-000000.m4s")) == []
    await ended(recorder, LATER)
    await upload_all()
    await in_thread(recovery.sweep)(LATER)
    assert not recorder.folder.exists()


async def test_each_recording_has_its_own_address(bucket):
    slugs = []
    for _ in range(2):
        live = await session()
        recorder = await played(live, keep_days=90, ada=Ada(seconds=3))
        await ended(recorder, LATER)
        slugs += [slug async for slug in Recording.objects.filter(session=live).values_list("slug", flat=True)]
    assert slugs == ["dom-2026-06-04", "dom-2026-06-04-2"]


def test_the_address_of_a_recording_names_what_was_played():
    played = LiveSession(stage="theater", performance=Performance(slug="ufersaum"), started=EIGHT)
    assert archive.free_slug(played) == "ufersaum-2026-06-04"


async def test_what_an_ending_program_had_not_noted_is_not_swept_away(bucket):
    live = await session()
    recorder = await played(live, keep_days=90)
    await until(lambda: not recorder.untold)
    killed(recorder)
    await LiveSession.objects.filter(pk=live.pk).aupdate(ended=LATER)
    await upload_all()
    await in_thread(recovery.sweep)(LATER)
    assert recorder.folder.exists()
    await in_thread(recovery.recover_all)(LATER + timedelta(seconds=1))
    await upload_all()
    recording = await Recording.objects.aget()
    assert (recording.state, recording.duration >= 6) == (Recording.State.ARCHIVED, True)
