"""An artist who flashes and beeps at once, every two seconds, with a sound card that runs fast or slow and a line that
delivers late and unevenly. What a recording makes of it tells how far lips and voice have come apart."""

import array
import asyncio
import math
import random
import sys
import time
from collections.abc import Callable
from fractions import Fraction

import av

from streaming.artists import h264, rtp
from streaming.artists.door import Door
from tests.bench.children import answer_questions
from tests.bench.publisher import Publisher
from tests.bench.stream import KEYFRAME_EVERY, PICTURE_TICKS, RATE, SOUND_TICKS, filtered, stream

WIDTH, HEIGHT = 320, 180
EVERY = KEYFRAME_EVERY / RATE
"""Seconds from one flash to the next."""
FLASH = 20
"""Its place among the pictures of two seconds; the beep begins with it."""
BEEP = 2880
"""Samples, a sixteenth of a second."""
LOUD = 16_000
REPORT_EVERY = 2.0


def pictures() -> list[list[bytes]]:
    """Two seconds with one white picture among them, as RTP payloads."""
    codec = av.CodecContext.create("libx264", "w")
    codec.width, codec.height, codec.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    codec.framerate, codec.time_base, codec.bit_rate, codec.thread_count = Fraction(RATE), Fraction(1, RATE), 300_000, 1
    codec.options = {
        "preset": "superfast", "profile": "baseline",
        "x264-params": f"keyint={KEYFRAME_EVERY}:min-keyint={KEYFRAME_EVERY}:scenecut=0:bframes=0",
    }  # fmt: skip
    source = ("testsrc2", f"size={WIDTH}x{HEIGHT}:rate={RATE}")
    graph = filtered(source, ("format", "pix_fmts=yuv420p"), ("buffersink", ""))
    encoded: list[bytes] = []
    for number in range(KEYFRAME_EVERY):
        frame = graph.pull()
        if number == FLASH:
            for plane, grey in zip(frame.planes, (235, 128, 128), strict=True):
                plane.update(bytes([grey]) * plane.buffer_size)
        frame.pts, frame.time_base, frame.pict_type = number, codec.time_base, av.video.frame.PictureType.NONE
        encoded += map(bytes, codec.encode(frame))
    encoded += map(bytes, codec.encode(None))
    return [rtp.payloads(h264.nal_units(picture)) for picture in encoded]


class Voice:
    """Opus, 20 ms at a time. ``rate``: samples this card takes in a true second."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._at = 0
        self._codec = av.CodecContext.create("libopus", "w")
        self._codec.sample_rate, self._codec.layout, self._codec.format = 48_000, "mono", "s16"
        self._codec.options = {"frame_duration": "20"}

    def next(self) -> list[bytes]:
        samples = array.array("h", bytes(2 * SOUND_TICKS))
        mark = math.floor(self._at / self._rate * RATE / KEYFRAME_EVERY) - 1
        for first in (self._beep(mark), self._beep(mark + 1)):
            for at in range(max(self._at, first), min(self._at + SOUND_TICKS, first + BEEP)):
                samples[at - self._at] = int(LOUD * math.sin(2 * math.pi * (at - first) / 48))
        frame = av.AudioFrame("s16", "mono", SOUND_TICKS)
        frame.planes[0].update(samples.tobytes())
        frame.sample_rate, frame.time_base, frame.pts = 48_000, Fraction(1, 48_000), self._at
        self._at += SOUND_TICKS
        return [bytes(packet) for packet in self._codec.encode(frame)]

    def _beep(self, mark: int) -> int:
        """The sample with which it begins."""
        return round((mark * KEYFRAME_EVERY + FLASH) / RATE * self._rate)


class Flasher(Publisher):
    """``ppm``: millionths by which the sound card is fast. ``late``: seconds by which pictures come later than sound.
    ``uneven``: seconds by which anything may come later still."""

    def __init__(self, door: Door, ppm: float, late: float, uneven: float) -> None:
        super().__init__(door, stream("360p"))
        self._rate = 48_000 * (1 + ppm * 1e-6)
        self._late, self._uneven = late, uneven
        self._dice = random.Random(ppm)

    async def play(self) -> None:
        clock = asyncio.get_running_loop().time
        began, unix_time = clock(), time.time()
        async with asyncio.TaskGroup() as playing:
            playing.create_task(self._show(began, clock))
            playing.create_task(self._sound(began, clock))
            playing.create_task(self._tell(began, unix_time, clock))

    async def _show(self, began: float, clock: Callable[[], float]) -> None:
        shown, number = pictures(), 0
        while not self.line.lost.done():
            await self._until(began + number / RATE + self._late, clock)
            self.video.send(self.line, shown[number % KEYFRAME_EVERY], number * PICTURE_TICKS, ends=True)
            number += 1

    async def _sound(self, began: float, clock: Callable[[], float]) -> None:
        voice, number = Voice(self._rate), 0
        while not self.line.lost.done():
            await self._until(began + (number + 1) * SOUND_TICKS / self._rate, clock)
            if sound := voice.next():
                self.audio.send(self.line, sound, number * SOUND_TICKS, ends=False)
            number += 1

    async def _until(self, moment: float, clock: Callable[[], float]) -> None:
        await asyncio.sleep(max(0.0, moment + self._dice.random() * self._uneven - clock()))

    async def _tell(self, began: float, unix_time: float, clock: Callable[[], float]) -> None:
        while not self.line.lost.done():
            played = clock() - began
            self.report(unix_time + played, round(played * 90_000), round(played * self._rate))
            await asyncio.sleep(REPORT_EVERY)


async def publish(address: str, token: str, *line: str) -> None:
    async with Flasher(Door(address, token), *map(float, line)) as artist:
        playing = asyncio.create_task(artist.play())
        await answer_questions({"on_air": True})
        playing.cancel()


if __name__ == "__main__":
    asyncio.run(publish(*sys.argv[1:]))
