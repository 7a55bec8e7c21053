"""From glass to glass: a clock drawn in an artist's browser, read again from the picture a visitor's browser shows."""

import argparse
import asyncio
import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from playwright.async_api import Browser, Page

from tests.bench.machine import load, summary
from tests.bench.pages import RATE, Shown, artist, packaged, settled, shown, skew, spectator
from tests.browser.conftest import NO_UDP, chromium, eventually
from tests.program import Program

STAGE = "bibliothek"
FRONT_ROW_LIMIT, STALLS_LIMIT = "80 ms", "8 s"
SETTLING = 10.0
SITTING_DOWN = 2.0
"""Seconds a visitor has been there when the measurement begins."""


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m kultour bench glass", description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0, help="length of each measurement (20)")
    parser.add_argument(
        "--settling", type=float, default=SETTLING, help=f"seconds the picture has to grow to its size ({SETTLING:g})"
    )
    return parser.parse_args(arguments)


def measure(options: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory(prefix="kultour-bench-") as folder:
        house = Program(Path(folder) / "data", "--no-artists")
        try:
            house.start()
            asyncio.run(play(house, options))
        finally:
            house.stop()


async def play(house: Program, options: argparse.Namespace) -> None:
    """The visitors come one after the other, each in a browser context of its own."""
    async with chromium() as browser, artist(browser, house, STAGE) as leyla:
        await settled(leyla, options.settling)
        seen = await watch(browser, house, leyla, options.seconds)
        tell("front row", seen, "webrtc", 1, "ms", FRONT_ROW_LIMIT)
        await packaged(house, STAGE)
        async with chromium(*NO_UDP) as blocked:
            seen = await watch(blocked, house, leyla, options.seconds)
        tell("UDP blocked", seen, "hls", 1000, "s", STALLS_LIMIT)


async def watch(browser: Browser, house: Program, leyla: Page, seconds: float) -> list[Shown]:
    async with spectator(browser, f"{house.address}/buehne/{STAGE}") as page:
        await asyncio.sleep(min(SITTING_DOWN, seconds))
        await shown(page)
        await asyncio.sleep(seconds)
        await eventually(page, "() => spectator.shown.some(one => one.says)", "a picture that can be read", 30)
        seen = await shown(page)
        print(f"load      {load()}, wall clocks of the two pages {await skew(leyla, page):.1f} ms apart")
    return seen


def tell(label: str, seen: Sequence[Shown], way: str, unit: int, name: str, limit: str) -> None:
    """The age of each picture at the moment the compositor means it to be on the screen."""
    ages = [one.age / unit for one in seen if one.says]
    ways = {one.way for one in seen}
    strange = "" if ways == {way} else f"   BY {', '.join(sorted(ways))}, NOT {way}"
    digits = 0 if unit == 1 else 1
    print(f"{label:12} drawn to shown: {summary(ages, name, digits)}   (limit {limit} for the median){strange}")
    width, height = seen[-1].size
    drawn = f"{width} x {height}, drawn {RATE} times a second"
    longest = max((after.at - before.at for before, after in pairwise(seen)), default=0.0)
    unread = f"{len(seen) - len(ages)} pictures could not be read"
    print(f"{'':12} {drawn}; longest wait for a picture {longest:.0f} ms, {unread}", flush=True)
