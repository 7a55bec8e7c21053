"""Bounds below ASGI. Daphne reads a whole body to the disk before it asks the house, keeps whatever a page does not
read, and ends an answer after two minutes though it is being read; none of it has a setting, so here are its server and
its two protocols with an end."""

import asyncio
import logging
from time import monotonic
from typing import Any

from daphne.http_protocol import HTTPFactory, WebRequest
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol

from kultour.guard import BODY_BYTES

UNREAD_BYTES = 256 * 1024
"""What a page may leave unread behind the kernel's buffers; no line that slow carries a conversation."""

TOO_LARGE = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


log = logging.getLogger(__name__)


class BoundedRequest(WebRequest):
    """Hangs up on a body over the house's largest, declared or not; smaller limits are the guard's.

    An answer in several parts is sent as fast as it is read: the transport tells when its buffer is full and when it is
    empty again (Twisted's IPushProducer). It may last as long as it goes on.
    """

    _moved = 0.0
    """When the last part was taken, on the monotonic clock."""

    def gotLength(self, length: int | None) -> None:
        self._read = 0
        super().gotLength(0 if (length or 0) > BODY_BYTES else length)
        if (length or 0) > BODY_BYTES:
            self._hang_up()

    def handleContentChunk(self, data: bytes) -> None:
        self._read += len(data)
        if self._read <= BODY_BYTES:
            super().handleContentChunk(data)
        elif self._read - len(data) <= BODY_BYTES:
            self._hang_up()

    def handle_reply(self, message: dict[str, Any]) -> None:
        self._moved = monotonic()
        if message.get("more_body") and self.producer is None and not self.finished and self.channel is not None:
            self._room = asyncio.Event()
            self._room.set()
            self.registerProducer(self, True)
        super().handle_reply(message)

    async def room(self) -> None:
        """Until there is room for the next part."""
        if self.producer is self:
            await self._room.wait()

    def pauseProducing(self) -> None:
        self._room.clear()

    def resumeProducing(self) -> None:
        self._room.set()

    def stopProducing(self) -> None:
        self._room.set()

    def connectionLost(self, reason: Any) -> None:
        if self.producer is self:
            self._room.set()
        super().connectionLost(reason)

    def finish(self) -> None:
        if self.producer is self:
            self._room.set()
            self.unregisterProducer()
        super().finish()

    def check_timeouts(self) -> None:
        if not self._response_started:
            super().check_timeouts()
        elif monotonic() - self._moved > self.server.http_timeout:
            self._break_off()

    def handle_exception(self, exception: BaseException) -> None:
        """An error page in the middle of an answer would be taken for a part of it."""
        if not self._response_started:
            super().handle_exception(exception)
            return
        log.warning("an answer broke off: %s", exception)
        self._break_off()

    def _break_off(self) -> None:
        if self.channel is not None:
            self.channel.transport.abortConnection()

    def _hang_up(self) -> None:
        self._read = BODY_BYTES + 1
        self.channel.transport.write(TOO_LARGE)
        self.channel.loseConnection()


class BoundedHTTPFactory(HTTPFactory):
    def buildProtocol(self, addr: Any) -> Any:
        channel = super().buildProtocol(addr)
        channel.requestFactory = BoundedRequest
        return channel


class BoundedSocket(WebSocketProtocol):
    """Lets go of a page that does not read. The transport tells when its buffer is full and when it is empty again,
    as it tells any producer (Twisted's IPushProducer)."""

    def onOpen(self) -> None:
        super().onOpen()
        self._unread: int | None = None
        self.transport.unregisterProducer()  # the HTTP channel that this was
        self.transport.registerProducer(self, True)

    def pauseProducing(self) -> None:
        """Said again at every write while the buffer is full."""
        self._unread = self._unread or 0

    def resumeProducing(self) -> None:
        self._unread = None

    def stopProducing(self) -> None:
        """The connection is gone; `onClose` follows."""

    def serverSend(self, content: str | bytes, binary: bool = False) -> None:
        if self._unread is not None:
            self._unread += len(content)
            if self._unread > UNREAD_BYTES:
                self.transport.abortConnection()
                return
        super().serverSend(content, binary)


class BoundedWebSocketFactory(WebSocketFactory):
    protocol = BoundedSocket


def paced(server: type[Any]) -> type[Any]:
    """Daphne's server, which then asks for the next part of an answer when there is room for it."""

    class PacedServer(server):
        async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
            await super().handle_reply(protocol, message)
            if message.get("more_body") and isinstance(protocol, BoundedRequest):
                await protocol.room()

    return PacedServer
