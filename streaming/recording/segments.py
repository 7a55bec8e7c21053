"""What a recording is made of: segments, each one file per rendition, and how those files are named."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Literal

from .fmp4 import SOUND_SCALE, VIDEO_SCALE

Rendition = Literal["video", "opus", "aac"]
RENDITIONS: Final[tuple[Rendition, ...]] = ("video", "opus", "aac")
SCALE: Final[Mapping[Rendition, int]] = {"video": VIDEO_SCALE, "opus": SOUND_SCALE, "aac": SOUND_SCALE}
NAME: Final = re.compile(r"(?P<rendition>video|opus|aac)-(?P<stretch>\d{4,6})(?:-(?P<serial>\d{6,9})\.m4s|\.mp4)", re.A)
"""Every file that may be asked for."""


@dataclass(frozen=True)
class Init:
    """An initialisation segment."""

    rendition: Rendition
    name: str
    codecs: str
    size: int
    md5: str
    sha256: str
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """One rendition of a segment: a file."""

    rendition: Rendition
    name: str
    init: str
    starts: datetime
    duration: float
    """Seconds, as in EXTINF."""
    discontinuity: bool
    independent: bool
    """It begins with a keyframe."""
    size: int
    md5: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A whole segment in all its renditions."""

    number: int
    """EXT-X-MEDIA-SEQUENCE: counts from 0 without a hole."""
    take: int
    breaks: int
    """EXT-X-DISCONTINUITY-SEQUENCE: discontinuities up to and with this segment."""
    stretch: int
    inits: tuple[Init, ...]
    pieces: tuple[Piece, ...]

    @property
    def starts(self) -> datetime:
        return self.pieces[0].starts

    @property
    def duration(self) -> float:
        return self.pieces[0].duration

    @property
    def ends(self) -> datetime:
        return self.starts + timedelta(seconds=self.duration)


@dataclass(frozen=True)
class Scene:
    """A stretch as the journal remembers it."""

    stretch: int
    take: int
    start: int
    """Ticks of 1/90000 s at which it begins, and when that was."""
    starts: datetime
    inits: tuple[Init, ...]

    def time(self, rendition: Rendition, units: int) -> datetime:
        return self.starts + timedelta(seconds=units / SCALE[rendition] - self.start / VIDEO_SCALE)

    def init(self, rendition: Rendition) -> Init:
        return next(init for init in self.inits if init.rendition == rendition)


@dataclass(frozen=True)
class Opening:
    """A file to be begun: from ``start`` (in the rendition's own units) samples belong to it."""

    scene: Scene
    serial: int
    start: int


# --- files ------------------------------------------------------------------------------------------------------------


def file_name(rendition: Rendition, stretch: int, serial: int) -> str:
    return f"{rendition}-{stretch:04d}-{serial:06d}.m4s"


def serial(name: str) -> int:
    """The serial number in the name of a segment's file; -1 of an initialisation segment."""
    found = NAME.fullmatch(name.removesuffix(".part"))
    return int(found["serial"] or -1) if found else -1


def names(directory: Path) -> list[re.Match[str]]:
    """Of all files there, growing ones too."""
    found = (NAME.fullmatch(path.name.removesuffix(".part")) for path in directory.iterdir())
    return [match for match in found if match]


def write_init(
    directory: Path, rendition: Rendition, stretch: int, data: bytes, codecs: str, width: int, height: int
) -> Init:
    name = f"{rendition}-{stretch:04d}.mp4"
    with (directory / name).open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    md5, sha256 = hashlib.md5(data, usedforsecurity=False), hashlib.sha256(data)
    return Init(rendition, name, codecs, len(data), md5.hexdigest(), sha256.hexdigest(), width, height)


def sync_directory(directory: Path) -> None:
    """Make new names safe, not only what is in the files (fsync(2))."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
