"""What is on air on one stage: packets of one artist in, the same packets to every listener.

The listeners are the recorder and the audience's ``layer``. While the artist's line is down the audience is shown a
stand-by picture; the recorder hears nothing of that.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Protocol

from . import standby
from .clock import Clock
from .layer import Guest, Layer
from .packet import Packet

log = logging.getLogger(__name__)

KEPT = 1024
"""Packets of picture kept to be sent again: about 4 s at 2 Mbit/s."""

PICTURE_INTERVAL = 0.5
"""Ask twice a second at most: each new picture costs the artist's uplink as much as twenty frames."""

DEAF_AFTER = 1.5
"""Seconds after which an encoder that sent no keyframe on request is taken to ignore requests."""

STAND_BY_AFTER = 2.0
"""Seconds without a packet after which the audience is shown the stand-by picture."""


class Listener(Protocol):
    """Somebody who hears all of it: the audience's layer, the recorder."""

    def hear(self, packet: Packet) -> None:
        """Take a packet and return at once; whoever is slow drops, the stage never waits."""

    def leave(self) -> None:
        """The broadcast is over; nothing more will be heard."""


class Encoder(Protocol):
    """Who is on air, as far as a broadcast needs to know."""

    def request_picture(self) -> bool:
        """Ask for a keyframe; False if there is no picture to ask for yet."""

    def close(self, why: str = "ended") -> None:
        """Its time is over."""


