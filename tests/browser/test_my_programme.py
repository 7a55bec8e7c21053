"""A visitor's own list: nothing is stored before the tap, and nothing is left after the last one."""

import re

from tests.browser.conftest import open_page

STORED = "Object.entries(localStorage)"


async def test_a_tap_notes_a_performance_and_the_list_goes_into_the_calendar_and_to_another_device(house, browser):
    page = await open_page(browser, house.address + "/programm")
    note = page.get_by_role("button", name=re.compile("^Merken.*Finale: Alle Orte"))
    await note.wait_for()
    assert await page.evaluate(STORED) == []
    await note.click()
    number = await note.get_attribute("data-remember")
    assert await page.evaluate(STORED) == [["kultour-my-programme", f"[{number}]"]]

    await page.locator("#page-news").get_by_role("link", name="Mein Programm").click()
    link = page.get_by_role("link", name="Link zu dieser Liste")
    await link.wait_for()
    assert await page.locator("main .item-title").all_inner_texts() == ["Finale: Alle Orte, ein Lied"]
    subscribe = await page.get_by_role("link", name="Im Kalender abonnieren").get_attribute("href")
    calendar = await page.request.get(subscribe.replace("webcal://", "http://"))
    assert (await calendar.text()).count("BEGIN:VEVENT") == 1

    other = await open_page(browser, await link.get_attribute("href"))
    await other.get_by_role("button", name="Diese Liste auf diesem Gerät merken").click()
    assert await other.evaluate(STORED) == await page.evaluate(STORED)

    await page.get_by_role("button", name="Alles vergessen").click()
    await page.get_by_text("Noch ist nichts gemerkt.").wait_for()
    assert (await page.evaluate(STORED), await page.context.cookies(), page.faults) == ([], [], [])
