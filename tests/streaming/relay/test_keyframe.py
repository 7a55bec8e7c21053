"""Where a picture begins (RFC 6184), read from packets as encoders make them."""

import re
from fractions import Fraction

import av
import pytest

from streaming.relay.keyframe import begins_keyframe, begins_unit, has_b_slice, profile_level_id

SPS = bytes.fromhex("6742c01f8c8d40")
PPS = bytes.fromhex("68ce3c80")


def stap_a(*units: bytes) -> bytes:
    return b"\x78" + b"".join(len(unit).to_bytes(2, "big") + unit for unit in units)


@pytest.mark.parametrize(
    ("payload", "begins"),
    [
        (b"", False),
        (b"\x65\x88\x84", True),
        (SPS, True),
        (PPS, False),
        (b"\x41\x9a\x00", False),
        (b"\x7c\x85\x88", True),
        (b"\x7c\x05\x88", False),
        (b"\x7c\x81\x9a", False),
        (b"\x7c", False),
        (stap_a(SPS, PPS), True),
        (stap_a(PPS, b"\x65\x88"), True),
        (stap_a(PPS, b"\x41\x88"), False),
        (b"\x78\x00", False),
        (b"\x78\x00\x00\x00\x00", False),
    ],
    ids=[
        "padding",
        "IDR",
        "parameter set",
        "picture parameter set",
        "other slice",
        "first fragment of IDR",
        "later fragment of IDR",
        "first fragment of other slice",
        "cut fragment",
        "parameter sets together",
        "IDR in aggregate",
        "other slice in aggregate",
        "cut aggregate",
        "empty units",
    ],
)
def test_keyframes_begin_with_an_idr_slice_or_its_parameter_set(payload, begins):
    assert begins_keyframe(payload) is begins


def test_in_the_middle_of_a_fragment_nothing_begins():
    payloads = (b"", b"\x7c", b"\x7c\x05\x88", b"\x7c\x45\x88", b"\x7c\x85\x88", b"\x41\x9a", stap_a(PPS))
    assert [begins_unit(payload) for payload in payloads] == [False, False, False, False, True, True, True]


def test_the_true_profile_is_read_from_the_parameter_set():
    assert [profile_level_id(payload) for payload in (SPS, stap_a(PPS, SPS), PPS, b"\x65\x88", b"\x67\x42")] == [
        "42c01f",
        "42c01f",
        None,
        None,
        None,
    ]


def encoded(**options: str) -> list[list[bytes]]:
    """NAL units of thirty pictures as x264 makes them."""
    codec = av.CodecContext.create("libx264", "w")
    codec.width, codec.height, codec.pix_fmt = 160, 120, "yuv420p"
    codec.framerate, codec.time_base, codec.options = Fraction(30), Fraction(1, 30), options
    packets = []
    for number in range(30):
        frame = av.VideoFrame(160, 120, "yuv420p")
        for plane in frame.planes:
            plane.update(bytes([number * 5]) * plane.buffer_size)
        frame.pts = number
        packets += codec.encode(frame)
    packets += codec.encode(None)
    return [[unit for unit in re.split(rb"\x00*\x00\x00\x01", bytes(packet)) if unit] for packet in packets]


def test_b_pictures_are_told_from_the_others():
    for options in ({"bf": "2"}, {"bf": "3", "x264-params": "slices=4"}, {"bf": "0"}, {"tune": "zerolatency"}):
        found = sum(any(map(has_b_slice, units)) for units in encoded(preset="medium", **options))
        assert (found > 5) is (int(options.get("bf", 0)) > 0), options


@pytest.mark.parametrize("header", [b"", b"\x41", b"\x41\x00\x00\x00\x00\x00", b"\x41\xff", b"\x5c\x81"])
def test_what_is_cut_off_is_no_b_picture(header):
    assert not has_b_slice(header)
