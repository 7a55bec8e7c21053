"""Clock: the time of day, set into loops that were encoded long ago.

The trick. A loop is encoded once, yet its picture shows the present time. Decoding and encoding it anew would cost a
fifth of a core; instead the clock is put into the *compressed* picture:

    picture of 640 x 360       macroblock rows 0-19   slice 1: the scene, encoded once, 640 x 320
    (22.5 macroblock rows)     macroblock rows 20-22  slice 2: the plinth with the clock, encoded each second

Why slices encoded apart may be put together (clauses of ITU-T H.264):

- A slice is decoded without the others: prediction of samples, of vectors and of coefficient counts ends at its border
  (6.4.9), and CAVLC knows no state from before. So a slice encoded as the top of a picture of its own is the same
  bits as the second slice of a taller one, except for `first_mb_in_slice` in its header, which we rewrite. The scene's
  own slice starts at macroblock 0 and stays as it is; only the sequence parameters speak of 360 lines.
- Deblocking across the border belongs to the macroblock below it (8.7). The plinth's slice says
  `disable_deblocking_filter_idc` 2 or 1: not across slices. So not one sample of the scene changes.
- Between keyframes (one each second) the plinth is a P slice of nothing but skipped macroblocks: header, one
  `mb_skip_run`, stop bit. Six bytes repeat the clock.
- One thing is left: a motion vector of the scene could reach below its last line, where its encoder saw the last line
  repeated and a viewer sees the plinth. The last `PLINTH` lines of every scene hold still, so none does. The tests
  decode each loop with and without its clock and compare the scene bit by bit.

At a keyframe both slices must name the same parameter sets, the same `frame_num` (0) and the same `idr_pic_id`.
One encoding per second serves all artists, since their encoders are set alike.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Final

import av
from av.video.frame import PictureType

from . import h264, plinth, rtp, scenes
from .scenes import Planes

WIDTH = scenes.WIDTH
ROWS = 3
FIRST_MACROBLOCK: Final = WIDTH // 16 * (scenes.HEIGHT // 16)
MACROBLOCKS: Final = WIDTH // 16 * ROWS

# What must be equal in the encoders of scene and clock, so that one pair of parameter sets serves both.
COMMON = "cabac=0:bframes=0:ref=1:8x8dct=0:weightp=0:psy=0:stitchable=1:keyint=15:min-keyint=15:scenecut=0:threads=1:"
COMMON += "level=3.0:colorprim=bt709:transfer=bt709:colormatrix=bt709"


def to_frame(planes: Planes, width: int, height: int) -> av.VideoFrame:
    frame = av.VideoFrame(width, height, "yuv420p")
    for plane, data in zip(frame.planes, planes, strict=True):
        lines, own = plane.height, len(data) // plane.height
        padding = bytes(plane.line_size - own)
        plane.update(data if not padding else b"".join(data[y * own : (y + 1) * own] + padding for y in range(lines)))
    return frame


CLOCK_SETTINGS = "qp=24:rc-lookahead=0:sync-lookahead=0:force-cfr=1"  # each picture comes out at once


def encoder(width: int, height: int, settings: str, preset: str = "veryfast") -> av.VideoCodecContext:
    codec = av.CodecContext.create("libx264", "w")
    assert isinstance(codec, av.VideoCodecContext)
    codec.width, codec.height, codec.pix_fmt = width, height, "yuv420p"
    codec.framerate, codec.time_base = Fraction(scenes.RATE), Fraction(1, scenes.RATE)
    codec.thread_count = 1
    codec.options = {"preset": preset, "profile": "baseline", "forced-idr": "1", "x264-params": f"{COMMON}:{settings}"}
    return codec


def encode(codec: av.VideoCodecContext, pictures: Iterable[Planes]) -> Iterator[list[bytes]]:
    """The NAL units of each picture, in order."""
    for number, planes in enumerate(pictures):
        yield from packets(codec, planes, number)
    yield from (h264.nal_units(bytes(packet)) for packet in codec.encode(None))


def packets(codec: av.VideoCodecContext, planes: Planes, number: int, *, key: bool = False) -> Iterator[list[bytes]]:
    frame = to_frame(planes, codec.width, codec.height)
    frame.pts = number
    if key:
        frame.pict_type = PictureType.I
    yield from (h264.nal_units(bytes(packet)) for packet in codec.encode(frame))


def parameter_sets() -> tuple[bytes, bytes]:
    """SPS and PPS of the whole picture, written by an encoder that is set like the others."""
    lines = scenes.HEIGHT + plinth.HEIGHT
    luma, colour = bytes([128]) * (WIDTH * lines), bytes([128]) * (WIDTH * lines // 4)
    units = next(encode(encoder(WIDTH, lines, ""), [(luma, colour, colour)]))
    sps, pps = (next(unit for unit in units if h264.nal_type(unit) == kind) for kind in (h264.SPS, h264.PPS))
    return sps, pps


def with_cropped_lines(planes: Planes) -> Planes:
    """Down to the end of the last macroblock row."""
    missing = 16 * ROWS - plinth.HEIGHT
    luma, blue, red = planes
    return (
        luma + luma[-WIDTH:] * missing,
        blue + blue[-WIDTH // 2 :] * (missing // 2),
        red + red[-WIDTH // 2 :] * (missing // 2),
    )


class Clock:
    """Encodes the plinth's front, once for each text, to be set into any loop."""

    def __init__(self) -> None:
        self._codec = encoder(WIDTH, 16 * ROWS, CLOCK_SETTINGS, "ultrafast")
        self._count = 0
        self._text = ""
        self._slice = b""

    def payloads(self, text: str, scene: h264.SliceHeader) -> list[bytes]:
        """The clock's slice as RTP payloads."""
        return rtp.payloads([self.slice(text, scene)])

    def slice(self, text: str, scene: h264.SliceHeader) -> bytes:
        """The keyframe slice that shows `text` below the scene that has this header."""
        if text != self._text:
            self._text, self._slice = text, self._encode(text)
        header, rest = h264.read_slice(self._slice, len(scene.frame_number))
        return h264.write_slice(replace(header, first_macroblock=FIRST_MACROBLOCK, idr_id=scene.idr_id), rest)

    def _encode(self, text: str) -> bytes:
        picture = with_cropped_lines(plinth.draw(text))
        (units,) = packets(self._codec, picture, self._count, key=True)
        self._count += 1
        return next(h264.slices(units))
