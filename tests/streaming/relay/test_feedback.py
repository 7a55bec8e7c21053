"""RTCP byte for byte, and the counting behind it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.relay.feedback import (
    BitrateLimit,
    Holes,
    Nack,
    PictureRequest,
    Reception,
    ReceptionReport,
    SenderReport,
    TransportFeedback,
    bitrate_limit,
    middle,
    nack,
    ntp,
    picture_request,
    read_reports,
    receiver_report,
    sender_report,
    transport_feedback,
)


def test_missing_packets_are_asked_for_by_number_and_bitmap():
    assert nack(1, 2, [65_534, 65_535, 65_536, 65_560]).hex(" ", 4) == "81cd0004 00000001 00000002 fffe0003 00180000"


def test_a_picture_is_asked_for():
    assert picture_request(1, 2).hex(" ", 4) == "81ce0002 00000001 00000002"


def test_a_sender_report_tells_time_and_name():
    report = sender_report(7, 0.5, 90_000, 10, 1000)
    assert report[:28].hex(" ", 4) == "80c80006 00000007 83aa7e80 80000000 00015f90 0000000a 000003e8"
    assert read_reports(report) == [SenderReport(7, ntp(0.5), 90_000)]
    assert b"stage" in report[28:]


def test_what_viewers_say_is_read():
    said = nack(1, 2, [5, 6]) + picture_request(1, 2) + bitrate_limit(1, 1_000_000, [2])
    assert read_reports(said) == [Nack(2, (5, 6)), PictureRequest(), BitrateLimit(999_936 + 64)]


def test_lost_numbers_wrap():
    assert read_reports(bytes.fromhex("81cd0003 00000001 00000002 ffff0003")) == [Nack(2, (0xFFFF, 0, 1))]


@given(st.binary(max_size=200))
def test_reading_never_fails(data):
    read_reports(data)


@given(st.sampled_from([200, 201, 202, 203, 205, 206]), st.integers(0, 31), st.binary(max_size=100))
def test_reading_never_fails_behind_a_good_header(packet_type, count, body):
    body = body[: len(body) // 4 * 4]
    read_reports(bytes([0x80 | count, packet_type]) + (len(body) // 4).to_bytes(2, "big") + body)


class TestReception:
    def test_counts_what_is_lost(self):
        reception = Reception(90_000)
        for number in (10, 11, 13, 14):
            reception.heard(number, number * 3000, number / 30)
        assert (reception.expected, reception.lost) == (5, 1)
        report = read_reports(receiver_report(1, [reception.block(2, 1.0)]))
        assert report == [ReceptionReport(2, packets_lost=1, highest_sequence=14)]

    def test_an_even_stream_has_no_jitter_and_an_uneven_one_has(self):
        even, uneven = Reception(90_000), Reception(90_000)
        for number in range(200):
            even.heard(number, number * 3000, number / 30)
            uneven.heard(number, number * 3000, number / 30 + 0.01 * (number % 2))
        assert even.block(1, 1.0).jitter == 0
        assert uneven.block(1, 1.0).jitter == pytest.approx(900, rel=0.01)

    def test_repeats_the_last_sender_report_and_its_age(self):
        reception = Reception(90_000)
        reception.heard(1, 1, 1.0)
        reception.reported(ntp(1_000.25), 5.0)
        block = reception.block(1, 5.5)
        assert (block.lsr, block.dlsr) == (middle(ntp(1_000.25)), 32_768)


class TestHoles:
    def test_what_came_once_is_not_taken_twice(self):
        holes = Holes()
        assert [holes.take(number, 0.0) for number in (5, 6, 6, 5, 9, 8, 8, 4)] == [
            True, True, False, False, True, True, False, False,
        ]  # fmt: skip

    def test_asks_at_once_again_after_a_while_and_not_for_ever(self):
        holes = Holes()
        holes.take(1, 0.0)
        holes.take(4, 0.0)
        asked = {round(step * 0.01, 2): holes.due(step * 0.01) for step in range(100)}
        assert asked[0.0] == [2, 3]
        assert asked[0.01] == []
        assert asked[0.06] == [2, 3]
        assert sum(bool(numbers) for numbers in asked.values()) == Holes.TRIES
        assert (holes.are_open, holes.given_up) == (False, 2)

    def test_a_long_gap_is_not_worth_mending(self):
        holes = Holes()
        holes.take(1, 0.0)
        holes.take(10_000, 0.0)
        assert len(holes.due(0.0)) == Holes.LIMIT
        assert holes.given_up == 9_998 - Holes.LIMIT

    def test_stragglers_are_waited_for_and_then_forgotten(self):
        holes = Holes()
        holes.take(1, 0.0)
        holes.take(3, 0.0)
        holes.forget(before=0.5)
        assert (holes.take(2, 0.6), holes.given_up) == (False, 1)


class TestTransportFeedback:
    """draft-holmer-rmcat-transport-wide-cc-extensions-01, section 3.1."""

    def test_a_run_of_packets_is_one_chunk(self):
        feedback = transport_feedback(1, 2, 10, [6.4, 6.401, 6.402, 6.403, 6.404, 6.405, 6.406, 6.407], 3)
        assert feedback.hex(" ", 4) == "afcd0007 00000001 00000002 000a0008 00006403 20080004 04040404 04040002"

    def test_losses_and_long_steps_are_symbols_of_two_bits(self):
        feedback = transport_feedback(1, 2, 0xFFFF, [6.4, None, 6.5, 6.49], 0)
        assert feedback.hex(" ", 4) == "afcd0006 00000001 00000002 ffff0004 00006400 d2800001 90ffd801"

    def test_numbers_missing_between_two_feedbacks_are_told(self):
        transport = TransportFeedback()
        transport.heard(65_535, 1.0)
        first = transport.due(1, 2)
        transport.heard(2, 1.001)
        second = transport.due(1, 2)
        assert first is not None and second is not None
        assert [int.from_bytes(told[12:14], "big") for told in (first, second)] == [65_535, 0]
        assert [int.from_bytes(told[14:16], "big") for told in (first, second)] == [1, 3]
        assert [told[19] for told in (first, second)] == [0, 1]

    def test_nothing_new_is_nothing_to_say(self):
        transport = TransportFeedback()
        assert transport.due(1, 2) is None
        transport.heard(1, 1.0)
        transport.due(1, 2)
        assert transport.due(1, 2) is None

    @given(st.lists(st.integers(0, 0xFFFF), max_size=300), st.lists(st.floats(0, 1e6), min_size=300, max_size=300))
    def test_any_numbers_at_any_times_make_a_well_formed_packet(self, numbers, times):
        transport = TransportFeedback()
        for number, arrived in zip(numbers, times, strict=False):
            transport.heard(number, arrived)
        told = transport.due(1, 2)
        assert (told is None) == (not numbers)
        if told is not None:
            assert len(told) == 4 * (1 + int.from_bytes(told[2:4], "big"))
            assert told[0] & 0x1F == 15
            assert len(told) <= 1340, "it must fit a datagram, encrypted"
