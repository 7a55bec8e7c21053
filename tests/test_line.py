"""The line between a party and the relay does what it is told, and only that."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import pytest

from tests.cast import until
from tests.line import HEADERS, Line, Way

SIZE = 1000 - HEADERS


def arrivals(way: Way, *times: float) -> list[float | None]:
    found = (way.arrival(SIZE, now) for now in times)
    return [None if time is None else round(time, 6) for time in found]


def test_an_ordinary_line_carries_everything_at_once():
    assert arrivals(Way(), 1, 2, 3) == [1, 2, 3]


def test_a_pattern_loses_the_same_ones_each_time():
    way = Way(pattern="..x")
    assert arrivals(way, 1, 2, 3, 4, 5, 6) == [1, 2, None, 4, 5, None]
    way.set(pattern="x.")
    assert arrivals(way, 7, 8, 9) == [None, 8, None]
    assert (way.carried, way.lost) == (5, 4)


def test_dice_lose_a_share_and_the_same_seed_the_same_ones():
    one, same, other = Way(7, loss=0.05), Way(7, loss=0.05), Way(8, loss=0.05)
    times = range(10_000)
    assert arrivals(one, *times) == arrivals(same, *times) != arrivals(other, *times)
    assert 400 < one.lost < 600


def test_a_delay_never_lets_one_overtake_another():
    way = Way(delay=0.04)
    assert arrivals(way, 1) == [1.04]
    way.set(delay=0.0)
    assert arrivals(way, 1.01, 1.05) == [1.04, 1.05]


def test_a_narrow_line_lets_the_bucket_pass_then_its_rate_then_drops():
    way = Way(rate=80_000, bucket=2000, queue=3500)
    assert arrivals(way, *[1] * 6) == [1, 1, 1.1, 1.2, 1.3, None]
    assert arrivals(way, 1.3, 9) == [1.4, 9]
    assert (way.carried, way.dropped) == (7, 1)


def test_a_setting_that_is_none_is_refused():
    with pytest.raises(TypeError, match="latency"):
        Way().set(latency=1)


# --- over sockets -------------------------------------------------------------------------------------------------


class End:
    """Somebody with a socket; keeps what came, and from where."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("", 0))
        self.socket.setblocking(False)
        self.heard: list[bytes] = []
        self.sources: list[tuple[str, int]] = []
        asyncio.get_running_loop().add_reader(self.socket, self.hear)

    @property
    def port(self) -> int:
        return self.socket.getsockname()[1]

    def hear(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while True:
                datagram, source = self.socket.recvfrom(2048)
                self.heard.append(datagram)
                self.sources.append(source)

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self.socket)
        self.socket.close()


@pytest.fixture
async def relay() -> AsyncIterator[End]:
    end = End()
    yield end
    end.close()


@pytest.fixture
async def vera() -> AsyncIterator[End]:
    end = End()
    yield end
    end.close()


async def test_each_party_has_an_address_of_its_own_at_the_relay(relay, vera):
    otto = End()
    async with Line(relay.port) as line:
        for who, word in ((vera, b"vera"), (otto, b"otto")):
            who.socket.sendto(word, line.address)
            await until(lambda word=word: word in relay.heard, "what was said")
            relay.socket.sendto(b"hello " + word, relay.sources[-1])
        await until(lambda: otto.heard and vera.heard, "the answers")
        assert (vera.heard, otto.heard) == ([b"hello vera"], [b"hello otto"])
        assert relay.sources[0] != relay.sources[1]
        assert vera.sources == [line.address]
    otto.close()


async def test_delay_and_loss_hold_from_when_they_are_set(relay, vera):
    clock = asyncio.get_running_loop().time
    async with Line(relay.port) as line:
        line.up.set(delay=0.1, pattern=".x")
        began = clock()
        for number in range(4):
            vera.socket.sendto(b"%d" % number, line.address)
        await until(lambda: len(relay.heard) == 2, "those that are carried")
        assert clock() - began >= 0.1
        assert relay.heard == [b"0", b"2"]
        line.set(delay=0.0, pattern="")
        vera.socket.sendto(b"4", line.address)
        await until(lambda: relay.heard[-1] == b"4", "the next")


async def test_a_cut_line_carries_nothing_until_it_is_mended(relay, vera):
    async with Line(relay.port) as line:
        line.up.set(delay=0.3)
        vera.socket.sendto(b"under way", line.address)
        await until(lambda: line.up.carried, "a datagram under way")
        line.cut()
        vera.socket.sendto(b"cut", line.address)
        await until(lambda: line.up.lost, "a loss")
        line.mend()
        vera.socket.sendto(b"mended", line.address)
        await until(lambda: relay.heard, "what was said afterwards")
        assert relay.heard == [b"mended"]


async def test_after_a_move_the_relay_sees_another_address_and_the_old_one_is_dead(relay, vera):
    async with Line(relay.port) as line:
        for place, host in enumerate(("", "", "127.0.0.3"), 1):
            line.move(host)
            vera.socket.sendto(b"hello", line.address)
            await until(lambda place=place: len(relay.heard) == place, "the next word")
        old, other, newest = relay.sources
        assert len({old, other, newest}) == 3
        assert newest[0] == "127.0.0.3"
        relay.socket.sendto(b"to the old one", old)
        relay.socket.sendto(b"to the new one", newest)
        await until(lambda: vera.heard, "an answer")
        assert vera.heard == [b"to the new one"]
