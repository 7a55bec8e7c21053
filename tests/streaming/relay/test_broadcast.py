"""One artist, many listeners: who hears what, and how often the artist is asked for a picture."""

import logging

import pytest

from streaming.relay import standby
from streaming.relay.broadcast import KEPT, STAND_BY_AFTER, Broadcast
from streaming.relay.packet import Packet

from .cast import Ear


class Hand:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Encoder:
    """Stands for a publisher that is asked for pictures."""

    def __init__(self, clock: Hand) -> None:
        self.clock = clock
        self.asked: list[float] = []
        self.connected = True

    def request_picture(self) -> bool:
        if self.connected:
            self.asked.append(round(self.clock.now, 2))
        return self.connected


@pytest.fixture
def clock():
    return Hand()


@pytest.fixture
def broadcast(clock):
    return Broadcast("dom", monotonic=clock)


@pytest.fixture
def encoder(broadcast, clock):
    made = Encoder(clock)
    broadcast.begin_take(made)
    return made


def picture(sequence, *, timestamp=None, keyframe=False, take=1, arrived=1000.0):
    return Packet("video", take, sequence, timestamp or sequence * 3000, True, b"x", arrived, keyframe)


def test_everybody_hears_the_same_packets(broadcast, encoder):
    vera, otto = Ear(), Ear()
    for ear in (vera, otto):
        broadcast.add(ear)
    packets = [picture(1, keyframe=True), picture(2)]
    for packet in packets:
        broadcast.publish(packet)
    assert vera.packets == otto.packets == packets


def test_a_listener_that_fails_is_dropped_and_the_others_hear_on(broadcast, encoder, caplog):
    class Broken(Ear):
        def hear(self, packet):
            raise RuntimeError("disk full")

    broken, vera = Broken(), Ear()
    broadcast.add(broken)
    broadcast.add(vera)
    with caplog.at_level(logging.ERROR):
        for sequence in (1, 2, 3):
            broadcast.publish(picture(sequence))
    assert len(vera.packets) == 3
    assert broadcast.listeners == (vera,)
    assert len(caplog.records) == 1


def test_listeners_may_come_and_go_while_they_hear(broadcast, encoder):
    class Guest(Ear):
        def hear(self, packet):
            super().hear(packet)
            broadcast.remove(self)
            broadcast.add(vera)

    vera, guest = Ear(), Guest()
    broadcast.add(guest)
    broadcast.publish(picture(1))
    broadcast.publish(picture(2))
    assert ([p.sequence for p in guest.packets], [p.sequence for p in vera.packets]) == ([1], [2])


def test_at_the_end_everybody_leaves_once(broadcast, encoder):
    vera = Ear()
    broadcast.add(vera)
    broadcast.end()
    assert vera.left
    assert broadcast.listeners == ()


def test_nothing_of_an_old_take_is_heard_in_the_new(broadcast, encoder):
    vera = Ear()
    broadcast.add(vera)
    broadcast.publish(picture(1, keyframe=True))
    assert broadcast.begin_take(encoder) == 2
    broadcast.publish(picture(2))
    broadcast.publish(picture(9, take=2))
    assert [packet.sequence for packet in vera.packets] == [1, 9]
    assert list(broadcast.recent) == [9]
    assert broadcast.since_keyframe(youngest=0) == []


class TestKeyframes:
    def test_the_pictures_since_the_newest_are_kept_in_order(self, broadcast, encoder):
        for packet in (picture(1, keyframe=True), picture(2), picture(3, keyframe=True), picture(5), picture(4)):
            broadcast.publish(packet)
        assert [packet.sequence for packet in broadcast.since_keyframe(youngest=0)] == [3, 4, 5]

    def test_a_parameter_set_that_came_late_is_kept_too(self, broadcast, encoder):
        for sequence in (2, 3, 1):
            broadcast.publish(picture(sequence, timestamp=3000, keyframe=sequence < 3))
        assert [packet.sequence for packet in broadcast.since_keyframe(youngest=0)] == [1, 2, 3]

    def test_an_old_one_is_not_offered(self, broadcast, encoder):
        broadcast.publish(picture(1, keyframe=True, arrived=990.0))
        assert broadcast.since_keyframe(youngest=995.0) == []

    def test_unless_the_encoder_is_deaf(self, broadcast, encoder, clock):
        broadcast.publish(picture(1, keyframe=True, arrived=990.0))
        broadcast.want_picture()
        clock.now += 2
        assert len(broadcast.since_keyframe(youngest=995.0)) == 1

    def test_too_many_packets_are_not_kept(self, broadcast, encoder):
        broadcast.publish(picture(1, keyframe=True))
        for sequence in range(2, KEPT + 10):
            broadcast.publish(picture(sequence))
        assert broadcast.since_keyframe(youngest=0) == []
        assert len(broadcast.recent) == KEPT


