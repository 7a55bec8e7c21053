"""The relay's cast: artists who publish and viewers who watch, played by aiortc on this machine."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any

from aiortc import (
    AudioStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
    VideoStreamTrack,
)
from aiortc.rtcrtpreceiver import RTCRtpReceiver
from av import VideoFrame

from streaming.relay import Packet, Publisher, Relay, Viewer

ALONE = RTCConfiguration(iceServers=[])
"""No STUN server: aiortc would ask a stranger's."""

PICTURES_PER_SECOND = 90
"""Three times a camera's, so that an evening is short."""
PICTURE_STEP = 90_000 // PICTURES_PER_SECOND


async def until(condition: Callable[[], Any], seconds: float = 10.0, what: str = "") -> Any:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, what or "waited in vain"
        await asyncio.sleep(0.005)
    return found


@asynccontextmanager
async def relay_at_work(**settings: Any) -> AsyncIterator[Relay]:
    relay = Relay(**settings)
    await relay.start()
    try:
        yield relay
    finally:
        await relay.stop()


class Picture(VideoStreamTrack):
    """A small picture whose brightness tells the stage."""

    def __init__(self, brightness: int = 128) -> None:
        super().__init__()
        self.sent = 0
        self._brightness = brightness
        self._began: float | None = None

    async def recv(self) -> VideoFrame:
        if self._began is None:
            self._began = time.monotonic()
        await asyncio.sleep(max(0, self._began + self.sent / PICTURES_PER_SECOND - time.monotonic()))
        frame = VideoFrame(160, 120, "yuv420p")
        for plane, value in zip(frame.planes, (self._brightness + self.sent % 8, 128, 128), strict=True):
            plane.update(bytes([value]) * plane.buffer_size)
        frame.pts, frame.time_base = self.sent * PICTURE_STEP, Fraction(1, 90000)
        self.sent += 1
        return frame


def prefer_h264(connection: RTCPeerConnection) -> None:
    for transceiver in connection.getTransceivers():
        if transceiver.kind == "video":
            codecs = RTCRtpReceiver.getCapabilities("video").codecs
            transceiver.setCodecPreferences(
                [codec for codec in codecs if codec.mimeType in ("video/H264", "video/rtx")]
            )


class Artist:
    """Publishes a picture and a tone."""

    def __init__(self, relay: Relay, stage: str = "dom", *, brightness: int = 128, video: bool = True) -> None:
        self.relay = relay
        self.stage = stage
        self.picture = Picture(brightness) if video else None
        self.connection = RTCPeerConnection(ALONE)
        self.changes: list[str] = []
        self.publisher: Publisher | None = None

    async def offer(self) -> str:
        self.connection.addTransceiver(AudioStreamTrack(), direction="sendonly")
        if self.picture:
            self.connection.addTransceiver(self.picture, direction="sendonly")
            prefer_h264(self.connection)
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return str(self.connection.localDescription.sdp)

    async def goes_on_air(self) -> Publisher:
        offer = await self.offer()
        self.publisher = self.relay.publish(self.stage, offer, on_change=lambda who: self.changes.append(who.state))
        await self.connection.setRemoteDescription(RTCSessionDescription(self.publisher.answer, "answer"))
        await until(lambda: self.publisher and self.publisher.state == "connected", what="the artist did not connect")
        return self.publisher

    async def leaves(self) -> None:
        await self.connection.close()


@dataclass
class Seen:
    """A frame as a viewer decoded it."""

    at: float
    pts: int
    brightness: int


class Watcher:
    """Watches a stage and decodes what comes."""

    def __init__(self, relay: Relay, stage: str = "dom", *, video: bool = True) -> None:
        self.relay = relay
        self.stage = stage
        self.frames: list[Seen] = []
        self.sounds: list[int] = []
        self.sequences: dict[str, list[int]] = {"video": [], "audio": []}
        self.timestamps: dict[str, list[int]] = {"video": [], "audio": []}
        self.lose: Callable[[Any], bool] = lambda packet: False
        self.changes: list[str] = []
        self.viewer: Viewer | None = None
        self._wants_video = video
        self._tasks: list[asyncio.Task[None]] = []
        self.connection = RTCPeerConnection(ALONE)
        self.connection.on("track", self._meets)

    async def offer(self) -> str:
        self.connection.addTransceiver("audio", direction="recvonly")
        if self._wants_video:
            self.connection.addTransceiver("video", direction="recvonly")
            prefer_h264(self.connection)
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return str(self.connection.localDescription.sdp)

    async def takes_a_seat(self) -> Viewer:
        offer = await self.offer()
        self.viewer = self.relay.watch(self.stage, offer, on_change=lambda who: self.changes.append(who.state))
        for transceiver in self.connection.getTransceivers():
            self._listen_in(transceiver.kind, transceiver.receiver)
        await self.connection.setRemoteDescription(RTCSessionDescription(self.viewer.answer, "answer"))
        await until(lambda: self.viewer and self.viewer.state == "connected", what="the viewer did not connect")
        return self.viewer

    def _listen_in(self, kind: str, receiver: Any) -> None:
        """Note every packet as it comes off the wire, and lose some where a test says so."""
        handle = receiver._handle_rtp_packet

        async def heard(packet: Any, arrival_time_ms: int) -> None:
            if self.lose(packet):
                return
            codec = receiver._RTCRtpReceiver__codecs.get(packet.payload_type)
            if codec is not None and not codec.mimeType.endswith("/rtx"):
                self.sequences[kind].append(packet.sequence_number)
                self.timestamps[kind].append(packet.timestamp)
            await handle(packet, arrival_time_ms)

        receiver._handle_rtp_packet = heard

    def _meets(self, track: Any) -> None:
        self._tasks.append(asyncio.ensure_future(self._watches(track)))

    async def _watches(self, track: Any) -> None:
        while True:
            frame = await track.recv()
            if track.kind == "video":
                brightness = bytes(frame.planes[0])[0]
                self.frames.append(Seen(time.monotonic(), frame.pts, brightness))
            else:
                self.sounds.append(frame.pts)

    async def leaves(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.connection.close()


@dataclass(eq=False)
class Ear:
    """A listener that remembers."""

    packets: list[Packet] = field(default_factory=list)
    left: bool = False

    def hear(self, packet: Packet) -> None:
        self.packets.append(packet)

    def leave(self) -> None:
        self.left = True


def steps(numbers: list[int], bits: int) -> set[int]:
    """By how much neighbouring numbers differ, modulo their width."""
    return {(after - before) % (1 << bits) for before, after in pairwise(numbers)}
