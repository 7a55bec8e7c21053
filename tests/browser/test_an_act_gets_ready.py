"""An act with nothing but its link gets ready, on a small telephone and without a password (DOMAIN M10)."""

from tests.browser.conftest import open_page

YESTERDAY = """
from datetime import timedelta
from django.utils import timezone
from events import invitations
from events.models import Act, Consent
from streaming.models import LiveSession
dj, then = Act.objects.get(slug="dj-rieselfeld"), timezone.now() - timedelta(days=1)
heard = then + timedelta(seconds=30)
LiveSession.objects.create(stage="kulturwerkstatt", act=dj, title="Probe", started=then, heard=heard, ended=heard)
Consent.objects.filter(act=dj).delete()
print(invitations.make(dj, None, timezone.now()))
"""
"""What going on air for half a minute left behind, nothing agreed yet; and the act's link."""


async def test_an_act_with_only_its_link_gets_ready_on_a_small_telephone(house, browser):
    (token,) = house.manage("shell", "-v", "0", "-c", YESTERDAY)
    size = {"width": 360, "height": 740}
    phone = await open_page(browser, f"{house.address}/hinterbuehne/{token}", viewport=size)
    await phone.get_by_role("button", name="Weiter").click()
    await phone.get_by_role("link", name="Ihre Angaben").click()
    await phone.get_by_role("link", name="Kommen Sie?").click()
    await phone.get_by_label("Ja, wir kommen.").check()
    await phone.get_by_role("button", name="Speichern").click()

    await phone.get_by_role("link", name="Wie erreichen wir Sie").click()
    await phone.get_by_label("Wen dürfen wir anrufen?").fill("Mara Riesel")
    await phone.get_by_label("Telefonnummer am Abend").fill("05251 123456")
    await phone.get_by_role("button", name="Speichern").click()

    await phone.get_by_role("link", name="Wasser, Strom, Takt").click()
    piece = phone.get_by_role("group", name="Stück 1")
    await piece.get_by_label("Titel").fill("Quelltopf")
    await piece.get_by_label("von mir oder uns").check()
    assert await phone.evaluate("document.documentElement.scrollWidth") <= 360
    await phone.get_by_role("button", name="Die Setliste ist vollständig").click()
    await phone.get_by_text("vollständig, ein Stück").wait_for()

    await phone.get_by_role("link", name="Was darf bleiben?").click()
    await phone.locator('main a[href^="/hinterbuehne/einwilligung/"]').first.click()
    await phone.locator("main input[type=radio]").first.check()
    await phone.get_by_label("Ihr Name").fill("Mara Riesel")
    await phone.get_by_role("button", name="Speichern").click()
    await phone.get_by_text("Gespeichert.").wait_for()
    await phone.goto(f"{house.address}/hinterbuehne/angaben")
    await phone.get_by_text("Sie sind bereit.").wait_for()
    assert await phone.evaluate("document.documentElement.scrollWidth") <= 360
    assert phone.faults == []
