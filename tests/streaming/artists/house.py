"""A small foreign house with a WHIP door: aiortc receives and decodes what an artist sends."""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError
from av import AudioFrame, VideoFrame


@dataclass
class House:
    """Answers POST and DELETE as RFC 9725 says; `refusal` makes it refuse with that status."""

    token: str = "open-sesame"
    refusal: int | None = None
    moved_to: str | None = None  # redirects every other path there
    pictures: list[VideoFrame] = field(default_factory=list)
    sounds: list[AudioFrame] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)  # method and path of every request
    sessions: dict[str, RTCPeerConnection] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    port: int = 0
    _server: asyncio.Server | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def address(self) -> str:
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self.port}"

    async def __aenter__(self) -> "House":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        for session in list(self.sessions.values()):
            await session.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, path, _ = head.split(" ", 2)
        headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
        body = (await reader.readexactly(int(headers.get("Content-Length", 0)))).decode()
        self.asked.append((method, path))
        status, extra, text = await self._answer(method, path, headers, body)
        length = f"Content-Length: {len(text)}\r\nConnection: close\r\n"
        writer.write(f"HTTP/1.1 {status} -\r\n{extra}{length}\r\n{text}".encode())
        await writer.drain()
        writer.close()

    async def _answer(self, method: str, path: str, headers: dict[str, str], body: str) -> tuple[int, str, str]:
        if headers.get("Authorization") != f"Bearer {self.token}":
            return 401, "WWW-Authenticate: Bearer\r\n", "no key"
        if self.moved_to not in (None, path):
            return 307, f"Location: {self.moved_to}\r\n", ""
        if self.refusal is not None:
            return self.refusal, "", "not now"
        if method == "DELETE":
            await self.sessions.pop(path).close()
            return 200, "", ""
        location = f"{path}/{len(self.asked)}"
        answer = await self._take(location, body)
        return 201, f"Location: {location}\r\nContent-Type: application/sdp\r\n", answer

    async def _take(self, location: str, offer: str) -> str:
        session = self.sessions[location] = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        session.on("track", lambda track: self._listen(track))
        await session.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        await session.setLocalDescription(await session.createAnswer())
        return session.localDescription.sdp

    def _listen(self, track) -> None:
        heard = self.pictures if track.kind == "video" else self.sounds
        task = asyncio.get_running_loop().create_task(self._collect(track, heard))
        self._tasks.add(task)

    async def _collect(self, track, heard: list) -> None:
        try:
            while True:
                heard.append(await track.recv())
        except MediaStreamError:
            return


async def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Wait for something that must come true."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)
