"""A still picture of a recording: one keyframe, decoded, made small and written as JPEG.

Beside ``aac`` the only place that decodes or encodes anything, and that imports PyAV.
"""

from __future__ import annotations

import io
from fractions import Fraction
from typing import Final

import av

LONGEST: Final = 640
"""Pixels of the longer side."""
LARGEST: Final = 100_000
"""Bytes."""
QUANTISERS: Final = (3, 5, 8, 12, 18, 26, 31)
"""From fine to coarse, as FFmpeg's JPEG counts (2 to 31)."""


def draw(film: bytes) -> bytes | None:
    """The first picture of a file (initialisation segment and a piece that begins with a keyframe) as JPEG; None where
    there is none to be read."""
    picture = first_picture(film)
    if picture is None:
        return None
    scale = min(1, LONGEST / max(picture.width, picture.height))
    # Whole pairs of pixels, as colours are stored.
    width, height = (max(2, round(side * scale / 2) * 2) for side in (picture.width, picture.height))
    small = picture.reformat(width, height, format="yuvj420p")
    written = (written_as_jpeg(small, quantiser) for quantiser in QUANTISERS)
    return next((data for data in written if len(data) <= LARGEST), None)


def first_picture(film: bytes) -> av.VideoFrame | None:
    try:
        with av.open(io.BytesIO(film), "r", format="mp4") as container:
            return next(container.decode(video=0), None)
    except (av.FFmpegError, IndexError):
        return None


def written_as_jpeg(picture: av.VideoFrame, quantiser: int) -> bytes:
    encoder = av.CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height, encoder.pix_fmt = picture.width, picture.height, "yuvj420p"
    encoder.time_base = Fraction(1, 25)
    encoder.qmin = encoder.qmax = quantiser
    picture.pts, picture.time_base = 0, encoder.time_base
    return b"".join(bytes(packet) for packet in [*encoder.encode(picture), *encoder.encode(None)])
