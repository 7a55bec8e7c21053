"""Loops: scene and melody encoded once, kept in a file, and given out as RTP payloads.

The file is one line of JSON (lengths and a checksum) and then the parts one after the other: SPS, PPS, the scene's
slice of every picture, every Opus packet. `python3 -m streaming.artists.loops DIRECTORY` makes those that are missing.
"""

import fcntl
import json
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import accumulate
from pathlib import Path

from . import clock, h264, melodies, plinth, rtp, scenes

QUALITY = "crf=24"  # 150 to 220 kbit/s
MAKERS = (scenes, plinth, clock, melodies, h264)


@dataclass(frozen=True)
class Picture:
    """One picture, ready to send but for the clock."""

    payloads: tuple[bytes, ...]
    key: h264.SliceHeader | None  # of a keyframe's scene: the clock's slice must follow it


@dataclass(frozen=True)
class Loop:
    pictures: tuple[Picture, ...]
    sounds: tuple[bytes, ...]


@cache
def version() -> str:
    """Changes with everything that makes a loop."""
    sources = (Path(str(module.__file__)).read_bytes() for module in MAKERS)
    return sha256(b"".join(sources) + QUALITY.encode()).hexdigest()[:8]


def path_of(directory: Path, name: str) -> Path:
    return directory / f"{name}-{version()}.loop"


def encode_scene(scene: scenes.Scene) -> list[bytes]:
    """The scene's slice of each picture of the turn.

    The turn is encoded with a second before it and two after it, so that rate control treats its ends, which meet on
    air, like its middle.
    """
    pictures = list(scene.frames())
    lead, tail = scenes.RATE, 2 * scenes.RATE
    codec = clock.encoder(scenes.WIDTH, scenes.HEIGHT, QUALITY)
    encoded = list(clock.encode(codec, [*pictures[-lead:], *pictures, *pictures[:tail]]))
    return [next(h264.slices(units)) for units in encoded[lead:-tail]]


def make(directory: Path, name: str) -> Path:
    """Encode a loop and put it into the directory, whole or not at all; older versions go."""
    pictures = encode_scene(scenes.SCENES[name])
    sounds = melodies.opus_packets(melodies.samples(melodies.MELODIES[name]))
    target = path_of(directory, name)
    unfinished = target.with_suffix(f".{os.getpid()}")
    unfinished.write_bytes(pack([*clock.parameter_sets(), *pictures, *sounds], len(pictures)))
    unfinished.replace(target)
    for old in directory.glob(f"{name}-*.loop"):
        if old != target:
            old.unlink(missing_ok=True)
    return target


def pack(parts: list[bytes], pictures: int) -> bytes:
    body = b"".join(parts)
    index = {"pictures": pictures, "lengths": [len(part) for part in parts], "sha256": sha256(body).hexdigest()}
    return json.dumps(index).encode() + b"\n" + body


def unpack(data: bytes) -> tuple[list[bytes], int]:
    """The parts and how many of them are pictures; ValueError if the file is damaged."""
    head, _, body = data.partition(b"\n")
    index = json.loads(head)
    if sha256(body).hexdigest() != index.get("sha256"):
        raise ValueError("damaged")
    ends = list(accumulate(index["lengths"]))
    return [body[end - length : end] for end, length in zip(ends, index["lengths"], strict=True)], index["pictures"]


def is_ready(directory: Path, name: str) -> bool:
    try:
        unpack(path_of(directory, name).read_bytes())
    except (OSError, ValueError):
        return False
    return True


def load(directory: Path, name: str) -> Loop:
    """The loop as RTP payloads."""
    parts, count = unpack(path_of(directory, name).read_bytes())
    sps, pps, *rest = parts
    frame_bits = h264.frame_number_bits(sps)
    pictures = tuple(packetised(unit, sps, pps, frame_bits) for unit in rest[:count])
    return Loop(pictures, tuple(rest[count:]))


def packetised(scene: bytes, sps: bytes, pps: bytes, frame_bits: int) -> Picture:
    header, _ = h264.read_slice(scene, frame_bits)
    if header.is_idr:
        return Picture(tuple(rtp.payloads([sps, pps, scene])), header)
    still_clock = h264.skipped_slice(header, clock.FIRST_MACROBLOCK, clock.MACROBLOCKS)
    return Picture(tuple(rtp.payloads([scene, still_clock])), None)


def make_missing(directory: Path, names: Iterable[str]) -> None:
    """Make what is not there. Whoever comes at the same time waits, and finds it made."""
    directory.mkdir(parents=True, exist_ok=True)
    for name in names:
        with (directory / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not is_ready(directory, name):
                make(directory, name)


if __name__ == "__main__":
    make_missing(Path(sys.argv[1]), sys.argv[2:] or scenes.SCENES)
