"""Datagrams by TCP, for artists whose network blocks UDP (ICE-TCP, RFC 6544; framing of RFC 4571).

We only wait to be called: our candidates are passive, on the same number as the UDP port. Each frame is a datagram and
goes the same way as one from the UDP socket; until a check on it was valid, a connection may say nothing else.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Final

from .packet import MAX_DATAGRAM
from .sockets import listening

CONNECTIONS: Final = 256
"""At a time. For the next one that one gives way which has proved nothing for longest; so nobody keeps artists out who
does not open so many in the second that an artist needs."""

PROVE_WITHIN: Final = 5.0
"""Seconds for the first valid check."""

MAX_UNSENT: Final = 256 << 10
"""Bytes that may wait for a slow line; beyond, a frame is lost, as a datagram would be."""


class TcpAddress(tuple[str, int]):
    """Where a party's connection comes from, and the connection itself: two from one place are two addresses."""

    line: TcpLine

    def __new__(cls, host: str, number: int, line: TcpLine) -> TcpAddress:
        made = super().__new__(cls, (host, number))
        made.line = line
        return made

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


class TcpLine(asyncio.Protocol):
    """One connection: frames in, frames out."""

    def __init__(self, door: TcpDoor) -> None:
        self._door = door
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._deadline: asyncio.TimerHandle | None = None
        self.address: TcpAddress | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        peer = transport.get_extra_info("peername")
        if peer is None or not self._door.admit(self):
            transport.abort()
            return
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.address = TcpAddress(peer[0], peer[1], self)
        self._deadline = asyncio.get_running_loop().call_later(PROVE_WITHIN, self._end_unless_proven)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        frames = self._frames()
        if self.address is not None and frames:
            self._door.take(frames, self.address)

    def _frames(self) -> list[bytes]:
        """What is whole; an impossible length ends the connection."""
        buffer, at, frames = self._buffer, 0, []
        while at + 2 <= len(buffer):
            length = int.from_bytes(buffer[at : at + 2], "big")
            if not 0 < length <= MAX_DATAGRAM:
                self.abort()
                return []
            if at + 2 + length > len(buffer):
                break
            frames.append(bytes(buffer[at + 2 : at + 2 + length]))
            at += 2 + length
        del buffer[:at]
        return frames

    def send(self, data: bytes) -> None:
        transport = self._transport
        if transport is None or transport.is_closing() or transport.get_write_buffer_size() > MAX_UNSENT:
            return
        transport.write(len(data).to_bytes(2, "big") + data)

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def _end_unless_proven(self) -> None:
        if self.address is None or not self._door.knows(self.address):
            self.abort()

    def connection_lost(self, problem: Exception | None) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._door.dismiss(self)


class TcpDoor:
    """Listens, and hands on what comes. ``take`` gets the frames of one read, ``knows`` says whether an address has
    proved to belong to a party, ``lost`` is told of addresses that are no more."""

    def __init__(
        self,
        take: Callable[[list[bytes], TcpAddress], None],
        knows: Callable[[TcpAddress], bool],
        lost: Callable[[TcpAddress], None],
    ) -> None:
        self.take = take
        self.knows = knows
        self._lost = lost
        self._lines: dict[TcpLine, None] = {}
        """In the order in which they came."""
        self._server: asyncio.Server | None = None

    @property
    def is_open(self) -> bool:
        return self._server is not None

    async def open(self, number: int) -> None:
        """On that port. OSError where it is taken."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: TcpLine(self), sock=listening(number))

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for line in list(self._lines):
            line.abort()

    def admit(self, line: TcpLine) -> bool:
        if len(self._lines) >= CONNECTIONS:
            unproven = (one for one in self._lines if one.address is None or not self.knows(one.address))
            longest = next(unproven, None)
            if longest is None:
                return False
            self.dismiss(longest)
            longest.abort()
        self._lines[line] = None
        return True

    def dismiss(self, line: TcpLine) -> None:
        self._lines.pop(line, None)
        if line.address is not None:
            self._lost(line.address)
