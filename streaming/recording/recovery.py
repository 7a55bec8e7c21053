"""Segments out of the folder of a recording whose writer died, at whatever byte."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from .growing import Growth
from .journal import Journal
from .segments import NAME, RENDITIONS, Piece, Scene, Segment, serial, sync_directory


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
