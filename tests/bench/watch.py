"""From opening a stage's page to the first picture, in Chromium: front row, and where UDP is blocked."""

import argparse
import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import Browser

from tests.bench.demo import playing
from tests.bench.machine import summary
from tests.browser.conftest import NO_UDP, chromium, eventually, look, new_context
from tests.program import Program, wait_for

STAGE = "dom"
LIMIT = 4000
OFFER_LIMIT = 150

WATCHED = """(() => {
  const times = window.benchTimes = { offered: null, shown: null };
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    if (String(data).includes("watch.offer")) times.offered ??= performance.now();
    return send.call(this, data);
  };
  const met = new WeakSet();
  const meet = () => {
    for (const video of document.querySelectorAll("video")) {
      if (!met.has(video)) video.requestVideoFrameCallback(() => { times.shown ??= performance.now(); });
      met.add(video);
    }
    if (times.shown === null) setTimeout(meet, 5);
  };
  meet();
})();"""
"""Runs in the page before its own scripts. The page's clock begins with the navigation."""

FOUND = """() => window.benchTimes.shown !== null && {
  ...window.benchTimes, way: document.querySelector("stage-player").getAttribute("way"),
}"""


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m kultour bench watch", description=__doc__)
    parser.add_argument("--times", type=int, default=20, help="how often the page is opened each way (20)")
    return parser.parse_args(arguments)


def measure(options: argparse.Namespace) -> None:
    with (
        tempfile.TemporaryDirectory(prefix="kultour-bench-") as folder,
        playing(Program, Path(folder) / "data") as house,
    ):
        wait_for(lambda: house.get(f"/media/live/{STAGE}/index.m3u8")[0] == 200, "the live playlist")
        asyncio.run(watch(house, options.times))


async def watch(house: Program, times: int) -> None:
    """Every opening is another visitor's: nothing is cached."""
    url = f"{house.address}/buehne/{STAGE}"
    for label, expected, switches in (("front row", "webrtc", []), ("UDP blocked", "hls", NO_UDP)):
        async with chromium(*switches) as browser:
            visits = [await visit(browser, url) for _ in range(times)]
        ways = {found["way"] for found in visits}
        strange = "" if ways == {expected} else f"   BY {', '.join(map(str, ways))}, NOT {expected}"
        shown = summary([found["shown"] for found in visits], "ms")
        print(f"{label:12} opening the page to the first picture: {shown}   (limit {LIMIT}){strange}", flush=True)
        if expected == "webrtc":
            since = summary([found["shown"] - found["offered"] for found in visits if found["offered"]], "ms")
            print(
                f"{label:12} sending the offer to the first picture: {since}   (limit {OFFER_LIMIT} for p95)",
                flush=True,
            )


async def visit(browser: Browser, url: str) -> dict:
    context = await new_context(browser)
    page = await context.new_page()
    await page.add_init_script(WATCHED)
    await page.goto(url)
    await eventually(page, FOUND, "a first picture")
    await asyncio.sleep(0.2)
    found = await look(page, FOUND)
    await context.close()
    return found