class Broadcast:
    """Open from the first to the last publisher connection of a stage; each connection is one take."""

    def __init__(
        self, stage: str, *, monotonic: Callable[[], float], dirty: Callable[[Any], None] = lambda _: None
    ) -> None:
        self.stage = stage
        self.layer = Layer(monotonic=monotonic, dirty=dirty)
        self.clock = Clock()
        self.publisher: Encoder | None = None
        self.take = 0
        self.repeated = 0
        """Packets sent again to viewers on request."""
        self.layer_changes = 0
        """How often a viewer went from the picture to sound alone, or back."""
        self.is_standing_by = False
        """The artist's line is down; the audience is shown the stand-by picture."""
        self.heard_at: float | None = None
        """When the artist's last packet came; None before the first."""
        self.recent: OrderedDict[int, Packet] = OrderedDict()
        """Packets of picture of the present source by sequence number, at most ``KEPT``."""
        self.keyframe_at: float | None = None
        """When the newest keyframe of the present source came."""
        self._monotonic = monotonic
        self._listeners: dict[Listener, float | None] = {}
        self._since_keyframe: list[Packet] = []
        self._picture_wanted = False
        self._picture_asked_at: float | None = None
        self._unanswered_since: float | None = None
        """When the encoder was first asked for a keyframe that has not come yet."""
        self._showings = 0

    # --- the audience ---------------------------------------------------------------------------------------------

    @property
    def listeners(self) -> tuple[Listener, ...]:
        return tuple(self._listeners)

    def add(self, listener: Listener, *, picture_every: float | None = None) -> None:
        """Let somebody listen. With ``picture_every`` (seconds) no two keyframes are further apart than that, as far
        as the encoder obeys: browsers send keyframes only when asked, and a recording is cut at them."""
        self._listeners[listener] = picture_every

    def remove(self, listener: Listener) -> None:
        self._listeners.pop(listener, None)

    def seat(self, viewer: Guest) -> set[int]:
        """Let somebody into the audience; see ``Layer.seat``."""
        self._listeners.setdefault(self.layer, None)
        return self.layer.seat(viewer)

    def end(self) -> None:
        """Send everybody home."""
        for listener in self.listeners:
            self.remove(listener)
            try:
                listener.leave()
            except Exception:
                log.exception("A listener on %s failed to leave", self.stage)

    # --- the artist -----------------------------------------------------------------------------------------------

    @property
    def source(self) -> int:
        """The take that the audience gets now: the artist's, or the stand-by picture's."""
        return standby.TAKE if self.is_standing_by else self.take

    def begin_take(self, publisher: Encoder) -> int:
        """A new publisher connection: nothing of the old one is sent any more. Returns the take's number."""
        self.take += 1
        self.publisher = publisher
        if not self.is_standing_by:
            self._turn()
        return self.take

    def _turn(self) -> None:
        """The audience gets another source from here on."""
        self.layer.forget()
        self.recent.clear()
        self._since_keyframe = []
        self.keyframe_at = self._picture_asked_at = self._unanswered_since = None

    def publish(self, packet: Packet) -> None:
        if packet.take != self.take:
            return
        self.heard_at = packet.arrived
        if self.is_standing_by:
            self._resume()
        self.clock.take(packet.take).heard(packet.kind, packet.timestamp, packet.arrived)
        if packet.kind == "video":
            self._keep(packet)
        for listener in self.listeners:
            try:
                listener.hear(packet)
            except Exception:
                log.exception("A listener on %s failed and is dropped", self.stage)
                self.remove(listener)

    # --- while the artist's line is down ----------------------------------------------------------------------------

    def stand_by(self, now: float) -> None:
        """Called from the relay's tick: show the audience the stand-by picture if nothing comes from the artist."""
        if self.heard_at is None or now - self.heard_at < STAND_BY_AFTER:
            return
        if not self.is_standing_by:
            self._turn()
            self.is_standing_by = True
        elif self.keyframe_at is not None and now - self.keyframe_at < standby.EVERY:
            return
        self._showings += 1
        for packet in standby.picture(self._showings, now):
            self.clock.take(packet.take).heard(packet.kind, packet.timestamp, packet.arrived)
            self._keep(packet)
            self.layer.hear(packet)

    def _resume(self) -> None:
        self._turn()
        self.is_standing_by = False
        self.want_picture()

    def _keep(self, packet: Packet) -> None:
        self.recent[packet.sequence] = packet
        if len(self.recent) > KEPT:
            self.recent.popitem(last=False)
        kept = self._since_keyframe
        if packet.keyframe and (not kept or packet.timestamp > kept[0].timestamp):
            self._since_keyframe = [packet]
            self.keyframe_at, self._picture_wanted, self._unanswered_since = packet.arrived, False, None
        elif kept and packet.timestamp >= kept[0].timestamp:
            kept.append(packet)
            if len(kept) > KEPT:
                self._since_keyframe = []

    # --- pictures on request --------------------------------------------------------------------------------------

    def since_keyframe(self, youngest: float) -> list[Packet]:
        """The packets since the newest keyframe in order, for somebody who joins now; empty if the keyframe came
        before ``youngest`` or its packets were too many. An encoder that ignores requests offers nothing better
        than its last keyframe, however old."""
        kept = self._since_keyframe
        if not kept or (kept[0].arrived < youngest and not self.is_deaf):
            return []
        return sorted(kept, key=lambda packet: packet.sequence)

    @property
    def is_deaf(self) -> bool:
        """The encoder was asked for a keyframe and sent none."""
        since = self._unanswered_since
        return since is not None and self._monotonic() - since > DEAF_AFTER

    def want_picture(self) -> None:
        """Ask the artist's encoder for a keyframe; requests of many listeners are merged."""
        self._picture_wanted = True
        self.ask_for_picture(self._monotonic())

    def ask_for_picture(self, now: float) -> None:
        """Send the merged request if one is due; called with every request and from the relay's tick."""
        every = [seconds for seconds in self._listeners.values() if seconds is not None]
        newest = max(self.keyframe_at or 0.0, self._picture_asked_at or 0.0)
        if not self._picture_wanted and not (every and now - newest >= min(every)):
            return
        if self._picture_asked_at is not None and now - self._picture_asked_at < PICTURE_INTERVAL:
            return
        if self.publisher is not None and self.publisher.request_picture():
            self._picture_wanted, self._picture_asked_at = False, now
            if self._unanswered_since is None:
                self._unanswered_since = now
