"""A storm: the office moves the evening on one sheet, and whoever looks at any page of it knows within two seconds."""

import asyncio

from tests.browser.conftest import eventually, open_page, sign_in

PATIENCE = 2.0
"""Seconds until every open page agrees."""
AT_ONCE = "Math.random = () => 0"
"""Without the part of a second that pages wait by chance (`shared/renewal.ts`): a test has no luck to spend."""
DESK = {"viewport": {"width": 1400, "height": 1000}}


async def drag(page, title: str, stage: str, minutes: int) -> None:
    """By mouse: onto another stage, and so many minutes later."""
    grip = page.locator(".slot-grip", has_text=title)
    await grip.scroll_into_view_if_needed()
    at = await grip.bounding_box()
    lane = await page.locator(f'.lane[data-stage="{stage}"]').bounding_box()
    per_minute = await page.evaluate("0.16 * parseFloat(getComputedStyle(document.documentElement).fontSize)")
    x, y = at["x"] + 20, at["y"] + 8
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + 10, y + 10)
    await page.mouse.move(lane["x"] + 40, y + minutes * per_minute, steps=3)
    await page.mouse.up()


def tells(title: str, *words: str) -> str:
    """Whether this page's entry of that performance says all of these words; no words: it has no such entry."""
    return f"""() => {{
      const entry = [...document.querySelectorAll("main .item, main .slot:not(.slot-shadow)")].find((each) =>
        each.textContent.includes({title!r}));
      const words = {list(words)};
      return words.length ? !!entry && words.every((word) => entry.textContent.includes(word)) : !entry;
    }}"""


def saved(title: str) -> str:
    """Whether the page offers to undo it."""
    return f"() => document.querySelector('form[data-undo]')?.textContent.includes({title!r})"


async def test_the_office_moves_three_and_takes_one_back_and_every_page_agrees(house, browser):
    ida = await open_page(browser, "about:blank", **DESK)
    await sign_in(ida, house)
    await ida.goto(house.address + "/buero/plan")
    paul = await ida.context.new_page()
    await paul.goto(house.address + "/buero/plan")
    otto = await open_page(browser, house.address + "/programm", AT_ONCE)
    vera = await open_page(browser, house.address + "/buehne/schloss", AT_ONCE)
    await eventually(vera, tells("Finale", "22:45"), "the finale on its first stage")

    await drag(ida, "Finale", "hnf", -15)
    for page, words in ((vera, ()), (otto, ("22:30", "MuseumsForum")), (paul, ("22:30–23:00",))):
        await eventually(page, tells("Finale: Alle Orte", *words), f"the finale {words}", PATIENCE)
    await eventually(ida, saved("Finale"), "the finale saved")
    await drag(ida, "Wasser, Strom, Takt", "theater", 30)
    await eventually(otto, tells("Wasser, Strom, Takt", "22:30", "Theater"), "water in the theatre", PATIENCE)
    await eventually(ida, saved("Wasser"), "water saved")

    await ida.locator(".slot-grip", has_text="Stille im Kreuzgang").focus()
    for key in ("Enter", "ArrowDown", "Shift+ArrowDown", "Enter"):
        await ida.keyboard.press(key)
    await eventually(otto, tells("Stille im Kreuzgang", "21:35", "25 Minuten"), "silence by keyboard", PATIENCE)
    await eventually(ida, saved("Stille"), "silence saved")
    assert "Stille im Kreuzgang" in await ida.evaluate("document.activeElement.textContent")
    await ida.keyboard.press("Control+z")
    for page, words in ((otto, ("21:30", "20 Minuten")), (paul, ("21:30–21:50",)), (ida, ("21:30–21:50",))):
        await eventually(page, tells("Stille im Kreuzgang", *words), f"silence as before {words}", PATIENCE)
    assert (ida.faults, otto.faults, vera.faults) == ([], [], [])


async def test_a_finger_scrolls_the_plan_and_carries_what_it_has_rested_on(house, browser):
    page = await open_page(browser, "about:blank", has_touch=True, viewport={"width": 1100, "height": 700})
    await sign_in(page, house)
    await page.goto(house.address + "/buero/plan")
    line = await page.context.new_cdp_session(page)
    grip = page.locator(".slot-grip", has_text="Stille im Kreuzgang")
    before = await grip.locator(".planned-time").inner_text()
    scrolled = "document.querySelector('.plan-board').scrollTop"

    async def touch(kind: str, *points: tuple[float, float]) -> None:
        await line.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]}
        )

    async def below_the_finger() -> tuple[float, float]:
        await grip.scroll_into_view_if_needed()
        at = await grip.bounding_box()
        return at["x"] + 20, at["y"] + 8

    x, y = await below_the_finger()
    high = await page.evaluate(scrolled)
    # Sent together: however slow the machine is, the finger does not rest in between.
    swipe = [("touchStart", (x, y)), *(("touchMove", (x, y + 20 * step)) for step in range(1, 6))]
    await asyncio.gather(*(touch(kind, at) for kind, at in swipe), touch("touchEnd"))
    await eventually(page, f"() => {scrolled} < {high}", "the board scrolled")
    await eventually(page, f"() => window.was === (window.was = {scrolled})", "the board at rest")
    assert await page.locator("[data-held]").count() == 0

    x, y = await below_the_finger()
    await touch("touchStart", (x, y))
    await eventually(page, "() => !!document.querySelector('[data-held]')", "something in the hand")
    high = await page.evaluate(scrolled)
    for step in range(1, 6):
        await touch("touchMove", (x, y - 8 * step))
    assert await page.evaluate(scrolled) == high
    await touch("touchEnd")
    await eventually(page, saved("Stille im Kreuzgang"), "silence saved")
    assert await grip.locator(".planned-time").inner_text() != before
    await page.keyboard.press("Control+z")
    await eventually(page, tells("Stille im Kreuzgang", before), "silence as before")
    assert page.faults == []
