"""Each night somebody looks whether the bucket holds what it should; what it finds is told, and nothing is touched."""

import asyncio
import hashlib
import logging
import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from streaming import bucket_key, leftovers, storage, tasks
from streaming.mediathek import audit, findings
from streaming.models import Audit, Finding, LiveSession, Recording, Segment
from tests.streaming.evening import EIGHT
from tests.streaming.test_archive import objects

FOUND = ("files", "read", "missing", "changed", "unreadable", "unsure", "unknown", "doubted")
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


def follow(now, stop=None) -> None:
    audit.follow(now, stop or threading.Event())


def found(nights: int = 0) -> dict[str, object]:
    """What the audit of that night finds. It never touches a recording."""
    before = untouched()
    follow(NIGHT + timedelta(days=nights))
    assert untouched() == before
    return Audit.objects.values(*FOUND)[0]


def untouched() -> list[object]:
    """All that the office and the audience have."""
    objects = [each for each in storage.objects("") if each.key != bucket_key.TRIED]
    return [list(model.objects.order_by("pk").values()) for model in (Recording, Segment)] + objects


def told() -> dict[str, str]:
    """What the office reads of the recording's files, by name."""
    return next((one.files for one in Finding.objects.all()), {})


def figures(**more: object) -> dict[str, object]:
    return {**dict.fromkeys(FOUND, 0), "files": 3, "read": 3, "doubted": False, **more}


def levels(caplog) -> list[str]:
    return [record.levelname for record in caplog.records if "audit" in record.message]


def test_a_bucket_in_order_is_read_and_said_to_be_so_once(recording, caplog):
    caplog.set_level(logging.INFO)
    assert found() == figures()
    follow(NIGHT + timedelta(hours=1))
    assert (levels(caplog), told()) == (["INFO"], {})


@pytest.mark.parametrize("hours", [-2, 5])  # after three o'clock, and at ten
def test_who_was_away_at_night_waits_for_the_next_one(recording, hours):
    follow(NIGHT + timedelta(hours=hours))
    assert not Audit.objects.exists()


def test_while_somebody_plays_no_audit_begins(recording):
    LiveSession.objects.create(stage="dom", title="Late", started=NIGHT, heard=NIGHT)
    follow(NIGHT)
    assert not Audit.objects.exists()


def test_what_is_missing_or_changed_is_told_each_night_until_it_is_right(recording, caplog):
    """One file is another of the same length, one is longer, one playlist is gone, and later one file more."""
    kept = {name: storage.get(f"{FOLDER}{name}") for name in NAMES}
    storage.put_unseen(f"{FOLDER}{NAMES[1]}", bytes(len(kept[NAMES[1]])), "video/mp4")
    storage.put_unseen(f"{FOLDER}{NAMES[2]}", kept[NAMES[2]] + b"!", "video/mp4")
    storage.delete([f"{FOLDER}video.m3u8"])
    wrong = {"video.m3u8": "missing", NAMES[1]: "changed", NAMES[2]: "changed"}
    assert (found(), told()) == (figures(missing=1, changed=2, read=2), wrong)
    storage.delete([f"{FOLDER}{NAMES[0]}"])
    assert (found(nights=1), told()) == (figures(missing=2, changed=2, read=1), {**wrong, NAMES[0]: "missing"})
    assert levels(caplog) == ["ERROR"] * 2
    for name, data in {**kept, "video.m3u8": b"drawn"}.items():
        storage.put_unseen(f"{FOLDER}{name}", data, "video/mp4")
    assert (found(nights=2)["missing"], found(nights=3), told()) == (0, figures(), {})


def rotten(monkeypatch, answer) -> None:
    """What the last file is read as."""
    real = storage.get

    def get(key, span=None):
        return answer(real(key, span)) if key.endswith(NAMES[2]) else real(key, span)

    monkeypatch.setattr(storage, "get", get)


def test_rot_that_only_reading_shows_is_told_until_it_has_been_read_again(recording, monkeypatch):
    """The list goes on to tell the old ETag; in a large archive the lot falls on the file once in a year."""
    with monkeypatch.context() as patch:
        rotten(patch, bytes.upper)
        assert found() == figures(changed=1)
        patch.setattr(audit, "READ_FILES", 0)
        assert (found(nights=1), told()) == (figures(read=0, changed=1), {NAMES[2]: "changed"})
        patch.setattr(audit, "READ_FILES", 1)
        patch.setattr(audit, "_read_sample", lambda *_: None)
        assert found(nights=2) == figures(read=1, changed=1)
    assert (found(nights=3)["changed"], told()) == (0, {})


