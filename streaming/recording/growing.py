"""A segment's file while it grows: fragment by fragment, each one safe on disk before the next begins."""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final, Protocol

from . import fmp4
from .fmp4 import Sample
from .segments import SCALE, Opening, Piece, Rendition, Scene, file_name, sync_directory

FRAGMENT: Final = 0.5
"""Seconds of a fragment at most: what a crash may cost."""


class Folder(Protocol):
    """Where the files grow, and who is told of each that is whole, or of a rendition that has nothing in it."""

    directory: Path

    def whole(self, opening: Opening, rendition: Rendition, piece: Piece | None) -> None: ...


class Writer:
    """One rendition. Samples in order → fragments of 0.5 s at most, each synced → files."""

    def __init__(self, folder: Folder, rendition: Rendition) -> None:
        self._folder = folder
        self._rendition = rendition
        self._openings: deque[Opening] = deque()
        self._now: Opening | None = None
        self._file: IO[bytes] | None = None
        self._samples: list[Sample] = []
        self._fragments = 0
        self._growth = Growth()

    def open(self, opening: Opening) -> None:
        self._openings.append(opening)

    def add(self, sample: Sample) -> None:
        while self._openings and sample.time >= self._openings[0].start:
            self._turn()
        if self._now is None:
            return
        if self._samples and self._buffered(sample) > FRAGMENT * SCALE[self._rendition]:
            self._write()
        self._samples.append(sample)

    def _buffered(self, following: Sample) -> int:
        return following.time + following.duration - self._samples[0].time

    def finish(self) -> None:
        """End the file that grows; nothing follows it for now."""
        while self._openings:
            self._turn()
        self._close()

    def abandon(self) -> None:
        """Close without a word; what has been written is dealt with elsewhere."""
        if self._file:
            self._file.close()
        self._file = self._now = None
        self._samples.clear()
        self._openings.clear()

    def _turn(self) -> None:
        self._close()
        self._now = self._openings.popleft()
        self._growth = Growth()

    def _write(self) -> None:
        """A fragment, on disk when this returns."""
        if not self._samples or not self._now:
            return
        if self._file is None:
            self._file = (self._folder.directory / self._part_name(self._now)).open("xb")
            sync_directory(self._folder.directory)
        self._fragments += 1
        data = fmp4.fragment(self._samples, self._fragments, first=not self._growth.size)
        self._file.write(data)
        self._file.flush()
        os.fdatasync(self._file.fileno())
        self._growth.add(data, self._samples)
        self._samples = []

    def _close(self) -> None:
        self._write()
        opening, self._now = self._now, None
        if opening is None:
            return
        piece = None
        if self._file:
            self._file.close()
            self._file = None
            name = file_name(self._rendition, opening.scene.stretch, opening.serial)
            (self._folder.directory / self._part_name(opening)).rename(self._folder.directory / name)
            piece = self._growth.piece(self._rendition, name, opening.scene)
        self._folder.whole(opening, self._rendition, piece)

    def _part_name(self, opening: Opening) -> str:
        return file_name(self._rendition, opening.scene.stretch, opening.serial) + ".part"


@dataclass
class Growth:
    """What is known of a file so far."""

    start: int = 0
    end: int = 0
    size: int = 0
    independent: bool = True
    _md5: Any = field(default_factory=lambda: hashlib.md5(usedforsecurity=False))
    _sha256: Any = field(default_factory=hashlib.sha256)

    def add(self, data: bytes, samples: Sequence[Sample]) -> None:
        if not self.size:
            self.start, self.independent = samples[0].time, samples[0].key
        self.end = samples[-1].time + samples[-1].duration
        self._take(data)

    def _take(self, data: bytes) -> None:
        self.size += len(data)
        self._md5.update(data)
        self._sha256.update(data)

    @classmethod
    def of(cls, data: bytes) -> Growth | None:
        """Of a file that may be cut anywhere: its whole fragments. None if there is none."""
        found = list(fmp4.fragments(data))
        if not found:
            return None
        growth = cls(found[0].time, found[-1].time + found[-1].duration, 0, found[0].key)
        growth._take(data[: found[-1].end])
        return growth

    def piece(self, rendition: Rendition, name: str, scene: Scene) -> Piece:
        """Whether it follows a discontinuity is decided when the whole segment is numbered."""
        return Piece(
            rendition,
            name,
            scene.init(rendition).name,
            scene.time(rendition, self.start),
            (self.end - self.start) / SCALE[rendition],
            False,
            self.independent,
            self.size,
            self._md5.hexdigest(),
            self._sha256.hexdigest(),
        )
