"""Bounds below ASGI. Daphne reads a whole body to the disk before it asks the house, and keeps whatever a page does
not read; neither has a setting, so here are its two protocols with an end."""

from typing import Any

from daphne.http_protocol import HTTPFactory, WebRequest
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol

from kultour.guard import BODY_BYTES

UNREAD_BYTES = 256 * 1024
"""What a page may leave unread behind the kernel's buffers; no line that slow carries a conversation."""

TOO_LARGE = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class BoundedRequest(WebRequest):
    """Hangs up on a body over the house's largest, declared or not; smaller limits are the guard's."""

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
