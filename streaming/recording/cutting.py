"""Decides where a recording is cut, and leaves neither picture nor sound without the other. Pure.

A *stretch* is what one decoder can show without being told anew: one take, one format, no break in time. A *segment*
is a piece of a stretch, cut at the first keyframe after 2 s and after 4 s in any case. Both are the same for picture
and sound. Where sound fails, silence is laid; where the picture fails, a dark one: so a playlist never changes shape,
and a transmission of sound alone is recorded like any other.

The last picture is always held back, since its duration is known only when the next one comes, and since it may turn
out that the next segment has to begin with it. Sound waits until the segments of its time are settled.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

from . import h264, opus
from .fmp4 import VIDEO_SCALE, Sample
from .frames import Frame
from .h264 import Parameters
from .timeline import Timeline, in_samples, in_ticks

SHORTEST: Final = 2 * VIDEO_SCALE - VIDEO_SCALE // 20
"""From here on a segment ends at the next keyframe: 2 s, less what the clock of an encoder that sends one every 2 s may
differ from that of its sound card, by which all is laid. Otherwise every such segment would last 4 s."""
LONGEST: Final = 4 * VIDEO_SCALE
"""Here it ends without one. EXT-X-TARGETDURATION is 4, and durations are rounded (RFC 8216 section 4.3.3.1)."""
NEARLY: Final = 3 * VIDEO_SCALE // 10
"""A keyframe that comes so little too late is still worth waiting for."""
STALL: Final = 2 * VIDEO_SCALE
"""Without a picture for so long the stage goes dark; without anything it is a break."""
DARK_EVERY: Final = VIDEO_SCALE // 2
TRAIL: Final = VIDEO_SCALE
"""Dark pictures and silence stay so far behind what has come, for pictures and sound come at different times."""
LATE: Final = 3 * VIDEO_SCALE // 2
"""Sound that is so far behind the picture will not come: longer than a repair takes."""
PATIENCE: Final = 3 * VIDEO_SCALE
"""Sound without any picture for so long: there will be none."""


@dataclass(frozen=True)
class Stretch:
    """A new initialisation segment and a discontinuity in all renditions."""

    index: int
    take: int
    start: int
    parameters: Parameters


@dataclass(frozen=True)
class Opening:
    """A segment begins. ``start`` in ticks of 1/90000 s; sound that begins from there on belongs to it."""

    stretch: Stretch
    start: int


@dataclass(frozen=True)
class Shot:
    """A picture and its place."""

    sample: Sample


@dataclass(frozen=True)
class Sound:
    """A piece of sound and its place."""

    sample: Sample


@dataclass(frozen=True)
class Stop:
    """The stretch is over; nothing may wait for its continuation."""


Event = Opening | Shot | Sound | Stop


class Cutter:
    """Frames in, as they come; what is to be written out, in an order in which it can be written."""

    def __init__(self) -> None:
        self.timeline = Timeline(0.0)
        self.wants_keyframe = True
        self.late = 0
        """Frames that came when their time had been filled already."""
        self._take = -1
        self._index = 0
        self._stretch: Stretch | None = None
        self._segment = 0
        self._held: Sample | None = None
        self._usual = VIDEO_SCALE // 30
        self._sounds: deque[Sample] = deque()
        self._sound_end = 0
        self._early: list[tuple[int, Frame]] = []
        self._end = 0
        """Nothing may begin before: the end of the last stretch."""
        self._events: list[Event] = []

    def push(self, frame: Frame) -> list[Event]:
        if frame.take != self._take:
            self._end_stretch()
            base = frame.seconds if self._take < 0 else self.timeline.base
            self._take, self.timeline = frame.take, Timeline(base)
        if frame.kind == "video":
            self._push_picture(frame, self.timeline.picture(frame))
        else:
            self._push_sound(frame, self.timeline.sound(frame))
        return self._take_events()

    def stop(self) -> list[Event]:
        """Nothing comes for a while, or ever."""
        self._end_stretch()
        return self._take_events()

    def _take_events(self) -> list[Event]:
        events, self._events = self._events, []
        return events

    # --- pictures -------------------------------------------------------------------------------------------------

    def _push_picture(self, frame: Frame, time: int) -> None:
        self._break_before(time)
        if self._continues(frame.parameters):
            assert self._held
            self._show(max(time, self._held.time + 1), frame.data, key=frame.parameters is not None)
        elif frame.parameters is None or (self._held and time <= self._held.time):
            self.wants_keyframe = True
        else:
            start = max(time, self._end)
            self._begin(start, frame.parameters)
            self._held = Sample(start, 0, frame.data)
            self.wants_keyframe = False

    def _continues(self, parameters: Parameters | None) -> bool:
        return self._stretch is not None and (
            not self._dark if parameters is None else parameters == self._stretch.parameters
        )

    @property
    def _dark(self) -> bool:
        return self._stretch is not None and self._stretch.parameters is h264.DARK_PARAMETERS

    def _show(self, time: int, data: bytes, *, key: bool) -> None:
        """The next picture of the stretch: settles the one before, and whether a segment ends."""
        cut = key and SHORTEST <= time - self._segment <= LONGEST + NEARLY
        if not cut:
            self._cut_before_held(time, LONGEST)
        self._settle(time)
        if cut:
            self._open(time)
        self._held = Sample(time, 0, data, key)

    def _cut_before_held(self, end: int, longest: int) -> None:
        """Begin a segment with the held picture if the present one, going on until ``end``, became too long."""
        if self._held and end - self._segment > longest and self._held.time > self._segment:
            self._open(self._held.time)

    def _settle(self, until: int) -> None:
        """The held picture lasts until then, and the segments of all sound before are known."""
        held, self._held = self._held, None
        assert held
        self._usual = until - held.time
        self._events.append(Shot(Sample(held.time, until - held.time, held.data, held.key)))
        missing = in_samples(until - LATE) - self._sound_end
        self._fill_sound(self._sound_end + missing // opus.FRAME * opus.FRAME)
        while self._sounds and self._sounds[0].time < in_samples(until):
            self._events.append(Sound(self._sounds.popleft()))

    def _show_dark(self, now: int) -> None:
        """Dark pictures up to a while before now."""
        while self._held and self._held.time + DARK_EVERY <= now - TRAIL:
            time = self._held.time + DARK_EVERY
            self._show(time, dark_picture(time), key=True)

    # --- sound ----------------------------------------------------------------------------------------------------

    def _push_sound(self, frame: Frame, time: int) -> None:
        now = in_ticks(time)
        self._break_before(now)
        if self._stretch is None:
            self._early.append((time, frame))
            if now - in_ticks(self._early[0][0]) >= PATIENCE:
                self._go_dark(max(in_ticks(self._early[0][0]), self._end))
        else:
            self._lay(time, frame)
            if self._held and not self._dark and now - self._held.time >= STALL:
                self._go_dark(now - TRAIL)
        if self._dark:
            self._show_dark(now)

    def _lay(self, time: int, frame: Frame) -> None:
        """Put a piece of sound behind the others: what lies between is silent, what overlaps is dropped."""
        gap = time - self._sound_end
        if gap <= -opus.FRAME // 8:
            self.late += 1
            return
        if gap < opus.FRAME // 8:
            self.timeline.nudge_sound(-gap)
        else:
            self._fill_sound(time)
        self._sounds.append(Sample(self._sound_end, frame.duration, frame.data))
        self._sound_end += frame.duration

    def _fill_sound(self, until: int) -> None:
        for duration, packet in opus.silence(max(0, until - self._sound_end)):
            self._sounds.append(Sample(self._sound_end, duration, packet))
            self._sound_end += duration

    # --- stretches and segments -----------------------------------------------------------------------------------

    def _begin(self, time: int, parameters: Parameters) -> None:
        """A new stretch. In the same take it joins the one before, and sound runs through."""
        if self._stretch:
            self._cut_before_held(time, LONGEST + NEARLY)
            self._settle(time)
        else:
            self._sounds.clear()
            self._sound_end = in_samples(time)
        self._stretch = Stretch(self._index, self._take, time, parameters)
        self._index += 1
        self._open(time)
        early, self._early = self._early, []
        for place, frame in early:
            self._lay(place, frame)

    def _go_dark(self, time: int) -> None:
        self._begin(time, h264.DARK_PARAMETERS)
        self._held = Sample(time, 0, dark_picture(time))
        self.wants_keyframe = True

    def _open(self, time: int) -> None:
        assert self._stretch
        self._segment = time
        self._events.append(Opening(self._stretch, time))

    def _break_before(self, time: int) -> None:
        """End the stretch if nothing at all was heard for too long before that time."""
        if self._held and time - max(self._held.time, in_ticks(self._sound_end)) > STALL:
            self._end_stretch()

    def _end_stretch(self) -> None:
        """The held picture lasts as long as the sound that came, at least as long as usual."""
        if self._stretch and self._held:
            self._end = max(self._held.time + self._usual, in_ticks(self._sound_end))
            self._fill_sound(in_samples(self._end))
            if self._dark:
                self._show_dark(self._end + TRAIL - 1)
            self._cut_before_held(self._end, LONGEST + NEARLY)
            self._settle(self._end)
            self._events.append(Stop())
        self._stretch = self._held = None
        self._sounds.clear()
        self._early.clear()
        self.wants_keyframe = True


def dark_picture(time: int) -> bytes:
    picture = h264.DARK_PICTURES[time // DARK_EVERY % 2]
    return len(picture).to_bytes(4) + picture
