"""RTP on the wire, and counters that wrap (RFC 3550, RFC 8285)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.relay.packet import Rtp, Unwrapped, element, nearest, read

PLAIN = bytes.fromhex("80e0fffe 00000bb8 decafbad") + b"picture"


def test_the_fields_of_a_plain_packet():
    assert read(PLAIN) == Rtp(96, True, 0xFFFE, 3000, 0xDECAFBAD, b"picture")


def test_contributing_sources_extensions_and_padding_are_no_payload():
    packet = bytes.fromhex("b1600001 00000002 00000003 0000cafe bede0001 51abcd00") + b"sound" + b"\0\0\3"
    assert read(packet) == Rtp(96, False, 1, 2, 3, b"sound", 0xBEDE, bytes.fromhex("51abcd00"))


def test_a_packet_of_nothing_but_padding_has_an_empty_payload():
    assert read(bytes.fromhex("a0600001 00000002 00000003 000004ff 00000008")[:-4] + b"\0\0\0\x08") == Rtp(
        96, False, 1, 2, 3, b""
    )


@pytest.mark.parametrize(
    "broken",
    [b"", PLAIN[:11], b"\x40" + PLAIN[1:], b"\x8f" + PLAIN[1:], b"\x90" + PLAIN[1:], b"\xa0" + PLAIN[1:-1] + b"\xff"],
    ids=["empty", "short", "version 1", "sources missing", "extension missing", "more padding than packet"],
)
def test_what_is_not_well_formed_is_nothing(broken):
    assert read(broken) is None


@given(st.binary(max_size=80))
def test_reading_never_fails(data):
    rtp = read(data)
    for number in range(1, 15):
        assert rtp is None or len(element(rtp, number) or b"") <= 16


def test_header_extension_elements_are_found_by_their_number():
    rtp = Rtp(96, False, 1, 2, 3, b"", 0xBEDE, bytes.fromhex("10aa 00 51abcd 22010203"))
    assert {number: element(rtp, number) for number in (1, 2, 3, 5)} == {
        1: b"\xaa",
        2: b"\1\2\3",
        3: None,
        5: b"\xab\xcd",
    }


def test_a_cut_off_element_is_not_there():
    assert element(Rtp(96, False, 1, 2, 3, b"", 0xBEDE, bytes.fromhex("53ab")), 5) is None


@pytest.mark.parametrize(
    ("value", "reference", "found"),
    [(0, 0xFFFF, 0x10000), (0xFFFF, 0x10000, 0xFFFF), (5, 0x20004, 0x20005), (0x8000, 0, -0x8000), (0x7FFF, 0, 0x7FFF)],
)
def test_the_nearest_number_with_those_low_bits(value, reference, found):
    assert nearest(value, reference, 16) == found


def test_a_counter_unwraps_through_its_ends_and_stragglers_keep_their_place():
    unwrapped = Unwrapped(16)
    first = unwrapped(0xFFFE)
    assert [unwrapped(value) - first for value in (0xFFFF, 1, 0, 2, 0xFFFD)] == [1, 3, 2, 4, -1]
    assert first >= 0x10000, "so that a straggler before the first is not negative"


@given(st.lists(st.integers(-300, 300), min_size=1, max_size=2000), st.integers(0, 0xFFFF))
def test_unwrapping_follows_any_walk(strides, start):
    unwrapped, position, first = Unwrapped(16), start, None
    for stride in strides:
        found = unwrapped(position & 0xFFFF)
        first = found - position if first is None else first
        assert found - position == first
        position = max(position + stride, position - 300)
