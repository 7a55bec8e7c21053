"""A line to the S3 server that goes bad in every way lines and servers do."""

import asyncio
import contextlib
import socket
import struct
from typing import Literal

from kultour.free_port import free_port

Mood = Literal[
    "well",
    "refuses",
    "answers 503",
    "hangs",
    "resets in the middle",
    "answers partially",
    "knows no key",
    "signs otherwise",
    "skewed",
]
REFUSALS = {
    "knows no key": "InvalidAccessKeyId",
    "signs otherwise": "SignatureDoesNotMatch",
    "skewed": "RequestTimeTooSkewed",
}
"""What S3 says then."""
SOME = 1100
"""Bytes of a request after which it breaks off: a head, and the beginning of a file."""


class BadLine:
    """Stands before a server on this machine; connections are as the mood is when they begin."""

    def __init__(self, behind: int) -> None:
        self._behind = behind
        self._open: set[asyncio.StreamWriter] = set()
        self._conversations: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.port = free_port()
        self.tried = 0
        """Connections somebody has begun in this mood."""

    async def become(self, mood: Mood) -> None:
        """Whoever is connected is cut off, and connects anew into the new mood."""
        await self.close()
        self._mood, self.tried = mood, 0
        if mood != "refuses":
            self._server = await asyncio.start_server(self._begin, "127.0.0.1", self.port)

    async def close(self) -> None:
        if self._server:
            self._server.close()
            self._server = None
        for writer in list(self._open):
            writer.transport.abort()
        await asyncio.gather(*self._conversations)

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        conversation = asyncio.create_task(self._serve(reader, writer))
        self._conversations.add(conversation)
        conversation.add_done_callback(self._conversations.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.tried += 1
        self._open.add(writer)
        with contextlib.suppress(OSError):
            await self._answer(reader, writer)
        self._open.discard(writer)
        writer.transport.abort()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        match self._mood:
            case "answers 503":
                await reader.read(SOME)
                writer.write(b"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                await writer.drain()
                writer.write_eof()
                await drained(reader)
            case "knows no key" | "signs otherwise" | "skewed":
                await reader.read(SOME)
                body = f"<?xml version='1.0'?><Error><Code>{REFUSALS[self._mood]}</Code></Error>".encode()
                head = f"HTTP/1.1 403 Forbidden\r\nContent-Type: application/xml\r\nContent-Length: {len(body)}\r\n"
                writer.write(f"{head}Connection: close\r\n\r\n".encode() + body)
                await writer.drain()
                writer.write_eof()
                await drained(reader)
            case "hangs":
                await drained(reader)
            case "resets in the middle":
                await self._through(reader, writer, of_request=SOME)
                reset(writer)
            case "answers partially":
                await self._through(reader, writer, of_answer=20)
            case _:
                await self._through(reader, writer)

    async def _through(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, of_request: int = 0, of_answer: int = 0
    ) -> None:
        """Until one side ends, or so many bytes (0: all) of one direction have passed."""
        behind_reader, behind = await asyncio.open_connection("127.0.0.1", self._behind)
        self._open.add(behind)
        ways = {
            asyncio.create_task(pump(reader, behind, of_request)),
            asyncio.create_task(pump(behind_reader, writer, of_answer)),
        }
        _done, going = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in going:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        self._open.discard(behind)
        behind.transport.abort()


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, limit: int) -> None:
    passed = 0
    while data := await reader.read(65_536):
        if limit:
            data = data[: limit - passed]
        writer.write(data)
        await writer.drain()
        passed += len(data)
        if passed == limit:
            return


async def drained(reader: asyncio.StreamReader) -> None:
    """Read whatever comes until the other side goes."""
    while await reader.read(65_536):
        pass


def reset(writer: asyncio.StreamWriter) -> None:
    """RST instead of FIN: what a crashed server or a firewall sends."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
