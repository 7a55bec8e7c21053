"""Sits in the audience and writes down what it hears: packets → frames → segments in a spool.

``hear`` only puts packets aside; a thread of its own does the rest, ten times a second. It never raises into the
stage, and it goes on after a full disk. The spool holds whole segments; the newest are the live playlist.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from pathlib import Path
from time import monotonic
from typing import Final, Protocol

from streaming.relay import Kind, Packet

from . import cutting
from .aac import Transcoder
from .cutting import Cutter
from .fmp4 import VIDEO_SCALE, Sample
from .frames import Counts, Frames, Heard
from .segments import Segment
from .spool import Spool

log = logging.getLogger(__name__)

QUEUE: Final = 16_384
"""Packets that may wait for the thread: more than 20 s at 8 Mbit/s."""
TICK: Final = 0.1
"""Seconds between two looks at the queue."""
PICTURE_EVERY: Final = 2.0
"""Seconds between two requests for a keyframe: browsers send them only when asked, and segments begin with them."""
ASK_AGAIN: Final = 0.5
BATCH: Final = 25
"""Pieces of sound to transcode at once, half a second: no rendition falls far behind the others."""
SILENT: Final = 3.0
"""Seconds without a packet until what has come is made a segment without waiting for more."""
LIVE_WINDOW: Final = 60.0
"""Seconds that the live playlist holds."""
GRACE: Final = 12.0
"""Seconds for which a file is still there when it has left the playlist: three segments."""


class Clock(Protocol):
    """The broadcast's time line."""

    def seconds(self, take: int, kind: Kind, timestamp: int) -> float: ...


@dataclass(frozen=True)
class Stats:
    """How the recording goes. ``refused``: packets the queue had no room for; ``stumbles``: times the disk refused."""

    video: Counts
    audio: Counts
    segments: int
    late: int
    refused: int
    stumbles: int


