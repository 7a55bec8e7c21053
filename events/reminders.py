"""Whom the office reminds today, and of what. Pure rules of days; the words are in `letters`.

A rule names days before the act's first performance, or after its last one. From such a day on the act is reminded of
what is still missing, until somebody notes that it was; the next day of the table begins anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from events import readiness
from events.readiness import Mark, Step


@dataclass(frozen=True)
class Rule:
    """When an act is reminded of one missing step."""

    before: tuple[int, ...]
    """Days before the first performance."""
    after: tuple[int, ...] = ()
    """Days after the last one."""
    ends: int = 0
    """So many days after the last performance nobody is reminded any more."""


RULES = {
    Step.ACCEPTED: Rule(before=(28, 14, 7)),
    Step.CONSENT: Rule(before=(14, 7, 3)),
    # GEMA wants the set list within six weeks.
    Step.SETLIST: Rule(before=(7,), after=(14, 28), ends=42),
    Step.REHEARSAL: Rule(before=(3,)),
}


def due(marks: Sequence[Mark], first: date, last: date, today: date, reminded: date | None) -> list[Mark]:
    """The missing steps to remind an invited act of today; `first` and `last`: days of its performances."""
    if readiness.declined(marks) or readiness.lacks(marks, Step.INVITED):
        return []
    return [mark for mark in open_to(marks) if _is_due(RULES[mark.step], first, last, today, reminded)]


def open_to(marks: Sequence[Mark]) -> list[Mark]:
    """What the act itself can do about what is missing; it cannot agree to what is not published."""
    missing = [mark for mark in marks if mark.is_missing and mark.step in RULES]
    return [mark for mark in missing if mark.what or mark.step != Step.CONSENT]


def _is_due(rule: Rule, first: date, last: date, today: date, reminded: date | None) -> bool:
    if today > last + timedelta(days=rule.ends):
        return False
    days = [first - timedelta(days=each) for each in rule.before] + [last + timedelta(days=each) for each in rule.after]
    begun = [day for day in days if day <= today]
    return bool(begun) and (reminded is None or reminded < max(begun))
