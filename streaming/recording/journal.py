"""What of a recording is whole, line by line in a file that survives a torn last line."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from .segments import Init, Piece, Scene, Segment

JOURNAL: Final = "journal"


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
