"""Where frames lie on a recording's time line. Pure.

Theory. The broadcast's clock tells for each frame when it happened, to a few milliseconds, and may correct itself. A
recording wants more: sound must be laid end to end as the artist's sound card counted it, for ears hear a hole of one
millisecond. So sound keeps its own timestamps once it has been placed and is the recording's clock; the picture is
laid beside it as the broadcast's clock says, and follows small corrections slowly, which eyes do not see.
"""

from __future__ import annotations

from typing import Final

from .fmp4 import SOUND_SCALE, VIDEO_SCALE
from .frames import Frame

SLEW: Final = 0.005
"""Seconds per second by which the picture may move against its own timestamps."""

SLACK: Final = 0.005
"""Seconds of difference that are left alone: a sixth of a picture."""

JUMP: Final = 0.5
"""Seconds of difference beyond which a track's timestamps themselves have jumped."""

_MEMORY: Final = 64
"""Packets over which the sound's distance from the clock is averaged: 1.3 s."""


class Timeline:
    """Times of one take in the units of its tracks (1/90000 s and 1/48000 s), counted from ``base``."""

    def __init__(self, base: float) -> None:
        self.base = base
        """Seconds on the broadcast's time line where the recording counts 0."""
        self._sound: int | None = None
        """What is added to a timestamp of sound, and below to one of pictures."""
        self._picture: int | None = None
        self._newest = 0
        self._lead = 0.0
        """Seconds by which sound, as laid, is ahead of the broadcast's clock."""

    def sound(self, frame: Frame) -> int:
        due = round((frame.seconds - self.base) * SOUND_SCALE)
        if self._sound is None or abs(frame.timestamp + self._sound - due) > JUMP * SOUND_SCALE:
            self._sound = due - frame.timestamp
            self._lead = 0.0
        time = frame.timestamp + self._sound
        self._lead += ((time - due) / SOUND_SCALE - self._lead) / _MEMORY
        return time

    def nudge_sound(self, samples: int) -> None:
        """Sound was laid so many samples later than said."""
        self._sound = (self._sound or 0) + samples

    def picture(self, frame: Frame) -> int:
        due = round((frame.seconds - self.base + self._lead) * VIDEO_SCALE)
        if self._picture is None or abs(frame.timestamp + self._picture - due) > JUMP * VIDEO_SCALE:
            self._picture = due - frame.timestamp
            self._newest = frame.timestamp
        error = due - frame.timestamp - self._picture
        if abs(error) > SLACK * VIDEO_SCALE:
            reach = round(SLEW * max(0, frame.timestamp - self._newest))
            self._picture += max(-reach, min(reach, error))
        self._newest = max(self._newest, frame.timestamp)
        return frame.timestamp + self._picture


def in_samples(time: int) -> int:
    """The first sample of sound at or after a time of pictures."""
    return -(-time * SOUND_SCALE // VIDEO_SCALE)


def in_ticks(time: int) -> int:
    """The time of pictures nearest before a time of sound."""
    return time * VIDEO_SCALE // SOUND_SCALE
