"""A duty is done, or open after all."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from events.models import Settled
from kultour.accounts.models import User

SETLIST, NO_MUSIC, LEVY, CAPTIONS, ARCHIVE_OFFER, STATEMENT = Settled.Duty.values
Done = Mapping[tuple[str, str], Settled]
"""By duty and subject."""


def settle(duty: str, subjects: Iterable[str], on: date, by: User) -> int:
    """Note it once; what was noted before keeps its day. Returns how many are new."""
    made = [Settled.objects.get_or_create(duty=duty, subject=each, defaults={"on": on, "by": by}) for each in subjects]
    return sum(new for _row, new in made)


def reopen(duties: Collection[str], subject: str) -> None:
    Settled.objects.filter(duty__in=duties, subject=subject).delete()


def done(duties: Collection[str]) -> Done:
    rows = Settled.objects.filter(duty__in=duties).select_related("by")
    return {(row.duty, row.subject): row for row in rows}
