"""What the relay is compared with: aiortc's own RTCRtpSender for each viewer, fed with encoded packets.

There is no artist's line here: the stream is read from memory. Everything that a viewer costs is stock aiortc.
"""

import asyncio
import gc
from fractions import Fraction
from typing import Any

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamTrack
from av import Packet

from tests.bench.children import answer_questions
from tests.bench.door import Reply, open_door
from tests.bench.stream import PICTURE_TICKS, RATE, SOUND_MS, SOUND_TICKS, Stream, stream


class Replay(MediaStreamTrack):
    """One viewer's track: gives out what the pump puts in."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind
        self.due: asyncio.Queue[Packet] = asyncio.Queue()

    async def recv(self) -> Packet:
        return await self.due.get()


class House:
    def __init__(self, played: Stream) -> None:
        self.stream = played
        self.tracks: dict[str, list[Replay]] = {"video": [], "audio": []}
        self.connections: list[RTCPeerConnection] = []

    async def answer(self, method: str, path: list[str], body: str) -> Reply:
        if method == "DELETE":
            await self.connections[int(path[1])].close()
            return Reply()
        connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.connections.append(connection)
        for kind, tracks in self.tracks.items():
            tracks.append(Replay(kind))
            connection.addTrack(tracks[-1])
        await connection.setRemoteDescription(RTCSessionDescription(body, "offer"))
        await connection.setLocalDescription(await connection.createAnswer())
        return Reply(connection.localDescription.sdp, f"/session/{len(self.connections) - 1}", 201)

    async def pump(self) -> None:
        clock = asyncio.get_running_loop().time
        began, pictures, sounds = clock(), 0, 0
        while True:
            picture_due, sound_due = pictures / RATE, sounds * SOUND_MS / 1000
            await asyncio.sleep(max(0.0, began + min(picture_due, sound_due) - clock()))
            if picture_due > sound_due:
                self.hand_out("audio", self.stream.sounds, sounds, SOUND_TICKS, 48_000)
                sounds += 1
            else:
                self.hand_out("video", self.stream.pictures, pictures, PICTURE_TICKS, 90_000)
                pictures += 1

    def hand_out(self, kind: str, loop: list[bytes], number: int, ticks: int, rate: int) -> None:
        packet = Packet(loop[number % len(loop)])
        packet.pts, packet.time_base = number * ticks, Fraction(1, rate)
        for track in self.tracks[kind]:
            track.due.put_nowait(packet)


async def serve() -> None:
    house = House(stream())
    server, address = await open_door(house.answer)
    pumping: asyncio.Task[Any] = asyncio.create_task(house.pump())
    gc.freeze()
    await answer_questions({"address": address})
    pumping.cancel()
    server.close()
    await asyncio.gather(*(connection.close() for connection in house.connections))


if __name__ == "__main__":
    asyncio.run(serve())
