"""A passkey, from the first press to the next morning: Chromium with a security key that a test can hold."""

from tests.browser.conftest import open_page

FINGER = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}


async def test_ida_saves_a_passkey_and_comes_back_with_nothing_else(house, browser):
    page = await open_page(browser, house.address + "/anmelden")
    complaints = []
    page.on("console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None)
    device = await page.context.new_cdp_session(page)
    await device.send("WebAuthn.enable")
    await device.send("WebAuthn.addVirtualAuthenticator", {"options": FINGER})

    await page.locator("input[name=login]").fill("buero")
    await page.locator("input[name=password]").fill(house.office_password)
    await page.get_by_role("button", name="Anmelden", exact=True).click()
    await page.get_by_role("link", name="Mein Konto").click()
    await page.get_by_role("link", name="Passkey speichern").click()
    await page.get_by_role("button", name="Passkey speichern").click()
    await page.get_by_role("heading", name="Ersatzcodes").wait_for()
    assert await page.locator(".codes > li").count() == 10

    await page.get_by_role("button", name="Abmelden").click()
    await page.wait_for_url("**/heute")
    await page.goto(house.address + "/anmelden?next=/buero/leute")
    await page.get_by_role("button", name="Mit Passkey anmelden").click()
    await page.get_by_role("heading", name="Personen").wait_for()

    # The other tests of this program sign in by password alone.
    await page.goto(house.address + "/konto/")
    await page.get_by_role("link", name="Entfernen").click()
    await page.get_by_role("button", name="Passkey entfernen").click()
    await page.get_by_text("Der Passkey ist entfernt.").wait_for()
    assert (complaints, page.faults) == ([], [])
