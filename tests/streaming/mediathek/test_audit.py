"""Each night somebody looks whether the bucket holds what it should; what it finds is told, and nothing is deleted."""

import hashlib
import logging
from datetime import timedelta

import pytest

from events.models import Incident
from streaming import bucket_key, leftovers, storage
from streaming.mediathek import audit
from streaming.models import Audit, LiveSession, Recording, Segment
from tests.streaming.evening import EIGHT
from tests.streaming.test_archive import objects

FOUND = ("files", "read", "missing", "changed", "returned", "unknown", "doubted")
NIGHT = EIGHT + timedelta(hours=9)
FOLDER = "recordings/0rgel/"
NAMES = ["video-0000.mp4", "video-0000-000000.m4s", "video-0000-000001.m4s"]


@pytest.fixture
def recording(db, bucket) -> Recording:
    """Three files and what is drawn of them lie in the bucket, as they should."""
    live = LiveSession.objects.create(stage="dom", title="Orgel", started=EIGHT, heard=EIGHT, ended=EIGHT)
    made = Recording.objects.create(
        session=live, slug="orgel", prefix="0rgel", state=Recording.State.ARCHIVED, ended=EIGHT,
        public_until=NIGHT + timedelta(days=90), poster="5" * 64, drawn=EIGHT,
    )  # fmt: skip
    for number, name in enumerate(NAMES):
        data = name.encode() * 100
        md5 = storage.put_unseen(f"{FOLDER}{name}", data, "video/mp4")
        sha256 = hashlib.sha256(data).hexdigest()
        Segment.objects.create(
            recording=made, take=1, rendition="video", name=name, init=NAMES[0] if number else "", number=number,
            starts=EIGHT, size=len(data), md5=md5, sha256=sha256, state=Segment.State.STORED, since=EIGHT,
        )  # fmt: skip
    for name in ("poster.jpg", "index.m3u8", "video.m3u8", "opus.m3u8", "aac.m3u8"):
        storage.put_unseen(f"{FOLDER}{name}", b"drawn", "text/plain")
    return made


def found(nights: int = 0) -> dict[str, object]:
    """What the audit of that night finds."""
    audit.follow(NIGHT + timedelta(days=nights))
    return Audit.objects.values(*FOUND)[0]


def figures(**more: object) -> dict[str, object]:
    return {**dict.fromkeys(FOUND, 0), "files": 3, "read": 3, "doubted": False, **more}


def levels(caplog) -> list[str]:
    return [record.levelname for record in caplog.records if "audit" in record.message]


def test_a_bucket_in_order_is_read_and_said_to_be_so_once(recording, caplog):
    caplog.set_level(logging.INFO)
    assert found() == figures()
    audit.follow(NIGHT + timedelta(hours=1))
    assert levels(caplog) == ["INFO"]


def test_what_is_missing_or_changed_is_told_at_its_recording_and_returns_when_it_is_put_back(recording, bucket, caplog):
    """One file is gone, one is another of the same length, one is longer."""
    kept = {name: storage.get(f"{FOLDER}{name}") for name in NAMES}
    storage.delete([f"{FOLDER}{NAMES[0]}"])
    storage.put_unseen(f"{FOLDER}{NAMES[1]}", bytes(len(kept[NAMES[1]])), "video/mp4")
    storage.put_unseen(f"{FOLDER}{NAMES[2]}", kept[NAMES[2]] + b"!", "video/mp4")
    left = objects(bucket)
    assert found() == figures(missing=1, changed=2, read=1)
    assert objects(bucket) == left
    recording.refresh_from_db()
    assert recording.state == Recording.State.FAILED and recording.reason.endswith(" in the archive")
    assert set(Segment.objects.values_list("state", flat=True)) == {Segment.State.FAILED}
    assert (Incident.objects.count(), levels(caplog)) == (1, ["ERROR"])
    for name, data in kept.items():
        storage.put_unseen(f"{FOLDER}{name}", data, "video/mp4")
    assert found(nights=1) == figures(files=0, returned=3)
    recording.refresh_from_db()
    assert (recording.state, recording.reason) == (Recording.State.ARCHIVED, "")


def test_an_object_that_no_row_knows_is_counted_and_left_alone(recording, bucket):
    strangers = ["note", "recordings/0rgel/virus.exe", "recordings/nobody/one", "recordings/nobody/two"]
    waiting = "recordings/0rgel/video-0000-000009.m4s"
    for key in [*strangers, waiting, bucket_key.TRIED]:
        storage.put_unseen(key, b"?", "text/plain")
    leftovers.leave([waiting], EIGHT)
    assert found() == figures(unknown=4)
    assert sorted(Audit.objects.get().examples) == strangers
    assert {*strangers, waiting} <= objects(bucket)
    assert bucket_key.TRIED not in objects(bucket), "that is our own"


def test_what_lies_on_after_a_recording_was_deleted_is_told(recording):
    Recording.objects.update(withdrawn=EIGHT, deleted=EIGHT)
    Segment.objects.all().delete()
    assert found() == figures(files=0, read=0, unknown=8)


def test_in_an_empty_bucket_no_recording_is_given_up(recording):
    """Somebody has named another one in the settings."""
    storage.delete(list(storage.names("")))
    assert found() == figures(missing=3, read=0, doubted=True)
    assert Recording.objects.get().state == Recording.State.ARCHIVED


def test_while_s3_is_away_nothing_is_lost_and_the_audit_begins_anew_in_an_hour(recording, settings):
    good, settings.S3_ENDPOINT = settings.S3_ENDPOINT, "http://127.0.0.1:9"
    audit.follow(NIGHT)
    settings.S3_ENDPOINT = good
    assert (audit.latest(), Segment.objects.filter(state=Segment.State.FAILED).count()) == (None, 0)
    audit.follow(NIGHT + timedelta(minutes=59))
    assert audit.latest() is None
    audit.follow(NIGHT + timedelta(minutes=61))
    assert Audit.objects.values(*FOUND).get() == figures()


def test_a_lost_picture_or_playlist_is_no_fault_and_made_anew(recording):
    storage.delete([f"{FOLDER}poster.jpg"])
    assert found() == figures()
    assert Recording.objects.get().drawn is None


@pytest.mark.parametrize(
    "fields", [{"state": "recorded"}, {"public_until": EIGHT}, {"withdrawn": EIGHT}, {"ended": NIGHT}]
)
def test_what_is_on_its_way_or_over_is_not_looked_at(recording, fields):
    Recording.objects.update(**fields)
    assert not audit.standing(NIGHT).exists()
