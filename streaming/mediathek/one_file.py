"""A recording as one file for those who take it with them: film, sound alone, or the excerpt for the press.

A film holds one picture format. Where the format changes in mid-recording (another camera, another phone) a new part
begins; a broken line alone does not. What is left out is left out here too, and what follows moves up.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from django.db.models import Sum

from streaming import archive, storage
from streaming.mediathek import playlists
from streaming.mediathek.passages import Span, spans_of
from streaming.models import Recording
from streaming.models import Segment as Row
from streaming.recording.fmp4 import SOUND_SCALE, VIDEO_SCALE
from streaming.recording.joining import LONGER, header, laid

FILM = ("video", "aac")
"""AAC, because every player knows it."""
SOUND = ("aac",)
SCALE = {"video": VIDEO_SCALE, "aac": SOUND_SCALE}


@dataclass(frozen=True)
class Laid:
    """A file of the recording with its place in the whole."""

    row: Row
    track: int
    time: int

    def read(self) -> bytes:
        """Raises StorageError where it cannot be had, or is not what it was."""
        data = archive.read(self.row)
        if len(data) != self.row.size:
            raise storage.StorageError(f"{self.row.name} is not whole on the disk")
        return laid(data, self.track, self.time)


@dataclass(frozen=True)
class OneFile:
    """What is read piece by piece while it is sent."""

    head: bytes
    pieces: tuple[Laid, ...]
    seconds: float

    @property
    def size(self) -> int:
        return len(self.head) + sum(piece.row.size for piece in self.pieces)

    @property
    def etag(self) -> str:
        names = "".join(f"{piece.row.sha256}{piece.track}{piece.time}" for piece in self.pieces)
        return hashlib.sha256(self.head + names.encode()).hexdigest()

    def parts(self, start: int, end: int) -> Iterator[tuple[Laid | None, slice]]:
        """What the bytes from `start` to before `end` consist of: the head (None) or a piece, and which part of it."""
        sizes = [len(self.head), *(piece.row.size for piece in self.pieces)]
        begins = [0, *accumulate(sizes)]
        for place in range(bisect_right(begins, start) - 1, len(sizes)):
            if begins[place] >= end:
                return
            wanted = slice(max(0, start - begins[place]), min(sizes[place], end - begins[place]))
            yield self.pieces[place - 1] if place else None, wanted


# --- pure -------------------------------------------------------------------------------------------------------------


def in_parts(moments: Sequence[tuple[Row, ...]], inits: dict[str, Row]) -> list[list[tuple[Row, ...]]]:
    """Moments of picture and sound in a row whose initialisation segments are the same, byte for byte."""
    parts: list[list[tuple[Row, ...]]] = []
    before: list[str] | None = None
    for moment in moments:
        formats = [inits[row.init].sha256 for row in moment]
        if formats != before:
            parts.append([])
        parts[-1].append(moment)
        before = formats
    return parts


def laid_out(part: Sequence[tuple[Row, ...]]) -> Iterator[Laid]:
    """The files of a part in the order in which they are sent, each with its time. After a break the tracks begin
    together again, as far apart as they were, but none before its own last sample has ended."""
    ends = [0] * len(part[0])
    for place, moment in enumerate(part):
        if place == 0 or moment[0].discontinuity:
            ends = _together(moment, ends)
        for track, row in enumerate(moment):
            yield Laid(row, track + 1, ends[track])
            ends[track] += round(row.duration * SCALE[row.rendition])


def _together(moment: tuple[Row, ...], ends: Sequence[int]) -> list[int]:
    base = moment[0]
    begins = ends[0] / SCALE[base.rendition]
    found = []
    for row, end in zip(moment, ends, strict=True):
        apart = (row.starts - base.starts).total_seconds() if row.starts and base.starts else 0.0
        found.append(max(end, round((begins + apart) * SCALE[row.rendition])))
    return found


def numbers_within(pieces: Iterable[tuple[int, float]], span: Span, longest: float) -> set[int]:
    """The pieces of picture that lie in a span, from the one in which it begins, together no longer than allowed."""
    found: set[int] = set()
    lasts = 0.0
    for number, place in spans_of(pieces):
        if place.meets(span):
            lasts += place.ends - place.begins
            if lasts > longest:
                break
            found.add(number)
    return found


# --- of one recording -------------------------------------------------------------------------------------------------


def films(recording: Recording, only: set[int] | None = None) -> list[OneFile]:
    """All parts of the film; of these moments alone, where some are named. Reads the initialisation segments."""
    return _files(recording, FILM, only)


def sounds(recording: Recording) -> list[OneFile]:
    return _files(recording, SOUND)


def film_sizes(recording: Recording) -> list[int]:
    """Bytes of each part of the film, without reading anything of it."""
    rows = recording.segments.filter(rendition__in=FILM)
    formats = rows.filter(init="", rendition=Row.Rendition.VIDEO).values("sha256").distinct().count()
    if formats == 1 and not recording.passages.exists():
        return [rows.exclude(init="").aggregate(Sum("size"))["size__sum"] or 0]
    return [sum(row.size for moment in part for row in moment) for part in _parts(recording, FILM)[0]]


def sound_sizes(recordings: Sequence[Recording]) -> dict[int, int]:
    """Bytes of the sound alone, by recording: two queries, and two more for each of which passages are left out."""
    rows = Row.objects.filter(recording__in=recordings, rendition=Row.Rendition.AAC)
    # Each stretch has an initialisation segment, all of them the same; the file has one.
    heads = rows.filter(init="").order_by().values_list("recording", "size").distinct()
    pieces = rows.exclude(init="").order_by().values_list("recording").annotate(Sum("size"))
    sizes = dict(pieces)
    for recording in recordings:
        if recording.left_out:
            sizes[recording.pk] = sum(row.size for part in _parts(recording, SOUND)[0] for (row,) in part)
    return {recording: sizes.get(recording, 0) + head + LONGER for recording, head in heads}


def _files(recording: Recording, renditions: Sequence[str], only: set[int] | None = None) -> list[OneFile]:
    parts, inits = _parts(recording, renditions, only)
    return [_file(part, inits) for part in parts]


def _parts(
    recording: Recording, renditions: Sequence[str], only: set[int] | None = None
) -> tuple[list[list[tuple[Row, ...]]], dict[str, Row]]:
    """And the initialisation segments by name."""
    shown = playlists.shown_files(recording, renditions)
    inits = {row.name: row for name in renditions for row in shown[name][0]}
    pieces = [{row.number: row for row in shown[name][1]} for name in renditions]
    numbers = [number for number in pieces[0] if only is None or number in only]
    return in_parts([tuple(track[number] for track in pieces) for number in numbers], inits), inits


def _file(part: Sequence[tuple[Row, ...]], inits: dict[str, Row]) -> OneFile:
    seconds = sum(moment[0].duration for moment in part)
    heads = [archive.read(inits[row.init]) for row in part[0]]
    return OneFile(header(heads, seconds), tuple(laid_out(part)), seconds)
