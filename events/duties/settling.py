"""A duty is done, or open after all."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from events.models import Settled
from kultour.accounts.models import User

SETLIST, NO_MUSIC, LEVY, CAPTIONS, ARCHIVE_OFFER, STATEMENT = Settled.Duty.values
Done = Mapping[tuple[str, str], Settled]
"""By duty and subject."""


def settle(duty: str, subjects: Iterable[str], on: date, by: User, *, told: Mapping[str, str] | None = None) -> int:
    """Note it once; what was noted before keeps its day. `told`: what was handed in, as a fingerprint by subject.

    Returns how many are new.
    """
    known = {"on": on, "by": by}
    made = [
        Settled.objects.get_or_create(
            duty=duty, subject=each, defaults={**known, "told": told.get(each, "") if told else ""}
        )
        for each in subjects
    ]
    return sum(new for _row, new in made)


def reopen(duties: Collection[str], subject: str) -> None:
    Settled.objects.filter(duty__in=duties, subject=subject).delete()


def done(duties: Collection[str]) -> Done:
    rows = Settled.objects.filter(duty__in=duties).select_related("by")
    return {(row.duty, row.subject): row for row in rows}
