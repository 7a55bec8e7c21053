"""The house of one relay process: its port, who is on air, who watches, and the clock that drives them."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from .broadcast import Broadcast
from .crowd import is_too_many
from .doorbell import Doorbell
from .engine import Engine
from .errors import NoSeat, NotOnAir
from .ingest import Publisher
from .layer import Layer
from .offer import read_offer
from .peer import Certificate, House, Peer
from .port import Port, own_addresses
from .viewer import Viewer

log = logging.getLogger(__name__)

TICK, GRACE = 0.05, 0.01
"""Seconds between two rounds of feedback to artists; Chromium expects one every 50 to 250 ms. Within the grace after it
a round waits for whatever wakes the process anyway: while somebody plays that is every few milliseconds, and waking up
costs more than the round."""
TICKS_PER_SECOND = 20

GIVES_WAY_AFTER = 3.0
"""Seconds a viewer that has not connected keeps its seat when all are taken; a handshake takes one at most. Without
this, 27 empty offers a second would hold 400 seats for ever."""

CHOICES = 5
"""Numbers tried that UDP has free and TCP has not."""

STRETCH = 0.004
"""Seconds of sending before other tasks have their turn: a keyframe for 200 viewers takes longer than that."""

Sender = Publisher | Viewer | Layer
"""Whoever may have something to send."""


class Relay:
    """Everything on one port. Needs asyncio's selector loop; start it, and call the rest, inside that loop.

    ``tcp``: listen on TCP too, on the same number, for artists whose network blocks UDP. ``doorbell``: the password of
    whoever wants to know whether the port is reached (``doorbell``); empty: nobody may.
    ``announce``: addresses to name in answers instead of this machine's own (behind a one-to-one NAT the public one).
    ``seats``: viewers at most. ``cap_bps``: bits per second a stage may send. ``connect_timeout`` and
    ``consent_timeout``: seconds until a session that never connected, or fell silent (RFC 7675), is closed.
    """

    def __init__(
        self,
        *,
        udp_port: int = 0,
        announce: Sequence[str] = (),
        tcp: bool = True,
        doorbell: str = "",
        seats: int = 400,
        cap_bps: int = 8_000_000,
        connect_timeout: float = 15.0,
        consent_timeout: float = 30.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.seats = seats
        self._udp_port = udp_port
        self._announce = tuple(announce)
        self._tcp = tcp
        self._doorbell = doorbell
        self._cap_bps = cap_bps
        self._connect_timeout = connect_timeout
        self._consent_timeout = consent_timeout
        self._monotonic = monotonic
        self._port = Port(udp_port, monotonic=monotonic, drained=self._after_reading)
        self._house: House | None = None
        self._broadcasts: dict[str, Broadcast] = {}
        self._peers: dict[str, Publisher | Viewer] = {}
        self._dirty: dict[Sender, None] = {}
        self._flushing = False
        self._flush_handle: asyncio.Handle | None = None
        self._tick_at = 0.0
        """The next round is due."""
        self._tick_handle: asyncio.TimerHandle | None = None
        """It begins at the latest."""
        self._ticks = 0
        self._late = 0.0

    # --- open and close -------------------------------------------------------------------------------------------

    async def start(self) -> None:
        await self._open()
        if self._doorbell:
            self._port.welcome(Doorbell(self._doorbell))
        began = time.time() - self._monotonic()
        self._house = House(
            port=self._port,
            engine=Engine(self._port.socket),
            certificate=Certificate.fresh(),
            addresses=own_addresses(self._announce),
            monotonic=self._monotonic,
            wall_clock=lambda: began + self._monotonic(),
            cap_bps=self._cap_bps,
            tcp_is_open=self._port.tcp.is_open,
            dirty=self._note_dirty,
            gone=self._forget,
            is_crowded=self._is_crowded,
        )
        self._tick_later(self._monotonic())
        log.info("Relay on UDP port %d, announcing %s", self.port, ", ".join(self.addresses))

    async def _open(self) -> None:
        """The port, and its number by TCP. Where the kernel chooses the number, it may choose one that TCP has given
        away: then another is tried. Where we chose it, such artists have to do without; said in the log."""
        for left in reversed(range(1 if self._udp_port else CHOICES)):
            self._port.open()
            if not self._tcp:
                return
            try:
                await self._port.tcp.open(self.port)
                return
            except OSError as problem:
                if left == 0:
                    log.warning("No media by TCP: port %d cannot be opened (%s)", self.port, problem.strerror)
                    return
            self._port.close()

    async def stop(self) -> None:
        """Send everybody home and close the port."""
        for stage in list(self._broadcasts):
            self.close(stage)
        for peer in list(self._peers.values()):
            peer.close()
        if self._tick_handle is not None:
            self._tick_handle.cancel()
            self._tick_handle = None
        self._port.close()

    @property
    def port(self) -> int:
        return self._port.number

    @property
    def addresses(self) -> list[str]:
        """What answers name as candidates."""
        return self._at_work.addresses

    @property
    def _at_work(self) -> House:
        assert self._house is not None, "the relay is not started"
        if self._house.certificate.expires_soon:
            self._house.certificate = Certificate.fresh()
        return self._house

    # --- stages ---------------------------------------------------------------------------------------------------

    def open(self, stage: str) -> Broadcast:
        """The stage's broadcast, made if there is none; it stays until ``close``, with or without an artist."""
        if stage not in self._broadcasts:
            self._broadcasts[stage] = Broadcast(stage, monotonic=self._monotonic, dirty=self._note_dirty)
        return self._broadcasts[stage]

    def broadcast(self, stage: str) -> Broadcast | None:
        return self._broadcasts.get(stage)

    def close(self, stage: str) -> None:
        """Off air: the artist's session ends, listeners leave."""
        broadcast = self._broadcasts.pop(stage, None)
        if broadcast is None:
            return
        if broadcast.publisher is not None:
            broadcast.publisher.close()
        broadcast.end()
        self._dirty.pop(broadcast.layer, None)
        for peer in list(self._peers.values()):
            if peer.stage == stage:  # not connected yet, so not listening
                peer.close()

    def publish(self, stage: str, offer: str, *, on_change: Callable[[Publisher], None] | None = None) -> Publisher:
        """Take an artist's offer; its answer is in ``answer``. A previous publisher of the stage is replaced.

        ``on_change`` is called with the publisher when it is connected and when it is closed. Raises OfferRefused or
        one of its kinds; the stage is as before then.
        """
        read = read_offer(offer, "publish")
        broadcast = self.open(stage)
        previous = broadcast.publisher
        publisher = Publisher(broadcast, read, self._at_work, on_change)
        self._peers[publisher.id] = publisher
        if previous is not None:
            previous.close("replaced")
        return publisher

    def watch(self, stage: str, offer: str, *, on_change: Callable[[Viewer], None] | None = None) -> Viewer:
        """Take a viewer's offer; if all seats are taken, the one of who has waited longest without connecting. Raises
        NotOnAir, NoSeat, or OfferRefused and its kinds."""
        broadcast, read = self._found(stage), read_offer(offer, "watch")
        if self.seats_taken >= self.seats:
            self._free_a_seat()
        viewer = Viewer(broadcast, read, self._at_work, on_change, find=self._found)
        self._peers[viewer.id] = viewer
        return viewer

    def _free_a_seat(self) -> None:
        waiting = [peer for peer in self._peers.values() if isinstance(peer, Viewer) and peer.state == "new"]
        longest = min(waiting, key=lambda viewer: viewer.began, default=None)
        if longest is None or self._monotonic() - longest.began < GIVES_WAY_AFTER:
            raise NoSeat()
        longest.close("gave way")

    def _is_crowded(self, place: str) -> bool:
        here = sum(isinstance(peer, Viewer) and peer.place == place for peer in self._peers.values())
        return is_too_many(here + 1, self.seats)

    def _found(self, stage: str) -> Broadcast:
        broadcast = self.broadcast(stage)
        if broadcast is None:
            raise NotOnAir()
        return broadcast

    @property
    def seats_taken(self) -> int:
        return sum(isinstance(peer, Viewer) for peer in self._peers.values())

    # --- what runs ------------------------------------------------------------------------------------------------

    def _note_dirty(self, sender: Sender) -> None:
        self._dirty[sender] = None
        if not self._flushing and not self._port.is_draining:
            self._flush_soon()

    def _after_reading(self) -> None:
        """What was left over from the last stretch has its turn already; two in one would be too long."""
        if self._flush_handle is None:
            self._flush()
        if self._monotonic() >= self._tick_at:
            self._tick_now()

    def _flush_soon(self) -> None:
        if self._flush_handle is None:
            self._flush_handle = asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        """Let everybody who has something to send do so; whoever is left after one stretch comes next."""
        if self._flush_handle is not None:
            self._flush_handle.cancel()
            self._flush_handle = None
        if not self._dirty:
            return
        self._flushing = True
        try:
            self._flush_for(STRETCH)
        finally:
            self._flushing = False
            if self._dirty:
                self._flush_soon()

    def _flush_for(self, seconds: float) -> None:
        until = self._monotonic() + seconds
        while self._dirty and self._monotonic() < until:
            sender = next(iter(self._dirty))
            del self._dirty[sender]
            if isinstance(sender, Layer):
                sender.flush()
            else:
                self._guarded(sender, sender.flush)

    def _tick_later(self, now: float) -> None:
        self._tick_at = now + TICK
        self._tick_handle = asyncio.get_running_loop().call_later(TICK + GRACE, self._tick_now)

    def _tick_now(self) -> None:
        if self._tick_handle is None:
            return  # the house is closed
        self._tick_handle.cancel()
        now = self._monotonic()
        self._late = max(self._late * 0.99, now - self._tick_at - GRACE)
        self._tick_later(now)
        self._tick(self._ticks, now)
        self._ticks += 1

    def _tick(self, count: int, now: float) -> None:
        """Artists get feedback at every tick; viewers have their turn once a second, a twentieth of them at a time."""
        peers = list(self._peers.values())
        for artist in [peer for peer in peers if isinstance(peer, Publisher)]:
            self._guarded(artist, partial(artist.tick, now))
        for peer in peers[-count % TICKS_PER_SECOND :: TICKS_PER_SECOND]:
            if isinstance(peer, Viewer):
                self._guarded(peer, partial(peer.tick, now))
            self._reap(peer, now)
        for broadcast in self._broadcasts.values():
            self._stand_by(broadcast, now)
        self._port.fit_sieve()
        if count % TICKS_PER_SECOND == 0:
            self._port.tell()

    def _stand_by(self, broadcast: Broadcast, now: float) -> None:
        try:
            broadcast.stand_by(now)
        except Exception:
            log.exception("No stand-by picture on %s", broadcast.stage)

    def _reap(self, peer: Peer, now: float) -> None:
        if peer.state == "new" and now - peer.began >= self._connect_timeout:
            peer.close("unconnected")
        elif peer.state == "connected" and now - peer.heard_at >= self._consent_timeout:
            peer.close("silent")

    def _guarded(self, peer: Peer, act: Callable[[], None]) -> None:
        """What goes wrong with one party ends that party, not the evening."""
        try:
            act()
        except Exception:
            log.exception("A session on %s failed", peer.stage)
            peer.close("failed")

    def _forget(self, peer: Publisher | Viewer) -> None:
        self._peers.pop(peer.id, None)
        self._dirty.pop(peer, None)

    # --- figures --------------------------------------------------------------------------------------------------

    def metrics(self) -> dict[str, Any]:
        """Counts for operation, per relay and per stage, never per person."""
        engine, now = self._at_work.engine, self._monotonic()
        viewers = [peer for peer in self._peers.values() if isinstance(peer, Viewer)]
        return {
            "seats": self.seats,
            "seats_taken": len(viewers),
            "publishers": len(self._peers) - len(viewers),
            "packets_sent": engine.packets,
            "bytes_sent": engine.bytes,
            "packets_unsent": engine.unsent,
            "datagrams_dropped": dict(self._port.dropped()),
            "sieve": int(self._port.is_sieved),
            "loop_lag": self._late,
            "stages": {stage: self._stage_metrics(stage, viewers, now) for stage in self._broadcasts},
        }

    def _stage_metrics(self, stage: str, viewers: Sequence[Viewer], now: float) -> dict[str, Any]:
        broadcast = self._broadcasts[stage]
        publisher = broadcast.publisher
        stats = publisher.stats(now) if isinstance(publisher, Publisher) else None
        here = [viewer.stats(now) for viewer in viewers if viewer.stage == stage]
        keyframe_age = stats and stats.keyframe_age
        return {
            "viewers": len(here),
            "viewers_sound_alone": sum(not one.picture for one in here),
            "viewers_fraction_lost": sum(one.fraction_lost for one in here) / len(here) if here else 0.0,
            "bitrate": stats.bitrate if stats else 0,
            "packets_received": stats.packets if stats else 0,
            "packets_lost": stats.lost if stats else 0,
            "packets_repaired": stats.repaired if stats else 0,
            "packets_over_cap": stats.over_cap if stats else 0,
            "packets_handed_out": broadcast.layer.handed_out,
            "packets_repeated": broadcast.repeated,
            "standing_by": int(broadcast.is_standing_by),
            "layer_changes": broadcast.layer_changes,
        } | ({} if keyframe_age is None else {"keyframe_age": keyframe_age})
