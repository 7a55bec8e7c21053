"""The recording's folder: segments grow fragment by fragment, each one safe on disk before the next begins.

    video-0000-000012.m4s.part   growing; after a crash its whole fragments are a segment
    video-0000-000012.m4s        whole
    video-0000.mp4               initialisation segment of stretch 0
    journal                      one line of JSON per stretch and per whole segment; a torn last line counts for nothing

A segment exists for others once all its renditions are whole and the journal says so; numbers are then given without
a hole. File names hold the stretch and a serial number and are never used again.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any, Final, Literal

from . import aac, fmp4
from .fmp4 import SOUND_SCALE, VIDEO_SCALE, Sample
from .h264 import Parameters
from .timeline import in_samples

Rendition = Literal["video", "opus", "aac"]
RENDITIONS: Final[tuple[Rendition, ...]] = ("video", "opus", "aac")
SCALE: Final[Mapping[Rendition, int]] = {"video": VIDEO_SCALE, "opus": SOUND_SCALE, "aac": SOUND_SCALE}
NAME: Final = re.compile(r"(?P<rendition>video|opus|aac)-(?P<stretch>\d{4,6})(?:-(?P<serial>\d{6,9})\.m4s|\.mp4)", re.A)
"""Every file that may be asked for."""

FRAGMENT: Final = 0.5
"""Seconds of a fragment at most: what a crash may cost."""
JOURNAL: Final = "journal"


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


# --- growing ----------------------------------------------------------------------------------------------------------


class Writer:
    """One rendition. Samples in order → fragments of 0.5 s at most, each synced → files."""

    def __init__(self, spool: Spool, rendition: Rendition) -> None:
        self._spool = spool
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
            self._file = (self._spool.directory / self._part_name(self._now)).open("xb")
            sync_directory(self._spool.directory)
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
            (self._spool.directory / self._part_name(opening)).rename(self._spool.directory / name)
            piece = self._growth.piece(self._rendition, name, opening.scene)
        self._spool.whole(opening, self._rendition, piece)

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


class Spool:
    """The folder of one recording, growing."""

    def __init__(self, directory: Path, on_segment: Callable[[Segment], None]) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.directory = directory
        self._on_segment = on_segment
        self._journal = Journal(directory)
        self._serial = max((int(m["serial"] or 0) + 1 for m in names(directory)), default=0)
        self._stretch = max((int(m["stretch"]) + 1 for m in names(directory)), default=0)
        self._pieces: dict[int, dict[Rendition, Piece | None]] = {}
        self._scene: Scene | None = None
        self._is_left = False
        """Something lies here that the disk did not let us make a segment of yet."""
        self._writers: dict[Rendition, Writer] = {rendition: Writer(self, rendition) for rendition in RENDITIONS}

    @property
    def segments(self) -> list[Segment]:
        return self._journal.segments

    def begin_stretch(self, take: int, start: int, starts: datetime, parameters: Parameters) -> None:
        """New initialisation segments, and the journal's word on when the stretch began."""
        if self._is_left:
            self._pick_up()
        contents = {
            "video": (fmp4.video_init(parameters), parameters.codec, parameters.format.width, parameters.format.height),
            "opus": (fmp4.opus_init(), "opus", 0, 0),
            "aac": (fmp4.aac_init(aac.CONFIGURATION, aac.BITRATE), aac.CODEC, 0, 0),
        }
        stretch, self._stretch = self._stretch, self._stretch + 1
        inits = tuple(write_init(self.directory, rendition, stretch, *contents[rendition]) for rendition in RENDITIONS)
        sync_directory(self.directory)
        self._scene = Scene(stretch, take, start, starts, inits)
        self._journal.write_scene(self._scene)

    def open(self, start: int) -> None:
        """A segment begins at that tick of 1/90000 s, in all renditions."""
        assert self._scene
        for rendition, writer in self._writers.items():
            own = start if rendition == "video" else in_samples(start)
            writer.open(Opening(self._scene, self._serial, own))
        self._serial += 1

    def add(self, rendition: Rendition, sample: Sample) -> None:
        self._writers[rendition].add(sample)

    def finish(self) -> None:
        """Make whole segments of all that has come."""
        for writer in self._writers.values():
            writer.finish()

    def abandon(self) -> None:
        """The disk refused: what is on it already becomes a segment if it can, the rest is given up."""
        for writer in self._writers.values():
            writer.abandon()
        self._pieces.clear()
        self._is_left = True
        self._pick_up()

    def _pick_up(self) -> None:
        for segment in recover_parts(self.directory, self._journal):
            self._on_segment(segment)
        self._is_left = False

    def whole(self, opening: Opening, rendition: Rendition, piece: Piece | None) -> None:
        """A rendition of a segment is whole, or has nothing in it. With the last one the segment is known."""
        pieces = self._pieces.setdefault(opening.serial, {})
        pieces[rendition] = piece
        if len(pieces) < len(RENDITIONS):
            return
        del self._pieces[opening.serial]
        found = [piece for rendition in RENDITIONS if (piece := pieces[rendition])]
        if len(found) < len(RENDITIONS):
            # A stretch of a few milliseconds, in which no frame of sound begins.
            for leftover in found:
                (self.directory / leftover.name).unlink()
            return
        sync_directory(self.directory)
        self._on_segment(self._journal.write_segment(opening.scene, found))

    def forget_before(self, moment: datetime, *, delete: bool) -> None:
        """Leave segments that ended before out of `segments`, and delete their files where nothing is kept."""
        old = [segment for segment in self.segments if segment.ends < moment]
        if delete:
            for piece in [piece for segment in old for piece in segment.pieces]:
                (self.directory / piece.name).unlink(missing_ok=True)
        self._journal.forget(len(old))