class TestRequests:
    def test_many_are_merged_into_two_a_second(self, broadcast, encoder, clock):
        for _ in range(200):
            broadcast.want_picture()
            broadcast.ask_for_picture(clock.now)
            clock.now += 0.01
        assert len(encoder.asked) == 4

    def test_one_that_could_not_be_sent_is_sent_later(self, broadcast, encoder, clock):
        encoder.connected = False
        broadcast.want_picture()
        encoder.connected = True
        broadcast.ask_for_picture(clock.now)
        broadcast.ask_for_picture(clock.now + 1)
        assert encoder.asked == [1000.0]

    def test_a_keyframe_answers_the_waiting_one(self, broadcast, encoder, clock):
        broadcast.want_picture()
        broadcast.want_picture()
        broadcast.publish(picture(1, keyframe=True))
        broadcast.ask_for_picture(clock.now + 5)
        assert encoder.asked == [1000.0]

    def test_a_recorder_gets_one_every_two_seconds(self, broadcast, encoder, clock):
        broadcast.add(Ear(), picture_every=2.0)
        for step in range(600):
            clock.now = 1000.0 + step / 100
            broadcast.ask_for_picture(clock.now)
            if encoder.asked and clock.now - encoder.asked[-1] == pytest.approx(0.1):
                broadcast.publish(picture(step, keyframe=True, arrived=clock.now))
        assert encoder.asked == [1000.0, 1002.1, 1004.2]

    def test_an_encoder_that_sends_them_by_itself_is_left_in_peace(self, broadcast, encoder, clock):
        broadcast.add(Ear(), picture_every=2.0)
        for step in range(60):
            clock.now = 1000.0 + step / 10
            if step % 10 == 0:
                broadcast.publish(picture(step + 1, keyframe=True, arrived=clock.now))
            broadcast.ask_for_picture(clock.now)
        assert encoder.asked == []


class Audience:
    """Stands for viewers: takes what the stage's layer hands round."""

    stage = "dom"

    def __init__(self, broadcast: Broadcast) -> None:
        self.broadcast = broadcast
        self.heard: list[Packet] = []
        broadcast.seat(self)

    def take(self, batch) -> None:
        self.heard += batch.packets

    def takes(self) -> list[int]:
        """Which takes it has got, in order, each once."""
        while self.broadcast.layer._waiting:
            self.broadcast.layer.flush()
        return list(dict.fromkeys(packet.take for packet in self.heard))


class TestStandby:
    def test_a_silent_line_is_bridged_after_two_seconds_and_then_twice_a_second(self, broadcast, encoder, clock):
        vera = Audience(broadcast)
        broadcast.publish(picture(1, keyframe=True))
        vera.takes()
        for step in range(1, 60):
            clock.now = 1000.0 + step / 20
            broadcast.stand_by(clock.now)
        assert vera.takes() == [1, standby.TAKE]
        shown = [packet.arrived for packet in vera.heard if packet.take == standby.TAKE and packet.marker]
        assert shown == [1000.0 + STAND_BY_AFTER, 1000.5 + STAND_BY_AFTER]
        numbers = [packet.sequence for packet in vera.heard if packet.take == standby.TAKE]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))

    def test_a_recorder_hears_nothing_of_it(self, broadcast, encoder, clock):
        recorder = Ear()
        broadcast.add(recorder)
        broadcast.publish(picture(1, keyframe=True))
        broadcast.stand_by(clock.now + 5)
        assert recorder.packets == [picture(1, keyframe=True)]

    def test_a_stage_that_was_never_heard_stays_dark(self, broadcast, encoder, clock):
        vera = Audience(broadcast)
        broadcast.stand_by(clock.now + 60)
        assert (vera.takes(), broadcast.is_standing_by) == ([], False)

    def test_it_ends_with_the_artists_next_packet_and_a_keyframe_is_asked_for(self, broadcast, encoder, clock):
        vera = Audience(broadcast)
        broadcast.publish(picture(1, keyframe=True))
        vera.takes()
        clock.now += 5
        broadcast.stand_by(clock.now)
        vera.takes()
        broadcast.publish(picture(2, arrived=clock.now))
        assert vera.takes() == [1, standby.TAKE]
        assert [packet.sequence for packet in vera.heard if packet.take == 1] == [1, 2]
        assert (broadcast.is_standing_by, broadcast.source, encoder.asked) == (False, 1, [1005.0])

    def test_it_goes_on_until_a_new_connection_is_heard(self, broadcast, encoder, clock):
        vera = Audience(broadcast)
        broadcast.publish(picture(1, keyframe=True))
        broadcast.stand_by(clock.now + 5)
        assert broadcast.begin_take(encoder) == 2
        assert (broadcast.source, len(broadcast.since_keyframe(youngest=0)) > 0) == (standby.TAKE, True)
        broadcast.publish(picture(1, keyframe=True, take=2, arrived=clock.now + 6))
        assert (broadcast.source, vera.takes()[-1]) == (2, 2)

    def test_who_comes_meanwhile_is_shown_it_at_once(self, broadcast, encoder, clock):
        broadcast.publish(picture(1, keyframe=True))
        broadcast.stand_by(clock.now + 5)
        kept = broadcast.since_keyframe(youngest=clock.now)
        assert (kept[0].take, kept[0].keyframe, kept[-1].marker) == (standby.TAKE, True, True)
