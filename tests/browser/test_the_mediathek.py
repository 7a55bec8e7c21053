"""The Mediathek in the browser: finding a recording, leading about in it, and going on where one left off."""

import re

import pytest_asyncio
from playwright.async_api import expect

from tests.browser.conftest import eventually, look, open_page
from tests.browser.test_every_page import SERIOUS, visit
from tests.cast import Artist, until
from tests.program import ROOT

AXE = ROOT / "node_modules/axe-core/axe.min.js"
STORED = "() => localStorage.getItem('kultour-places')"
READY = "() => document.querySelector('video').readyState > 0"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def recording(house) -> str:
    """The path of 26 s of Jorinde at the springs."""
    before = recordings_of(house, "jorinde-beispiel")
    artist = Artist(*house.key("quellen", "--act", "jorinde-beispiel"))
    await artist.go_live()
    await until(lambda: artist.camera.sent > 520, "26 s of playing", 60)
    await artist.finish()
    (path,) = await until(lambda: recordings_of(house, "jorinde-beispiel") - before, "published", 60)
    return path


def recordings_of(house, act: str) -> set[str]:
    """Paths. As long as the act has none, it cannot be chosen, and the wish counts for nothing."""
    text = house.get(f"/mediathek?wer={act}")[1]
    chosen = re.search(rf'value="{act}"[^>]* selected', text)
    return set(re.findall(r'href="(/mediathek/[^".?]+)"', text)) if chosen else set()


def near(second: float) -> str:
    """The picture is there, within two seconds."""
    return f"() => Math.abs(document.querySelector('video').currentTime - {second}) < 2"


async def test_a_recording_is_found_without_javascript(house, browser, recording):
    page = await visit(house, browser, "/mediathek", java_script_enabled=False)
    await page.get_by_role("searchbox").fill("tuba")
    await page.get_by_role("button", name="Suchen").click()
    await page.get_by_text("Zu dieser Auswahl passt keine Aufzeichnung").wait_for()
    await page.get_by_role("link", name="Alles zeigen").click()
    await page.get_by_label("Mitwirkende", exact=True).select_option("Jorinde Beispiel")
    await page.get_by_role("button", name="Suchen").click()
    await page.get_by_role("status").get_by_text("gefunden").wait_for()
    assert await page.locator(f'main a[href="{recording}"]').count() == 1


async def test_the_arrow_keys_lead_about_in_a_recording(house, browser, recording):
    page = await open_page(browser, house.address + recording)
    await eventually(page, READY, "the recording is known")
    await page.locator("video").focus()
    await page.keyboard.press("ArrowRight")
    moved = await eventually(page, "() => document.querySelector('video').currentTime", "a step forward")
    await page.keyboard.press("ArrowLeft")
    await eventually(page, f"() => document.querySelector('video').currentTime < {moved}", "and back")
    assert (await look(page, STORED), page.faults) == (None, [])


async def test_a_link_to_a_time_leads_into_the_recording(house, browser, recording):
    page = await open_page(browser, f"{house.address}{recording}#t=11")
    await eventually(page, READY, "the recording is known")
    await eventually(page, near(11), "the time of the address")
    # The set list of the evening is longer than these seconds: a link as it would stand among the works.
    await page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<a href=\"#t=4\">vier</a>')")
    for _ in range(2):
        await page.get_by_role("link", name="vier").press("Enter")
        await eventually(page, near(4), "the time of the link")
    assert page.faults == []


async def test_who_comes_back_goes_on_where_they_left_off_and_the_end_forgets_it(house, browser, recording):
    page = await open_page(browser, house.address + recording)
    await eventually(page, READY, "the recording is known")
    resume = page.get_by_role("button", name="Hier weiterschauen")
    assert (await resume.count(), await look(page, STORED)) == (0, None)
    await page.evaluate("const video = document.querySelector('video'); video.muted = true; video.currentTime = 12")
    assert await look(page, STORED) is None
    await page.evaluate("document.querySelector('video').play()")
    stored = await eventually(page, STORED, "the place is noted")
    assert re.fullmatch(r'\{"[a-z0-9-]+":1[2-5]\}', stored)

    await page.reload()
    await eventually(page, READY, "the recording is known")
    assert await look(page, "() => document.querySelector('video').currentTime") == 0
    await resume.click()
    await eventually(page, near(13.5), "where they left off")
    await eventually(
        page, "() => document.activeElement === document.querySelector('video')", "the player has the focus"
    )
    assert await resume.count() == 0
    await page.evaluate("const film = document.querySelector('video'); film.muted = true; film.currentTime = 24")
    await eventually(page, f"() => ({STORED})() === null", "forgotten at the end")
    assert page.faults == []


async def test_a_recording_has_no_barrier_that_a_machine_can_find(house, browser, recording):
    for path, width in ((recording, 360), (f"/en{recording}", 1280), ("/mediathek?suche=jorinde", 360)):
        page = await visit(house, browser, path, viewport={"width": width, "height": 740})
        await page.evaluate(AXE.read_text())
        found = await page.evaluate("axe.run().then((result) => result.violations)")
        assert {(one["id"], one["nodes"][0]["html"][:200]) for one in found if one["impact"] in SERIOUS} == set()
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.complaints == []


VTT = b"WEBVTT\n\n00:00.000 --> 00:05.000\nGuten Abend.\n\n00:10.000 --> 00:16.000\nEin Lied.\n"
SHOWN = "() => [...document.querySelector('video').textTracks].filter((track) => track.mode === 'showing')"
TIMES = (
    f"() => ({SHOWN})().flatMap((track) => [...track.cues ?? []]).map((cue) => [cue.startTime, cue.endTime, cue.text])"
)


async def test_captions_that_the_office_uploads_are_switched_on_beside_playing(house, browser, recording):
    office = await open_page(browser, f"{house.address}/buero/aufzeichnungen")
    await office.locator("input[name=login]").fill("buero")
    await office.locator("input[name=password]").fill(house.office_password)
    await office.locator("input[name=password]").press("Enter")
    row = office.locator("tr", has=office.locator(f'a[href="{recording}"]'))
    await row.get_by_role("link", name="Untertitel").click()
    await office.get_by_label("Datei").set_input_files({"name": "a.vtt", "mimeType": "text/vtt", "buffer": VTT})
    await office.get_by_role("button", name="Hochladen").click()
    await office.get_by_text("hochgeladen, noch nicht geprüft").wait_for()

    page = await open_page(browser, house.address + recording)
    await eventually(page, READY, "the recording is known")
    button = page.get_by_role("button", name="Untertitel")
    await button.click()
    times = await eventually(page, f"() => ({TIMES})().length === 2 && ({TIMES})()", "both captions are there")
    assert [[round(begins, 1), round(ends, 1), text] for begins, ends, text in times] == [
        [0, 5, "Guten Abend."],
        [10, 16, "Ein Lied."],
    ]
    await expect(button).to_have_attribute("aria-pressed", "true")
    await button.click()
    await expect(button).to_have_attribute("aria-pressed", "false")
    assert await look(page, f"() => ({SHOWN})().length") == 0
    assert page.faults == []
