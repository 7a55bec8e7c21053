"""A small edition planned from nothing, by mouse and by keyboard alone, until the audience reads it."""

from pathlib import Path

import pytest
from playwright.async_api import Locator, Page

from tests.browser.conftest import open_page, sign_in
from tests.program import Program

NAME_OF_THE_FOCUSED = """() => {
  const here = document.activeElement;
  return here.labels?.[0]?.innerText ?? here.innerText;
}"""
NEEDED = "(nötig)"
STEPS = 80


def labelled(page: Page, name: str) -> Locator:
    """A field by its label, whether or not it has to be filled in."""
    main = page.locator("main")
    return main.get_by_label(name, exact=True).or_(main.get_by_label(f"{name} {NEEDED}", exact=True))


class Mouse:
    def __init__(self, page: Page) -> None:
        self.page = page

    async def press(self, name: str) -> None:
        await (
            self.page.locator("main")
            .locator("a, button, summary")
            .get_by_text(name, exact=True)
            .locator("visible=true")
            .first.click()
        )

    async def write(self, field: str, text: str) -> None:
        await self.field(field).fill(text)

    async def choose(self, field: str, option: str) -> None:
        await self.field(field).select_option(label=option)

    async def tell(self, field: str, day: str = "", clock: str = "") -> None:
        await self.field(field).fill("T".join(filter(None, (day, clock))))

    def field(self, name: str) -> Locator:
        return labelled(self.page, name).first


class Keyboard:
    def __init__(self, page: Page) -> None:
        self.page = page

    async def press(self, name: str) -> None:
        await self.walk_to(name)
        await self.page.keyboard.press("Enter")

    async def write(self, field: str, text: str) -> None:
        await self.walk_to(field)
        await self.page.keyboard.press("Control+a")
        await self.page.keyboard.type(text)

    async def choose(self, field: str, option: str) -> None:
        """By its first word: a blank would open the list instead of choosing in it."""
        await self.walk_to(field)
        await self.page.keyboard.type(option.split()[0])

    async def tell(self, field: str, day: str = "", clock: str = "") -> None:
        """A day or a time in the browser's own order. Day and month are the same number, and it is the morning: so it
        is right in any language; the A, for one that asks for am or pm."""
        await self.walk_to(field)
        if day:
            year, month, day_of_month = day.split("-")
            assert month == day_of_month
            await self.page.keyboard.type(month + day_of_month + year)
            await self.page.keyboard.press("ArrowRight")
        if clock:
            await self.page.keyboard.type(clock.replace(":", "") + "A")

    async def walk_to(self, name: str) -> None:
        """By Tab alone. Whoever stands on it already need not walk round."""
        for _step in range(STEPS):
            await self.page.keyboard.press("Tab")
            if (await self.page.evaluate(NAME_OF_THE_FOCUSED)).strip().removesuffix(NEEDED).strip() == name:
                return
        raise AssertionError(f"no Tab leads to “{name}”")


@pytest.fixture(scope="module")
def empty_house(tmp_path_factory) -> Program:
    program = Program(Path(tmp_path_factory.mktemp("empty")) / "data", "--empty", "--no-artists").start()
    yield program
    program.stop()


@pytest.mark.parametrize(("hand", "year", "edition"), [(Mouse, 2031, "Flussnacht"), (Keyboard, 2032, "Uferfest")])
async def test_an_edition_is_planned_from_nothing(empty_house, browser, hand, year, edition):
    page = await open_page(browser, empty_house.address)
    await sign_in(page, empty_house)
    office = hand(page)

    async def go(link: str, title: str) -> None:
        await office.press(link)
        await page.get_by_role("heading", level=1, name=title, exact=True).wait_for()

    async def saved(name: str) -> None:
        await go("Speichern", name)

    async def to(room: str) -> None:
        await office.press("Alle Räume")
        await go(room, room)

    await to("Spielorte und Bühnen")
    await go("Neuer Spielort", "Neuer Spielort")
    await office.write("Name", f"Hafen{year}")
    await office.write("Kurzname", f"Hafen{year}")
    await office.write("Geografische Breite", "51,72")
    await office.write("Geografische Länge", "8,75")
    await saved(f"Hafen{year}")
    await go("Neue Bühne", "Neue Bühne")
    await office.write("Name", f"Kranbühne {year}")
    await saved(f"Kranbühne {year}")
    await to("Alle Mitwirkenden")
    await go("Neue Mitwirkende", "Neue Mitwirkende")
    await office.write("Name", f"Kaitrio{year}")
    await office.choose("Art", "Ensemble")
    await saved(f"Kaitrio{year}")
    await to("Ausgaben")
    await go("Neue Ausgabe", "Neue Ausgabe")
    await office.write("Titel", edition)
    for field, clock in (("Beginnt", "09:00"), ("Endet", "11:45")):
        await office.tell(field, f"{year}-06-06", clock)
    await saved(edition)
    await go("Programmpunkte", "Programmpunkte")
    await go("Neuer Programmpunkt", "Neuer Programmpunkt")
    await office.write("Titel", "Kranmusik")
    await office.choose("Mitwirkende", f"Kaitrio{year}")
    await office.choose("Art", "Konzert")
    await saved("Kranmusik")
    for start in ("09:10", "10:30"):
        await go("Neuer Auftritt", "Neuer Auftritt")
        await office.choose("Bühne", f"Hafen{year} – Kranbühne {year}")
        await office.tell("Tag", day=f"{year}-06-06")
        await office.tell("Beginn", clock=start)
        await office.write("Dauer in Minuten", "40")
        await saved("Kranmusik")
        await office.press("Veröffentlichen")
        await page.get_by_text("(veröffentlicht)").wait_for()
        await go("Zum Programmpunkt", "Kranmusik")
    await page.goto(f"{empty_house.address}/mitwirkende/kaitrio{year}")
    assert [await page.locator(f"main :text('{clock}')").count() > 0 for clock in ("09:10", "10:30")] == [True, True]
    assert page.faults == []
