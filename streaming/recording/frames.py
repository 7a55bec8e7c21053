"""From packets to frames: pictures and pieces of sound, whole, in order, with their places on the time line.

Packets come as they arrive: late where a lost one was repaired. They wait for each other for a bounded time. A picture
that lacks a packet is dropped with all that build on it, until the next keyframe (RFC 6184 section 5 describes how
pictures are carried). Nothing here raises on bad input; it is counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from streaming.relay import Kind, Packet

from . import h264, opus
from .h264 import Parameters

PATIENCE: Final = 0.6
"""Seconds to wait for a repair: two requests over a line of 200 ms and some queueing."""

WINDOW: Final = 1024
"""Packets to hold back while waiting; about 4 s at 2 Mbit/s."""

LARGEST_PICTURE: Final = 4 * 1024 * 1024
"""Bytes; a keyframe of 1080p at 8 Mbit/s has a tenth."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture (NAL units, each with its length in four bytes before it) or one Opus packet."""

    kind: Kind
    take: int
    timestamp: int
    """RTP units, unwrapped."""
    seconds: float
    """Place on the broadcast's time line when it was heard."""
    data: bytes
    duration: int = 0
    """Sound: samples."""
    parameters: Parameters | None = None
    """Picture: given with a keyframe, None with all others."""


@dataclass
class Counts:
    """What happened on the way; for the office's screens and the tests."""

    frames: int = 0
    late: int = 0
    lost: int = 0
    bad: int = 0
    dropped: int = 0
    """Whole pictures left out because one they build on was damaged."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A packet and its place on the time line when it was heard."""

    packet: Packet
    seconds: float


