"""What live HLS keeps of a while: its pictures fetched, strictly decoded, and the clock in them read."""

import asyncio
import io
import re
import urllib.request
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise
from operator import itemgetter

import av

COLUMNS, ROWS = 8, 6
"""As in `clock.js`."""


@dataclass(frozen=True)
class Picture:
    number: int | None
    """As drawn; None if it cannot be read."""
    at: float
    """Seconds of the recording's own time."""


@dataclass(frozen=True)
class Reel:
    pictures: list[Picture]
    complaints: list[str]
    """Of the decoder."""

    def between(self, first: int, last: int) -> "Reel":
        """From the first to the last of the pictures with these numbers or one between."""
        places = [
            place for place, one in enumerate(self.pictures) if one.number is not None and first <= one.number <= last
        ]
        return Reel(self.pictures[min(places, default=0) : max(places, default=-1) + 1], self.complaints)

    @property
    def longest_step(self) -> float:
        """Seconds."""
        return max((after.at - before.at for before, after in pairwise(self.pictures)), default=0.0)


class Gathering:
    """Segments of a stage's live HLS, from each look at it; the next must come before the oldest have gone."""

    def __init__(self, house: str, stage: str) -> None:
        self.ends = datetime.fromtimestamp(0, UTC)
        """Of the newest segment."""
        self._folder = f"{house}/media/live/{stage}/"
        self._segments: dict[str, tuple[bytes, bytes]] = {}
        """By name: the head of its file, and the segment."""

    def look(self) -> None:
        master = self._fetch("index.m3u8").decode()
        init, starts, length = "", self.ends, timedelta(0)
        for line in self._fetch(re.findall(r"\S+video\.m3u8", master)[0]).decode().splitlines():
            name, _, value = line.partition(":")
            if name == "#EXT-X-MAP":
                init = value.split('"')[1]
            elif name == "#EXT-X-PROGRAM-DATE-TIME":
                starts, length = datetime.fromisoformat(value), timedelta(0)
            elif name == "#EXTINF":
                length += timedelta(seconds=float(value.rstrip(",")))
            elif not line.startswith("#") and line not in self._segments:
                self._segments[line] = (self._fetch(init), self._fetch(line))
        self.ends = starts + length

    async def until(self, moment: datetime, patience: float) -> None:
        """Look until that moment is among it, or so many seconds."""
        deadline = asyncio.get_running_loop().time() + patience
        await asyncio.to_thread(self.look)
        while self.ends < moment and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(1)
            await asyncio.to_thread(self.look)

    def reel(self) -> Reel:
        stretches = groupby(self._segments.values(), key=itemgetter(0))
        return decoded([init + b"".join(segment for _, segment in segments) for init, segments in stretches])

    def _fetch(self, name: str) -> bytes:
        with urllib.request.urlopen(self._folder + name, timeout=10) as answer:
            return answer.read()


def decoded(stretches: Iterable[bytes]) -> Reel:
    """Each file with a decoder of its own, as a player would; what a decoder forgives is complained of too."""
    av.logging.set_level(av.logging.ERROR)
    with av.logging.Capture() as said:
        pictures = [picture for stretch in stretches for picture in shown(stretch)]
    av.logging.set_level(None)
    return Reel(pictures, [message.strip() for _, _, message in said])


def shown(stretch: bytes) -> Iterator[Picture]:
    with av.open(io.BytesIO(stretch), format="mp4") as container:
        codec = container.streams.video[0].codec_context
        codec.thread_count, codec.options = 1, {"err_detect": "explode"}
        for packet in container.demux(video=0):
            try:
                frames = packet.decode()
            except av.error.InvalidDataError:
                continue  # the decoder has said so
            for frame in frames:
                yield Picture(None if frame.is_corrupt else read_clock(frame), frame.time)


def read_clock(frame: av.VideoFrame) -> int | None:
    """The number in a picture that shows `clock.js`; None if its check sum is wrong."""
    plane = frame.reformat(format="yuv420p").planes[0]
    luma = bytes(plane)
    rows = [int((row + 0.5) * frame.height / ROWS) * plane.line_size for row in range(ROWS)]
    columns = [int((column + 0.5) * frame.width / 2 / COLUMNS) for column in range(COLUMNS)]
    *told, check = (sum((luma[row + column] > 127) << place for place, column in enumerate(columns)) for row in rows)
    return told[0] << 8 | told[1] if check_sum(told) == check else None


def check_sum(told: Iterable[int]) -> int:
    total = 7
    for byte in told:
        total = (total * 31 + byte) & 0xFF
    return total
