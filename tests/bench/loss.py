"""A bad line in Chromium: what is shown in spite of it, and for how long nothing new is.

5 % of all datagrams are lost and each takes 40 ms, both ways: once between the relay and a visitor, once between an
artist and the relay, where also what is recorded meanwhile must be whole. The lines are `tests.line`.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page

from tests.bench.children import Child, child
from tests.bench.machine import load, summary
from tests.bench.pages import NUMBERS, Shown, artist, packaged, received, sent, settled, shown, spectator
from tests.bench.reel import Gathering, Reel
from tests.browser.conftest import chromium
from tests.program import Program

STAGE = "bibliothek"
SHARE_LIMIT, FREEZE_LIMIT = "95 %", "500 ms"
SETTLING = 10.0
SITTING_DOWN = 3.0
PACKAGED = 12.0
"""Seconds until the last picture is in the live playlist at the latest: two segments, and the wait for repairs."""
LOOK_EVERY = 20.0
"""Seconds; the live playlist holds a minute."""


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m kultour bench loss", description="A bad line, in Chromium.")
    parser.add_argument("--seconds", type=float, default=60.0, help="length of each measurement (60)")
    parser.add_argument("--loss", type=float, default=5.0, help="per cent of the datagrams, each way (5)")
    parser.add_argument("--delay", type=float, default=40.0, help="milliseconds, each way (40)")
    parser.add_argument("--side", choices=("visitor", "artist"), help="only whose line is bad (one after the other)")
    parser.add_argument(
        "--settling", type=float, default=SETTLING, help=f"seconds the picture has to grow to its size ({SETTLING:g})"
    )
    return parser.parse_args(arguments)


class Town(Program):
    """The program, told to announce a line instead of its own address."""

    announce = ""

    def environment(self) -> dict[str, str]:
        return {**super().environment(), "KULTOUR_ANNOUNCE": self.announce}


def measure(options: argparse.Namespace) -> None:
    """The visitor's page is the real one, so the relay announces her line; the artist's page is ours, and told its."""
    with tempfile.TemporaryDirectory(prefix="kultour-bench-") as folder:
        house = Town(Path(folder) / "data", "--no-artists")
        with (
            child("tests.bench.line", str(house.udp_port)) as hers,
            child("tests.bench.line", str(house.udp_port)) as theirs,
        ):
            house.announce = "{host}:{port}".format(**hers.hello)
            try:
                house.start()
                asyncio.run(play(house, hers, theirs, options))
            finally:
                house.stop()


async def play(house: Program, hers: Child, theirs: Child, options: argparse.Namespace) -> None:
    via = (theirs.hello["host"], theirs.hello["port"])
    async with chromium() as browser, artist(browser, house, STAGE, via) as leyla:
        await settled(leyla, options.settling)
        if options.side != "artist":
            found, lost = await on_a_bad_line(browser, house, leyla, hers, options)
            tell("between relay and visitor", found, lost, options)
        if options.side != "visitor":
            await packaged(house, STAGE)
            gathering = Gathering(house.address, STAGE)
            found, lost = await on_a_bad_line(browser, house, leyla, theirs, options, gathering)
            tell("between artist and relay", found, lost, options)
            await gathering.until(datetime.now(UTC), PACKAGED)
            tell_recorded(found, await asyncio.to_thread(gathering.reel))


# --- one measurement ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Moment:
    """What both browsers have counted so far."""

    out: Mapping[str, Any]
    picture: Mapping[str, Any]
    sound: Mapping[str, Any]

    @classmethod
    async def now(cls, leyla: Page, vera: Page) -> "Moment":
        found = await received(vera)
        return cls(await sent(leyla), found.get("video", {}), found.get("audio", {}))


@dataclass(frozen=True)
class While:
    """From one moment to another, and what was shown meanwhile."""

    before: Moment
    after: Moment
    seen: Sequence[Shown]

    def grown(self, whose: str, name: str) -> float:
        return getattr(self.after, whose).get(name, 0) - getattr(self.before, whose).get(name, 0)

    @property
    def numbers(self) -> list[int]:
        return [one.says["number"] for one in self.seen if one.says]

    @property
    def first(self) -> int:
        return self.before.out["drawn"]

    @property
    def last(self) -> int:
        return self.after.out["drawn"]

    @property
    def unsent(self) -> float:
        """Pictures that the artist's browser drew but did not send."""
        return max(0, self.grown("out", "drawn") - self.grown("out", "framesSent"))

    @property
    def expected(self) -> float:
        """Pictures sent, from the first to the last that were shown."""
        return (self.numbers[-1] - self.numbers[0]) % NUMBERS + 1 - self.unsent

    @property
    def presented(self) -> int:
        """Pictures handed to the screen. Of two in the same refresh of it nobody sees the first."""
        return self.seen[-1].count - self.seen[0].count + 1

    @property
    def longest_wait(self) -> float:
        """Milliseconds between two pictures."""
        return max(after.at - before.at for before, after in pairwise(self.seen))


