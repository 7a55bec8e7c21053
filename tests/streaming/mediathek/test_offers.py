"""Before it is deleted a recording is offered to the town's archive, and nothing waits for the answer."""

import io
import tarfile
from datetime import timedelta

import pytest
from django.test import AsyncClient
from django.utils import timezone

from streaming.mediathek import offers, publication
from streaming.models import ArchiveOffer, Recording
from streaming.threads import in_thread
from tests.events.conftest import ida, idas_browser
from tests.events.test_pages import words
from tests.streaming.evening import EIGHT, ended, played, session
from tests.streaming.mediathek.test_bag import told
from tests.streaming.mediathek.test_pages import kept, today
from tests.streaming.test_archive import LATER, objects, upload_all

__all__ = ["ida", "idas_browser", "today"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_data")]
IN_THREADS = pytest.mark.django_db(transaction=True)
"""What threads write, they have to see."""
PAGE = "/buero/stadtarchiv"
DAY = timedelta(days=1)


def states() -> dict[str, str]:
    return dict(ArchiveOffer.objects.values_list("recording__slug", "state"))


def test_the_offer_comes_90_days_before_the_end_or_at_once_where_less_is_left(today):
    now = timezone.now()
    kept("lang", public_until=now + 100 * DAY)
    kept("kurz", public_until=now + 7 * DAY)
    kept("noch-nicht", state="recorded", public_until=now + 7 * DAY)
    kept("vorbei", withdrawn=now)
    assert (offers.follow(now), states()) == (1, {"kurz": "offered"})
    assert (offers.follow(now + 9.9 * DAY), offers.follow(now + 10 * DAY)) == (1, 1)
    assert states() == {"kurz": "lapsed", "lang": "offered"}


def test_what_is_not_answered_in_time_lapses_and_what_is_taken_back_is_no_longer_on_offer(today):
    now = timezone.now()
    kept("abgelaufen", public_until=now + DAY)
    taken_back = kept("zurueck", public_until=now + DAY)
    offers.follow(now)
    publication.withdraw([taken_back.pk], now)
    offers.follow(now)
    assert states() == {"abgelaufen": "offered", "zurueck": "revoked"}
    offers.follow(now + DAY)
    assert states() == {"abgelaufen": "lapsed", "zurueck": "revoked"}
    assert not offers.answer(ArchiveOffer.objects.get(state="lapsed").pk, "accepted", now + DAY)


def test_an_answer_counts_once_and_only_while_there_is_something_to_be_had(today):
    now = timezone.now()
    recording = kept("blech", public_until=now + DAY)
    offers.follow(now)
    offer = ArchiveOffer.objects.get()
    assert not offers.answer(offer.pk, "accepted", now + DAY)
    assert offers.answer(offer.pk, "declined", now)
    assert not offers.answer(offer.pk, "accepted", now)
    assert (states(), offers.packable(recording, now)) == ({"blech": "declined"}, False)


@IN_THREADS
async def test_the_end_of_consent_waits_for_no_archive_and_the_record_says_what_became_of_the_offer(
    bucket, idas_browser
):
    await ended(await played(await session(), keep_days=90), LATER)
    await upload_all()
    await in_thread(offers.follow)(LATER + 2 * DAY)
    await Recording.objects.aupdate(public_until=LATER)
    await in_thread(offers.follow)(LATER)
    await in_thread(publication.forget_due)(LATER)
    assert objects(bucket) == set()
    shelf = await in_thread(lambda: words(idas_browser.get("/buero/aufzeichnungen").content.decode()))()
    assert "15 Dateien; vom Stadtarchiv nicht rechtzeitig beantwortet" in shelf


def test_ida_passes_on_what_the_archive_says(today, idas_browser):
    for slug in ("blech", "orgel"):
        kept(slug)
    offers.follow(timezone.now())
    assert words(idas_browser.get(PAGE).content.decode()).count("Archiv übernimmt") == 2
    blech, orgel = ArchiveOffer.objects.order_by("recording__slug")
    idas_browser.post(f"{PAGE}/{blech.pk}/annehmen")
    idas_browser.post(f"{PAGE}/{orgel.pk}/ablehnen")
    page = words(idas_browser.get(PAGE).content.decode())
    assert ("vom Stadtarchiv übernommen" in page, "vom Stadtarchiv abgelehnt" in page) == (True, True)
    assert page.count("Paket herunterladen") == 1
    publication.withdraw([blech.recording_id], timezone.now())
    page = words(idas_browser.get(PAGE).content.decode())
    assert "Die Gruppe hat ihre Einwilligung seitdem zurückgezogen. Bitte sagen Sie es dem Archiv." in page
    assert "Paket herunterladen" not in page


def test_strangers_neither_answer_nor_take_anything(today, client):
    kept("blech")
    offers.follow(timezone.now())
    offer = ArchiveOffer.objects.get()
    asked = [client.post(f"{PAGE}/{offer.pk}/annehmen"), client.get(f"{PAGE}/{offer.pk}/paket.tar"), client.get(PAGE)]
    assert ([answer.status_code for answer in asked], states()) == ([302, 302, 302], {"blech": "offered"})


@IN_THREADS
async def test_the_package_is_a_whole_bag_and_only_of_what_the_archive_takes(bucket, ida, tmp_path):
    await ended(await played(await session(), keep_days=90), LATER)
    await upload_all()
    await Recording.objects.aupdate(public_until=timezone.now() + DAY)
    await in_thread(offers.follow)(timezone.now())
    offer = await ArchiveOffer.objects.select_related("recording").aget()
    browser = AsyncClient()
    await browser.aforce_login(ida)
    address = f"{PAGE}/{offer.pk}/paket.tar"
    assert (await browser.get(address)).status_code == 404
    await in_thread(offers.answer)(offer.pk, "accepted", timezone.now())
    answer = await browser.get(address)
    data = b"".join([piece async for piece in answer.streaming_content])
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        tar.extractall(tmp_path, filter="data")
    folder = tmp_path / offer.recording.slug
    assert (folder / "bagit.txt").exists()
    assert set(told(folder, "manifest-sha256.txt")) == {
        str(path.relative_to(folder)) for path in (folder / "data").rglob("*") if path.is_file()
    }
    await Recording.objects.aupdate(withdrawn=EIGHT)
    assert (await browser.get(address)).status_code == 404
