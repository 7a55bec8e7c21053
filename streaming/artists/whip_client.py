"""WHIP client (RFC 9725): offers sound and picture at a WHIP door, sends ready payloads, says goodbye.

It sends what it is given: no encoder, no estimate of bandwidth. Lost packets are sent again from a short history;
a request for a picture needs no answer, since a keyframe comes every second.
"""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self

from . import rtp, sdp
from .door import Door
from .line import Address, Line, own_address

HISTORY: Final = 256  # packets of a track that can be sent again: about seven seconds of picture


@dataclass
class Track:
    """One outgoing RTP stream."""

    payload_type: int
    ssrc: int = field(default_factory=lambda: secrets.randbits(31) + 1)
    # In the lower half: if the first packets crossed zero, a receiver could guess the roll-over counter wrong.
    sequence: int = field(default_factory=lambda: secrets.randbits(15))
    base: int = field(default_factory=lambda: secrets.randbits(32))  # RTP time of the beginning
    packets: int = 0
    octets: int = 0
    history: dict[int, bytes] = field(default_factory=dict)

    def send(self, line: Line, payloads: Sequence[bytes], time: int, *, ends: bool) -> None:
        """Payloads of one moment, in RTP units since the beginning; `ends`: the last one completes it (marker)."""
        last = len(payloads) - 1
        for number, payload in enumerate(payloads):
            marker = ends and number == last
            packet = rtp.packet(self.payload_type, self.sequence, self.base + time, self.ssrc, payload, marker=marker)
            self._remember(line.send(packet))
            self.packets += 1
            self.octets += len(payload)

    def _remember(self, datagram: bytes) -> None:
        self.history[self.sequence] = datagram
        self.sequence = self.sequence + 1 & 0xFFFF
        if len(self.history) > HISTORY:
            del self.history[next(iter(self.history))]

    def report(self, line: Line, unix_time: float, time: int, name: str) -> None:
        line.send_rtcp(rtp.sender_report(self.ssrc, unix_time, self.base + time, self.packets, self.octets, name))


class Session:
    """One session at a WHIP door: `async with` connects, and ends it with DELETE."""

    def __init__(self, door: Door) -> None:
        self.video = Track(sdp.VIDEO_TYPE)
        self.audio = Track(sdp.AUDIO_TYPE)
        self.name = secrets.token_hex(8)  # the tracks' common canonical name
        self.line = Line(self._hear_rtcp)
        self._door = door
        self._address = ""

    async def __aenter__(self) -> Self:
        """Refused, or OSError (LineLost and BadAnswer among them), if it does not come about."""
        try:
            own = self.line.open(await asyncio.to_thread(own_address, self._door.host))
            self._address, answer = await self._door.post(self._offer(own))
            await self.line.connect(sdp.read_answer(answer))
        except BaseException:
            await self.end()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        await self.end()

    async def end(self) -> None:
        """Say goodbye on the line and at the door."""
        if self.video.packets:
            self.line.send_rtcp(rtp.goodbye([self.video.ssrc, self.audio.ssrc]))
        await self.line.close()
        if self._address:
            await self._door.delete(self._address)

    def report(self, unix_time: float, video_time: int, audio_time: int) -> None:
        """Sender reports of both tracks for one instant."""
        self.video.report(self.line, unix_time, video_time, self.name)
        self.audio.report(self.line, unix_time, audio_time, self.name)

    def _offer(self, own: Address) -> str:
        key = sdp.Key(self.line.ufrag, self.line.password, self.line.fingerprint)
        return sdp.offer(key, own, self.audio.ssrc, self.video.ssrc, self.name)

    def _hear_rtcp(self, compound: bytes) -> None:
        for ssrc, sequence in rtp.lost_packets(compound):
            for track in (self.video, self.audio):
                if ssrc == track.ssrc and sequence in track.history:
                    self.line.send_again(track.history[sequence])
