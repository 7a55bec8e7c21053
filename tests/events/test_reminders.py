"""Whom the office reminds today: from a day of the table on, until somebody notes it; then again from the next day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from events import reminders
from events.readiness import Facts, Step, steps
from tests.events.test_readiness import JORINDE, STRANGER

EVENING = date(2027, 5, 16)


def due(facts: Facts, days: int, reminded: int | None = None) -> list[Step]:
    """What is due so many days after the evening (before: negative), last reminded on another such day."""
    noted = None if reminded is None else EVENING + timedelta(days=reminded)
    marks = reminders.due(steps(facts), EVENING, EVENING, EVENING + timedelta(days=days), noted)
    return [mark.step for mark in marks]


OWES_CONSENT = replace(JORINDE, without_consent=("Abendlicht",))
OWES_SETLIST = replace(JORINDE, open_setlists=("Abendlicht",))
OWES_REHEARSAL = replace(JORINDE, rehearsed=None)
OWES_ANSWER = replace(JORINDE, answer="open")


@pytest.mark.parametrize(
    ("facts", "days", "reminded", "expected"),
    [
        (OWES_CONSENT, -15, None, []),
        (OWES_CONSENT, -14, None, [Step.CONSENT]),
        (OWES_CONSENT, -14, -14, []),
        (OWES_CONSENT, -8, -14, []),
        (OWES_CONSENT, -7, -14, [Step.CONSENT]),
        (OWES_CONSENT, -5, -14, [Step.CONSENT]),
        (OWES_CONSENT, -3, -7, [Step.CONSENT]),
        (OWES_CONSENT, 0, None, [Step.CONSENT]),
        (OWES_CONSENT, 1, None, []),
        (OWES_SETLIST, -8, None, []),
        (OWES_SETLIST, -7, None, [Step.SETLIST]),
        (OWES_SETLIST, 13, -7, []),
        (OWES_SETLIST, 14, -7, [Step.SETLIST]),
        (OWES_SETLIST, 42, 14, [Step.SETLIST]),
        (OWES_SETLIST, 43, None, []),
        (OWES_REHEARSAL, -4, None, []),
        (OWES_REHEARSAL, -3, None, [Step.REHEARSAL]),
        (OWES_REHEARSAL, 1, None, []),
        (OWES_ANSWER, -28, None, [Step.ACCEPTED]),
        (JORINDE, -3, None, []),
        (STRANGER, -3, None, []),
        (replace(OWES_CONSENT, answer="declined"), -3, None, []),
        (replace(JORINDE, in_programme=False), -3, None, []),
    ],
)
def test_who_is_reminded_when(facts, days, reminded, expected):
    assert due(facts, days, reminded) == expected
