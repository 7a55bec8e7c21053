"""How many people were in the rooms (Kopfzahlen): for each performance, or for a venue and a whole programme day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from events.models import Edition, HeadCount, Performance, Venue
from events.schedule import day_bounds, programme_day
from kultour.accounts.models import User


@dataclass(frozen=True)
class Room:
    """Where heads can be counted: at a performance, or (None) at a venue on a day."""

    performance: Performance | None
    venue: Venue
    day: date
    noted: HeadCount | None

    @property
    def key(self) -> str:
        return f"auftritt-{self.performance.pk}" if self.performance else f"ort-{self.venue.pk}"

    @property
    def subject(self) -> dict[str, object]:
        return {"performance": self.performance} if self.performance else {"venue": self.venue, "day": self.day}


def days_of(edition: Edition, now: datetime) -> list[date]:
    """The programme days that have begun."""
    first, last = (programme_day(moment, edition.zone) for moment in (edition.opens, min(edition.closes, now)))
    return [first + timedelta(days=count) for count in range((last - first).days + 1)]


def rooms(edition: Edition, day: date, now: datetime) -> list[Room]:
    """What has begun on this day, in the order of time; then each venue where something did."""
    begins, ends = day_bounds(day, edition.zone)
    rows = list(
        Performance.objects.filter(production__edition=edition, start__gte=begins, start__lt=ends, start__lte=now)
        .exclude(status=Performance.Status.DRAFT)
        .exclude(status=Performance.Status.CANCELLED, heads=None)
        .select_related("production__act", "stage__venue", "heads")
        .order_by("start", "stage__order", "pk")
    )
    noted = {each.venue_id: each for each in HeadCount.objects.filter(day=day)}
    venues = {row.stage.venue_id: row.stage.venue for row in rows}
    return [
        *(Room(row, row.stage.venue, day, getattr(row, "heads", None)) for row in rows),
        *(Room(None, venue, day, noted.get(venue.pk)) for venue in venues.values()),
    ]


@transaction.atomic
def note(told: Iterable[tuple[Room, int | None, str]], by: User, now: datetime) -> None:
    """Each room's number and method; None: nobody counted there after all."""
    for room, count, method in told:
        if count is None:
            HeadCount.objects.filter(**room.subject).delete()
        else:
            known = {"heads": count, "method": method, "by": by, "at": now}
            HeadCount.objects.update_or_create(**room.subject, defaults=known)


def of_edition(edition: Edition, performances: Sequence[Performance]) -> QuerySet[HeadCount]:
    """Those of its performances, and those of each venue on the days on which it announced something there: on the same
    day another edition may fill other houses."""
    venues: dict[date, set[int]] = {}
    for one in performances:
        venues.setdefault(programme_day(one.start, edition.zone), set()).add(one.stage.venue_id)
    wanted = Q(performance__in=performances)
    for day, there in venues.items():
        wanted |= Q(day=day, venue__in=there)
    return HeadCount.objects.filter(wanted)
