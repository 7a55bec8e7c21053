"""The recording's folder: segments grow fragment by fragment, each one safe on disk before the next begins.

    video-0000-000012.m4s.part   growing; after a crash its whole fragments are a segment
    video-0000-000012.m4s        whole
    video-0000.mp4               initialisation segment of stretch 0
    journal                      one line of JSON per stretch and per whole segment; a torn last line counts for nothing

A segment exists for others once all its renditions are whole and the journal says so; numbers are then given without
a hole. File names hold the stretch and a serial number and are never used again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from . import aac, fmp4
from .fmp4 import Sample
from .growing import Writer
from .h264 import Parameters
from .journal import Journal
from .recovery import recover_parts
from .segments import RENDITIONS, Opening, Piece, Rendition, Scene, Segment, names, sync_directory, write_init
from .timeline import in_samples


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