class Order:
    """Puts the packets of one track in order; None in the output is a hole that nobody repaired in time."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self._next: int | None = None
        self._waiting: dict[int, Heard] = {}
        """By sequence number, in the order of their arrival."""

    def push(self, heard: Heard) -> Iterator[Heard | None]:
        sequence, now = heard.packet.sequence, heard.packet.arrived
        if self._next is None:
            self._next = sequence
        if sequence < self._next or sequence in self._waiting:
            self._counts.late += 1
            return
        self._waiting[sequence] = heard
        yield from self._in_order()
        while self._waiting and (self._longest_wait(now) > PATIENCE or len(self._waiting) > WINDOW):
            yield from self._skip()

    def flush(self) -> Iterator[Heard | None]:
        while self._waiting:
            yield from self._skip()

    def _longest_wait(self, now: float) -> float:
        return now - next(iter(self._waiting.values())).packet.arrived

    def _in_order(self) -> Iterator[Heard]:
        while self._next is not None and (heard := self._waiting.pop(self._next, None)):
            self._next += 1
            yield heard

    def _skip(self) -> Iterator[Heard | None]:
        first = min(self._waiting)
        self._counts.lost += first - (self._next or 0)
        self._next = first
        yield None
        yield from self._in_order()


@dataclass
class Picture:
    """An access unit as its packets come in."""

    timestamp: int
    seconds: float
    units: list[bytes] = field(default_factory=list)
    fragments: bytearray | None = None
    """A unit sent in several packets (FU-A), as far as it has come."""
    whole: bool = True
    ended: bool = False
    """Its last packet has come (RFC 6184 section 5.1, marker)."""
    size: int = 0

    def add(self, nal: bytes) -> None:
        if not nal or nal[0] & 0x80 or not 1 <= h264.kind(nal) <= 23:
            raise ValueError("not a NAL unit")
        self.size += len(nal)
        if self.size > LARGEST_PICTURE:
            raise ValueError("picture beyond all measure")
        self.units.append(nal)

    def take_in(self, payload: bytes) -> None:
        """One packet (RFC 6184 sections 5.6 to 5.8). Raises ValueError."""
        form = payload[0] & 0x1F
        if form != 28 and self.fragments is not None:
            raise ValueError("a unit in fragments was not ended")
        if form == 24:
            self._take_apart(payload)
        elif form == 28:
            self._put_together(payload)
        else:
            self.add(payload)

    def _take_apart(self, payload: bytes) -> None:
        """STAP-A: several units in one packet (section 5.7.1)."""
        at = 1
        while at < len(payload):
            length = int.from_bytes(payload[at : at + 2])
            nal = payload[at + 2 : at + 2 + length]
            if len(nal) != length:
                raise ValueError("aggregated unit ends early")
            self.add(nal)
            at += 2 + length

    def _put_together(self, payload: bytes) -> None:
        """FU-A: one unit in several packets (section 5.8)."""
        if len(payload) < 3:
            raise ValueError("empty fragment")
        indicator, header = payload[0], payload[1]
        if header & 0x80:
            if self.fragments is not None:
                raise ValueError("a unit in fragments was not ended")
            self.fragments = bytearray([indicator & 0xE0 | header & 0x1F])
        if self.fragments is None:
            raise ValueError("a unit in fragments was not begun")
        self.fragments += payload[2:]
        if self.size + len(self.fragments) > LARGEST_PICTURE:
            raise ValueError("picture beyond all measure")
        if header & 0x40:
            nal, self.fragments = bytes(self.fragments), None
            self.add(nal)


class Pictures:
    """The pictures of one take."""

    def __init__(self, take: int, counts: Counts) -> None:
        self.counts = counts
        self.wants_keyframe = True
        self._take = take
        self._picture: Picture | None = None
        self._after_hole = True
        self._sps: bytes | None = None
        self._pps: tuple[bytes, ...] = ()

    def push(self, heard: Heard | None) -> Iterator[Frame]:
        if heard is None:
            yield from self.end()
            self.counts.dropped += self._picture is not None
            self._picture = None
            self._after_hole = self.wants_keyframe = True
            return
        packet = heard.packet
        if not packet.payload:
            return
        if self._picture is None or self._picture.timestamp != packet.timestamp:
            yield from self._finish()
            self._picture = Picture(packet.timestamp, heard.seconds)
        self._picture.ended = packet.marker
        self._take_in(self._picture, packet.payload)

    def _take_in(self, picture: Picture, payload: bytes) -> None:
        first = not picture.units and picture.fragments is None
        try:
            picture.take_in(payload)
        except ValueError:
            self.counts.bad += 1
            picture.whole = False
            picture.fragments = None
        if first and self._after_hole:
            begun = picture.units[0] if picture.units else bytes(picture.fragments or b"")
            picture.whole = picture.whole and bool(begun) and h264.begins_picture(begun)
            self._after_hole = False

    def end(self) -> Iterator[Frame]:
        """The last picture before a hole or an end. No later one says that it is complete: its last packet must."""
        if self._picture and self._picture.ended:
            yield from self._finish()

    def _finish(self) -> Iterator[Frame]:
        """The picture that has come, if it is whole and all it builds on was."""
        picture, self._picture = self._picture, None
        if picture is None:
            return
        frame = None
        if picture.whole and picture.fragments is None:
            frame = self._frame(picture)
        else:
            self.wants_keyframe = True
        if frame:
            self.counts.frames += 1
            yield frame
        else:
            self.counts.dropped += 1

    def _frame(self, picture: Picture) -> Frame | None:
        kinds = {h264.kind(nal) for nal in picture.units}
        self._learn(picture)
        parameters = self._parameters() if h264.IDR_SLICE in kinds else None
        if h264.IDR_SLICE in kinds:
            self.wants_keyframe = parameters is None
        if self.wants_keyframe or not kinds & h264.SLICES:
            return None
        data = b"".join(len(nal).to_bytes(4) + nal for nal in picture.units if h264.kind(nal) not in h264.NOT_IN_FILES)
        return Frame("video", self._take, picture.timestamp, picture.seconds, data, parameters=parameters)

    def _learn(self, picture: Picture) -> None:
        """Parameter sets stay in force until others come; some encoders send them once."""
        self._sps = next((nal for nal in picture.units if h264.kind(nal) == h264.SPS), self._sps)
        self._pps = tuple(dict.fromkeys(nal for nal in picture.units if h264.kind(nal) == h264.PPS)) or self._pps

    def _parameters(self) -> Parameters | None:
        if not self._sps or not self._pps:
            return None
        try:
            return h264.read_parameters(self._sps, self._pps)
        except ValueError:
            self.counts.bad += 1
            return None


class Sounds:
    """The Opus packets of one take; a hole stays a hole, it is filled with silence later."""

    def __init__(self, counts: Counts) -> None:
        self.counts = counts

    def push(self, heard: Heard | None) -> Iterator[Frame]:
        if heard is None or not heard.packet.payload:
            return
        packet = heard.packet
        try:
            duration = opus.duration(packet.payload)
        except ValueError:
            self.counts.bad += 1
            return
        self.counts.frames += 1
        yield Frame("audio", packet.take, packet.timestamp, heard.seconds, packet.payload, duration)


class Frames:
    """Packets of all takes of a broadcast → frames of picture and sound, each track in order."""

    def __init__(self) -> None:
        self.counts: dict[Kind, Counts] = {"video": Counts(), "audio": Counts()}
        self._take = -1
        self._begin(-1)

    @property
    def wants_keyframe(self) -> bool:
        """Whether pictures are being dropped until the next keyframe."""
        return self._pictures.wants_keyframe

    def push(self, heard: Heard) -> Iterator[Frame]:
        """What a packet completes. A new take ends the one before; stragglers of an old one are dropped."""
        packet = heard.packet
        if packet.take < self._take:
            self.counts[packet.kind].late += 1
            return
        if packet.take > self._take:
            yield from self.flush()
            self._begin(packet.take)
        track = self._pictures if packet.kind == "video" else self._sounds
        for ordered in self._orders[packet.kind].push(heard):
            yield from track.push(ordered)

    def flush(self) -> Iterator[Frame]:
        """What is still waiting, at the end of a take."""
        for ordered in self._orders["audio"].flush():
            yield from self._sounds.push(ordered)
        for ordered in self._orders["video"].flush():
            yield from self._pictures.push(ordered)
        yield from self._pictures.end()

    def _begin(self, take: int) -> None:
        self._take = take
        self._orders: dict[Kind, Order] = {kind: Order(counts) for kind, counts in self.counts.items()}
        self._pictures = Pictures(take, self.counts["video"])
        self._sounds = Sounds(self.counts["audio"])
