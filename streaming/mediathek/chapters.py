"""Where in a recording which work is played: an estimate from the set list's planned durations. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from streaming.mediathek.passages import Span, moved_up

TOLERANCE = 0.2
"""How far the planned durations together may be from the recording's, as a part of it, to say anything about it."""


class Planned(Protocol):
    """A work as the set list holds it."""

    title: str
    composer: str
    arranger: str
    seconds: int | None


@dataclass(frozen=True)
class Chapter:
    title: str
    composer: str
    arranger: str
    at: int | None
    """Seconds into the recording, about; None where nothing can be said."""

    @property
    def clock(self) -> str:
        return clock(self.at or 0)


def clock(seconds: int) -> str:
    """2:05, or 1:02:05."""
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def chapters(works: Sequence[Planned], duration: float, left_out: Sequence[Span] = ()) -> list[Chapter]:
    """In order. What was played longer or shorter than planned is taken to be so evenly. A work that begins in a
    passage that is left out leads nowhere; those behind it move up."""
    planned = sum(work.seconds or 0 for work in works)
    fits = planned > 0 and all(work.seconds for work in works) and abs(planned - duration) <= TOLERANCE * duration
    found: list[Chapter] = []
    before = 0
    for work in works:
        shown = moved_up(before * duration / planned, left_out) if fits else None
        at = None if shown is None else round(shown)
        found.append(Chapter(work.title, work.composer, work.arranger, at))
        before += work.seconds or 0
    return found
