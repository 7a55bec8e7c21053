"""Where in a recording which work is played: an estimate from the set list's planned durations. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

TOLERANCE = 0.2
"""How far the planned durations together may be from the recording's, as a part of it, to say anything about it."""


class Planned(Protocol):
    """A work as the set list holds it."""

    title: str
    composer: str
    arranger: str
    seconds: int


@dataclass(frozen=True)
class Chapter:
    title: str
    composer: str
    arranger: str
    at: int | None
    """Seconds into the recording, about; None where nothing can be said."""

    @property
    def clock(self) -> str:
        """2:05, or 1:02:05."""
        minutes, seconds = divmod(self.at or 0, 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def chapters(works: Sequence[Planned], duration: float) -> list[Chapter]:
    """In order. What was played longer or shorter than planned is taken to be so evenly."""
    planned = sum(work.seconds for work in works)
    fits = planned > 0 and abs(planned - duration) <= TOLERANCE * duration
    found: list[Chapter] = []
    before = 0
    for work in works:
        at = round(before * duration / planned) if fits else None
        found.append(Chapter(work.title, work.composer, work.arranger, at))
        before += work.seconds
    return found
