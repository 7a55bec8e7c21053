"""A door for WHIP and WHEP in a few lines, so that a server is measured without a web framework around it."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Reply:
    text: str = ""
    location: str = ""
    status: int = 200


Answering = Callable[[str, list[str], str], Awaitable[Reply]]
"""Method, parts of the path, body."""


async def open_door(answer: Answering) -> tuple[asyncio.Server, str]:
    """Serve on a free port of this machine; the server and its address."""

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            method, path, body = await read(reader)
            try:
                reply = await answer(method, path.strip("/").split("/"), body)
            except Exception as error:
                reply = Reply(f"{type(error).__name__}: {error}", status=500)
            writer.write(written(reply))
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(meet, "127.0.0.1", 0)
    return server, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def read(reader: asyncio.StreamReader) -> tuple[str, str, str]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    method, path, _ = head.split(" ", 2)
    length = next((int(line[15:]) for line in head.split("\r\n") if line.lower().startswith("content-length:")), 0)
    return method, path, (await reader.readexactly(length)).decode()


def written(reply: Reply) -> bytes:
    body = reply.text.encode()
    lines = [f"HTTP/1.1 {reply.status} -", "Connection: close", f"Content-Length: {len(body)}"]
    if reply.location:
        lines += [f"Location: {reply.location}", "Content-Type: application/sdp"]
    return "\r\n".join([*lines, "", ""]).encode() + body
