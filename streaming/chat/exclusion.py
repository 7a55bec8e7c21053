"""Who may not write for the rest of the evening. A new cookie gets around it, so where somebody was excluded newcomers
have to wait a little: long enough to spoil the fun, short enough for a guest."""

from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from events.schedule import day_bounds, programme_day
from streaming.chat.moderation import Unsayable
from streaming.models import Ban

NEWCOMERS_WAIT = timedelta(seconds=60)


def evening_of(now: datetime) -> date:
    """The programme day in the town; it goes on past midnight."""
    return programme_day(now, timezone.get_default_timezone())


def end_of_evening(now: datetime) -> datetime:
    """The first moment of the next programme day."""
    return day_bounds(evening_of(now), timezone.get_default_timezone())[1]


def refuse_excluded(stage: str, mark: str, age: timedelta, now: datetime) -> None:
    """Raise `Unsayable` if the seat with this mark of the day, taken `age` ago, may not write here now."""
    asked = Q(seat=mark)
    if age < NEWCOMERS_WAIT:
        asked |= Q(stage=stage)
    found = set(Ban.objects.filter(asked, until__gt=now).values_list("seat", flat=True))
    if mark in found:
        raise Unsayable("excluded")
    if found:
        raise Unsayable("too_new")