class Packager:
    """A listener (`streaming.relay.Listener`) that records one broadcast into one folder."""

    def __init__(
        self,
        clock: Clock,
        directory: Path,
        *,
        began: datetime,
        on_segment: Callable[[Segment], None],
        want_picture: Callable[[], None],
        window: float = LIVE_WINDOW,
        keep: bool = True,
        now: float | None = None,
    ) -> None:
        """``began`` is the wall clock at the monotonic moment ``now``. ``on_segment`` is called in the packager's
        thread, ``want_picture`` in the one that calls ``hear``. ``window`` (seconds) is how far one may rewind; without
        ``keep`` a segment's files are deleted when it has left it."""
        self._clock = clock
        self._zero = began - timedelta(seconds=monotonic() if now is None else now)
        """The wall clock when the monotonic one showed 0: later steps of the wall clock move nothing."""
        self._tell = on_segment
        self._want_picture = want_picture
        self._window = window
        self._keep = keep
        self._queue: deque[Heard] = deque()
        self._refused = self._stumbles = self._segments = 0
        self._is_stumbling = False
        self._last_picture = self._last_heard = 0.0
        self._wants_keyframe = False
        self._frames = Frames()
        self._cutter = Cutter()
        self._stretch = -1
        self._spool = Spool(directory, self._on_segment)
        self._transcoder: Transcoder | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, name=f"packager {directory.name}", daemon=True)
        self._thread.start()

    # --- in the stage's thread --------------------------------------------------------------------------------------

    def hear(self, packet: Packet) -> None:
        if self._over.is_set():
            return
        if len(self._queue) >= QUEUE:
            self._refused += 1
            return
        self._queue.append(Heard(packet, self._clock.seconds(packet.take, packet.kind, packet.timestamp)))
        if packet.kind == "video":
            self._ask(packet)

    def _ask(self, packet: Packet) -> None:
        """For a keyframe: when a segment could end, and sooner when one was damaged."""
        if packet.keyframe:
            self._last_picture = packet.arrived
        elif packet.arrived - self._last_picture >= (ASK_AGAIN if self._wants_keyframe else PICTURE_EVERY):
            self._last_picture = packet.arrived
            self._want_picture()

    def leave(self) -> None:
        """The broadcast is over. Returns at once; the thread writes what it has and ends."""
        self._over.set()

    # --- for everybody ----------------------------------------------------------------------------------------------

    def close(self, timeout: float = 10) -> bool:
        """Leave, and wait until everything is written. False if that took too long."""
        self._over.set()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    @property
    def recent(self) -> list[Segment]:
        """The segments of the last minute, oldest first: what the live playlist holds."""
        return self._last(LIVE_WINDOW)

    @property
    def playable(self) -> list[Segment]:
        """What a live player may still ask for, oldest first: a file outlives the playlist that names it."""
        return self._last(LIVE_WINDOW + GRACE)

    @property
    def rewindable(self) -> list[Segment]:
        """The segments of the whole window, oldest first."""
        return self._last(self._window)

    def _last(self, seconds: float) -> list[Segment]:
        """From the newest backwards: hours may lie before."""
        segments = self._spool.segments
        oldest = segments[-1].ends - timedelta(seconds=seconds) if segments else None
        found = list(takewhile(lambda segment: oldest and segment.ends > oldest, reversed(segments)))
        return found[::-1]

    def stats(self) -> Stats:
        video, audio = self._frames.counts["video"], self._frames.counts["audio"]
        return Stats(video, audio, self._segments, self._cutter.late, self._refused, self._stumbles)

    # --- in its own thread ------------------------------------------------------------------------------------------

    def _work(self) -> None:
        while not self._over.wait(TICK):
            self._guarded(self._round)
        while self._queue:
            self._guarded(self._round)
        self._guarded(self._stop)

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception:
            self._stumbles += 1
            # A full disk refuses twice a second, and the log may lie on it: said once until something is whole again.
            if not self._is_stumbling:
                log.exception(
                    "the recording %s stumbled and goes on with the next keyframe", self._spool.directory.name
                )
            self._is_stumbling = True
            self._begin_anew()

    def _begin_anew(self) -> None:
        self._transcoder, self._cutter, self._stretch = None, Cutter(), -1
        try:
            self._spool.abandon()
        except OSError:
            log.debug("%s: what was growing waits for room", self._spool.directory.name)

    def _round(self) -> None:
        sounds: list[Sample] = []
        while self._queue:
            heard = self._queue.popleft()
            self._last_heard = monotonic()
            for frame in self._frames.push(heard):
                self._write(self._cutter.push(frame), sounds)
        self._encode(sounds)
        if self._last_heard and monotonic() - self._last_heard > SILENT:
            self._last_heard = 0.0
            self._stop()
        self._wants_keyframe = self._frames.wants_keyframe or self._cutter.wants_keyframe

    def _stop(self) -> None:
        """Nothing more for a while, or ever: whatever is held back is written."""
        sounds: list[Sample] = []
        for frame in self._frames.flush():
            self._write(self._cutter.push(frame), sounds)
        self._write(self._cutter.stop(), sounds)

    def _write(self, events: Iterable[cutting.Event], sounds: list[Sample]) -> None:
        for event in events:
            match event:
                case cutting.Opening(stretch, start):
                    self._open(stretch, start)
                case cutting.Shot(sample):
                    self._spool.add("video", sample)
                case cutting.Sound(sample):
                    self._spool.add("opus", sample)
                    sounds.append(sample)
                    if len(sounds) >= BATCH:
                        self._encode(sounds)
                case cutting.Stop():
                    self._encode(sounds)
                    self._end_aac()
                    self._spool.finish()

    def _open(self, stretch: cutting.Stretch, start: int) -> None:
        if stretch.index != self._stretch:
            seconds = self._cutter.timeline.base + stretch.start / VIDEO_SCALE
            self._stretch = stretch.index
            self._spool.begin_stretch(
                stretch.take, stretch.start, self._zero + timedelta(seconds=seconds), stretch.parameters
            )
        self._spool.open(start)

    def _encode(self, sounds: list[Sample]) -> None:
        """Many at a time: what a frame costs is mostly the way there and back."""
        if not sounds:
            return
        if self._transcoder is None or self._transcoder.position != sounds[0].time:
            self._end_aac()
            self._transcoder = Transcoder(sounds[0].time)
        for sample in self._transcoder.encode(sounds):
            self._spool.add("aac", sample)
        sounds.clear()

    def _end_aac(self) -> None:
        if self._transcoder:
            end = self._transcoder.position
            for sample in self._transcoder.flush():
                if sample.time < end:
                    self._spool.add("aac", sample)
        self._transcoder = None

    def _on_segment(self, segment: Segment) -> None:
        self._segments += 1
        self._is_stumbling = False
        self._spool.forget_before(segment.ends - timedelta(seconds=self._window + GRACE), delete=not self._keep)
        try:
            self._tell(segment)
        except Exception:
            log.exception("segment %s of %s is on disk, but could not be told", segment.number, self._spool.directory)
