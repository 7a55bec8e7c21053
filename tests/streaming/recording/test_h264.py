"""What is read from parameter sets, and the dark picture."""

import contextlib
import io

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.recording import fmp4, h264
from streaming.recording.h264 import DARK_PARAMETERS, DARK_PICTURES, Format

from .cast import pictures, units


@pytest.mark.parametrize("size", [(320, 180), (1280, 720), (1920, 1080), (362, 202), (16, 16)])
def test_the_size_is_what_remains_after_cropping(size):
    sps = next(nal for nal in units(pictures(size, 1, 1)[0]) if h264.kind(nal) == h264.SPS)
    assert h264.read_sps(sps) == Format(*size)


@pytest.mark.parametrize(
    ("sps", "expected"),
    [
        ("6764001eacd940a02ffbc044000003000400000300c83c58b658", Format(640, 364)),
        ("6764001eacd940a063f36022000003000200000300643e28532c", Format(640, 364)),
        ("677a001ebcd940a02ff97011000003000100000300320f162d96", Format(640, 364, chroma=2)),
        ("677a001ebcd940a063f178088000000300800000190f8a14cb", Format(640, 364, chroma=2)),
        ("67f4001e919b281405ff2e0220000003002000000641e2c5b2c0", Format(640, 364, chroma=3)),
        ("67f4001e919b28140c7e2f011000000300100000030321f1429960", Format(640, 364, chroma=3)),
        ("676e001ea6cd940a063f360220000003002000000643e28532c0", Format(640, 364, luma_depth=10, chroma_depth=10)),
    ],
    ids=["high", "high, fields", "4:2:2", "4:2:2, fields", "4:4:4", "4:4:4, fields", "ten bits, fields"],
)
def test_high_profiles_say_more(sps, expected):
    """Made with x264, progressive and interlaced."""
    assert h264.read_sps(bytes.fromhex(sps)) == expected


@given(st.binary(max_size=64))
def test_nonsense_is_refused_and_nothing_else(data):
    with contextlib.suppress(ValueError):
        h264.read_sps(b"\x67" + data)


def test_the_dark_picture_is_black_and_two_are_a_film():
    samples = [
        fmp4.Sample(n * 45_000, 45_000, len(picture).to_bytes(4) + picture) for n, picture in enumerate(DARK_PICTURES)
    ]
    data = fmp4.video_init(DARK_PARAMETERS) + fmp4.fragment(samples, 1, first=True)
    with av.open(io.BytesIO(data)) as film:
        shown = list(film.decode(video=0))
    assert [(frame.width, frame.height, frame.pts) for frame in shown] == [(320, 180, 0), (320, 180, 45_000)]
    for frame in shown:
        luma = frame.planes[0]
        rows = [bytes(luma)[y * luma.line_size :][:320] for y in range(180)]
        assert set(b"".join(rows)) == {16}
