"""What the whole plan still lacks, at a glance: collisions, missing time, wrong hours, gaps in what people need.

`publishing` refuses what a single wish would break; this looks at everything that stands already, drafts included.
Pure functions of values.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice

from events.schedule import Booking, Plan, broken_night, clash, programme_day

EVENING = range(18, 23)
"""Hours of the town's clock in which people come: whoever needs an access feature should find something in each."""


@dataclass(frozen=True)
class Planned:
    """A performance in the plan, with what its stage needs and what it offers."""

    booking: Booking
    draft: bool
    access: frozenset[str]
    """Codes of the access features it is played with."""
    change_over: timedelta
    """That the stage needs between two performances."""


class Kind(StrEnum):
    OVERLAP = "overlap"
    CHANGE_OVER = "change_over"
    ACT = "act"
    TRAVEL = "travel"
    AGE = "age"
    EDITION = "edition"
    ACCESS = "access"


@dataclass(frozen=True)
class Finding:
    """One thing that is not right yet; `about` the one or two performances it is about, in order of time."""

    kind: Kind
    about: tuple[Planned, ...] = ()
    begins: datetime | None = None
    ends: datetime | None = None
    """From when to when: the hours that are allowed, or those in which something is missing."""
    needed: timedelta = timedelta(0)
    feature: str = ""
    """The access feature that is missing."""
    drafts: bool = False
    """In these hours nothing but drafts is planned so far."""

    @property
    def left(self) -> timedelta:
        """Time between its two performances."""
        one, other = self.about
        return other.booking.start - one.booking.end


def survey(planned: Iterable[Planned], plan: Plan, features: Sequence[str]) -> list[Finding]:
    """Everything that is not right yet: by time what collides, then the gaps, feature by feature."""
    in_order = sorted(planned, key=lambda each: (each.booking.start, each.booking.id))
    alone = [finding for each in in_order for finding in _alone(each, plan)]
    together = [finding for pair in _near(in_order, plan.travel) for finding in _together(*pair, plan.travel)]
    collisions = sorted([*alone, *together], key=lambda finding: finding.about[-1].booking.start)
    return [*collisions, *(gap for feature in features for gap in _gaps(in_order, plan, feature))]


def _alone(each: Planned, plan: Plan) -> Iterator[Finding]:
    if not plan.first_day <= programme_day(each.booking.start, plan.zone) <= plan.last_day:
        yield Finding(Kind.EDITION, (each,))
    night = broken_night(each.booking, plan.zone)
    if night:
        yield Finding(Kind.AGE, (each,), *night)


def _near(in_order: Sequence[Planned], travel: timedelta) -> Iterator[tuple[Planned, Planned]]:
    """Pairs that can be in each other's way: the later one begins before the longest break behind the other is over."""
    longest = max((travel, *(each.change_over for each in in_order)))
    for place, one in enumerate(in_order):
        for other in islice(in_order, place + 1, None):
            if other.booking.start >= one.booking.end + longest:
                break
            yield one, other


def _together(one: Planned, other: Planned, travel: timedelta) -> Iterator[Finding]:
    first, second = one.booking, other.booking
    overlap = clash(first, second, timedelta(0))
    if first.stage == second.stage:
        if clash(first, second, one.change_over):
            kind = Kind.OVERLAP if overlap else Kind.CHANGE_OVER
            yield Finding(kind, (one, other), needed=one.change_over)
    elif first.act is not None and first.act == second.act:
        way = timedelta(0) if first.venue == second.venue else travel
        if clash(first, second, way):
            yield Finding(Kind.ACT if overlap else Kind.TRAVEL, (one, other), needed=way)


# --- access -----------------------------------------------------------------------------------------------------------


def _gaps(planned: Sequence[Planned], plan: Plan, feature: str) -> Iterator[Finding]:
    """Evening hours in which something plays, but nothing with this feature; neighbouring hours are one gap."""
    shown = [each for each in planned if not each.draft]
    for day in sorted({programme_day(each.booking.start, plan.zone) for each in planned}):
        hours = [_hour(day, hour, plan) for hour in EVENING]
        empty = [hour for hour in hours if _plays(planned, *hour) and not _plays(planned, *hour, feature)]
        for gap in _joined(empty):
            yield Finding(Kind.ACCESS, (), *gap, feature=feature, drafts=not _plays(shown, *gap))


def fills_an_evening(planned: Iterable[Planned], plan: Plan) -> bool:
    """Whether anything plays in the hours that are asked for access features; else nobody was looked after yet."""
    return any(
        _plays([each], *_hour(programme_day(each.booking.start, plan.zone), hour, plan))
        for each in planned
        for hour in EVENING
    )


def _hour(day: date, hour: int, plan: Plan) -> tuple[datetime, datetime]:
    begins = datetime.combine(day, time(hour), plan.zone).astimezone(UTC)
    return begins, begins + timedelta(hours=1)


def _plays(planned: Iterable[Planned], begins: datetime, ends: datetime, feature: str = "") -> bool:
    return any(
        each.booking.start < ends and begins < each.booking.end and (not feature or feature in each.access)
        for each in planned
    )


def _joined(spans: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    joined: list[tuple[datetime, datetime]] = []
    for begins, ends in spans:
        if joined and joined[-1][1] == begins:
            joined[-1] = (joined[-1][0], ends)
        else:
            joined.append((begins, ends))
    return joined
