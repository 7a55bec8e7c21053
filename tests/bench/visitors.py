"""People who come to a stage and go again, and artists who begin and end: politely, without a word, or not at all.

Of four, two say goodbye, one vanishes once connected, and one only sends an offer.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from streaming.artists.door import Door
from streaming.artists.whip_client import Session
from tests.bench.audience import Viewer
from tests.bench.children import answer_questions
from tests.bench.relay import PLAYS, STAGE
from tests.bench.stream import PICTURE_TICKS, Stream, stream
from tests.cast import ask
from tests.player import vanish

AT_ONCE = 8
PICTURES = 5
WAYS = ("politely", "politely", "vanishes", "never connects")


class Visitor(Viewer):
    """Comes and goes in one of the ways."""

    async def visit(self, way: str) -> None:
        if way == "never connects":
            await self.offer()
        else:
            await self.join()
        if way == "politely":
            await self.leave()
        else:
            vanish(self)


class Artist(Session):
    """A take of a few pictures."""

    async def play(self, way: str, played: Stream) -> None:
        if way == "never connects":
            await self._door.post(self._offer(self.line.open(self._door.host)))
            vanish(self.line)
            return
        async with self:
            for number, payloads in enumerate(played.payloads[:PICTURES]):
                self.video.send(self.line, payloads, number * PICTURE_TICKS, ends=True)
            if way == "vanishes":
                vanish(self.line)
                self._address = ""  # nobody who says goodbye at the door either


async def visit(server: str, queue: int, way: str) -> None:
    await Visitor(f"{server}/whep/{STAGE}").visit(way)


async def play(server: str, queue: int, way: str) -> None:
    """Each queue has a stage of its own. It is closed after who said goodbye; the others are replaced by the next."""
    await Artist(Door(f"{server}/whip/stage-{queue}", "")).play(way, stream(PLAYS))
    if way == "politely":
        await ask("DELETE", f"{server}/stage/stage-{queue}")


async def come(coming: Callable[[str, int, str], Awaitable[None]], server: str, count: int) -> None:
    ways = iter([WAYS[number % len(WAYS)] for number in range(count)])

    async def one_by_one(queue: int) -> None:
        for way in ways:
            await coming(server, queue, way)

    await asyncio.gather(*map(one_by_one, range(AT_ONCE)))


async def joins(server: str, count: int) -> dict[str, Any]:
    await come(visit, server, count)
    return {}


async def takes(server: str, count: int) -> dict[str, Any]:
    await come(play, server, count)
    return {}


if __name__ == "__main__":
    asyncio.run(answer_questions({}, joins=joins, takes=takes))
