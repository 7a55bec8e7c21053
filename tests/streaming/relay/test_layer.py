"""How one packet becomes many: rounds through the audience."""

import asyncio
import logging
import time

import pytest

from streaming.relay.layer import BURST, STRETCH, WAITING, Layer, batch_of
from streaming.relay.packet import Packet

from .cast import until


def picture(sequence, *, keyframe=False, take=1, size=1000):
    return Packet("video", take, sequence, sequence * 3000, True, b"x" * size, 1000.0, keyframe)


def sound(sequence, *, take=1):
    return Packet("audio", take, sequence, sequence * 960, True, b"opus", 1000.0)


class Seat:
    """A viewer that remembers what it was handed."""

    stage = "dom"

    def __init__(self, layer: Layer) -> None:
        self.layer = layer
        self.batches = []
        self.skipped = 0
        self.closed = ""

    def take(self, batch) -> None:
        self.batches.append(batch)

    @property
    def heard(self) -> list[Packet]:
        return [packet for batch in self.batches for packet in batch.packets]

    def skip_to_next_keyframe(self) -> None:
        self.skipped += 1

    def close(self, why: str) -> None:
        self.closed = why
        self.layer.unseat(self)


class House:
    """Flushes a layer when it is asked to, as the relay does."""

    def __init__(self) -> None:
        self.dirty = 0
        self.now = 0.0
        self.layer = Layer(monotonic=lambda: self.now, dirty=self.note)

    def note(self, _layer) -> None:
        self.dirty += 1

    def flush(self) -> int:
        """How many turns it took."""
        turns = 0
        while self.dirty:
            self.dirty -= 1
            self.layer.flush()
            turns += 1
        return turns

    def seat(self) -> Seat:
        made = Seat(self.layer)
        self.layer.seat(made)
        return made


@pytest.fixture
def house():
    return House()


def test_everybody_gets_the_same_batch_made_ready_once(house):
    vera, otto = house.seat(), house.seat()
    packets = [picture(1, keyframe=True), picture(2), sound(7)]
    for packet in packets:
        house.layer.hear(packet)
    house.flush()
    assert vera.heard == otto.heard == packets
    assert vera.batches[0] is otto.batches[0]


def test_a_batch_tells_of_each_track_what_viewers_need_to_know():
    video, audio = batch_of([picture(3, keyframe=True), sound(7), picture(2, size=10)]).parts
    told = [(part.kind, part.first, part.top, part.oldest, part.newest) for part in (video, audio)]
    assert told == [("video", 2, 3, 6000, 9000), ("audio", 7, 7, 6720, 6720)]
    assert [(part.packets, part.octets, part.keyframe) for part in (video, audio)] == [(2, 1010, True), (1, 4, False)]


def test_packets_of_two_takes_are_never_in_one_batch(house):
    vera = house.seat()
    for packet in (picture(1), picture(2), picture(1, take=2)):
        house.layer.hear(packet)
    house.flush()
    assert [(batch.take, len(batch.packets)) for batch in vera.batches] == [(1, 2), (2, 1)]


async def test_after_a_burst_the_next_one_waits_a_moment():
    house = House()
    vera = house.seat()
    for number in range(BURST + 10):
        house.layer.hear(picture(number))
    house.flush()
    assert len(vera.heard) == BURST
    house.layer.hear(picture(BURST + 10))
    assert house.flush() == 0
    await until(lambda: house.dirty, 1)
    house.flush()
    assert [packet.sequence for packet in vera.heard] == list(range(BURST + 11))


def test_a_long_round_is_cut_into_stretches_and_nobody_is_left_out_or_served_twice(house):
    class Slow(Seat):
        def take(self, batch):
            super().take(batch)
            house.now += STRETCH

    seats = [Slow(house.layer) for _ in range(5)]
    for seat in seats:
        house.layer.seat(seat)
    house.layer.hear(sound(1))
    house.layer.flush()
    house.layer.hear(sound(2))
    assert house.flush() > 5
    assert [[packet.sequence for packet in seat.heard] for seat in seats] == [[1, 2]] * 5


def test_who_is_seated_during_a_round_gets_the_next_one(house):
    late = Seat(house.layer)

    class Host(Seat):
        def take(self, batch):
            super().take(batch)
            if not self.batches[1:]:
                house.layer.hear(picture(2))
                assert house.layer.seat(late) == {2}
            house.now += STRETCH * 2

    house.layer.seat(Host(house.layer))
    house.seat()
    house.layer.hear(picture(1))
    house.flush()
    assert [packet.sequence for packet in late.heard] == [2]


def test_who_leaves_during_a_round_gets_nothing_more(house):
    guest = Seat(house.layer)

    class Host(Seat):
        def take(self, batch):
            house.layer.unseat(guest)

    house.layer.seat(Host(house.layer))
    house.layer.seat(guest)
    house.layer.hear(sound(1))
    house.flush()
    assert guest.heard == []


def test_a_viewer_that_fails_is_sent_home_and_the_others_hear_on(house, caplog):
    class Broken(Seat):
        def take(self, batch):
            raise RuntimeError("no key")

    broken, vera = Broken(house.layer), Seat(house.layer)
    house.layer.seat(broken)
    house.layer.seat(vera)
    with caplog.at_level(logging.ERROR):
        for number in (1, 2):
            house.layer.hear(sound(number))
            house.flush()
    assert (broken.closed, len(vera.heard), len(caplog.records)) == ("failed", 2, 1)


def test_a_machine_too_slow_for_its_audience_skips_to_the_next_keyframe_and_keeps_the_sound(house):
    vera = house.seat()
    house.layer.hear(sound(1))
    for number in range(WAITING + 5):
        house.layer.hear(picture(number))
    assert vera.skipped == 1
    assert len(house.layer._waiting) <= WAITING
    house.layer._batch = None
    house.layer.flush()
    assert vera.heard[0] == sound(1)


def test_what_waits_is_forgotten_when_the_source_changes(house):
    vera = house.seat()
    house.layer.hear(picture(1))
    house.layer.forget()
    house.layer.hear(picture(1, take=2))
    house.flush()
    assert [packet.take for packet in vera.heard] == [2]


async def test_a_keyframe_for_a_large_audience_leaves_room_for_others():
    """With the real clock: other work of the loop is done between the stretches."""
    loop, turns = asyncio.get_running_loop(), []

    def dirty(one):
        loop.call_soon(one.flush)

    layer = Layer(monotonic=time.monotonic, dirty=dirty)

    class Busy(Seat):
        def take(self, batch):
            super().take(batch)
            end = time.monotonic() + STRETCH / 4
            while time.monotonic() < end:
                pass

    seats = [Busy(layer) for _ in range(20)]
    for seat in seats:
        layer.seat(seat)
    layer.hear(picture(1))

    def turn():
        turns.append(sum(len(seat.batches) for seat in seats))
        if turns[-1] < len(seats):
            loop.call_soon(turn)

    turn()
    await until(lambda: turns[-1] == len(seats), 5)
    assert len(set(turns)) >= 4
