"""One time line for sound and picture: from an artist's RTP timestamps to the relay's monotonic seconds.

Theory. Each track counts in its own units from a random start. Two things tell how the tracks belong together: when
packets arrive (at once, but late by the network's jitter), and the artist's sender reports (exact, but only after
seconds; RFC 3550 section 6.4.1). So a track is placed by its earliest arrivals, and once both tracks have reported,
the picture is placed beside the sound as the reports say. A track's place changes slowly, never at once: ears hear a
jump. The same slow motion follows an artist whose clock runs faster or slower than ours.
"""

from __future__ import annotations

from collections import OrderedDict

from .packet import CLOCK_RATE, Kind

SLEW = 0.005
"""Seconds per second by which a track's place may move."""

WINDOW = 10.0
"""Seconds over which the earliest arrival is sought; long enough to meet a packet that did not queue."""

PLAUSIBLE = 1.0
"""Seconds by which reports may move a picture against its arrival; beyond, the encoder's reports are wrong."""

JUMP = 10.0
"""Seconds a packet may be early or late; beyond, the encoder has begun to count anew."""

TAKES_KEPT = 16
"""A recorder may lag behind the stage by a few takes, not by more."""


class Line:
    """Seconds of one track of one take: ``timestamp / rate + place``, the place moving at most by ``SLEW``."""

    def __init__(self, rate: int, timestamp: int, arrived: float) -> None:
        self.rate = rate
        self.report: float | None = None
        """The artist's wall clock less the track's own seconds, by the latest sender report."""
        self.anchor(timestamp, arrived)

    def anchor(self, timestamp: int, arrived: float) -> None:
        """Begin here, at once."""
        self.newest = self._since = timestamp
        self._from = self._to = arrived - timestamp / self.rate
        self._earliest = self._previous_earliest = self._from
        self._window_began = arrived

    def place(self, timestamp: int) -> float:
        reach = SLEW * max(0, timestamp - self._since) / self.rate
        return self._from + max(-reach, min(reach, self._to - self._from))

    def seconds(self, timestamp: int) -> float:
        return timestamp / self.rate + self.place(timestamp)

    def timestamp_at(self, now: float) -> float:
        """The timestamp whose seconds are ``now``, continued beyond the newest packet."""
        return (now - self.place(self.newest)) * self.rate

    @property
    def earliest(self) -> float:
        """The place that the least delayed packet of the last windows asks for."""
        return min(self._earliest, self._previous_earliest)

    def heard(self, timestamp: int, arrived: float) -> None:
        place = arrived - timestamp / self.rate
        if not -JUMP <= place - self.place(timestamp) <= JUMP:
            self.anchor(timestamp, arrived)
        if arrived - self._window_began >= WINDOW:
            self._previous_earliest, self._earliest = self._earliest, place
            self._window_began = arrived
        elif place < self._earliest:
            self._earliest = place
        if timestamp > self.newest:
            self.newest = timestamp

    def move_to(self, place: float) -> None:
        self._from, self._since, self._to = self.place(self.newest), self.newest, place


class Take:
    """The lines of one publisher connection."""

    def __init__(self) -> None:
        self.lines: dict[Kind, Line] = {}
        self._aligned_at = 0.0

    def heard(self, kind: Kind, timestamp: int, arrived: float) -> None:
        line = self.lines.get(kind)
        if line is None:
            self.lines[kind] = Line(CLOCK_RATE[kind], timestamp, arrived)
            return
        line.heard(timestamp, arrived)
        if arrived - self._aligned_at >= 1:
            self._aligned_at = arrived
            self.align()

    def reported(self, kind: Kind, timestamp: int, wall_clock: float) -> None:
        """A sender report: at ``wall_clock`` (the artist's own seconds) the track stood at ``timestamp``."""
        if line := self.lines.get(kind):
            line.report = wall_clock - timestamp / line.rate
            self.align()

    def align(self) -> None:
        sound, picture = self.lines.get("audio"), self.lines.get("video")
        for line in self.lines.values():
            line.move_to(line.earliest)
        if sound and picture and sound.report is not None and picture.report is not None:
            beside = sound.earliest + picture.report - sound.report
            if abs(beside - picture.earliest) < PLAUSIBLE:
                picture.move_to(beside)


class Clock:
    """The time line of a broadcast, over all its takes."""

    def __init__(self) -> None:
        self._takes: OrderedDict[int, Take] = OrderedDict()

    def take(self, take: int) -> Take:
        if take not in self._takes:
            self._takes[take] = Take()
            while len(self._takes) > TAKES_KEPT:
                self._takes.popitem(last=False)
        return self._takes[take]

    def line(self, take: int, kind: Kind) -> Line:
        return self._takes[take].lines[kind]

    def seconds(self, take: int, kind: Kind, timestamp: int) -> float:
        """Monotonic seconds at which that moment of sound or picture would arrive on a quiet line.

        Raises KeyError for a track that was not heard yet, or a take long gone.
        """
        return self.line(take, kind).seconds(timestamp)
