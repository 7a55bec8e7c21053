"""Whether a viewer's line carries picture and sound, or sound alone (pure; told the time).

We cannot make a picture smaller, but we can leave it out before it stutters, for sound alone fits almost any line.
Three signs tell that a line is too thin, all from what players report anyway (RFC 3550 section 6.4, REMB): much is
lost, more than the random loss that retransmission mends; or reports take ever longer, since packets queue up on the
way; or the player's own estimate lies below what we send while something of the two has at least begun, for an estimate
alone may be shy. No sign counts unless a second one follows soon.

A line with sound alone tells little about its width, so coming back is a trial: after a while without trouble the
picture is sent again, and each trial that failed doubles the while.
"""

from __future__ import annotations

LOSSY = 0.25
"""Of a stream's packets; up to 15 % at random are mended without a freeze (measured)."""

NARROW = 0.8
"""Of what we send: an estimate below this share of it means that the rest queues or falls."""

LATE = 0.6
"""Seconds a report's round trip may be longer than the shortest seen."""

LOSING, LATER = 0.02, 0.15
"""The same two as they begin."""

APART, TOGETHER = 0.5, 4.0
"""Seconds between two signs that make a thin line, at least and at most."""

WARMING_UP = 4.0
"""Seconds in which a player's estimate is still growing from nothing."""

CLEAN = 20.0
"""Seconds without trouble before the picture is tried again ..."""

LONGEST = 320.0
"""... and at most, however many trials failed."""

TRIAL = 15.0
"""Seconds a picture has to hold for its trial not to have failed."""

NOISY = 0.05
"""Loss of the sound alone above which a line is not clean."""


NEVER = float("-inf")


class Line:
    """One viewer's line, as its reports tell."""

    def __init__(self, now: float) -> None:
        self.picture = True
        """It carries a picture."""
        self.changes = 0
        self._since = now
        """The present state began; while there is no picture: or the last trouble was."""
        self._wait = CLEAN
        self._sign_at = self._strained_at = NEVER
        self._shortest: float | None = None

    def reported(self, fraction_lost: float, round_trip: float | None, now: float) -> None:
        """A receiver report: loss since the last one (0 to 1), and seconds there and back, if known."""
        late = 0.0
        if round_trip is not None:
            self._shortest = round_trip if self._shortest is None else min(self._shortest, round_trip)
            late = round_trip - self._shortest
        if fraction_lost > LOSING or late > LATER:
            self._strained_at = now
        if self.picture and (fraction_lost > LOSSY or late > LATE):
            self._note_sign(now)
        elif not self.picture and (fraction_lost > NOISY or late > LATE):
            self._since = now

    def estimated(self, bits_per_second: float, sent: float, now: float) -> None:
        """The player's own estimate beside what is sent to it, in bits per second."""
        narrow = bits_per_second < NARROW * sent and now - self._since > WARMING_UP
        if self.picture and narrow and now - self._strained_at < TOGETHER:
            self._note_sign(now)

    def _note_sign(self, now: float) -> None:
        if now - self._sign_at > TOGETHER:
            self._sign_at = now
        elif now - self._sign_at >= APART:
            failed = self.changes > 0 and now - self._since < TRIAL
            self._wait = min(self._wait * 2, LONGEST) if failed else CLEAN
            self._turn(False, now)

    def look(self, now: float) -> None:
        """To be called about once a second: whether the picture may be tried again."""
        if not self.picture and now - self._since >= self._wait:
            self._turn(True, now)

    def _turn(self, picture: bool, now: float) -> None:
        self.picture, self._since, self._sign_at = picture, now, NEVER
        self._shortest = None  # the way may be another one by now
        self.changes += 1
