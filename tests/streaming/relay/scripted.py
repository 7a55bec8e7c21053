"""Artists and viewers without encoder and decoder: the synthetic artists' line, straight to the relay's public face.

They cost a tenth of aiortc's, so there may be dozens of them, or thousands of packets a second.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import Any

from streaming.artists import sdp
from streaming.artists.line import Line
from streaming.artists.whip_client import Session
from streaming.relay import Publisher, Relay, Viewer
from streaming.relay.packet import Rtp, read
from tests.player import is_media, vanish, watching_offer

HERE = "127.0.0.1"


class Door:
    """Where an artist is let on the stage, without HTTP."""

    host = HERE

    def __init__(self, relay: Relay, stage: str) -> None:
        self.publisher: Publisher | None = None
        self._relay = relay
        self._stage = stage

    async def post(self, offer: str) -> tuple[str, str]:
        self.publisher = self._relay.publish(self._stage, offer)
        return self.publisher.id, self.publisher.answer

    async def delete(self, session: str) -> None:
        if self.publisher is not None:
            self.publisher.close()


class Player(Session):
    """An artist who sends whatever bytes a test wants, as picture: ``async with`` goes on air and off again."""

    def __init__(self, relay: Relay, stage: str = "dom") -> None:
        self.door = Door(relay, stage)
        super().__init__(self.door)  # type: ignore[arg-type]  # it calls no more than Door has
        self._time = 0

    @property
    def publisher(self) -> Publisher:
        assert self.door.publisher is not None, "not on air yet"
        return self.door.publisher

    async def __aenter__(self) -> Player:
        await super().__aenter__()
        return self

    def shows(self, *payloads: bytes) -> None:
        """One picture of so many packets, a thirtieth of a second after the one before."""
        self.video.send(self.line, payloads, self._time, ends=True)
        self._time += 3000

    def vanishes(self) -> None:
        vanish(self.line)


class Guest(Line):
    """A viewer who decrypts and keeps what comes."""

    def __init__(self, relay: Relay, stage: str = "dom") -> None:
        super().__init__(lambda compound: None)
        self.heard: list[Rtp] = []
        self.viewer: Viewer | None = None
        self._relay = relay
        self._stage = stage

    def asks(self) -> Viewer:
        """Offer, and do nothing more."""
        self.viewer = self._relay.watch(self._stage, watching_offer(self, self.open(HERE)))
        return self.viewer

    async def takes_a_seat(self) -> Viewer:
        viewer = self.asks()
        await self.connect(sdp.read_answer(viewer.answer))
        return viewer

    def _hear(self, datagram: bytes, one: socket.socket, source: Any) -> None:
        if not is_media(datagram):
            super()._hear(datagram, one, source)
        elif self._dtls._rx_srtp is not None:
            rtp = read(self._dtls._rx_srtp.unprotect(datagram))
            assert rtp is not None
            self.heard.append(rtp)

    def numbers(self, payload_type: int = sdp.VIDEO_TYPE) -> list[int]:
        return [rtp.sequence for rtp in self.heard if rtp.payload_type == payload_type]

    def vanishes(self) -> None:
        vanish(self)


async def gone(*guests: Guest) -> None:
    """All of them leave as one should."""
    for guest in guests:
        with contextlib.suppress(OSError):
            await asyncio.wait_for(guest.close(), 5)
