"""Two pages in Chromium that know each other by the wall clock: an artist's that plays it, and a spectator's."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page

from tests.browser.conftest import eventually, look, new_context
from tests.program import Program, wait_for

HERE = Path(__file__).parent
DAY = 1 << 24
"""Milliseconds after which the clock in the picture begins anew."""
NUMBERS = 1 << 16
WIDTH, HEIGHT, RATE = 1280, 720, 30


def script(*names: str) -> str:
    return "\n".join((HERE / name).read_text() for name in names)


# --- an artist ----------------------------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def artist(
    browser: Browser, house: Program, stage: str, via: tuple[str, int] | None = None
) -> AsyncIterator[Page]:
    """Somebody who brings the clock to a stage by WHIP, as other people's pages do. `via`: through this line."""
    context = await new_context(browser)
    page = await context.new_page()
    body = f'<!doctype html><canvas width="{WIDTH}" height="{HEIGHT}"></canvas>'
    body += f"<script>{script('clock.js', 'publisher.js')}</script>"
    await page.route("**/artist", lambda route: route.fulfill(body=body, content_type="text/html"))
    await page.goto(f"{house.address}/artist")
    whip, token = house.key(stage)
    line = {"host": via[0], "port": via[1]} if via else None
    await page.evaluate("(how) => publish(how)", {"whip": whip, "token": token, "via": line})
    yield page
    await context.close()


async def sent(page: Page) -> dict[str, Any]:
    """`drawn` pictures and what the browser says of its outgoing picture."""
    return await page.evaluate("sent()")


async def settled(page: Page, patience: float) -> dict[str, Any]:
    """Once the picture has grown to its full size, or after so many seconds: a browser begins small."""
    deadline = time.monotonic() + patience
    while (found := await sent(page)).get("frameWidth") != WIDTH and time.monotonic() < deadline:
        await asyncio.sleep(0.2)
    return found


async def packaged(house: Program, stage: str) -> None:
    """Once there is a live playlist."""
    await asyncio.to_thread(wait_for, lambda: house.get(f"/media/live/{stage}/index.m3u8")[0] == 200, "a live playlist")


# --- a spectator --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """A picture on the screen; times in milliseconds of the wall clock."""

    says: Any
    came: float | None
    """When its last packet was there; None for HLS."""
    at: float
    """When the compositor means it to be on the screen."""
    count: int
    """Pictures this video has shown, this one included; more than one higher than before if the page slept over one."""
    way: str
    size: tuple[int, int]

    @property
    def age(self) -> float:
        """Milliseconds since it was drawn, where it shows the clock."""
        return (self.at - self.says["time"] + 1000) % DAY - 1000


@contextlib.asynccontextmanager
async def spectator(browser: Browser, url: str, reads: str = "readClock") -> AsyncIterator[Page]:
    """A visitor's page, watched from inside. `reads`: by which function a picture is read."""
    context = await new_context(browser, viewport={"width": 1400, "height": 1400})
    page = await context.new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    reading = f"const readPicture = {reads};"
    await page.add_init_script("\n".join([script("clock.js", "colours.js"), reading, script("spectator.js")]))
    await page.goto(url)
    await eventually(page, "() => spectator.shown.length > 0", "a first picture", 30)
    yield page
    assert page.faults == [], page.faults
    await context.close()


async def shown(page: Page) -> list[Shown]:
    """What came on the screen since the last question."""
    return [
        Shown(one["says"], one["came"], one["at"], one["count"], one["way"], tuple(one["size"]))
        for one in await look(page, "() => spectator.shown.splice(0)")
    ]


async def received(page: Page) -> dict[str, dict[str, Any]]:
    """What the browser says of incoming picture and sound; empty where nothing comes by WebRTC."""
    return await page.evaluate("spectator.received()")


# --- both ---------------------------------------------------------------------------------------------------------


async def skew(one: Page, other: Page) -> float:
    """Milliseconds by which the wall clocks of two pages differ at most, asked in turn until little time passes."""
    return abs(await ahead(one) - await ahead(other))


async def ahead(page: Page) -> float:
    """Milliseconds of the page's clock before ours, from the quickest of some answers."""
    answers = []
    for _ in range(10):
        asked = time.time()
        said = await look(page, "() => performance.timeOrigin + performance.now()")
        answered = time.time()
        answers.append((answered - asked, said - (asked + answered) * 500))
    return min(answers)[1]
