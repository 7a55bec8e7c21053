"""The rules of the timetable: order, overlaps, change-over and travel time, now and next, age, clock changes.

Pure functions of values, without a database. Every moment in here is UTC: Python compares and subtracts two moments of
the same zone by the clock on the wall, which is wrong in the two nights a year when that clock jumps.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Generic, Protocol, TypeVar
from zoneinfo import ZoneInfo

DAY_BEGINS = time(5)
"""A programme day runs from 05:00 to 05:00: what plays at 00:30 still belongs to the evening before."""
SOON = timedelta(minutes=30)
SLOT_TOLERANCE = timedelta(minutes=30)
"""Who goes on air so much before or after the slot still plays that performance."""
LONGEST = timedelta(hours=12)
LONGEST_EDITION = timedelta(days=100)
"""What lasts longer has no end, or a slip of the pen for one."""
NIGHT_ENDS = time(6)
NIGHT_BEGINS = {16: time(22), 18: time(23)}
"""From when on something for 16 or 18 years may be transmitted (§ 5 JMStV), until 06:00."""


# --- days and clocks --------------------------------------------------------------------------------------------------


class ClockSkips(ValueError):
    """No clock in this zone shows this time on this day: it is set forward over it."""


class ClockRepeats(ValueError):
    """Clocks in this zone show this time twice on this day, because they are set back."""


def programme_day(now: datetime, zone: ZoneInfo) -> date:
    """The programme day that `now` belongs to."""
    wall = now.astimezone(zone).replace(tzinfo=None)
    return (wall - timedelta(hours=DAY_BEGINS.hour)).date()


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """First moment of a programme day, and first moment after it."""
    begins, ends = (datetime.combine(each, DAY_BEGINS, zone) for each in (day, day + timedelta(days=1)))
    return begins.astimezone(UTC), ends.astimezone(UTC)


def moment_of(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """When the clock shows this during a *programme* day; before 05:00 that is the next calendar day."""
    calendar_day = day if clock >= DAY_BEGINS else day + timedelta(days=1)
    return datetime.combine(calendar_day, clock, zone).astimezone(UTC)


def wall_moments(day: date, clock: time, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Every moment of a *calendar* day at which the clock shows this: mostly one; two or none when it is changed."""
    wall = datetime.combine(day, clock)
    both = {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return tuple(sorted(moment for moment in both if moment.astimezone(zone).replace(tzinfo=None) == wall))


def wall_moment(day: date, clock: time, zone: ZoneInfo, *, second: bool | None = None) -> datetime:
    """The moment somebody means by a date and a time; `second` says which one where the clock shows it twice."""
    moments = wall_moments(day, clock, zone)
    if not moments:
        raise ClockSkips
    if len(moments) == 2 and second is None:
        raise ClockRepeats
    return moments[-1] if second else moments[0]


# --- order and clock --------------------------------------------------------------------------------------------------


class Timed(Protocol):
    """Something with a beginning and an end."""

    @property
    def start(self) -> datetime: ...
    @property
    def end(self) -> datetime: ...


T = TypeVar("T", bound=Timed)


@dataclass(frozen=True)
class ByClock(Generic[T]):
    """An evening as the clock divides it; `soon` is never empty while anything is still to come."""

    now: list[T]
    soon: list[T]
    later: list[T]
    past: list[T]


def by_clock(items: Sequence[T], now: datetime) -> ByClock[T]:
    """Divide items, keeping their order. Nothing within the next half-hour: then `soon` is what starts next."""
    coming = [item for item in items if item.start > now]
    horizon = max(now + SOON, min((item.start for item in coming), default=now))
    return ByClock(
        now=[item for item in items if item.start <= now < item.end],
        soon=[item for item in coming if item.start <= horizon],
        later=[item for item in coming if item.start > horizon],
        past=[item for item in items if item.end <= now],
    )


def is_now_or_next(slot: Timed, starts: Iterable[datetime], now: datetime) -> bool:
    """Whether a slot is being played or is the next to come, among others on its stage that begin at `starts`."""
    return now < slot.end and not any(now < start < slot.start for start in starts)


def nearest_slot(slots: Iterable[tuple[int, datetime, datetime]], started: datetime) -> int | None:
    """Which of these (id, start, end) somebody plays who went on air at `started`: in the slot or 30 min around it."""

    def distance(slot: tuple[int, datetime, datetime]) -> timedelta:
        _id, start, end = slot
        return max(start - started, started - end, timedelta(0))

    nearest = min(slots, key=lambda slot: (distance(slot), slot[1]), default=None)
    return nearest[0] if nearest and distance(nearest) <= SLOT_TOLERANCE else None


# --- planning ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Slot:
    """Where, when and under which title something is to be played."""

    stage: str
    start: datetime
    end: datetime
    title: str


@dataclass(frozen=True)
class Booking:
    """A performance as far as planning is concerned."""

    id: int
    title: str
    stage: str
    venue: str
    act: int | None
    """None for an act that may be in several places at once, as the office's own presentation is."""
    act_name: str
    start: datetime
    end: datetime
    age: int = 0


@dataclass(frozen=True)
class Plan:
    """What holds for a whole edition."""

    zone: ZoneInfo
    first_day: date
    last_day: date
    travel: timedelta


class Rule(StrEnum):
    LENGTH = "length"
    EDITION = "edition"
    STAGE = "stage"
    ACT = "act"
    AGE = "age"


@dataclass(frozen=True)
class Conflict:
    """Why a wish cannot be fulfilled, with all that a sentence about the cure needs."""

    rule: Rule
    other: Booking | None = None
    free_from: datetime | None = None
    """When it would be possible."""
    free_until: datetime | None = None
    """By when it would have to be over, if it is to come before the other one."""


def conflicts(wish: Booking, others: Iterable[Booking], plan: Plan, change_over: timedelta) -> list[Conflict]:
    """Everything that speaks against a wish, the most basic first; `others` are all that stand in the programme."""
    if not timedelta(0) < wish.end - wish.start <= LONGEST:
        return [Conflict(Rule.LENGTH)]
    if not plan.first_day <= programme_day(wish.start, plan.zone) <= plan.last_day:
        return [Conflict(Rule.EDITION)]
    rest = [other for other in others if other.id != wish.id]
    return [
        *_stage_conflicts(wish, [other for other in rest if other.stage == wish.stage], change_over),
        *_act_conflicts(wish, rest, plan.travel),
        *_age_conflicts(wish, plan.zone),
    ]


def all_conflicts(
    wishes: Iterable[Booking], others: Sequence[Booking], plan: Plan, change_over: Mapping[str, timedelta]
) -> list[tuple[Booking, list[Conflict]]]:
    """Each wish against which something speaks. `others` are all that will stand in the programme, the wishes among
    them; `change_over` by stage."""
    by_stage: dict[str, list[Booking]] = {}
    by_act: dict[int | None, list[Booking]] = {}
    for other in others:
        by_stage.setdefault(other.stage, []).append(other)
        by_act.setdefault(other.act, []).append(other)
    found = []
    for wish in wishes:
        near = {each.id: each for each in [*by_stage.get(wish.stage, ()), *by_act.get(wish.act, ())]}
        found.append((wish, conflicts(wish, near.values(), plan, change_over[wish.stage])))
    return [(wish, against) for wish, against in found if against]


def clash(one: Booking, other: Booking, gap: timedelta) -> bool:
    """Whether two bookings overlap or leave less than `gap` between them."""
    return one.start < other.end + gap and other.start < one.end + gap


def _stage_conflicts(wish: Booking, neighbours: list[Booking], gap: timedelta) -> list[Conflict]:
    first = min((other for other in neighbours if clash(wish, other, gap)), key=lambda b: b.start, default=None)
    if first is None:
        return []
    return [Conflict(Rule.STAGE, first, free_from=_next_free(wish, neighbours, gap))]


def _next_free(wish: Booking, neighbours: list[Booking], gap: timedelta) -> datetime:
    """The first start from the wished one on at which the stage is free for as long."""
    length = wish.end - wish.start
    for other in sorted(neighbours, key=lambda booking: booking.start):
        if clash(wish, other, gap):
            wish = replace(wish, start=other.end + gap, end=other.end + gap + length)
    return wish.start


def _act_conflicts(wish: Booking, others: list[Booking], travel: timedelta) -> list[Conflict]:
    """Nobody plays in two places at once, nor in two places without time for the way."""
    found = []
    for other in others:
        gap = timedelta(0) if other.venue == wish.venue else travel
        if wish.act is not None and other.act == wish.act and other.stage != wish.stage and clash(wish, other, gap):
            found.append(Conflict(Rule.ACT, other, free_from=other.end + gap, free_until=other.start - gap))
    return found


def _age_conflicts(wish: Booking, zone: ZoneInfo) -> list[Conflict]:
    night = broken_night(wish, zone)
    return [Conflict(Rule.AGE, free_from=night[0], free_until=night[1])] if night else []


def broken_night(booking: Booking, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """What is for 16 or 18 years lies in one night, from 22:00 or 23:00 to 06:00: that night, if it does not."""
    from_age = max((age for age in NIGHT_BEGINS if age <= booking.age), default=None)
    if from_age is None:
        return None
    evening = _evening_of(booking.start, zone)
    begins = datetime.combine(evening, NIGHT_BEGINS[from_age], zone).astimezone(UTC)
    ends = datetime.combine(evening + timedelta(days=1), NIGHT_ENDS, zone).astimezone(UTC)
    return None if begins <= booking.start and booking.end <= ends else (begins, ends)


def barred_from(now: datetime, zone: tzinfo) -> int | None:
    """The age from which on nothing may be shown on demand at this moment (§ 5 JMStV); None: in the night all may."""
    wall = now.astimezone(zone).time()
    barred = [age for age, begins in NIGHT_BEGINS.items() if NIGHT_ENDS <= wall < begins]
    return min(barred, default=None)


def _evening_of(moment: datetime, zone: ZoneInfo) -> date:
    """The calendar day on whose evening the night began or will begin."""
    wall = moment.astimezone(zone)
    return wall.date() - timedelta(days=1) if wall.time() < NIGHT_ENDS else wall.date()
