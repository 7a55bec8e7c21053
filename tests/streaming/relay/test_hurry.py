"""A hop is seen at once, and lips come together again soon after it."""

from types import SimpleNamespace

import pytest

from streaming.relay.hurry import AS_YOU_LIKE, AT_ONCE, END, MOMENT, REPEATED, Hurry
from streaming.relay.layer import batch_of
from streaming.relay.offer import PLAYOUT_DELAY
from streaming.relay.packet import element, read

from .cast import relay_at_work, until
from .scripted import Guest, Player, gone

NUMBER = 6
UNDERSTANDS = f"a=extmap:{NUMBER} {PLAYOUT_DELAY}\r\n"


def said(extension: bytes) -> bytes | None:
    """As a player reads it."""
    rtp = read(b"\x90\x60" + bytes(10) + extension + b"picture")
    assert rtp is not None and rtp.payload == b"picture"
    return element(rtp, NUMBER)


def test_nothing_is_held_back_for_a_moment_then_slowly_more_and_at_last_as_the_player_likes():
    hurry = Hurry(NUMBER, 100.0)
    moments = (0.0, MOMENT, 0.25, 0.5, END - 0.001)
    limits = [int.from_bytes(said(hurry.extension(100.0 + passed, marker=True)), "big") for passed in moments]
    assert limits == [0, 0, 3, 10, 100]
    later = [(said(hurry.extension(104.0, marker)), hurry.is_over) for marker in (False, True) * REPEATED]
    assert {what for what, _ in later} == {AS_YOU_LIKE}
    assert [over for _, over in later] == [False] * (2 * REPEATED - 1) + [True]


class Hopper(Guest):
    """A player that adds this to its offer, and leaves that out."""

    def __init__(self, relay, adds: str = "", leaves_out: str = "nothing") -> None:
        super().__init__(relay)
        watch = relay.watch
        self._relay = SimpleNamespace(
            watch=lambda stage, offer: watch(stage, offer.replace(leaves_out, "VP8/90000") + adds)
        )


async def told_after_a_hop(adds: str, leaves_out: str = "nothing") -> tuple[list[bytes | None], str]:
    """What the pictures of the new stage say of their delay, and what the answer said of extensions."""
    async with relay_at_work(announce=["127.0.0.1"]) as relay, Player(relay, "dom"), Player(relay, "hof") as there:
        vera = Hopper(relay, adds, leaves_out)
        viewer = await vera.takes_a_seat()
        viewer.hop("hof")
        there.shows(b"\x65\x88", b"\x41\x9a")
        await until(lambda: len(vera.heard) == 2)
        if viewer._hurry:
            viewer._hurry._began -= END
        for _ in range(REPEATED + 2):
            there.shows(b"\x41\x9a")
        await until(lambda: len(vera.heard) == 2 + REPEATED + 2)
        assert viewer._hurry is None
        await gone(vera)
        extensions = [line for line in viewer.answer.splitlines() if line.startswith("a=extmap")]
        return [element(rtp, NUMBER) for rtp in vera.heard], "".join(extensions)


async def test_a_player_that_understands_it_is_told_of_the_delay_after_a_hop_and_only_then():
    pictures, answer = await told_after_a_hop(UNDERSTANDS)
    assert pictures == [AT_ONCE] * 2 + [AS_YOU_LIKE] * REPEATED + [None] * 2
    assert answer == UNDERSTANDS.strip()


@pytest.mark.parametrize(("adds", "leaves_out"), [("", "nothing"), (UNDERSTANDS, "rtx/90000")])
async def test_nobody_else_is_told(adds, leaves_out):
    """Least of all who gets repetitions as they were: the same index with other bytes betrays the key (RFC 7714 section
    8.4)."""
    assert await told_after_a_hop(adds, leaves_out) == ([None] * (2 + REPEATED + 2), "")


@pytest.mark.parametrize("gives_up", ["before", "after"])
async def test_who_hops_with_sound_alone_is_in_step_like_everybody_else(gives_up):
    """Nothing waits for it: pictures that it does not get are not looked at one by one."""
    async with relay_at_work(announce=["127.0.0.1"]) as relay, Player(relay, "dom"), Player(relay, "hof") as there:
        vera = Hopper(relay, UNDERSTANDS)
        viewer = await vera.takes_a_seat()
        if gives_up == "before":
            viewer.choose_picture(False)
        viewer.hop("hof")
        there.shows(b"\x65\x88")
        if gives_up == "after":
            await until(lambda: vera.heard)
            viewer.choose_picture(False)
        await until(lambda: relay.open("hof").since_keyframe(0.0) and not viewer._queue)
        viewer.take(batch_of(relay.open("hof").since_keyframe(0.0)))
        assert list(viewer._queue) == []
        viewer.choose_picture(True)
        there.shows(b"\x65\x88")
        await until(lambda: len(vera.heard) == (1 if gives_up == "before" else 2))
        assert element(vera.heard[-1], NUMBER) == (None if gives_up == "before" else AT_ONCE)
        await gone(vera)
