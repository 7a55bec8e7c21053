"""The plan as a table: hours downwards, stages across. Pure functions of values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from events.programme import EditionCard, Item, StageCard
from events.schedule import day_bounds, moment_of, programme_day

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Row:
    """What begins within one hour, stage by stage; `start` is the full hour."""

    start: datetime
    again: bool
    """The clocks were set back, and show this hour for the second time."""
    cells: tuple[tuple[StageCard, tuple[Item, ...]], ...]


def rows(items: Sequence[Item], stages: Sequence[StageCard], zone: ZoneInfo) -> list[Row]:
    """Every hour in which something begins; the hour that comes twice in October is two."""
    found = []
    for start, group in groupby(sorted(items, key=lambda item: item.start), key=lambda item: full_hour(item, zone)):
        begin = list(group)
        cells = tuple((stage, tuple(item for item in begin if item.stage.slug == stage.slug)) for stage in stages)
        found.append(Row(start, bool(start.astimezone(zone).fold), cells))
    return found


def full_hour(item: Item, zone: ZoneInfo) -> datetime:
    """Where the big hand of the town's clock stood upright last, before this begins."""
    return item.start - timedelta(
        minutes=item.start.astimezone(zone).minute,
        seconds=item.start.second,
        microseconds=item.start.microsecond,
    )


def days(edition: EditionCard, items: Iterable[Item]) -> list[date]:
    """The programme days of an edition, and those on which something stands outside of it."""
    length = (edition.last_day - edition.first_day).days
    own = {edition.first_day + timedelta(days=number) for number in range(length + 1)}
    return sorted(own | {programme_day(item.start, edition.zone) for item in items})


def axis(day: date, edition: EditionCard, items: Sequence[Item]) -> tuple[datetime, datetime]:
    """From when to when a day's grid reaches: an hour more than is played, in full hours, never out of the day."""
    first, last = day_bounds(day, edition.zone)
    opens = moment_of(day, edition.opens.astimezone(edition.zone).time(), edition.zone)
    start = min((item.start for item in items), default=opens)
    end = max((item.end for item in items), default=opens + HOUR)
    begins = first + (start - first) // HOUR * HOUR - HOUR
    until = first - (first - end) // HOUR * HOUR + HOUR
    return max(first, begins), max(end, min(last, until))
