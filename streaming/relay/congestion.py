"""Whether a viewer's line carries picture and sound, or sound alone (pure; told the time).

We cannot make a picture smaller, but we can leave it out before it stutters for long, since sound alone fits almost any
line. Players report all that is needed: what they have missed so far, when they last heard from us (RFC 3550 section
6.4), and what they believe their line carries (REMB). From these come the signs of a line too thin:

- much is lost, more than random loss, which retransmission mends;
- reports take ever longer, since packets queue up on the way;
- the player's estimate lies below what we send, while loss or delay has at least begun. An estimate alone may be shy:
  it grows slowly where a quiet stage becomes lively.

One sign may be chance, a second soon after it is not; an estimate far below what we send is no chance once loss or
delay agrees. Chromium reports with each request for a lost packet, every few milliseconds, so loss is counted over a
while.

A line with sound alone tells little about its width, so coming back is a trial: after a while without trouble the
picture is sent again, and each trial that failed doubles the while.
"""

from __future__ import annotations

from typing import NamedTuple

LOSSY = 0.25
"""Of a stream's packets; up to 15 % at random are mended without a freeze (measured)."""

NARROW, FAR_TOO_NARROW = 0.8, 0.6
"""Of what we send: an estimate below this share of it means that the rest queues or falls."""

LATE = 0.6
"""Seconds a report's round trip may be longer than the shortest seen."""

LOSING, LATER = 0.15, 0.15
"""Loss and delay as they begin: what a line loses that carries ``NARROW`` of what we send is more, and chance does not
make so much of 5 % in a second (of 9 % it does once in half a minute)."""

COUNTED, PACKETS = 1.0, 50
"""Seconds over which loss is counted, or half of them where so many packets were expected."""

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


class Count(NamedTuple):
    """How a stream stands at its receiver: what it has lost so far, and the highest number it has heard."""

    lost: int
    highest: int
    at: float


class Line:
    """One viewer's line, as its reports tell."""

    def __init__(self, now: float) -> None:
        self.picture = True
        """It carries a picture."""
        self.fraction_lost = 0.0
        """Of the packets lately."""
        self.changes = 0
        self._since = now
        """The present state began; while there is no picture: or the last trouble was."""
        self._wait = CLEAN
        self._sign_at = self._strained_at = NEVER
        self._shortest: float | None = None
        self._before: Count | None = None

    def reported(self, lost: int, highest: int, round_trip: float | None, now: float) -> None:
        """A receiver report of the picture, or of the sound where there is no picture: packets lost so far, the highest
        sequence number heard (extended, RFC 3550 section 6.4.1), and seconds there and back, if known."""
        late = self._lateness(round_trip)
        if (fraction := self._fraction(Count(lost, highest, now))) is not None:
            self.fraction_lost = fraction
        else:
            fraction = 0.0
        if fraction > LOSING or late > LATER:
            self._strained_at = now
        if self.picture and (fraction > LOSSY or late > LATE):
            self._note_sign(now)
        elif not self.picture and (fraction > NOISY or late > LATE):
            self._since = now

    def _lateness(self, round_trip: float | None) -> float:
        if round_trip is None:
            return 0.0
        self._shortest = round_trip if self._shortest is None else min(self._shortest, round_trip)
        return round_trip - self._shortest

    def _fraction(self, now: Count) -> float | None:
        """Loss since the last count, once enough was expected to tell; a stream that began anew is counted anew."""
        before = self._before
        if before is None or now.highest < before.highest or now.lost < before.lost:
            self._before = now
            return None
        expected, seconds = now.highest - before.highest, now.at - before.at
        if seconds < COUNTED and (seconds < COUNTED / 2 or expected < PACKETS):
            return None
        self._before = now
        return min(1.0, (now.lost - before.lost) / expected) if expected else 0.0

    def estimated(self, bits_per_second: float, sent: float, now: float) -> None:
        """The player's own estimate beside what is sent to it, in bits per second."""
        if not self.picture or now - self._since <= WARMING_UP or now - self._strained_at > TOGETHER:
            return
        if bits_per_second < FAR_TOO_NARROW * sent:
            self._lose_picture(now)
        elif bits_per_second < NARROW * sent:
            self._note_sign(now)

    def _note_sign(self, now: float) -> None:
        if now - self._sign_at > TOGETHER:
            self._sign_at = now
        elif now - self._sign_at >= APART:
            self._lose_picture(now)

    def _lose_picture(self, now: float) -> None:
        failed = self.changes > 0 and now - self._since < TRIAL
        self._wait = min(self._wait * 2, LONGEST) if failed else CLEAN
        self._turn(False, now)

    def look(self, now: float) -> None:
        """To be called about once a second: whether the picture may be tried again."""
        if not self.picture and now - self._since >= self._wait:
            self._turn(True, now)

    def _turn(self, picture: bool, now: float) -> None:
        self.picture, self._since, self.changes = picture, now, self.changes + 1
        self._sign_at = self._strained_at = NEVER
        # Another stream is reported on from here, and the way may be another one by now.
        self._shortest = self._before = None
