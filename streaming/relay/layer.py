"""A layer: one quality of a stage's picture with its sound, and everybody who gets it. Here one packet becomes many.

A broadcast has one layer today, the artist's own encoding. With several, a viewer would move between them as it hops
between stages: by another numbering from the next keyframe on. So everything that depends on the quality stands here
and below, everything that depends on the stage in ``broadcast``.

Theory. Almost all viewers are in step: they get the packet that has just come, and nothing else waits for them. What
such a packet becomes is the same for all of them but for four numbers, so packets are gathered until the datagrams at
hand are read, made ready once, and then only sealed and sent for each viewer. Whoever is not in step (has just joined,
waits for a keyframe, is being caught up) takes the same packets one by one. A keyframe for a large audience takes
longer than the media can wait: the round is cut into stretches, and packets that come meanwhile wait for the next
round.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from .engine import Piece, Run, runs_of
from .packet import Kind, Packet

log = logging.getLogger(__name__)

BURST, PAUSE = 48, 0.005
"""Packets sent to one viewer at a stretch, and the seconds before the next: a keyframe must not overrun its line."""

WAITING = 2048
"""Packets that may wait for a round; beyond, this machine is too slow and the picture stops until the next keyframe."""

STRETCH = 0.002
"""Seconds of a round before others have their turn."""


class Part(NamedTuple):
    """The packets of one track in a batch, made ready."""

    kind: Kind
    runs: list[Run]
    first: int
    """The lowest sequence number, and with ``top`` the highest; likewise timestamps."""
    top: int
    oldest: int
    newest: int
    packets: int
    octets: int
    keyframe: bool
    """A keyframe begins in it."""


class Batch(NamedTuple):
    """Packets of one take, for everybody in the layer."""

    take: int
    packets: Sequence[Packet]
    parts: list[Part]


def batch_of(packets: Sequence[Packet]) -> Batch:
    """Make ready what the packets, all of one take, have in common for all viewers."""
    kinds: tuple[Kind, ...] = ("video", "audio")
    parts = [_part(kind, chosen) for kind in kinds if (chosen := [one for one in packets if one.kind == kind])]
    return Batch(packets[0].take, packets, parts)


def _part(kind: Kind, packets: list[Packet]) -> Part:
    pieces = [
        Piece(one.payload, len(one.payload), 0x80 if one.marker else 0, one.sequence, one.timestamp) for one in packets
    ]
    sequences, timestamps = [one.sequence for one in packets], [one.timestamp for one in packets]
    return Part(
        kind,
        runs_of(pieces),
        min(sequences),
        max(sequences),
        min(timestamps),
        max(timestamps),
        len(pieces),
        sum(piece.size for piece in pieces),
        any(one.keyframe for one in packets),
    )


class Guest(Protocol):
    """Somebody in the audience, as far as a layer needs to know them."""

    stage: str

    def take(self, batch: Batch) -> None:
        """What everybody gets; returns at once."""

    def skip_to_next_keyframe(self) -> None:
        """Nothing more of the picture until then."""

    def leave(self) -> None:
        """The broadcast is over."""

    def close(self, why: str = "ended") -> None:
        """Go home."""


class Layer:
    """A Listener of its broadcast; its viewers are the audience of one quality."""

    def __init__(self, *, monotonic: Callable[[], float], dirty: Callable[[Any], None]) -> None:
        self._viewers: dict[Guest, int] = {}
        """With the round in which each was seated."""
        self._monotonic = monotonic
        self._dirty = dirty
        self._waiting: deque[Packet] = deque()
        self._number = 0
        """Of the present round."""
        self._batch: Batch | None = None
        self._still: Iterator[Guest] = iter(())
        """Who has not had the batch yet."""
        self._pause: asyncio.TimerHandle | None = None
        self.handed_out = 0
        """Packets, counted once for each viewer that was handed them."""

    # --- the audience ---------------------------------------------------------------------------------------------

    @property
    def viewers(self) -> tuple[Guest, ...]:
        return tuple(self._viewers)

    def seat(self, viewer: Guest) -> set[int]:
        """From the next round on it gets every packet. Returns the numbers of the pictures' packets already waiting for
        that round, so that nobody gets them twice."""
        self._viewers[viewer] = self._number
        return {packet.sequence for packet in self._waiting if packet.kind == "video"}

    def unseat(self, viewer: Guest) -> None:
        self._viewers.pop(viewer, None)

    # --- what the broadcast says ------------------------------------------------------------------------------------

    def hear(self, packet: Packet) -> None:
        if len(self._waiting) >= WAITING:
            self._skip_to_next_keyframe()
        if not self._waiting and self._batch is None and self._pause is None:
            self._dirty(self)
        self._waiting.append(packet)

    def leave(self) -> None:
        self.forget()
        for viewer in self.viewers:
            viewer.leave()

    def forget(self) -> None:
        """Send nothing of what waits: the stage has another source now, or ends."""
        self._waiting.clear()
        self._batch, self._still = None, iter(())

    def _skip_to_next_keyframe(self) -> None:
        self._waiting = deque(packet for packet in self._waiting if packet.kind == "audio")
        for viewer in self.viewers:
            viewer.skip_to_next_keyframe()
        while len(self._waiting) >= WAITING:
            self._waiting.popleft()

    # --- rounds -----------------------------------------------------------------------------------------------------

    def flush(self) -> None:
        """Go on with the round, or begin the next one."""
        if self._batch is None and not self._begin_round():
            return
        batch = self._batch
        assert batch is not None
        packets, number, seated_in = len(batch.packets), self._number, self._viewers.get
        monotonic, until = self._monotonic, self._monotonic() + STRETCH
        for viewer in self._still:
            if seated_in(viewer, number) != number:
                self.handed_out += packets
                try:
                    viewer.take(batch)
                except Exception:
                    log.exception("A viewer on %s failed", viewer.stage)
                    viewer.close("failed")
            if monotonic() > until:
                self._dirty(self)
                return
        after_a_burst = packets >= BURST
        self._batch = None
        if self._waiting and after_a_burst:
            self._pause = asyncio.get_running_loop().call_later(PAUSE, self._go_on)
        elif self._waiting:
            self._dirty(self)

    def _begin_round(self) -> bool:
        if not self._waiting or self._pause is not None:
            return False
        take = self._waiting[0].take
        packets: list[Packet] = []
        while self._waiting and self._waiting[0].take == take and len(packets) < BURST:
            packets.append(self._waiting.popleft())
        self._number += 1
        self._batch, self._still = batch_of(packets), iter(self.viewers)
        return True

    def _go_on(self) -> None:
        self._pause = None
        self._dirty(self)
