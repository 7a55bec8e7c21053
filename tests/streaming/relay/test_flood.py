"""An artist who sends more than a stage may takes nothing from another stage (row "RTP flood" of the threat model)."""

import asyncio
import time

from .cast import Ear, relay_at_work, steps, until
from .scripted import Guest, Player, gone

CAP = 4_000_000
FLOOD = 20_000_000
PACKET = 1200
"""Bytes of payload."""
IDR, SLICE = b"\x65\x88", b"\x41\x9a"
SECONDS = 1.5
EVERY = 0.02


def picture(kind: bytes, size: int = PACKET) -> bytes:
    return kind.ljust(size, b"\xaa")


async def plays(player: Player, packets: int) -> None:
    """So many packets of picture in each fiftieth of a second, a keyframe every half second."""
    began = time.monotonic()
    for turn in range(int(SECONDS / EVERY)):
        player.shows(picture(SLICE if turn % 25 else IDR), *[picture(SLICE)] * (packets - 1))
        await asyncio.sleep(max(0, began + (turn + 1) * EVERY - time.monotonic()))


async def test_a_flood_of_one_artist_is_cut_and_the_other_stage_loses_nothing():
    async with (
        relay_at_work(cap_bps=CAP, announce=["127.0.0.1"]) as relay,
        Player(relay, "dom") as calm,
        Player(relay, "hof") as flood,
    ):
        recorder, other, vera = Ear(), Ear(), Guest(relay, "dom")
        relay.open("dom").add(recorder)
        relay.open("hof").add(other)
        await vera.takes_a_seat()
        began = time.monotonic()
        await asyncio.gather(plays(calm, packets=4), plays(flood, packets=int(FLOOD * EVERY / 8 / PACKET)))
        sent = calm.video.packets
        await until(lambda: len(recorder.packets) == sent and len(vera.numbers()) == sent, what="the other stage lost")
        took = time.monotonic() - began

        assert [packet.sequence - recorder.packets[0].sequence for packet in recorder.packets] == list(range(sent))
        assert steps(vera.numbers(), 16) == {1}
        assert (calm.publisher.stats(0).over_cap, calm.publisher.stats(0).lost) == (0, 0)

        stats = flood.publisher.stats(0)
        assert stats.packets == flood.video.packets, "nothing of the flood was left in the kernel"
        passed = sum(len(packet.payload) for packet in other.packets) * 8
        assert passed <= CAP * (took + 1), "the cap, and one second that was saved"
        assert stats.over_cap == stats.packets - len(other.packets) > stats.packets / 2
        await gone(vera)
