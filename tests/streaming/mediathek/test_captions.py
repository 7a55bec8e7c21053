"""The captions of a recording: uploaded by the office, read beside it, found by them, and gone with it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import AsyncClient
from django.utils import timezone

from streaming import archive, uploading
from streaming.mediathek import bag, captions, catalogue, passages, publication
from streaming.mediathek.passages import Span
from streaming.models import Captions, Excerpt, Recording, Segment
from streaming.recording.fmp4 import fragments
from streaming.threads import in_thread
from tests.events.conftest import ida, idas_browser
from tests.events.test_pages import words
from tests.hls_rules import master_faults
from tests.streaming.evening import EIGHT, ended, played, session
from tests.streaming.mediathek.test_pages import kept, today
from tests.streaming.test_archive import LATER, upload_all
from tests.streaming.test_media import fetched

__all__ = ["ida", "idas_browser", "today"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_data")]
IN_THREADS = pytest.mark.django_db(transaction=True)
"""What threads write, they have to see."""
VTT = b"""WEBVTT

00:00.500 --> 00:01.500
Guten Abend.

00:02.600 --> 00:02.900
Das ungeklaerte Lied

00:05.000 --> 00:06.000
Gute Nacht.
"""
SHELF = "/buero/aufzeichnungen"


@pytest.fixture
async def recording(bucket) -> Recording:
    """Seven seconds in four pieces, public today, with captions."""
    await ended(await played(await session(), keep_days=90), LATER)
    await upload_all()
    await Recording.objects.aupdate(public_until=timezone.now() + timedelta(days=1))
    recording = await Recording.objects.select_related("session").aget()
    await in_thread(captions.put)(recording, "de", VTT, EIGHT)
    return recording


async def read(recording: Recording, name: str) -> str:
    answer = await AsyncClient().get(f"/media/{recording.slug}/{name}")
    assert answer.status_code == 200
    return answer.content.decode()


@IN_THREADS
async def test_a_player_finds_them_beside_picture_and_sound(recording):
    master = await read(recording, "index.m3u8")
    assert (
        '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="text",NAME="Deutsch",LANGUAGE="de",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,'
        'URI="captions-de.m3u8"'
    ) in master.splitlines()
    assert master.count('SUBTITLES="text"') == master.count("#EXT-X-STREAM-INF") == 3
    playlist = (await read(recording, "captions-de.m3u8")).splitlines()
    assert playlist[-3:] == ["#EXTINF:7.00000,", "captions-de.vtt", "#EXT-X-ENDLIST"]
    files = await fetched(f"/media/{recording.slug}", "index.m3u8")
    assert master_faults(files["index.m3u8"].decode(), files.__getitem__) == []


@IN_THREADS
async def test_they_count_from_where_the_clock_of_the_picture_begins(recording):
    first = await in_thread(lambda: archive.read(archive.file(recording, "video-0000-000000.m4s")))()
    begins = next(fragments(first)).time
    text = await read(recording, "captions-de.vtt")
    assert text.startswith(f"WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:{begins},LOCAL:00:00:00.000\n\n00:00:00.500 --> ")
    await in_thread(passages.leave_out)(recording, Span(0, 0.1), "", EIGHT)
    second = await in_thread(lambda: archive.read(archive.file(recording, "video-0000-000001.m4s")))()
    assert f"MPEGTS:{next(fragments(second)).time}," in await read(recording, "captions-de.vtt")


@IN_THREADS
async def test_where_a_passage_is_left_out_nothing_of_it_is_read_or_found(recording, tmp_path):
    await in_thread(passages.leave_out)(recording, Span(2.5, 3.0), "GEMA", EIGHT)
    await in_thread(captions.settle)(recording)
    await recording.arefresh_from_db()
    text = await read(recording, "captions-de.vtt")
    assert "Lied" not in text
    [cue] = [line for line in text.splitlines() if line.startswith(("00:00:02.", "00:00:03."))]
    assert cue[6:12] == f"{5 - recording.left_out:06.3f}"
    assert await read(recording, "transcript-de.txt") == "Guten Abend. Gute Nacht.\n"
    found = await in_thread(lambda: [catalogue.fitting(Recording.objects.all(), wish, []).count() for wish in WISHES])()
    assert found == [1, 0]
    whole = dict(await in_thread(lambda: list(bag.contents(recording)))())
    assert b"Das ungeklaerte Lied" in whole["captions/de.vtt"], "the archive gets all of it"


WISHES = [catalogue.Wish(suche="nacht"), catalogue.Wish(suche="ungeklaerte")]


@IN_THREADS
async def test_who_writes_captions_for_what_is_shown_has_them_at_the_right_place_of_the_whole(recording):
    await in_thread(passages.leave_out)(recording, Span(0, 1), "", EIGHT)
    await recording.arefresh_from_db()
    await in_thread(captions.put)(recording, "en", b"WEBVTT\n\n00:01.000 --> 00:02.000\nGood evening.\n", EIGHT)
    passage = await recording.passages.select_related("recording").aget()
    await in_thread(passages.clear)(passage)
    assert f"{1 + recording.left_out:06.3f} --> " in await read(recording, "captions-en.vtt")


@IN_THREADS
async def test_where_a_moment_is_lost_they_stay_beside_what_they_were_written_for(recording):
    await Excerpt.objects.acreate(recording=recording, begins=5, ends=6, made=EIGHT)
    await Segment.objects.filter(name="video-0000-000001.m4s").aupdate(state="failed")
    lost = await Segment.objects.aget(name="video-0000-000001.m4s")
    await Recording.objects.aupdate(state="failed")
    await in_thread(uploading.leave_out_missing)(await Recording.objects.select_related("session").aget(), LATER)
    moved = 5 - lost.duration
    text = await read(recording, "captions-de.vtt")
    assert ("Lied" in text, f"00:00:{moved:06.3f} --> " in text) == (False, True)
    assert (await Excerpt.objects.aget()).begins == pytest.approx(moved)


@IN_THREADS
@pytest.mark.parametrize("over", [{"withdrawn": LATER}, {"public_until": LATER}])
async def test_they_go_with_the_recording(recording, over):
    await Recording.objects.aupdate(**over)
    for name in ("captions-de.m3u8", "captions-de.vtt", "transcript-de.txt"):
        assert (await AsyncClient().get(f"/media/{recording.slug}/{name}")).status_code == 410
    await in_thread(publication.forget_due)(LATER)
    assert await Captions.objects.acount() == 0


# --- the office -------------------------------------------------------------------------------------------------------


def upload(browser, recording: Recording, data: bytes, language: str = "de"):
    file = SimpleUploadedFile("abend.vtt", data, "text/vtt")
    return browser.post(f"{SHELF}/{recording.pk}/untertitel", {"language": language, "file": file}, follow=True)


def test_ida_uploads_checks_and_takes_them_away(today, client, idas_browser):
    recording = kept("blech", ended=timezone.now() - timedelta(days=15))
    assert "überfällig: seit 15 Tagen ohne Untertitel, Frist 14 Tage" in words(idas_browser.get(SHELF).content.decode())
    assert "Deutsch hochgeladen, noch nicht geprüft" in words(upload(idas_browser, recording, VTT).content.decode())
    assert "Untertitel hochgeladen, noch nicht geprüft" in words(idas_browser.get(SHELF).content.decode())
    page = words(client.get("/mediathek/blech").content.decode())
    assert "Guten Abend. Das ungeklaerte Lied Gute Nacht." in page
    assert "Diesen Text hat noch niemand geprüft." in page
    idas_browser.post(f"{SHELF}/{recording.pk}/untertitel/de/geprueft")
    assert "Untertitel geprüft" in words(idas_browser.get(SHELF).content.decode())
    assert "niemand geprüft" not in words(client.get("/mediathek/blech").content.decode())
    idas_browser.post(f"{SHELF}/{recording.pk}/untertitel/de/loeschen")
    assert Captions.objects.count() == 0


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (VTT.replace(b"-->", b"to", 1), "Zeile 3: Hier wird eine Zeit erwartet"),
        (b"", "Diese Datei ist leer."),
        (b"WEBVTT\n\n" + b"NOTE\n" * 300_000, "Die Datei ist größer als 1 MB."),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(today, idas_browser, data, sentence):
    answer = upload(idas_browser, kept("blech"), data)
    assert (answer.status_code, Captions.objects.count()) == (422, 0)
    assert sentence in words(answer.content.decode())


def test_a_better_file_takes_the_place_of_the_earlier_and_has_to_be_checked_again(today, idas_browser):
    recording = kept("blech")
    upload(idas_browser, recording, VTT)
    Captions.objects.update(state=Captions.State.CHECKED)
    upload(idas_browser, recording, VTT.replace(b"Guten Abend", b"Willkommen"))
    upload(idas_browser, recording, VTT, "en")
    assert list(Captions.objects.values_list("language", "state")) == [("de", "uploaded"), ("en", "uploaded")]
    assert Captions.objects.get(language="de").text.startswith("Willkommen.")


def test_what_is_over_takes_none_and_strangers_upload_none(today, client, idas_browser):
    over = kept("vorbei", withdrawn=timezone.now())
    assert upload(idas_browser, over, VTT).status_code == 409
    assert client.post(f"{SHELF}/{over.pk}/untertitel").status_code == 302
    assert Captions.objects.count() == 0


def test_they_are_due_on_a_day_of_the_town_also_where_the_clocks_change_meanwhile():
    just_after_midnight = datetime(2026, 10, 17, 22, 15, tzinfo=UTC)
    assert captions.due(just_after_midnight, ZoneInfo("Europe/Berlin")).date() == date(2026, 11, 1)


def test_missing_is_counted_in_days_and_overdue_after_a_fortnight():
    assert [captions.missing(EIGHT, EIGHT + timedelta(days=days)).overdue for days in (0, 14, 15)] == [
        False,
        False,
        True,
    ]