def test_what_is_listed_and_cannot_be_read_is_a_fault(recording, monkeypatch, caplog):
    def refuse(_data):
        raise storage.StorageError("get_object: InternalError")

    rotten(monkeypatch, refuse)
    assert (found(), told(), levels(caplog)) == (figures(unreadable=1), {NAMES[2]: "unreadable"}, ["ERROR"])


def test_what_goes_between_list_and_reading_is_missing(recording, monkeypatch):
    def gone(_data):
        raise storage.NotThere("get_object: NoSuchKey")

    rotten(monkeypatch, gone)
    assert (found(), told()) == (figures(missing=1), {NAMES[2]: "missing"})


def test_an_etag_of_another_kind_costs_reading_and_nothing_else(recording, monkeypatch):
    real = storage.objects
    monkeypatch.setattr(storage, "objects", lambda place: (replace(each, etag="e" * 32) for each in real(place)))
    monkeypatch.setattr(audit, "READ_FILES", 2)
    assert (found(), told()) == (figures(read=4, unsure=1), {})


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


def test_in_another_bucket_the_office_is_told_and_all_is_right_once_the_old_one_is_back(recording, settings, caplog):
    right, settings.S3_BUCKET = settings.S3_BUCKET, f"{settings.S3_BUCKET}-other"
    storage.ensure_bucket()
    for night in range(2):
        assert found(night) == figures(missing=8, read=0, doubted=True)
        assert len(told()) == 8
    assert "is it the right bucket?" in caplog.text
    settings.S3_BUCKET = right
    assert (found(nights=2), told()) == (figures(), {})


def test_while_s3_is_away_nothing_is_lost_and_the_audit_begins_anew_in_an_hour(recording, settings):
    good, settings.S3_ENDPOINT = settings.S3_ENDPOINT, "http://127.0.0.1:9"
    follow(NIGHT)
    settings.S3_ENDPOINT = good
    assert (audit.latest(), told()) == (None, {})
    follow(NIGHT + timedelta(minutes=59))
    assert audit.latest() is None
    follow(NIGHT + timedelta(minutes=61))
    assert Audit.objects.values(*FOUND).get() == figures()


def test_what_an_interrupted_audit_has_found_is_told_and_counted_once(recording, monkeypatch):
    storage.delete([f"{FOLDER}{NAMES[2]}"])

    def away(_place):
        raise storage.StorageError("list_objects_v2: away", storage.Trouble.AWAY)

    with monkeypatch.context() as patch:
        patch.setattr(storage, "inside", away)
        follow(NIGHT)
    assert (audit.latest(), findings.total(NIGHT)["missing"]) == (None, 1)
    follow(NIGHT + timedelta(hours=2))
    assert Audit.objects.values(*FOUND).get() == figures(missing=1, read=2)


def test_a_key_that_cannot_delete_does_not_end_the_audit(recording, monkeypatch):
    def refuse(_keys):
        raise storage.StorageError("delete_object: AccessDenied", storage.Trouble.KEY)

    storage.put_unseen("note", b"?", "text/plain")
    monkeypatch.setattr(storage, "delete", refuse)
    assert found() == figures(unknown=1)


def test_what_is_being_deleted_while_its_list_is_read_is_no_stranger(recording, monkeypatch):
    real = storage.objects

    def objects_of(place):
        Recording.objects.update(withdrawn=NIGHT)
        Segment.objects.all().delete()
        return real(place)

    monkeypatch.setattr(storage, "objects", objects_of)
    follow(NIGHT)
    assert Audit.objects.values(*FOUND).get() == figures(files=0, read=0)


def test_a_program_that_ends_waits_for_one_file_and_not_for_the_audit(recording, monkeypatch):
    stop, read = threading.Event(), []
    real = storage.get

    def get(key):
        read.append(key)
        stop.set()
        return real(key)

    monkeypatch.setattr(storage, "get", get)
    follow(NIGHT, stop)
    follow(NIGHT + timedelta(hours=2), stop)
    assert (len(read), audit.latest()) == (1, None)
    follow(NIGHT + timedelta(hours=4))
    assert Audit.objects.values(*FOUND).get() == figures()


async def test_the_audits_thread_is_told_when_the_worker_ends(monkeypatch):
    begun, told = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def long_audit(_now, stop):
        loop.call_soon_threadsafe(begun.set)
        assert stop.wait(60)
        told.set()

    monkeypatch.setattr(audit, "follow", long_audit)
    working = asyncio.ensure_future(tasks.look_nightly())
    await begun.wait()
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    assert await asyncio.to_thread(told.wait, 60)


@pytest.mark.parametrize(
    "fields", [{"state": "recorded"}, {"public_until": EIGHT}, {"withdrawn": EIGHT}, {"ended": NIGHT}]
)
def test_what_is_on_its_way_or_over_is_not_looked_at(recording, fields):
    Recording.objects.update(**fields)
    assert not audit.standing(NIGHT).exists()