async def on_a_bad_line(
    browser: Browser, house: Program, leyla: Page, line: Child, options: argparse.Namespace, gathering: Any = None
) -> tuple[While, Mapping[str, Sequence[int]]]:
    """The line is long from the beginning, and loses once the picture is there; also what it counted from then on."""
    line.ask("set", delay=options.delay / 1000)
    async with spectator(browser, f"{house.address}/buehne/{STAGE}") as vera:
        await asyncio.sleep(min(SITTING_DOWN, options.seconds))
        line.ask("set", loss=options.loss / 100)
        line.ask("counts")
        found = await watch(leyla, vera, options.seconds, gathering)
    lost = line.ask("counts")
    line.ask("set", loss=0.0, delay=0.0)
    return found, lost


async def watch(leyla: Page, vera: Page, seconds: float, gathering: Gathering | None) -> While:
    clock = asyncio.get_running_loop().time
    await shown(vera)
    before, seen, ends = await Moment.now(leyla, vera), [], clock() + seconds
    while (left := ends - clock()) > 0:
        await asyncio.sleep(min(left, LOOK_EVERY))
        seen += await shown(vera)
        if gathering is not None:
            await asyncio.to_thread(gathering.look)
    return While(before, await Moment.now(leyla, vera), seen)


# --- what is said of it -------------------------------------------------------------------------------------------


def tell(where: str, found: While, lost: Mapping[str, Sequence[int]], options: argparse.Namespace) -> None:
    ways = {one.way for one in found.seen}
    strange = "" if ways == {"webrtc"} else f"   BY {', '.join(sorted(ways))}, NOT webrtc"
    width, height = found.seen[-1].size
    seen = len(set(found.numbers))
    frozen = f"{found.grown('picture', 'totalFreezesDuration') * 1000:.0f} ms"
    in_buffer = found.grown("picture", "jitterBufferDelay") / max(1, found.grown("picture", "jitterBufferEmittedCount"))
    bits = found.grown("out", "bytesSent") * 8 / options.seconds / 1e6
    made_up = 100 * found.grown("sound", "concealedSamples") / max(1, found.grown("sound", "totalSamplesReceived"))
    print(f"\n{where}, {options.loss:g} % lost and {options.delay:g} ms each way, {options.seconds:g} s{strange}")
    for label, text in {
        "pictures shown": f"{100 * seen / max(1, found.expected):.1f} %, {seen} of {found.expected:.0f} sent; "
        f"{found.presented} handed to the screen   (limit {SHARE_LIMIT})",
        "longest wait for a picture": f"{found.longest_wait:.0f} ms   (limit {FREEZE_LIMIT})",
        "frozen, as the browser counts it": f"{frozen} in {found.grown('picture', 'freezeCount'):.0f} freezes",
        "from drawn to shown": summary([one.age for one in found.seen if one.says], "ms"),
        "in the visitor's buffer": f"{in_buffer * 1000:.0f} ms, {found.grown('picture', 'framesDropped'):.0f} dropped",
        "the visitor missed packets": f"{found.grown('picture', 'packetsLost'):.0f}, {repairs(found, 'picture')}",
        "the artist repeated": f"{repairs(found, 'out')}",
        "the artist sent": f"{width} x {height}, {bits:.1f} Mbit/s; {found.unsent:.0f} pictures drawn were not sent",
        "sound made up": f"{made_up:.1f} %",
        "the line lost": ", ".join(f"{gone} of {came + gone} {way}" for way, (came, gone, _) in lost.items()),
        "load": load(),
    }.items():
        print(f"  {label:33} {text}")


def repairs(found: While, whose: str) -> str:
    """From the visitor's or the artist's side."""
    name = "retransmittedPacketsReceived" if whose == "picture" else "retransmittedPacketsSent"
    repeated, asked = found.grown(whose, name), found.grown(whose, "nackCount")
    return f"{repeated:.0f} repeated on {asked:.0f} requests, {found.grown(whose, 'pliCount'):.0f} keyframes asked for"


def tell_recorded(found: While, reel: Reel) -> None:
    part, meanwhile = reel.between(found.first, found.last), found.last - found.first + 1 - found.unsent
    kept = f"{len(part.pictures)} of {meanwhile:.0f} pictures sent, longest step {part.longest_step * 1000:.0f} ms"
    print(f"  {'recorded meanwhile':33} {kept}, {len(reel.complaints)} complaints of the decoder   (limit 0)")
    for complaint in sorted(set(reel.complaints))[:5]:
        print(f"    {complaint}")
