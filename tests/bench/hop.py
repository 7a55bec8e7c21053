"""Hopping between the demo's three stages on the real page, in Chromium, by clicks on the river's links.

Their artists send thirty pictures a second and a packet of sound every 20 ms, as a telephone does, and a keyframe every
two seconds and on request; with `--demo` half as many, every 60 ms, and every second, as the demo's do.

The program is asked just before each click how old the new stage's last keyframe is: one younger than a second is shown
at once, an older one makes the relay ask the artist for another.

A stage is known by its scene: the colours of sixteen by eight points are compared with the mean of what each stage
showed when nobody hopped. The first picture that is nearest to the new stage's scene is the new stage's first.
"""

import argparse
import asyncio
import random
import re
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import ceil
from pathlib import Path

from playwright.async_api import Page

from kultour.running import SYNTHETIC_STAGES
from tests.bench.demo import Lively, playing
from tests.bench.machine import summary
from tests.bench.pages import Shown, received, shown, spectator
from tests.bench.relay import BETWEEN_LIMIT, HOP_LIMIT, YOUNG, YOUNG_LIMIT
from tests.browser.conftest import chromium, look
from tests.program import Program

LEARNING = 2.0
AFTERWARDS = 1000.0
"""Milliseconds after a hop in which the picture should run evenly."""
PATIENCE = 20.0
Colours = Sequence[float]


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m kultour bench hop", description="Hopping on the real page.")
    parser.add_argument("--times", type=int, default=60, help="how many hops (60)")
    parser.add_argument("--demo", action="store_true", help="with the demo's own artists: fewer pictures and packets")
    parser.add_argument("--seed", type=int, default=1, help="of the waiting times and the ways (1)")
    parser.add_argument(
        "--learning",
        type=float,
        default=LEARNING,
        help=f"seconds each scene is waited for, and looked at ({LEARNING:g})",
    )
    return parser.parse_args(arguments)


def measure(options: argparse.Namespace) -> None:
    with (
        tempfile.TemporaryDirectory(prefix="kultour-bench-") as folder,
        playing(Program if options.demo else Lively, Path(folder) / "data") as house,
    ):
        asyncio.run(hop_about(house, options))


async def hop_about(house: Program, options: argparse.Namespace) -> None:
    dice = random.Random(options.seed)
    here = SYNTHETIC_STAGES[0]
    url = f"{house.address}/buehne/{here}"
    async with chromium() as browser, spectator(browser, url, "readColours") as page:
        scenes = await learn(page, options.learning)
        before, hops = await figures(page), []
        for _ in range(options.times):
            # So that the last keyframe's age at the click is anything.
            await asyncio.sleep(dice.uniform(0.6, 2.6))
            there = dice.choice([stage for stage in SYNTHETIC_STAGES if stage != here])
            hops.append(await hop(house, page, scenes, there))
            here = there
        tell(hops, before, await figures(page))


async def learn(page: Page, seconds: float) -> dict[str, Colours]:
    """The scene of each stage; the visitor ends where she began."""
    pictures = {}
    for stage in (*SYNTHETIC_STAGES[1:], SYNTHETIC_STAGES[0]):
        await click(page, stage)
        await asyncio.sleep(seconds)
        await shown(page)
        pictures[stage] = await some_pictures(page, seconds)
    scenes = {stage: mean(some) for stage, some in pictures.items()}
    within = max(apart(one, scenes[stage]) for stage, some in pictures.items() for one in some)
    between = min(apart(one, other) for one, other in combinations(scenes.values(), 2))
    print(f"pictures are at most {within:.0f} of 255 from their scene, the scenes {between:.0f} from each other")
    return scenes


async def some_pictures(page: Page, seconds: float) -> list[Colours]:
    """What is shown within this time, or longer on a machine that shows none so fast."""
    found: list[Colours] = []
    for _ in range(ceil(PATIENCE / seconds)):
        await asyncio.sleep(seconds)
        found += [one.says for one in await shown(page)]
        if len(found) > 2:
            return found
    raise AssertionError(f"no moving picture within {PATIENCE:.0f} s")


async def click(page: Page, stage: str) -> float:
    """A real click; when it was, in milliseconds of the wall clock."""
    await page.locator(f'.stage-chip[data-stage="{stage}"]').click()
    return (await look(page, "() => spectator.clicks.splice(0)"))[-1]


def mean(pictures: Sequence[Colours]) -> Colours:
    return [statistics.fmean(values) for values in zip(*pictures, strict=True)]


def apart(one: Colours, other: Colours) -> float:
    return statistics.fmean(abs(mine - theirs) for mine, theirs in zip(one, other, strict=True))


def nearest(picture: Colours, scenes: Mapping[str, Colours]) -> str:
    return min(scenes, key=lambda stage: apart(picture, scenes[stage]))


# --- one hop ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Hop:
    """Milliseconds."""

    to_picture: float
    """From the click to the first picture of the new stage on the screen."""
    asked: float
    """From the click to the page's request."""
    answered: float
    """From there to the last packet of that picture."""
    between: float
    """From the last picture of the old stage to that one."""
    afterwards: float
    """The longest time between two pictures in the second after it."""
    keyframe_age: float
    """Of the new stage's last one at the click."""


