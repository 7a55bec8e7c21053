"""Many CMAF files as one that any player opens: tracks side by side under one header, fragments laid end to end. Pure.

Nothing is decoded, and no length changes: only the numbers that say to which track a fragment belongs and when it
begins are written anew. So the size of the whole is known before any of it has been read.

Sources: ISO/IEC 14496-12, 8.3.2 (tkhd), 8.8.2 (mehd), 8.8.3 (trex), 8.8.7 (tfhd), 8.8.12 (tfdt).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .fmp4 import box, boxes, full_box, u32

_KINDS: Final = box(b"ftyp", b"iso6", u32(0), b"iso6mp42")
LONGER: Final = 20
"""Bytes by which the header of one track is longer than its initialisation segment: the box with its duration."""
_MVHD_SCALE, _MVHD_NEXT = slice(12, 16), slice(96, 100)


def header(inits: Sequence[bytes], seconds: float) -> bytes:
    """One initialisation segment out of those of several tracks, which get the numbers 1, 2 and so on. It says how long
    it all lasts, so that a player shows it at once."""
    movies = [dict(_contents(init))[b"moov"] for init in inits]
    tracks, defaults = [], []
    for number, movie in enumerate(movies, start=1):
        parts = dict(_contents(movie))
        tracks.append(box(b"trak", _numbered_track(parts[b"trak"], number)))
        extends = dict(_contents(parts[b"mvex"]))[b"trex"]
        defaults.append(box(b"trex", extends[:4] + u32(number) + extends[8:]))
    first = bytearray(dict(_contents(movies[0]))[b"mvhd"])
    first[_MVHD_NEXT] = u32(len(inits) + 1)
    lasts = round(seconds * int.from_bytes(first[_MVHD_SCALE]))
    extends = box(b"mvex", full_box(b"mehd", 1, 0, lasts.to_bytes(8)), *defaults)
    return _KINDS + box(b"moov", box(b"mvhd", bytes(first)), *tracks, extends)


def laid(segment: bytes, track: int, time: int) -> bytes:
    """A segment whose first fragment begins at ``time``, in the units of its own track, which has this number."""
    data = bytearray(segment)
    moved = None
    for name, start, end in boxes(segment, 0, len(segment)):
        if name != b"moof":
            continue
        for outer, first, last in boxes(segment, start, end):
            if outer != b"traf":
                continue
            for inner, at, _end in boxes(segment, first, last):
                if inner == b"tfhd":
                    data[at + 4 : at + 8] = u32(track)
                elif inner == b"tfdt":
                    begins = int.from_bytes(segment[at + 4 : at + 12])
                    moved = time - begins if moved is None else moved
                    data[at + 4 : at + 12] = (begins + moved).to_bytes(8)
    return bytes(data)


def _contents(data: bytes) -> list[tuple[bytes, bytes]]:
    return [(name, data[start:end]) for name, start, end in boxes(data, 0, len(data))]


def _numbered_track(track: bytes, number: int) -> bytes:
    parts = []
    for name, content in _contents(track):
        if name == b"tkhd":
            content = content[:12] + u32(number) + content[16:]
        parts.append(box(name, content))
    return b"".join(parts)
