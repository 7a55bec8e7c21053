"""From opening a stage's page to the first picture, in Chromium: front row, and where UDP is blocked; and from pressing
play to the first moving picture of a recording."""

import argparse
import asyncio
import re
import tempfile
from datetime import datetime
from pathlib import Path

from playwright.async_api import Browser

from streaming.artists import play_once
from tests.bench.demo import playing
from tests.bench.machine import summary
from tests.browser.conftest import NO_UDP, chromium, eventually, look, new_context
from tests.program import Program, wait_for

STAGE = "dom"
LIMIT = 4000
OFFER_LIMIT = 150
HLS_LIMIT = 2000
"""Milliseconds from choosing HLS, live, and from pressing play in the Mediathek (issue 4)."""
KEPT = ("theater", "kulturamt", 12.0)
"""Stage, act and seconds of what is recorded for the Mediathek."""

WATCHED = """(() => {
  const times = window.benchTimes = { offered: null, shown: null, pressed: null, moving: null };
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
  document.addEventListener("click", ({ target }) => {
    if (!target.closest("[data-part=play]")) return;
    const video = document.querySelector("video");
    times.pressed ??= performance.now();
    const look = () => video.requestVideoFrameCallback((_now, { mediaTime }) => {
      if (video.paused || mediaTime === 0) look();
      else times.moving ??= performance.now();
    });
    look();
  }, true);
})();"""
"""Runs in the page before its own scripts. The page's clock begins with the navigation."""

FOUND = """() => window.benchTimes.shown !== null && {
  ...window.benchTimes, way: document.querySelector("stage-player").getAttribute("way"),
  chosen: Math.min(...performance.getEntriesByType("resource")
    .filter(({ name, decodedBodySize }) => name.includes(".m3u8") || (name.includes("hls") && decodedBodySize > 1e5))
    .map(({ startTime }) => startTime)),
}"""
"""HLS is chosen when the page fetches hls.js (that alone is so large) or the playlist."""

MOVING = "() => window.benchTimes.moving !== null && window.benchTimes"


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
        asyncio.run(record(house, Path(folder)))
        path = wait_for(lambda: re.search(r'href="(/mediathek/[^".#?]+)"', house.get("/mediathek")[1]), "published")[1]
        asyncio.run(press(house.address + path, options.times))


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
        else:
            since = summary([found["shown"] - found["chosen"] for found in visits], "ms")
            print(f"{label:12} choosing HLS to the first picture: {since}   (limit {HLS_LIMIT})", flush=True)


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


async def record(house: Program, folder: Path) -> None:
    """Something for the Mediathek."""
    stage, act, seconds = KEPT
    _address, token = house.key(stage, "--act", act)
    loops = folder / "data" / "artists"
    await play_once(house.address, stage, token, seconds, loops, lambda: datetime.now().astimezone())


async def press(url: str, times: int) -> None:
    """Every visitor presses play as soon as the button is there."""
    async with chromium() as browser:
        visits = [await press_once(browser, url) for _ in range(times)]
    for what, since in (("opening the page", 0.0), ("pressing play", None)):
        waited = [found["moving"] - (found["pressed"] if since is None else since) for found in visits]
        limit = f"   (limit {HLS_LIMIT})" if since is None else ""
        print(f"{'Mediathek':12} {what} to the first moving picture: {summary(waited, 'ms')}{limit}", flush=True)


async def press_once(browser: Browser, url: str) -> dict:
    context = await new_context(browser)
    page = await context.new_page()
    await page.add_init_script(WATCHED)
    await page.goto(url, wait_until="commit")
    await page.locator("[data-part=play]").click()
    found = await eventually(page, MOVING, "a moving picture")
    await context.close()
    return found