async def hop(house: Program, page: Page, scenes: Mapping[str, Colours], there: str) -> Hop | None:
    """None if the new stage is not there in time."""
    seen = (await shown(page))[-1:]
    keyframe_at = await last_keyframe(house, there)
    clicked = await click(page, there)
    clock = asyncio.get_running_loop().time
    deadline = clock() + PATIENCE
    while clock() < deadline:
        await asyncio.sleep(0.1)
        seen += await shown(page)
        first = next((place for place, one in enumerate(seen) if one.at > clicked and is_of(one, there, scenes)), None)
        if first and seen[-1].at - seen[first].at > AFTERWARDS:
            steps = [after.at - before.at for before, after in pairwise(seen[first:])]
            new, before = seen[first], seen[first - 1]
            asked = (await look(page, "() => spectator.asked.splice(0)"))[-1]
            return Hop(
                to_picture=new.at - clicked,
                asked=asked - clicked,
                answered=(new.came or new.at) - asked,
                between=new.at - before.at,
                afterwards=max(steps),
                keyframe_age=clicked - keyframe_at,
            )
    return None


async def last_keyframe(house: Program, stage: str) -> float:
    """When it came, in milliseconds of the wall clock; long ago, if there was none."""
    asked = time.time()
    _, figures = await asyncio.to_thread(house.get, "/metrics")
    then = (asked + time.time()) / 2
    age = re.search(rf'^kultour_relay_stage_keyframe_age{{stage="{stage}"}} (\S+)$', figures, re.MULTILINE)
    return (then - float(age[1])) * 1000 if age else float("-inf")


def is_of(picture: Shown, stage: str, scenes: Mapping[str, Colours]) -> bool:
    return nearest(picture.says, scenes) == stage


# --- all of them --------------------------------------------------------------------------------------------------


async def figures(page: Page) -> dict[str, float]:
    """What has come to the page since it was opened."""
    found = await received(page)
    picture, sound = found["video"], found["audio"]
    return {
        "freezes": picture["freezeCount"],
        "frozen": picture["totalFreezesDuration"] * 1000,
        "dropped": picture["framesDropped"],
        "requests": picture["pliCount"] + picture.get("firCount", 0),
        "concealed": sound["concealedSamples"] / 48,
        "held": picture["jitterBufferDelay"] * 1000,
        "let out": picture["jitterBufferEmittedCount"],
        "needed": picture["jitterBufferMinimumDelay"] * 1000,
        "sound held": sound["jitterBufferDelay"] * 1000,
        "sound let out": sound["jitterBufferEmittedCount"],
        "connections": await look(page, "() => spectator.connections.length"),
        "answers": await look(page, "() => spectator.answers"),
    }


def tell(hops: Sequence[Hop | None], before: Mapping[str, float], after: Mapping[str, float]) -> None:
    came = [one for one in hops if one]
    old = [one for one in came if one.keyframe_age >= YOUNG * 1000]
    young = [one for one in came if one not in old]
    grown = {name: after[name] - before[name] for name in after}
    print(f"{len(came)} of {len(hops)} hops came within {PATIENCE:g} s")
    for label, chosen, field, limit in (
        ("click to first picture of the new stage", came, "to_picture", f"   (limit {HOP_LIMIT} for p95)"),
        ("  its last keyframe older than 1 s", old, "to_picture", f"   (limit {HOP_LIMIT} for p95)"),
        ("  its last keyframe younger", young, "to_picture", f"   (limit {YOUNG_LIMIT} for p95)"),
        ("  of all: until the page had asked", came, "asked", ""),
        ("  then until the picture's packets were there", came, "answered", ""),
        ("last picture of the old to first of the new", came, "between", f"   (limit {BETWEEN_LIMIT})"),
        ("longest step in the second after it", came, "afterwards", ""),
    ):
        if chosen:
            print(f"  {label:44} {summary([getattr(one, field) for one in chosen], 'ms')}{limit}")
    frozen = f"{grown['frozen']:.0f} ms in {grown['freezes']:.0f} freezes, {grown['dropped']:.0f} pictures dropped"
    print(f"  {'frozen, as the browser counts it':44} {frozen}, {grown['requests']:.0f} keyframes asked for")
    held, needed = (grown[name] / max(1, grown["let out"]) for name in ("held", "needed"))
    sound = grown["sound held"] / max(1, grown["sound let out"])
    print(f"  {'held in the buffer, all the time':44} {held:.0f} ms, {needed:.0f} of them not for the sound's sake")
    print(f"  {'sound held in its buffer':44} {sound:.0f} ms")
    print(f"  {'sound concealed':44} {grown['concealed'] / len(hops):.0f} ms a hop")
    new = grown["connections"], grown["answers"]
    same = "the same, not negotiated again" if new == (0, 0) else "NOT THE SAME: {} more, {} more answers".format(*new)
    print(f"  {'connection':44} {same}", flush=True)
