"""What somebody sees of a planning list before it is taken over."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from events.planning_list.sheet import Column
from events.planning_list.wishes import Problem, Wish
from events.schedule import Slot


class Outcome(StrEnum):
    """What taking over the list would do to a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    KEPT = "kept"
    """Published already: the list does not touch it, though it says something else."""
    REFUSED = "refused"


@dataclass(frozen=True)
class Standing:
    """A performance that the edition has already."""

    id: int
    production: int
    draft: bool
    cancelled: bool
    version: int
    slot: Slot
    act: str
    kind: str
    age: int
    spoken: str
    access: tuple[str, ...]
    text: str
    title_en: str
    text_en: str


Item: TypeAlias = int | tuple[str, str]
"""What is played: the number of a production that is there, or plain title and act of one that is not yet."""


@dataclass(frozen=True)
class Compared:
    """One row with all that is said of it; `differs` are the columns in which it is not what stands there."""

    row: int
    outcome: Outcome
    wish: Wish | None
    standing: Standing | None
    differs: tuple[Column, ...]
    problems: tuple[Problem, ...]
    item: Item | None = None
    """None where too little of the row is understood."""


@dataclass(frozen=True)
class Preview:
    """The whole list."""

    rows: tuple[Compared, ...]
    missing: tuple[Standing, ...]
    """What stands in the edition and not in the list; it stays."""

    @property
    def problems(self) -> list[Problem]:
        return [problem for row in self.rows for problem in row.problems]

    @property
    def is_sound(self) -> bool:
        return not any(problem.grave for problem in self.problems)

    def of(self, outcome: Outcome) -> list[Compared]:
        return [row for row in self.rows if row.outcome == outcome]

    @property
    def in_order_of_concern(self) -> list[Compared]:
        """What needs a look comes first."""
        order = [Outcome.REFUSED, Outcome.KEPT, Outcome.CHANGED, Outcome.NEW, Outcome.UNCHANGED]
        return sorted(self.rows, key=lambda row: (order.index(row.outcome), row.row))

    @property
    def fingerprint(self) -> str:
        """Changes with anything that somebody who has seen the preview ought to see again."""
        seen = [
            (row.row, row.outcome, row.differs, row.standing and (row.standing.id, row.standing.version))
            for row in self.rows
        ]
        return hashlib.sha256(repr(seen).encode()).hexdigest()[:32]
