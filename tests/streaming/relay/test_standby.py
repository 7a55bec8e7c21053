"""The stand-by picture is what every player can show, and small. Made anew by `python3 -m tests.standby`."""

from collections import Counter

import av

from streaming.artists.h264 import PPS, SLICE_IDR, SPS, nal_type, nal_units
from streaming.recording.h264 import Format, Parameters, read_sps
from tests.standby import HEIGHT, PICTURE, WIDTH

CONSTRAINED_BASELINE_3_1 = "avc1.42c01f"
NIGHT, INK = 35, 216
"""Brightness of the house's colours for pictures, #061a1e and #efe9da (ITU-R BT.709, 16 to 235)."""


def test_it_is_one_access_unit_that_brings_its_parameter_sets():
    stream = PICTURE.read_bytes()
    sps, pps, idr = nal_units(stream)
    assert stream.startswith(b"\0\0\0\1")
    assert [nal_type(unit) for unit in (sps, pps, idr)] == [SPS, PPS, SLICE_IDR]
    assert (Parameters(sps, (pps,)).codec, read_sps(sps)) == (CONSTRAINED_BASELINE_3_1, Format(WIDTH, HEIGHT))


def test_it_decodes_to_one_picture_in_the_houses_colours():
    decoder = av.CodecContext.create("h264", "r")
    pictures = [*decoder.decode(av.Packet(PICTURE.read_bytes())), *decoder.decode(None)]
    assert [(picture.width, picture.height) for picture in pictures] == [(WIDTH, HEIGHT)]
    shades = Counter(bytes(pictures[0].planes[0]))
    letters = Counter({shade: count for shade, count in shades.items() if shade > 150})
    assert (shades.most_common(1)[0][0], letters.most_common(1)[0][0]) == (NIGHT, INK)


def test_it_is_small_enough_to_be_sent_again_every_few_seconds():
    assert PICTURE.stat().st_size < 60_000
