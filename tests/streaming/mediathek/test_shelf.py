"""What the house says of its recordings, on the command line and to the office, and what the office can do."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from events import demo
from streaming import leftovers, uploading
from streaming.mediathek import shelf
from streaming.mediathek.undeleted import Undeleted, undeleted
from streaming.models import Audit, Finding, Recording, Segment
from streaming.threads import in_thread
from tests.events.conftest import ida, idas_browser
from tests.events.test_pages import words
from tests.streaming.evening import EIGHT, ended, played, session
from tests.streaming.mediathek.test_pages import kept
from tests.streaming.test_archive import LATER, objects, upload_all

__all__ = ["ida", "idas_browser"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_data")]
IN_THREADS = pytest.mark.django_db(transaction=True)
"""What threads write, they have to see."""
SHELF = "/en/buero/aufzeichnungen"


@pytest.fixture
def edition(db) -> None:
    demo.load(timezone.now())


def file(recording: Recording, number: int, **more: object) -> Segment:
    known = {"take": 1, "rendition": "video", "name": f"video-0000-{number:06}.m4s", "init": "video-0000.mp4"}
    sums = {"size": 1000, "md5": "0" * 32, "sha256": "0" * 64, "since": EIGHT, "number": number, "starts": EIGHT}
    return Segment.objects.create(recording=recording, **known | sums | more)


# --- what is said -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "stored", "progress"),
    [
        ("recording", 5, "recording"), ("recorded", 0, "recorded"), ("recorded", 5, "uploading"),
        ("archived", 0, "archived"), ("failed", 5, "failed"),
    ],
)  # fmt: skip
def test_what_has_ended_is_uploading_as_soon_as_something_of_it_is_stored(state, stored, progress):
    assert shelf.progress_of(Recording.State(state), shelf.Files(all=9, stored=stored)) == progress


def test_the_command_lists_recordings_the_newest_first(edition):
    first = kept("blech", state="failed", reason="video-0000-000001.m4s: missing on the disk")
    second = kept("orgel", withdrawn=timezone.now())
    out = StringIO()
    call_command("recordings", "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert [(one["id"], one["state"], one["consent"], one["duration_s"]) for one in told] == [
        (second.pk, "archived", "withdrawn", 2400.0), (first.pk, "failed", "given", 2400.0),
    ]  # fmt: skip
    assert set(told[0]) == {
        "id", "slug", "stage", "performance", "title", "start", "duration_s", "bytes", "state", "reason", "consent",
        "public_until", "deleted", "offer", "files",
    }  # fmt: skip


def test_the_command_prints_a_table_for_people(edition):
    kept("blech", state="failed", reason="video-0000-000001.m4s: missing on the disk")
    out = StringIO()
    call_command("recordings", stdout=out)
    head, line = out.getvalue().splitlines()
    assert head.split() == ["id", "stage", "performance", "start", "duration_s", "bytes", "state", "consent", "reason"]
    assert line.endswith("failed  given    video-0000-000001.m4s: missing on the disk")


def test_without_recordings_the_command_says_so(db):
    out = StringIO()
    call_command("recordings", stdout=out)
    assert out.getvalue() == "Nothing has been recorded yet.\n"


# --- what the office sees and does ------------------------------------------------------------------------------------


def test_ida_sees_what_waits_for_the_archive_and_tries_again(edition, idas_browser):
    recording = kept("blech", state="recorded", refused="away")
    file(recording, 0, state="stored")
    waiting = file(recording, 1, attempts=3, next_try=timezone.now() + timedelta(minutes=1))
    file(recording, 2, attempts=4, state="uploading")
    text = words(idas_browser.get(SHELF).content.decode())
    assert (
        "on its way to the archive: 1 of 3 files The archive does not take it at the moment. It does not answer. "
        "2 files wait on this server."
    ) in text
    answer = idas_browser.post(f"{SHELF}/{recording.pk}/erneut", follow=True)
    waiting.refresh_from_db()
    assert (waiting.next_try, "It is being tried again now." in words(answer.content.decode())) == (None, True)


def test_once_the_archive_takes_files_again_the_office_sees_that_the_rest_follows(edition, idas_browser):
    recording = kept("blech", state="recorded", refused="away")
    file(recording, 0, state="stored")
    job = file(recording, 1, attempts=3, state="uploading")
    file(recording, 2, attempts=2, next_try=timezone.now() + timedelta(minutes=1))
    assert uploading.settle(job, LATER)
    text = words(idas_browser.get(SHELF).content.decode())
    assert "2 of 3 files It reaches the archive late. One file waits on this server." in text


def test_a_transmission_under_way_says_how_much_of_it_is_there(edition):
    recording = kept("blech", state="recording", duration=0)
    file(recording, 0, duration=2.5)
    file(recording, 1, duration=2.25, state="stored")
    file(recording, 1, duration=2.25, rendition="opus", name="opus-0000-000001.m4s", size=20)
    [one] = shelf.listed(timezone.now(), 5)
    assert (one.state, one.duration_s, one.bytes) == ("recording", 4.75, 2020)


@pytest.mark.parametrize(("wanted", "told"), [(0, False), (10**12, True)])
def test_a_disk_that_gets_full_is_told_to_the_office(edition, idas_browser, settings, wanted, told):
    settings.SPOOL_FREE_MB = wanted
    text = words(idas_browser.get(SHELF).content.decode())
    assert ("The server's disk is nearly full." in text) is told


LOOKED = {"night": date(2026, 6, 5), "began": EIGHT, "ended": EIGHT, "files": 15, "read": 9}


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        ({}, ""),
        ({"unknown": 2}, "2 files in the archive (S3) that belong to no recording. Nobody is shown them"),
        ({"missing": 15, "doubted": True}, "found less than half of the files in the archive (S3). Perhaps another"),
    ],
)
def test_what_a_night_has_found_is_told_to_the_office(edition, idas_browser, seen, told):
    kept("blech")
    Audit.objects.create(**LOOKED, **seen)
    Audit.objects.create(night=date(2026, 6, 6), began=EIGHT, unknown=99)  # not at its end
    text = words(idas_browser.get(SHELF).content.decode())
    assert told in text and "Files compared: 15, read to the end: 9." in text
    assert text.count("nightly check of 5 June 2026") == bool(told)


def test_faults_in_the_archive_are_told_at_their_recording_until_it_is_over(edition, idas_browser):
    """Also while no audit has come to its end."""
    recording = kept("blech", ended=EIGHT)
    names = {f"video-0000-{number:06}.m4s": "missing" for number in range(25)}
    Finding.objects.create(recording=recording, missing=30, changed=1, files=names, seen=EIGHT)
    told = "Missing files: 30. Files that are not what was recorded: 1."
    text = words(idas_browser.get(SHELF).content.decode())
    assert (text.count(told), text.count(".m4s"), "Publish without what is missing" in text) == (2, 20, True)
    assert "cannot be read" not in text
    Recording.objects.update(withdrawn=EIGHT)
    assert told not in words(idas_browser.get(SHELF).content.decode())


def test_what_is_over_and_not_deleted_is_told_after_an_hour(edition, idas_browser):
    now = timezone.now()
    recording = kept("blech", withdrawn=now - timedelta(minutes=59))
    leftovers.leave(["recordings/x/one"], now - timedelta(minutes=59))
    assert not undeleted(now)
    assert undeleted(now + timedelta(minutes=2)) == Undeleted(recordings=1, files=1)
    Recording.objects.update(withdrawn=now - timedelta(hours=2))
    text = words(idas_browser.get(SHELF).content.decode())
    assert "One recording is affected whose consent is over. Please tell the person who runs the server" in text
    Recording.objects.update(deleted=now)
    assert not undeleted(now)
    file(recording, 1, since=now - timedelta(hours=2))
    assert undeleted(now) == Undeleted(recordings=1)


def test_the_command_tells_what_a_night_has_found_and_what_is_wrong_now(edition):
    said = StringIO()
    call_command("recordings", "--audit", stdout=said)
    assert said.getvalue() == "Nobody has looked into the bucket to the end yet.\n"
    Audit.objects.create(**LOOKED, bytes_read=7, unknown=1, examples=["recordings/nobody/one"])
    name = "video-0000-000001.m4s"
    Finding.objects.create(recording=kept("blech", ended=EIGHT), changed=1, files={name: "changed"}, seen=EIGHT)
    told = StringIO()
    call_command("recordings", "--audit", "--json", stdout=told)
    wrong = {"recording": "blech", "missing": 0, "changed": 1, "unreadable": 0, "files": {name: "changed"}}
    assert json.loads(told.getvalue()) == {
        "ended": "2026-06-04T18:00:00+00:00", "files": 15, "read": 9, "bytes_read": 7, "missing": 0, "changed": 0,
        "unreadable": 0, "unsure": 0, "unknown": 1, "examples": ["recordings/nobody/one"], "doubted": False,
        "wrong": [wrong],
    }  # fmt: skip
    call_command("recordings", "--audit", stdout=said)
    assert said.getvalue().splitlines()[-3:] == [
        "unknown, among others: recordings/nobody/one",
        "recording: blech, missing: 0, changed: 1, unreadable: 0",
        f"  {name}: changed",
    ]


def test_ida_withdraws_a_recording_at_once(client, edition, idas_browser):
    recording = kept("blech")
    assert client.get("/mediathek/blech").status_code == 200
    idas_browser.post(f"{SHELF}/{recording.pk}/zurueckziehen")
    assert client.get("/mediathek/blech").status_code == 410
    assert "withdrawn" in words(idas_browser.get(SHELF).content.decode())


def test_what_is_over_is_not_brought_back_from_a_page_that_lay_open(edition, idas_browser):
    recording = kept("blech", state="failed", withdrawn=timezone.now(), deleted=timezone.now())
    for action in ("erneut", "ohne"):
        idas_browser.post(f"{SHELF}/{recording.pk}/{action}")
    assert Recording.objects.get().deleted is not None


def test_strangers_are_sent_to_sign_in_and_unknown_actions_do_not_exist(client, idas_browser, edition):
    recording = kept("blech")
    assert client.post(f"{SHELF}/{recording.pk}/zurueckziehen").status_code == 302
    assert Recording.objects.get().withdrawn is None
    assert idas_browser.post(f"{SHELF}/{recording.pk}/loeschen").status_code == 404
    assert idas_browser.get(f"{SHELF}/{recording.pk}/ohne").status_code == 405


def test_a_long_list_costs_no_more_queries_than_a_short_one(edition, idas_browser, django_assert_num_queries):
    for number in range(30):
        kept(f"abend-{number}", state="recorded")
    with django_assert_num_queries(2):
        assert len(shelf.listed(timezone.now(), 25)) == 25
    assert "Page 1 of 2" in words(idas_browser.get(SHELF).content.decode())


@IN_THREADS
async def test_a_recording_with_a_lost_file_is_published_without_that_moment(bucket):
    recorder = await played(await session(), keep_days=90)
    await ended(recorder, LATER)
    (recorder.folder / "opus-0000-000001.m4s").unlink()
    await upload_all()
    recording = await Recording.objects.select_related("session").aget()
    assert (recording.state, recording.reason) == ("failed", "opus-0000-000001.m4s: missing on the disk")
    await in_thread(uploading.leave_out_missing)(recording, LATER)
    recording = await Recording.objects.aget()
    assert (recording.state, recording.reason) == ("archived", "")
    await in_thread(leftovers.clear_away)(LATER)
    names = {name async for name in Segment.objects.values_list("name", flat=True)}
    assert objects(bucket) == {f"recordings/{recording.prefix}/{name}" for name in names}
    pieces = Segment.objects.exclude(init="").order_by("rendition", "number")
    assert [(row.rendition, row.number, row.discontinuity) async for row in pieces] == [
        (rendition, number, number == 2) for rendition in ("aac", "opus", "video") for number in (0, 2, 3)
    ]


@IN_THREADS
async def test_a_file_that_is_back_is_uploaded_after_all(bucket):
    recorder = await played(await session(), keep_days=90)
    await ended(recorder, LATER)
    lost = recorder.folder / "video-0000-000001.m4s"
    lost.rename(lost.with_suffix(".away"))
    await upload_all()
    lost.with_suffix(".away").rename(lost)
    await in_thread(uploading.try_again)(await Recording.objects.select_related("session").aget())
    await upload_all()
    assert (await Recording.objects.aget()).state == "archived"