# --- remembering ------------------------------------------------------------------------------------------------------


class Journal:
    """What is whole, line by line."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / JOURNAL
        self.scenes: dict[int, Scene] = {}
        self.segments: list[Segment] = []
        lines, self._whole = self._read()
        for line in lines:
            if "segment" in line:
                self.segments.append(self._segment(line["segment"]))
            else:
                scene = _scene(line["scene"])
                self.scenes[scene.stretch] = scene
        self._last = self.segments[-1] if self.segments else None
        if self._path.exists() and self._path.stat().st_size > self._whole:
            os.truncate(self._path, self._whole)

    def _read(self) -> tuple[list[dict[str, Any]], int]:
        """The whole lines, and how many bytes they are."""
        lines: list[dict[str, Any]] = []
        whole = 0
        for line in self._path.read_bytes().splitlines(keepends=True) if self._path.exists() else []:
            if not line.endswith(b"\n"):
                break
            try:
                lines.append(json.loads(line))
            except ValueError:
                break
            whole += len(line)
        return lines, whole

    def write_scene(self, scene: Scene) -> None:
        self._append({"scene": asdict(scene)})
        self.scenes[scene.stretch] = scene

    def write_segment(self, scene: Scene, pieces: Sequence[Piece]) -> Segment:
        """Number a segment; its first stretch apart, every new one begins with a discontinuity."""
        last = self._last
        broken = last is not None and last.stretch != scene.stretch
        segment = Segment(
            last.number + 1 if last else 0,
            scene.take,
            last.breaks + broken if last else 0,
            scene.stretch,
            scene.inits,
            tuple(replace(piece, discontinuity=broken) for piece in pieces),
        )
        self._append({"segment": {**asdict(segment), "inits": None}})
        self.segments = [*self.segments, segment]
        self._last = segment
        return segment

    def forget(self, count: int) -> None:
        """Leave the oldest segments out of memory; the file keeps them."""
        self.segments = self.segments[count:]

    def _segment(self, line: dict[str, Any]) -> Segment:
        pieces = tuple(Piece(**{**piece, "starts": _moment(piece["starts"])}) for piece in line["pieces"])
        return Segment(**{**line, "inits": self.scenes[line["stretch"]].inits, "pieces": pieces})

    def _append(self, line: dict[str, Any]) -> None:
        with self._path.open("ab") as file:
            # A full disk may have taken half of the line before, or all of it and then refused: nothing after a torn
            # line is ever read again, and no number may be given twice.
            file.truncate(self._whole)
            file.write(json.dumps(line, default=datetime.isoformat).encode() + b"\n")
            file.flush()
            os.fdatasync(file.fileno())
            self._whole = file.tell()


def _scene(line: dict[str, Any]) -> Scene:
    inits = tuple(Init(**init) for init in line["inits"])
    return Scene(**{**line, "starts": _moment(line["starts"]), "inits": inits})


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


# --- recovering -------------------------------------------------------------------------------------------------------


def recover(directory: Path) -> list[Segment]:
    """All segments of a folder whose writer died, at whatever byte; whole fragments become a last segment.

    Doing it again changes nothing. Files that belong to no segment are deleted.
    """
    journal = Journal(directory)
    recover_parts(directory, journal)
    return journal.segments


def recover_parts(directory: Path, journal: Journal) -> list[Segment]:
    """The segments that were growing. What is not there in every rendition is deleted, and what is older than the
    newest whole segment: its place in the order is taken."""
    newest = max((serial(piece.name) for piece in journal.segments[-1].pieces), default=-1) if journal.segments else -1
    known = {piece.name for segment in journal.segments for piece in segment.pieces}
    known |= {init.name for scene in journal.scenes.values() for init in scene.inits}
    growing: dict[int, list[Path]] = {}
    for path in directory.iterdir():
        if path.name in known or not NAME.fullmatch(path.name.removesuffix(".part")):
            continue
        if serial(path.name) <= newest:
            path.unlink()
        else:
            growing.setdefault(serial(path.name), []).append(path)
    recovered: list[Segment] = []
    for _, paths in sorted(growing.items()):
        found = NAME.fullmatch(paths[0].name.removesuffix(".part"))
        scene = journal.scenes.get(int(found["stretch"])) if found else None
        if scene and (pieces := mend(paths, scene)):
            recovered.append(journal.write_segment(scene, pieces))
        else:
            for path in paths:
                path.unlink()
    sync_directory(directory)
    return recovered


def mend(paths: Sequence[Path], scene: Scene) -> list[Piece] | None:
    """Cut the files of a segment after their last whole fragment. None if a rendition has no fragment."""
    grown = {path: growth for path in paths if (growth := Growth.of(path.read_bytes()))}
    pieces: dict[str, Piece] = {}
    for path, growth in grown.items():
        name = path.name.removesuffix(".part")
        rendition = next(rendition for rendition in RENDITIONS if name.startswith(rendition))
        pieces[rendition] = growth.piece(rendition, name, scene)
    if len(pieces) < len(RENDITIONS):
        return None
    for path, growth in grown.items():
        with path.open("r+b") as file:
            file.truncate(growth.size)
            os.fsync(file.fileno())
        path.rename(path.with_name(path.name.removesuffix(".part")))
    return [pieces[rendition] for rendition in RENDITIONS]


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
