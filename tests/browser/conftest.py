"""A real Chromium with a fake camera and otherwise its default media and autoplay settings."""

import asyncio
import contextlib
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

FAKE_CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
QUIET = ["--disable-background-networking", "--disable-sync", "--disable-component-update", "--no-first-run"]
# What a firewall that drops UDP does to WebRTC, as a setting of the browser itself.
NO_UDP = [
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
]


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            # One loop for all of them, since one browser serves all of them: starting it anew took a minute and a half.
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@contextlib.asynccontextmanager
async def chromium(*options: str) -> AsyncIterator[Browser]:
    arguments = [*FAKE_CAMERA, *QUIET, *options]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    async with async_playwright() as driver:
        # Playwright's own defaults change autoplay and more; what a visitor's browser does is what counts.
        browser = await driver.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=arguments,
            ignore_default_args=["--mute-audio", "--disable-features", "--autoplay-policy"],
        )
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running_browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running_browser_without_udp() -> AsyncIterator[Browser]:
    async with chromium(*NO_UDP) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def browser(running_browser: Browser) -> AsyncIterator[Browser]:
    """Nobody's visit outlasts a test."""
    yield running_browser
    await close_visits(running_browser)


@pytest_asyncio.fixture(loop_scope="session")
async def browser_without_udp(running_browser_without_udp: Browser) -> AsyncIterator[Browser]:
    yield running_browser_without_udp
    await close_visits(running_browser_without_udp)


async def close_visits(browser: Browser) -> None:
    for context in list(browser.contexts):
        await context.close()


async def new_context(browser: Browser, **options: object) -> BrowserContext:
    return await browser.new_context(locale="de-DE", timezone_id="Europe/Berlin", **options)


async def open_page(browser: Browser, url: str, *scripts: str, **options: object) -> Page:
    """A page in a context of its own, as another visitor's; its faults are collected in `page.faults`. `scripts` run
    before those of the page."""
    context = await new_context(browser, **options)
    page = await context.new_page()
    for script in scripts:
        await page.add_init_script(script)
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    await page.goto(url)
    return page


async def sign_in(page: Page, house) -> None:
    """As the office."""
    await page.goto(house.address + "/anmelden")
    await page.locator("input[name=login]").fill("buero")
    await page.locator("input[name=password]").fill(house.office_password)
    await page.locator("main form button[type=submit]").click()
    await page.wait_for_url("**/buero/")


SHOWN = """() => {
  const videos = [...document.querySelectorAll("video")];
  const video = videos.find((one) => one.videoWidth > 0 && !one.hidden && one.offsetParent);
  return video && {
    frames: video.getVideoPlaybackQuality().totalVideoFrames, time: video.currentTime, muted: video.muted,
    paused: video.paused, volume: video.volume, width: video.videoWidth,
  };
}"""


async def look(page: Page, script: str):
    """The value of a script. Playwright's own `evaluate` counts as a gesture of the visitor; this does not."""
    if not hasattr(page, "looking"):
        page.looking = await page.context.new_cdp_session(page)
    answer = await page.looking.send(
        "Runtime.evaluate",
        {"expression": f"({script})()", "returnByValue": True, "userGesture": False, "awaitPromise": True},
    )
    assert "exceptionDetails" not in answer, answer
    return answer["result"].get("value")


async def moving_picture(page: Page, patience: float = 30.0) -> dict:
    """State of the video once its frames go on."""
    first = await eventually(page, SHOWN, "a picture", patience)
    return await eventually(
        page, f"() => {{ const now = ({SHOWN})(); return now && now.frames > {first['frames']} + 5 && now; }}",
        f"a moving picture after {first}", patience,
    )  # fmt: skip


async def eventually(page: Page, script: str, what: str, patience: float = 30.0):
    """The first true value of a script; `wait_for_function` would break on the strict CSP."""
    deadline = asyncio.get_running_loop().time() + patience
    while not (found := await look(page, script)):
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"waited {patience:.0f} s in vain: {what}; faults {getattr(page, 'faults', None)}")
        await asyncio.sleep(0.1)
    return found
