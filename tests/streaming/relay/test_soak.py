"""A long evening in short: people come and go in every way there is, and nothing of them is left."""

import asyncio
import gc
import itertools
import time
import weakref

from streaming.relay import Relay, Viewer
from tests.census import descriptors, parties, tables

from .cast import relay_at_work, until
from .scripted import Guest, Player, gone

WAYS = ("politely", "politely", "vanishes", "never connects")
"""Of four people two say goodbye, one is gone without a word, and one only asked."""
A_MINUTE = 60.0
"""Longer than any time-out of the relay."""


async def visit(relay: Relay, way: str) -> None:
    vera = Guest(relay)
    if way == "never connects":
        vera.asks()
        vera.vanishes()
        return
    viewer = await vera.takes_a_seat()
    await until(lambda: vera.heard or viewer.state == "closed", what="nothing to see")
    if way == "vanishes":
        vera.vanishes()
        return
    await vera.close()
    viewer.close()


async def play(relay: Relay, way: str) -> None:
    """A take on a stage of its own; politely it ends with the stage."""
    ada = Player(relay, "hof")
    if way == "never connects":
        await ada.door.post(ada._offer(ada.line.open("127.0.0.1")))
        ada.vanishes()
        return
    async with ada:
        ada.shows(b"\x65\x88", b"\x41\x9a")
        await until(lambda: ada.publisher.stats(0).packets)
        if way == "vanishes":
            ada.vanishes()
    relay.close("hof")


async def show(ada: Player) -> None:
    while True:
        ada.shows(b"\x65\x88", b"\x41\x9a")
        await asyncio.sleep(0.02)


async def evening(relay: Relay, people: int, takes: int) -> None:
    """Four at a time, while on the first stage somebody plays."""
    ways = itertools.cycle(WAYS)
    async with Player(relay) as ada:
        showing = asyncio.ensure_future(show(ada))
        for _ in range(people // len(WAYS)):
            await asyncio.gather(*(visit(relay, next(ways)) for _ in WAYS))
        for _ in range(takes):
            await play(relay, next(ways))
        showing.cancel()


async def test_an_evening_of_comings_and_goings_leaves_nothing_behind():
    later = 0.0
    async with relay_at_work(announce=["127.0.0.1"], monotonic=lambda: time.monotonic() + later) as relay:

        async def after(people: int, takes: int) -> tuple[dict[str, int], int, int]:
            """What is left of an evening, when the last who did not say goodbye have been noticed missing."""
            nonlocal later
            await evening(relay, people, takes)
            later += A_MINUTE
            await until(lambda: relay.metrics()["seats_taken"] + relay.metrics()["publishers"] == 0)
            relay.close("dom")
            relay.close("hof")
            return tables(relay), descriptors(), parties()

        first = await after(people=4, takes=4)
        assert await after(people=48, takes=8) == first
        assert {name: size for name, size in first[0].items() if size and "addresses" not in name} == {}


async def test_who_has_gone_is_out_of_memory_before_the_collector_comes():
    async with relay_at_work(announce=["127.0.0.1"]) as relay, Player(relay):
        vera, otto = Guest(relay), Guest(relay)
        left = [weakref.ref(part) for guest in (vera, otto) for part in parts(await guest.takes_a_seat())]
        otto.vanishes()
        gc.collect()
        gc.disable()
        try:
            for guest in (vera, otto):
                guest.viewer.close()
                guest.viewer = None
            await gone(vera)
            await until(lambda: [part() for part in left] == [None] * 4)
        finally:
            gc.enable()


def parts(viewer: Viewer) -> tuple[object, object]:
    """The session, and its handshake with all that OpenSSL keeps for it."""
    return viewer, viewer._dtls
