"""The office reads its list, by mouse and by keyboard alone: sees the problem, corrects it, takes it over."""

import pytest
from playwright.async_api import Page

from kultour import tables
from tests.browser.conftest import open_page


async def by_mouse(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name).click()


async def by_keyboard(page: Page, name: str) -> None:
    for _step in range(40):
        await page.keyboard.press("Tab")
        if await page.locator(":focus").inner_text() == name:
            await page.keyboard.press("Enter")
            return
    raise AssertionError(f"no Tab leads to “{name}”")


def chosen(heads: list[str], row: list[str]) -> dict:
    return {"name": "liste.csv", "mimeType": "text/csv", "buffer": tables.write_csv(heads, [row])}


@pytest.mark.parametrize(("press", "start"), [(by_mouse, "04:00"), (by_keyboard, "04:40")])
async def test_a_list_is_corrected_and_taken_over(house, browser, press, start):
    page = await open_page(browser, house.address + "/anmelden?next=/buero/einlesen")
    await page.locator("input[name=login]").fill("buero")
    await page.locator("input[name=password]").fill(house.office_password)
    await page.locator("main form button[type=submit]").click()
    await page.get_by_role("heading", name="Liste einlesen").wait_for()
    last_year = await page.context.request.get(house.address + "/buero/einlesen/demo/liste.csv")
    heads, first, *_rest = ([str(cell or "") for cell in row.cells] for row in tables.read(await last_year.body()))
    row = dict(zip(heads, first, strict=False)) | {
        "Beginn": start, "Ende": "", "Dauer": "30", "Titel": f"Nachtwache {start}", "Mitwirkende": "Jorinde Beispiel",
        "Titel (englisch)": "", "Text (englisch)": "",
    }  # fmt: skip
    await page.locator("input[type=file]").set_input_files(chosen([*row], [*(row | {"Bühne": "Die Qellen"}).values()]))
    await press(page, "Liste durchsehen")
    await page.get_by_text("Eine Bühne „Die Qellen“ gibt es nicht. Ist „Die Quellen“ gemeint?").first.wait_for()
    assert await page.get_by_role("button", name="Übernehmen").count() == 0
    await page.locator("input[type=file]").set_input_files(chosen([*row], [*row.values()]))
    await press(page, "Liste durchsehen")
    await page.get_by_text("Die Liste kann übernommen werden.").wait_for()
    await press(page, "Übernehmen")
    await page.get_by_text("Übernommen: Ein Auftritt ist jetzt ein Entwurf.").wait_for()
    assert page.faults == []
