"""A town's clock as calendars want to be told it: VTIMEZONE (RFC 5545, 3.6.5), shift by shift.

The library's own gives the summer shift in the time that begins with it, an hour late.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

SHORTEST = timedelta(days=1)
"""Between two shifts of one clock."""


@dataclass(frozen=True)
class Shift:
    """From a moment on the clock differs from UTC by `after`; until then by `before`."""

    at: datetime
    before: timedelta
    after: timedelta
    name: str
    summer: bool


@lru_cache(maxsize=64)
def shifts(zone: ZoneInfo, first_year: int, last_year: int) -> tuple[Shift, ...]:
    """What holds when the first year begins, and each shift until the last one ends."""
    begin, end = (datetime(year, 1, 1, tzinfo=UTC) for year in (first_year, last_year + 1))
    found = [_shift(zone, begin, begin)]
    moment = begin
    while moment < end:
        following = moment + SHORTEST
        if _offset(zone, moment) != _offset(zone, following):
            found.append(_shift(zone, _first_after(zone, moment, following), moment))
        moment = following
    return tuple(found)


def _first_after(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The minute of the shift between these two."""
    old = _offset(zone, before)
    while after - before > timedelta(minutes=1):
        middle = before + timedelta(minutes=(after - before) // timedelta(minutes=2))
        before, after = (middle, after) if _offset(zone, middle) == old else (before, middle)
    return after


def _shift(zone: ZoneInfo, at: datetime, before: datetime) -> Shift:
    wall = at.astimezone(zone)
    return Shift(at, _offset(zone, before), _offset(zone, at), wall.tzname() or zone.key, bool(wall.dst()))


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)


def time_zone(zone: ZoneInfo, first_year: int, last_year: int) -> Timezone:
    component = Timezone()
    component.add("tzid", zone.key)
    for shift in shifts(zone, first_year, last_year):
        observance = TimezoneDaylight() if shift.summer else TimezoneStandard()
        # As the clock shows it that is about to be set.
        observance.add("dtstart", (shift.at + shift.before).replace(tzinfo=None))
        observance.add("tzoffsetfrom", shift.before)
        observance.add("tzoffsetto", shift.after)
        observance.add("tzname", shift.name)
        component.add_component(observance)
    return component
