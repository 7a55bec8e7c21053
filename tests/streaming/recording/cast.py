"""The cast: Ada, who plays the keyboard before a camera, and the clock on the wall."""

from __future__ import annotations

import array
import functools
import io
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
from aiortc.codecs.h264 import H264Encoder

from streaming.recording.segments import RENDITIONS, Segment
from streaming.relay import CLOCK_RATE, Kind, Packet

EVENING = 1_000_000.0
"""Monotonic seconds at which the tests' evening begins."""


class WallClock:
    """A broadcast's time line for timestamps that all artists of the tests count from the same moment."""

    def seconds(self, take: int, kind: Kind, timestamp: int) -> float:
        return EVENING + timestamp / CLOCK_RATE[kind]


@functools.cache
def pictures(size: tuple[int, int], count: int, keyframe_every: int, fps: int = 30) -> tuple[bytes, ...]:
    """H.264 pictures of a brightness that wanders, each with start codes; parameter sets with every keyframe."""
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height = size
    encoder.pix_fmt, encoder.time_base, encoder.framerate = "yuv420p", Fraction(1, fps), Fraction(fps)
    settings = f"keyint={keyframe_every}:min-keyint={keyframe_every}:scenecut=0:bframes=0:threads=1:repeat-headers=1"
    encoder.options = {"profile": "baseline", "preset": "ultrafast", "tune": "zerolatency", "x264-params": settings}
    encoded: list[bytes] = []
    for number in range(count):
        picture = av.VideoFrame(*size, "yuv420p")
        for plane, value in zip(picture.planes, (16 + number * 7 % 200, 128, 128), strict=True):
            plane.update(bytes([value]) * plane.buffer_size)
        picture.pts = number
        encoded += [bytes(packet) for packet in encoder.encode(picture)]
    return tuple(encoded + [bytes(packet) for packet in encoder.encode(None)])


@functools.cache
def notes(count: int) -> tuple[bytes, ...]:
    """Opus packets of 20 ms with a quiet tone."""
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format, encoder.bit_rate = 48_000, "stereo", "s16", 48_000
    encoded: list[bytes] = []
    for number in range(count + 2):
        wave = [int(3000 * math.sin(2 * math.pi * 440 * (number * 960 + n) / 48_000)) for n in range(960)]
        sound = av.AudioFrame(format="s16", layout="stereo", samples=960)
        sound.planes[0].update(array.array("h", [value for value in wave for _ in range(2)]).tobytes())
        sound.sample_rate, sound.pts, sound.time_base = 48_000, number * 960, Fraction(1, 48_000)
        encoded += [bytes(packet) for packet in encoder.encode(sound)]
    return tuple(encoded[:count])


def units(picture: bytes) -> list[bytes]:
    return list(H264Encoder._split_bitstream(picture))


@dataclass(frozen=True)
class Ada:
    """An artist's sending: what she sends, in the order in which it arrives."""

    seconds: float
    take: int = 1
    begins: float = 0.0
    """Seconds of the evening."""
    size: tuple[int, int] = (320, 180)
    keyframe_every: int = 62
    fps: int = 30
    camera: bool = True
    microphone: bool = True
    sound_later: float = 0.0
    """Seconds by which sound arrives behind the picture."""

    @property
    def pictures(self) -> tuple[bytes, ...]:
        count = round(self.seconds * self.fps) if self.camera else 0
        return pictures(self.size, count, self.keyframe_every, self.fps) if count else ()

    @property
    def notes(self) -> tuple[bytes, ...]:
        return notes(round(self.seconds * 50)) if self.microphone else ()

    def sends(self) -> list[Packet]:
        return sorted([*self._film(), *self._music()], key=lambda packet: packet.arrived)

    def _film(self) -> Iterator[Packet]:
        sequence = 1000
        start = round(self.begins * 90_000)
        for number, picture in enumerate(self.pictures):
            payloads = H264Encoder._packetize(iter(units(picture)))
            timestamp = start + number * 90_000 // self.fps
            for index, payload in enumerate(payloads):
                yield Packet(
                    "video",
                    self.take,
                    sequence,
                    timestamp,
                    index == len(payloads) - 1,
                    payload,
                    EVENING + timestamp / 90_000 + index * 1e-5,
                    number % self.keyframe_every == 0 and index == 0,
                )
                sequence += 1

    def _music(self) -> Iterator[Packet]:
        start = round(self.begins * 48_000)
        for number, note in enumerate(self.notes):
            timestamp = start + number * 960
            arrived = EVENING + timestamp / 48_000 + self.sound_later
            yield Packet("audio", self.take, 500 + number, timestamp, False, note, arrived)


def without(packets: Iterable[Packet], *lost: tuple[Kind, int]) -> list[Packet]:
    """Some packets, by kind and place among their kind, never arrive."""
    counted: dict[Kind, int] = {"video": 0, "audio": 0}
    arrived = []
    for packet in packets:
        if (packet.kind, counted[packet.kind]) not in lost:
            arrived.append(packet)
        counted[packet.kind] += 1
    return arrived


def repaired(packets: Sequence[Packet], late: tuple[Kind, int], by: float) -> list[Packet]:
    """One packet, by kind and place among its kind, is sent again and arrives later."""
    nth = [packet for packet in packets if packet.kind == late[0]][late[1]]
    again = replace(nth, arrived=nth.arrived + by)
    return sorted([*(packet for packet in packets if packet is not nth), again], key=lambda packet: packet.arrived)


def film(folder: Path, segments: Sequence[Segment], rendition: str) -> bytes:
    """A rendition as one file: initialisation segment and pieces. For segments of one stretch."""
    index = list(RENDITIONS).index(rendition)  # type: ignore[arg-type]
    names = [segments[0].pieces[index].init, *(segment.pieces[index].name for segment in segments)]
    return b"".join((folder / name).read_bytes() for name in names)


@dataclass(frozen=True)
class Track:
    """What a player finds in a file."""

    codec: str
    size: tuple[int, int]
    times: list[int]
    """In the track's own units."""
    data: list[bytes]
    decoded: int


def played(data: bytes) -> Track:
    """Demultiplex and decode, as a player would."""
    with av.open(io.BytesIO(data)) as container:
        stream = container.streams[0]
        packets = [packet for packet in container.demux(stream) if packet.size]
        size = (stream.width, stream.height) if stream.type == "video" else (0, 0)
        codec = stream.codec_context.name
        times, payloads = [packet.pts for packet in packets], [bytes(packet) for packet in packets]
        decoded = sum(len(packet.decode()) for packet in packets) + len(stream.codec_context.decode(None))
    return Track(codec, size, times, payloads, decoded)


def in_units(picture: bytes) -> bytes:
    """As a file holds it: lengths instead of start codes, no parameter sets."""
    kept = [nal for nal in units(picture) if nal[0] & 0x1F not in (7, 8, 9)]
    return b"".join(len(nal).to_bytes(4) + nal for nal in kept)
