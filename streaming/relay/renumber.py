"""How an artist's counters become a viewer's: one straight line per track and source, for ever the same (pure).

A viewer's stream goes on over takes and hops: its index counts on, its timestamps go on in time. Each time a viewer
turns to another source, a new numbering is made; within one, every incoming number has exactly one outgoing number,
however often it is asked. That is what makes a retransmission equal to the packet it repeats.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Numbering:
    """From one take's sequence numbers and timestamps to one viewer's."""

    first: int
    """The first sequence number that is sent; earlier ones are not this viewer's."""
    index: int
    """The index that ``first`` is sent with."""
    offset: int
    """Added to timestamps from ``edge`` on."""
    edge: int = 0
    """Timestamp of the live edge when the numbering began; the pictures before it are squeezed, see below."""
    start: int = 0
    """The earliest timestamp that is sent ..."""
    start_out: int = 0
    """... and what it is sent as."""

    def index_of(self, sequence: int) -> int:
        return self.index + sequence - self.first

    def sequence_of(self, index: int) -> int:
        return self.first + index - self.index

    def timestamp_of(self, timestamp: int) -> int:
        if timestamp >= self.edge:
            return timestamp + self.offset
        room = self.edge + self.offset - self.start_out
        return self.start_out + (timestamp - self.start) * room // (self.edge - self.start)


SQUEEZED = 900
"""RTP units (10 ms of picture) into which a burst of older pictures is squeezed at least."""


def squeezed(*, first: int, index: int, start: int, edge: int, edge_out: int, after: int | None) -> Numbering:
    """A numbering for a burst of pictures from ``start`` to the live ``edge``, which belongs at ``edge_out``.

    Somebody who joins gets them in the past of the live edge. Somebody who has already seen timestamps up to ``after``
    gets them between those and now: a player drops pictures that go back in time.
    """
    if after is None or edge_out - (edge - start) > after:
        return Numbering(first, index, edge_out - edge)
    start_out = after + 1
    edge_out = max(edge_out, start_out + SQUEEZED)
    return Numbering(first, index, edge_out - edge, edge, start, start_out)
