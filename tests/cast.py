"""The cast of the journeys: an artist with an encoder, a viewer with a player, a visitor with an open page."""

import asyncio
import contextlib
import fractions
import json
import math
import urllib.error
import urllib.request
from dataclasses import dataclass, field

import av
import websockets
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack, MediaStreamTrack

NO_SERVERS = RTCConfiguration(iceServers=[])
WIDTH, HEIGHT, RATE, BITS = 160, 96, 20, 10


# --- pictures that say their number -------------------------------------------------------------------------------


def picture(number: int) -> av.VideoFrame:
    """A grey picture with its number as white and black bars."""
    bar = WIDTH // BITS
    row = b"".join(bytes([235 if number >> bit & 1 else 16]) * bar for bit in range(BITS))
    frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
    for plane, line in zip(frame.planes, (row, b"\x80" * (WIDTH // 2), b"\x80" * (WIDTH // 2)), strict=True):
        height = HEIGHT if len(line) == WIDTH else HEIGHT // 2
        plane.update(b"".join(line.ljust(plane.line_size, b"\0") for _ in range(height)))
    return frame


def number_of(frame: av.VideoFrame) -> int:
    """The number in a decoded picture."""
    plane = frame.reformat(format="yuv420p").planes[0]
    middle = bytes(plane)[plane.line_size * (frame.height // 2) :][: frame.width]
    bar = frame.width / BITS
    return sum((middle[int(bar * (bit + 0.5))] > 128) << bit for bit in range(BITS))


class CountingCamera(MediaStreamTrack):
    """Numbered pictures at a steady rate."""

    kind = "video"

    def __init__(self) -> None:
        super().__init__()
        self.sent = 0
        self.begun = 0.0

    async def recv(self) -> av.VideoFrame:
        now = asyncio.get_running_loop().time()
        self.begun = self.begun or now
        await asyncio.sleep(max(0.0, self.begun + self.sent / RATE - now))
        frame = picture(self.sent % 2**BITS)
        frame.pts, frame.time_base = self.sent * (90_000 // RATE), fractions.Fraction(1, 90_000)
        self.sent += 1
        return frame


class Tone(AudioStreamTrack):
    """A quiet tone instead of silence, so that sound can be told from its absence."""

    async def recv(self) -> av.AudioFrame:
        frame = await super().recv()
        wave = b"".join(
            int(3000 * math.sin((frame.pts + i) * 0.06)).to_bytes(2, "little", signed=True)
            for i in range(frame.samples)
        )
        frame.planes[0].update(wave)
        return frame


# --- over HTTP ----------------------------------------------------------------------------------------------------


@dataclass
class Answer:
    status: int
    text: str
    headers: dict[str, str] = field(default_factory=dict)


async def ask(method: str, url: str, body: str | None = None, token: str = "", **headers: str) -> Answer:
    """One HTTP request, without following a redirection."""

    def call() -> Answer:
        request = urllib.request.Request(url, body.encode() if body is not None else None, method=method)
        if body is not None:
            request.add_header("Content-Type", headers.pop("content_type", "application/sdp"))
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        try:
            with urllib.request.urlopen(request, timeout=15) as found:
                return Answer(found.status, found.read().decode(), dict(found.headers))
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.read().decode(), dict(error.headers))

    return await asyncio.to_thread(call)


class Artist:
    """An encoder at the WHIP door."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self.token = url, token
        self.camera = CountingCamera()
        self.connection = RTCPeerConnection(NO_SERVERS)
        self.connection.addTrack(self.camera)
        self.connection.addTrack(Tone())
        self.session = ""

    async def go_live(self) -> Answer:
        await self.connection.setLocalDescription(await self.connection.createOffer())
        answer = await ask("POST", self.url, self.connection.localDescription.sdp, self.token)
        if answer.status == 201:
            root = self.url.split("/whip/")[0]
            self.session = root + answer.headers["Location"]
            await self.connection.setRemoteDescription(RTCSessionDescription(answer.text, "answer"))
        return answer

    async def finish(self) -> Answer:
        ended = await ask("DELETE", self.session, token=self.token)
        await self.connection.close()
        return ended

    async def vanish(self) -> None:
        await self.connection.close()


class Viewer:
    """A player at the WHEP door; `numbers` are those of the pictures it decoded."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.numbers: list[int] = []
        self.sounds = 0
        self.session = ""
        self.connection = RTCPeerConnection(NO_SERVERS)
        self.connection.addTransceiver("video", direction="recvonly")
        self.connection.addTransceiver("audio", direction="recvonly")
        self.connection.on("track", self.take)
        self.tasks: list[asyncio.Task] = []

    def take(self, track: MediaStreamTrack) -> None:
        self.tasks.append(asyncio.ensure_future(self.look(track)))

    async def look(self, track: MediaStreamTrack) -> None:
        with contextlib.suppress(Exception):
            while True:
                frame = await track.recv()
                if track.kind == "video":
                    self.numbers.append(number_of(frame))
                else:
                    self.sounds += 1

    async def sit_down(self) -> Answer:
        await self.connection.setLocalDescription(await self.connection.createOffer())
        answer = await ask("POST", self.url, self.connection.localDescription.sdp)
        if answer.status == 201:
            self.session = self.url.split("/whep/")[0] + answer.headers["Location"]
            await self.connection.setRemoteDescription(RTCSessionDescription(answer.text, "answer"))
        return answer

    async def leave(self) -> None:
        if self.session:
            await ask("DELETE", self.session)
        await self.connection.close()
        for task in self.tasks:
            task.cancel()


class Visitor:
    """An open page: what it says and hears on `/ws`."""

    def __init__(self, program, name: str = "") -> None:
        self.program = program
        self.name = name
        self.heard: list[dict] = []

    async def __aenter__(self) -> "Visitor":
        self.socket = await websockets.connect(
            f"ws://localhost:{self.program.port}/ws", origin=self.program.address, open_timeout=15
        )
        self.listening = asyncio.ensure_future(self.listen())
        ticket = await self.choose_name() if self.name else ""
        await self.say("hello", ticket=ticket)
        await self.hears("welcome")
        return self

    async def __aexit__(self, *_: object) -> None:
        self.listening.cancel()
        await self.socket.close()

    async def listen(self) -> None:
        with contextlib.suppress(websockets.ConnectionClosed):
            async for frame in self.socket:
                self.heard.append(json.loads(frame))

    async def choose_name(self) -> str:
        answer = await ask(
            "POST",
            f"{self.program.address}/chat/name",
            f"name={self.name}",
            content_type="application/x-www-form-urlencoded",
            Origin=self.program.address,
        )
        return json.loads(answer.text)["ticket"]

    async def say(self, kind: str, **fields: object) -> None:
        await self.socket.send(json.dumps({"type": kind, **fields}))

    async def hears(self, kind: str, patience: float = 10.0, **fields: object) -> dict:
        """The first message of this kind with these fields."""
        return await until(
            lambda: next((m for m in self.heard if m["type"] == kind and fields.items() <= m.items()), None),
            f"{kind} {fields}, heard {[m['type'] for m in self.heard]}",
            patience,
        )


async def until(condition, what: str, patience: float = 30.0):
    """The first true value of `condition()`; fails with `what` after `patience` seconds."""
    deadline = asyncio.get_running_loop().time() + patience
    while not (found := condition()):
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"waited {patience:.0f} s in vain: {what}")
        await asyncio.sleep(0.05)
    return found
