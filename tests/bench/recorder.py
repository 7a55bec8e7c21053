"""Stages played in real time into their packagers, in a process of its own: no network, no audience, no database.

What it is asked to do it does for all stages alike: play them to nobody, record them with Opus alone, or with AAC too.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from streaming.recording import Packager, packager
from streaming.recording.aac import FRAME
from streaming.recording.fmp4 import Sample
from streaming.relay import Packet
from streaming.relay.broadcast import Broadcast
from tests.bench.children import answer_questions
from tests.bench.stream import KEYFRAME_EVERY, PICTURE_TICKS, RATE, SOUND_MS, SOUND_TICKS, Stream, stream


class CopiedOnly:
    """Sits where the transcoder sits and hands out one silent frame again and again: all that a recording with AAC
    costs, but for making it."""

    frame = b"\x21\x10\x04\x60\x8c\x1c" + bytes(330)
    """As long as a frame of 128 kbit/s; nobody plays it."""

    def __init__(self, start: int) -> None:
        self.position = self._next = start

    def encode(self, sounds: Iterable[Sample]) -> Iterator[Sample]:
        self.position += sum(sound.duration for sound in sounds)
        while self._next + FRAME <= self.position:
            yield Sample(self._next, FRAME, self.frame)
            self._next += FRAME

    def flush(self) -> Iterator[Sample]:
        return iter(())


class Stage:
    """One artist as the relay would hand him on."""

    def __init__(self, number: int, played: Stream) -> None:
        self.broadcast = Broadcast(f"stage-{number}", monotonic=time.monotonic)
        self.broadcast.take = 1
        self.packager: Packager | None = None
        self._stream = played
        self._numbers = {"video": count(), "audio": count()}
        self._at = 0
        """Place in the loop."""
        self._is_picture_wanted = False

    def picture(self, number: int) -> None:
        if self._is_picture_wanted:
            self._at, self._is_picture_wanted = self._stream.next_keyframe(self._at), False
        keyframe = self._at % KEYFRAME_EVERY == 0
        payloads = self._stream.payloads[self._at % len(self._stream.payloads)]
        self._at += 1
        for place, payload in enumerate(payloads, 1):
            self._publish("video", number * PICTURE_TICKS, payload, place == len(payloads), keyframe)

    def sound(self, number: int) -> None:
        self._publish("audio", number * SOUND_TICKS, self._stream.sounds[number % len(self._stream.sounds)], False)

    def _publish(self, kind: Any, timestamp: int, payload: bytes, marker: bool, keyframe: bool = False) -> None:
        number = next(self._numbers[kind])
        self.broadcast.publish(Packet(kind, 1, number, timestamp, marker, payload, time.monotonic(), keyframe))

    def record(self, folder: Path) -> None:
        self.packager = Packager(
            self.broadcast.clock,
            folder,
            began=datetime.now(UTC),
            on_segment=lambda _: None,
            want_picture=self._want_picture,
        )
        self.broadcast.add(self.packager)

    def _want_picture(self) -> None:
        self._is_picture_wanted = True

    def stop(self) -> dict[str, int]:
        """What was written, and what was not."""
        if self.packager is None:
            return {}
        self.broadcast.remove(self.packager)
        self.packager.close(20)
        stats, self.packager = self.packager.stats(), None
        lost = stats.video.lost + stats.audio.lost + stats.refused + stats.stumbles
        return {"segments": stats.segments, "missing": lost}


class Stages:
    """All of them, played from one beginning."""

    def __init__(self, number: int, folder: Path) -> None:
        played = stream()
        self._stages = [Stage(place, played) for place in range(number)]
        self._folder = folder
        self._transcoder = packager.Transcoder
        self._rounds = count()

    async def play(self) -> None:
        clock = asyncio.get_running_loop().time
        began, pictures, sounds = clock(), 0, 0
        while True:
            picture_due, sound_due = pictures / RATE, sounds * SOUND_MS / 1000
            await asyncio.sleep(max(0.0, began + min(picture_due, sound_due) - clock()))
            for stage in self._stages:
                if picture_due <= sound_due:
                    stage.picture(pictures)
                else:
                    stage.sound(sounds)
            pictures, sounds = (pictures + 1, sounds) if picture_due <= sound_due else (pictures, sounds + 1)

    async def record(self, aac: bool) -> dict[str, Any]:
        packager.Transcoder = self._transcoder if aac else CopiedOnly  # type: ignore[assignment, misc]
        folder = self._folder / str(next(self._rounds))
        for place, stage in enumerate(self._stages):
            stage.record(folder / str(place))
        return {}

    async def stop(self) -> dict[str, Any]:
        ended = [await asyncio.to_thread(stage.stop) for stage in self._stages]
        return {what: sum(one.get(what, 0) for one in ended) for what in ("segments", "missing")}

    async def used(self) -> dict[str, Any]:
        """CPU seconds of this process, all threads."""
        return {"seconds": time.process_time()}


async def main(number: int) -> None:
    with tempfile.TemporaryDirectory(prefix="kultour-bench-") as folder:
        stages = Stages(number, Path(folder))
        playing = asyncio.create_task(stages.play())
        await answer_questions({}, **{each.__name__: each for each in (stages.record, stages.stop, stages.used)})
        playing.cancel()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
