"""The first evening in the browser: an artist with a phone, the town before its screens."""

import asyncio

from tests.browser.conftest import eventually, look, moving_picture, open_page, sign_in
from tests.cast import Artist, until


async def test_an_artist_goes_live_and_the_town_watches_listens_and_talks(house, browser):
    leyla = await open_page(browser, house.address + house.artist_path, permissions=["camera", "microphone"])
    await leyla.get_by_role("button", name="Weiter").click()
    await leyla.get_by_role("button", name="Kamera und Mikrofon einschalten").click()
    await leyla.get_by_label("Nur eine Probe").check()  # what the page proposes depends on the hour
    await leyla.get_by_text("Es wird eine Probe. Nichts davon bleibt").first.wait_for()
    await leyla.get_by_label("Nur eine Probe").uncheck()
    await leyla.get_by_role("button", name="Auf Sendung").click()
    await leyla.get_by_text("Sie sind auf Sendung").first.wait_for()
    await leyla.get_by_text("Das Bild kommt an").first.wait_for()

    vera = await open_page(browser, f"{house.address}/buehne/bibliothek")
    seen = await moving_picture(vera)
    assert (seen["muted"], seen["paused"]) == (True, False)
    assert await look(vera, "() => navigator.userActivation.hasBeenActive") is False
    await vera.get_by_role("button", name="Ton an").click()
    heard = await eventually(vera, SOUNDING, "sound after the click")
    assert heard["muted"] is False

    otto = await open_page(browser, f"{house.address}/buehne/bibliothek")
    for page, name in ((vera, "Vera"), (otto, "Otto")):
        await page.get_by_label("Wählen Sie einen Namen").fill(name)
        await page.get_by_role("button", name="Mitreden").click()
        await page.get_by_label("Ihre Nachricht").wait_for()
    for page, other, text in ((vera, otto, "Guten Abend, Otto!"), (otto, vera, MARKUP)):
        await page.get_by_label("Ihre Nachricht").fill(text)
        await page.get_by_role("button", name="Senden").click()
        await other.get_by_role("log").get_by_text(text).wait_for()

    # Otto thinks better of another name.
    await otto.get_by_role("button", name="Namen ändern").click()
    await otto.get_by_label("Wählen Sie einen Namen").press("Escape")
    await otto.get_by_label("Ihre Nachricht").wait_for()

    await leyla.get_by_role("button", name="Beenden").click()
    await leyla.get_by_role("button", name="Wirklich beenden").click()
    await vera.get_by_text("nicht auf Sendung").first.wait_for()
    assert (leyla.faults, vera.faults, otto.faults) == ([], [], [])


MARKUP = "<img src=x onerror=alert(1)> Hallo Vera!"
"""Is read as it was written, and nothing of it runs: there is no fault, and no complaint of the page's policy."""
SOUNDING = """() => {
  const video = [...document.querySelectorAll("video")].find((one) => one.videoWidth > 0 && one.offsetParent);
  return video && !video.paused && !video.muted && video.volume > 0 && { muted: video.muted, time: video.currentTime };
}"""


async def test_what_a_visitor_reports_a_moderator_hides_and_brings_back_to_its_place(house, browser):
    vera = await open_page(browser, f"{house.address}/buehne/kaiserpfalz")
    await vera.get_by_label("Wählen Sie einen Namen").fill("Vera")
    await vera.get_by_role("button", name="Mitreden").click()
    for text in ("Gift", "Bravo"):
        await vera.get_by_label("Ihre Nachricht").fill(text)
        await vera.get_by_role("button", name="Senden").click()
        await vera.get_by_role("log").get_by_text(text).wait_for()
    await vera.get_by_role("log").focus()
    for key in ("Tab", "ArrowUp", "Enter"):
        await vera.keyboard.press(key)
    await vera.get_by_text("Danke. Die Moderation sieht sich diese Nachricht an.").wait_for()
    mo = await open_page(browser, "about:blank")
    await sign_in(mo, house)
    await mo.goto(f"{house.address}/buero/chat?buehne=kaiserpfalz")
    await mo.get_by_role("list", name="Gemeldet").get_by_text("Gift").wait_for()
    lines = vera.locator(".chat-text")
    heard = []
    for deed in ("Ausblenden", "Zurückholen"):
        # So soon after the list moved no press counts.
        line = mo.locator("moderation-queue:not([settling], [aria-busy]) .queue-line", has_text="Gift")
        await line.get_by_role("button", name=deed).press("Enter")
        count = 1 if deed == "Ausblenden" else 2
        await eventually(vera, f"() => document.querySelectorAll('.chat-line').length === {count}", deed)
        heard.append(await lines.all_text_contents())
    back = mo.locator(".queue-line", has_text="Gift").get_by_role("button", name="Ausblenden")
    await back.wait_for()
    focused = await back.evaluate("(button) => button === document.activeElement")
    assert (heard, focused, vera.faults, mo.faults) == ([["Bravo"], ["Gift", "Bravo"]], True, [], [])
    # A page whose session has ended hears that something was said, and must not show an empty list then.
    await mo.context.clear_cookies()
    await vera.get_by_label("Ihre Nachricht").fill("Da capo")
    await vera.get_by_role("button", name="Senden").click()
    await mo.get_by_role("button", name="Neue Nachrichten zeigen").click()
    await mo.wait_for_url("**/anmelden**")


async def test_where_udp_is_blocked_the_picture_comes_by_itself(house, browser_without_udp):
    artist = Artist(*house.key("hnf"))
    await artist.go_live()
    await until(lambda: house.get("/media/live/hnf/index.m3u8")[0] == 200, "the live playlist")
    page = await open_page(browser_without_udp, f"{house.address}/buehne/hnf")
    await eventually(page, FIRST_PICTURE, "a picture by HLS")
    seen = await moving_picture(page)
    way = await page.locator("stage-player").get_attribute("way")
    await artist.finish()
    assert (way, seen["paused"]) == ("hls", False)


FIRST_PICTURE = (
    """() => [...document.querySelectorAll("video")].some((one) => one.videoWidth > 0 && one.currentTime > 0)"""
)


async def from_the_castle(page) -> set[str]:
    """Addresses of the recordings of its stage."""
    links = await page.get_by_role("link", name="Schlosshofbühne").all()
    return {(await link.get_attribute("href") or "").partition("#")[0] for link in links}


async def test_the_recording_of_the_evening_plays_in_the_mediathek(house, browser):
    page = await open_page(browser, f"{house.address}/mediathek")
    known = await from_the_castle(page)
    artist = Artist(*house.key("schloss", "--act", "trio-halbe-note"))
    await artist.go_live()
    await until(lambda: artist.camera.sent > 160, "eight seconds of playing")
    await artist.finish()
    for _ in range(60):
        await page.reload()
        if found := await from_the_castle(page) - known:
            break
        await asyncio.sleep(1)
    await page.goto(house.address + found.pop())
    await page.locator("video").wait_for()
    await page.evaluate("document.querySelector('video').muted = true")
    await page.evaluate("document.querySelector('video').play()")
    seen = await moving_picture(page)
    assert seen["width"] == 160
    assert page.faults == []
