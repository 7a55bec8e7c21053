"""Opus → AAC, for players that take no other sound (Apple's): 128 kbit/s stereo, about 1.3 % of a core.

Beside ``poster`` the only place that decodes or encodes anything, and that imports PyAV.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any, Final

import av
from av.audio.codeccontext import AudioCodecContext

from . import opus
from .fmp4 import Sample

CODEC: Final = "mp4a.40.2"
"""AAC low complexity (RFC 6381 section 3.3)."""
BITRATE: Final = 128_000
FRAME: Final = 1024
"""Samples of a frame; also what the encoder looks ahead (14496-3, 4.B.2.1: its first frame only primes the decoder)."""
CONFIGURATION: Final = b"\x11\x90"
"""AudioSpecificConfig (14496-3, 1.6.2.1): low complexity, 48 kHz, two channels, 1024 samples a frame."""


class Transcoder:
    """One unbroken stretch of sound: packets that follow each other in, frames on the same time line out."""

    def __init__(self, start: int) -> None:
        self.position = start
        """Where the next packet must begin, in samples."""
        self._next = start - FRAME
        self._start = start
        self._decoder = _context("opus", "r")
        self._encoder = _context("aac", "w")
        self._encoder.format = "fltp"
        self._encoder.bit_rate = BITRATE

    def encode(self, sounds: Iterable[Sample]) -> Iterator[Sample]:
        """The frames that become complete; the encoder keeps one or two back."""
        for sound in sounds:
            for frame in self._decode(sound):
                frame.pts, frame.time_base = self.position - self._start, Fraction(1, opus.RATE)
                self.position += frame.samples
                yield from self._stamped(self._encoder.encode(frame))

    def flush(self) -> Iterator[Sample]:
        """The last frames; nothing can follow."""
        if self.position > self._start:
            yield from self._stamped(self._encoder.encode(None))

    def _decode(self, sound: Sample) -> list[av.AudioFrame]:
        """Exactly as many samples as the packet lasts; silent where it cannot be read."""
        try:
            frames = self._decoder.decode(av.Packet(sound.data))
        except av.FFmpegError:
            frames = []
        missing = sound.duration - sum(frame.samples for frame in frames)
        return frames if missing <= 0 else [*frames, _silence(missing)]

    def _stamped(self, packets: Iterable[av.Packet[Any]]) -> Iterator[Sample]:
        for packet in packets:
            time, self._next = self._next, self._next + FRAME
            if time >= self._start:
                yield Sample(time, FRAME, bytes(packet))


def _context(codec: str, mode: str) -> AudioCodecContext:
    context = av.CodecContext.create(codec, mode)  # type: ignore[call-overload]
    assert isinstance(context, AudioCodecContext)
    context.sample_rate, context.layout = opus.RATE, "stereo"
    if mode == "w":
        context.time_base = Fraction(1, opus.RATE)
    return context


def _silence(samples: int) -> av.AudioFrame:
    frame = av.AudioFrame(format="fltp", layout="stereo", samples=samples)
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    frame.sample_rate = opus.RATE
    return frame
