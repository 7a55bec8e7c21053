"""An artist's browser as far as a server sees it: plays the stream, with keyframes on request.

Like a browser it numbers its packets for transport-wide feedback, so that a server does for it what it does for those.
"""

import asyncio
import itertools
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from struct import pack

from streaming.artists import rtp, sdp
from streaming.artists.door import Door
from streaming.artists.line import Address, Line
from streaming.artists.whip_client import Session, Track
from streaming.relay.feedback import PictureRequest, read_reports
from tests.bench.children import answer_questions
from tests.bench.stream import PICTURE_TICKS, RATE, SOUND_MS, SOUND_TICKS, Stream, stream

EXTENSION = 3
TRANSPORT_WIDE = (
    f"a=extmap:{EXTENSION} http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n"
    "a=rtcp-fb:{type} transport-cc\r\n"
)
REPORT_EVERY = 2 * RATE  # pictures


@dataclass
class NumberedTrack(Track):
    """Puts the transport-wide number, one sequence for both tracks, into a header extension (RFC 8285)."""

    numbers: Iterator[int] = field(default_factory=itertools.count)

    def send(self, line: Line, payloads: Sequence[bytes], time: int, *, ends: bool) -> None:
        for place, payload in enumerate(payloads, 1):
            marker = ends and place == len(payloads)
            plain = rtp.packet(self.payload_type, self.sequence, self.base + time, self.ssrc, b"", marker=marker)
            extension = pack("!HHBHB", 0xBEDE, 1, EXTENSION << 4 | 1, next(self.numbers) & 0xFFFF, 0)
            self._remember(line.send(b"\x90" + plain[1:] + extension + payload))
            self.packets += 1
            self.octets += len(payload)


class Publisher(Session):
    def __init__(self, door: Door, played: Stream) -> None:
        super().__init__(door)
        numbers = itertools.count()
        self.video = NumberedTrack(sdp.VIDEO_TYPE, numbers=numbers)
        self.audio = NumberedTrack(sdp.AUDIO_TYPE, numbers=numbers)
        self._stream = played
        self._is_picture_wanted = False
        self._at = 0  # place in the loop

    def _offer(self, own: Address) -> str:
        audio, video = super()._offer(own).split("m=video")
        audio += TRANSPORT_WIDE.format(type=sdp.AUDIO_TYPE)
        return f"{audio}m=video{video}" + TRANSPORT_WIDE.format(type=sdp.VIDEO_TYPE)

    def _hear_rtcp(self, compound: bytes) -> None:
        super()._hear_rtcp(compound)
        self._is_picture_wanted |= any(isinstance(report, PictureRequest) for report in read_reports(compound))

    async def play(self) -> None:
        """Each picture and each sound when it is due, counted from one beginning."""
        clock = asyncio.get_running_loop().time
        began, unix_time, pictures, sounds = clock(), time.time(), 0, 0
        while not self.line.lost.done():
            picture_due, sound_due = pictures / RATE, sounds * SOUND_MS / 1000
            await asyncio.sleep(max(0.0, began + min(picture_due, sound_due) - clock()))
            if picture_due > sound_due:
                sound = self._stream.sounds[sounds % len(self._stream.sounds)]
                self.audio.send(self.line, [sound], sounds * SOUND_TICKS, ends=False)
                sounds += 1
                continue
            if pictures % REPORT_EVERY == 0:
                self.report(unix_time + picture_due, pictures * PICTURE_TICKS, int(picture_due * 48_000))
            self.video.send(self.line, self._next_picture(), pictures * PICTURE_TICKS, ends=True)
            pictures += 1

    def _next_picture(self) -> list[bytes]:
        if self._is_picture_wanted:
            self._is_picture_wanted = False
            self._at = self._stream.next_keyframe(self._at)
        payloads = self._stream.payloads[self._at % len(self._stream.payloads)]
        self._at += 1
        return payloads


async def publish(address: str, token: str, name: str) -> None:
    async with Publisher(Door(address, token), stream(name)) as publisher:
        playing = asyncio.create_task(publisher.play())
        await answer_questions({"on_air": True})
        playing.cancel()


if __name__ == "__main__":
    asyncio.run(publish(*sys.argv[1:]))
