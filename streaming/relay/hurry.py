"""How a hop is seen at once: the player is told to hold no picture back, and soon afterwards to hold them back again
(pure; told the time).

A player holds pictures back until its sound, which it keeps longer, has caught up: lips are in sync, and a new stage is
seen a tenth of a second after its packets are there. So for a second after a hop its pictures bear the greatest delay
they may have (the header extension playout-delay): none for a moment, then slowly more, and at last as the player
likes. See docs/decisions/a-hop-is-seen-before-it-is-in-sync.md.
"""

from __future__ import annotations

AT_ONCE, AS_YOU_LIKE = b"\0\0\0", b"\0\x0f\xff"
"""Least and greatest delay, twelve bits each, in steps of 10 ms."""

MOMENT, END = 0.15, 3.5
"""Seconds after the command in which nothing is held back, a keyframe that has to be asked for takes a tenth; and until
when the greatest delay grows: to a second, since on a bad line or a busy machine the sound is kept so long, and letting
go before the picture is as late makes it halt."""

GROWTH = 0.3
"""Seconds per second: so much slower do pictures run until they are as late as the sound."""

REPEATED = 3
"""Pictures that say so at the end, since one may be lost."""


class Hurry:
    """One hop's."""

    __slots__ = ("_began", "_left", "_number")

    def __init__(self, number: int, now: float) -> None:
        """``number``: of the extension, as the player named it."""
        self._number = number
        self._began = now
        self._left = REPEATED

    @property
    def is_over(self) -> bool:
        return self._left <= 0

    def extension(self, now: float, marker: bool) -> bytes:
        """What goes with a packet of picture (RFC 8285 section 4.2); ``marker``: the last one of its picture."""
        passed = now - self._began
        if passed < END:
            said = int(max(0.0, passed - MOMENT) * GROWTH * 100).to_bytes(3, "big")
        else:
            said, self._left = AS_YOU_LIKE, self._left - marker
        return b"\xbe\xde\0\1" + bytes([self._number << 4 | len(said) - 1]) + said
