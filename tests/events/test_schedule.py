"""The rules of the timetable, without a database."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.schedule import (
    Booking,
    ByClock,
    ClockRepeats,
    ClockSkips,
    Conflict,
    Plan,
    Rule,
    barred_from,
    by_clock,
    conflicts,
    day_bounds,
    is_now_or_next,
    moment_of,
    nearest_slot,
    programme_day,
    wall_moment,
    wall_moments,
)

TOWN = ZoneInfo("Europe/Berlin")
ZONES = [TOWN, *(ZoneInfo(name) for name in ("America/St_Johns", "Australia/Lord_Howe", "Asia/Kolkata"))]
WHIT_SUNDAY = date(2027, 5, 16)
CLOCKS_BACK = date(2026, 10, 25)
CLOCKS_FORWARD = date(2027, 3, 28)
CHANGE_OVER = timedelta(minutes=5)
PLAN = Plan(zone=TOWN, first_day=WHIT_SUNDAY, last_day=WHIT_SUNDAY, travel=timedelta(minutes=20))


def at(clock: str, day: date = WHIT_SUNDAY) -> datetime:
    """A time on the town's clocks, before 05:00 in the night after that day."""
    return moment_of(day, time.fromisoformat(clock), TOWN)


@dataclass(frozen=True)
class Song:
    start: datetime
    end: datetime


def booking(id: int, stage: str, start: str, end: str, act: int | None = None, age: int = 0) -> Booking:
    return Booking(
        id=id,
        title=f"Number {id}",
        stage=stage,
        venue=stage,
        act=act,
        act_name="Jorinde Beispiel",
        start=at(start),
        end=at(end),
        age=age,
    )


def clashes(wish: Booking, *others: Booking) -> list[Conflict]:
    return conflicts(wish, others, PLAN, CHANGE_OVER)


# --- days and clocks --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clock", "age"), [("05:59", None), ("06:00", 16), ("21:59", 16), ("22:00", 18), ("22:59", 18), ("23:00", None)]
)
def test_by_day_nothing_for_the_night_is_shown_on_demand(clock, age):
    now = datetime.combine(date(2026, 6, 4), time.fromisoformat(clock), TOWN)
    assert barred_from(now.astimezone(UTC), TOWN) == age


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2027, 5, 16, 2, 59, tzinfo=UTC), date(2027, 5, 15)),
        (datetime(2027, 5, 16, 3, 0, tzinfo=UTC), date(2027, 5, 16)),
        (datetime(2027, 5, 16, 22, 30, tzinfo=UTC), date(2027, 5, 16)),
        (datetime(2027, 5, 17, 2, 59, tzinfo=UTC), date(2027, 5, 16)),
    ],
)
def test_a_programme_day_runs_from_five_to_five(moment, day):
    assert programme_day(moment, TOWN) == day


def test_the_day_on_which_clocks_are_set_back_has_25_hours():
    begins, ends = day_bounds(CLOCKS_BACK - timedelta(days=1), TOWN)
    assert ends - begins == timedelta(hours=25)


def test_half_past_midnight_belongs_to_the_evening_before():
    assert at("00:30") == datetime(2027, 5, 16, 22, 30, tzinfo=UTC)
    assert programme_day(at("00:30"), TOWN) == WHIT_SUNDAY


def test_half_past_two_exists_twice_in_october_and_never_in_march():
    half_past_two = time(2, 30)
    assert wall_moments(CLOCKS_BACK, half_past_two, TOWN) == (
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    )
    assert wall_moments(CLOCKS_FORWARD, half_past_two, TOWN) == ()


def test_whoever_means_half_past_two_in_october_must_say_which():
    with pytest.raises(ClockRepeats):
        wall_moment(CLOCKS_BACK, time(2, 30), TOWN)
    assert wall_moment(CLOCKS_BACK, time(2, 30), TOWN, second=True) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_half_past_two_in_march_is_refused():
    with pytest.raises(ClockSkips):
        wall_moment(CLOCKS_FORWARD, time(2, 30), TOWN)


@given(
    moment=st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),
    zone=st.sampled_from(
        [TOWN, ZoneInfo("America/St_Johns"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Kolkata")]
    ),
)
def test_every_moment_is_among_those_its_clock_shows(moment, zone):
    wall = moment.astimezone(zone)
    assert moment in wall_moments(wall.date(), wall.time(), zone)


# --- order and clock --------------------------------------------------------------------------------------------------


def test_an_evening_is_divided_by_the_clock():
    over, running, soon, later = (
        Song(at("18:00"), at("18:40")),
        Song(at("18:30"), at("19:05")),
        Song(at("19:00"), at("19:30")),
        Song(at("20:30"), at("21:10")),
    )
    assert by_clock([over, running, soon, later], at("18:40")) == ByClock(
        now=[running], soon=[soon], later=[later], past=[over]
    )


def test_what_starts_next_is_soon_even_if_it_is_far():
    tonight = [Song(at("19:00"), at("19:30")), Song(at("19:00"), at("19:40")), Song(at("20:00"), at("20:30"))]
    assert by_clock(tonight, at("12:00")) == ByClock(now=[], soon=tonight[:2], later=tonight[2:], past=[])


@given(
    st.lists(st.tuples(st.integers(0, 600), st.integers(1, 120))),
    st.integers(-60, 800),
)
def test_every_item_is_in_exactly_one_part_of_the_evening(plan, minute):
    opening = at("17:00")
    songs = [
        Song(opening + timedelta(minutes=start), opening + timedelta(minutes=start + length)) for start, length in plan
    ]
    parts = by_clock(songs, opening + timedelta(minutes=minute))
    found = [*parts.past, *parts.now, *parts.soon, *parts.later]
    assert sorted(found, key=lambda s: (s.start, s.end)) == sorted(songs, key=lambda s: (s.start, s.end))
    assert bool(parts.soon) or not parts.later


@pytest.mark.parametrize(
    ("started", "played"),
    [("18:29", None), ("18:30", 1), ("19:10", 1), ("19:56", 1), ("19:59", 2), ("21:25", 2), ("21:26", None)],
)
def test_who_goes_on_air_half_an_hour_around_a_slot_plays_it(started, played):
    slots = [(1, at("19:00"), at("19:30")), (2, at("20:25"), at("20:55"))]
    assert nearest_slot(slots, at(started)) == played


# --- planning ---------------------------------------------------------------------------------------------------------


def test_a_free_gap_is_no_conflict():
    before, after = booking(1, "bibliothek", "19:00", "19:30"), booking(2, "bibliothek", "20:00", "20:40")
    assert clashes(booking(3, "bibliothek", "19:35", "19:55"), before, after) == []


def test_a_taken_stage_says_from_when_it_is_free_for_long_enough():
    evening = [
        booking(1, "bibliothek", "19:00", "19:30"),
        booking(2, "bibliothek", "20:00", "20:40"),
        booking(3, "bibliothek", "21:15", "21:45"),
    ]
    wish = booking(9, "bibliothek", "19:10", "19:40")
    assert clashes(wish, *evening) == [Conflict(Rule.STAGE, evening[0], free_from=at("21:50"))]


def test_four_minutes_are_too_short_to_change_over():
    before = booking(1, "quellen", "19:00", "19:30")
    wish = booking(2, "quellen", "19:34", "19:50")
    assert clashes(wish, before) == [Conflict(Rule.STAGE, before, free_from=at("19:35"))]


def test_a_performance_does_not_stand_in_its_own_way():
    assert clashes(booking(1, "quellen", "19:10", "19:40"), booking(1, "quellen", "19:00", "19:30")) == []


def test_nobody_plays_in_two_places_without_time_for_the_way():
    elsewhere = booking(1, "quellen", "21:00", "21:25", act=7)
    wish = booking(2, "bibliothek", "20:30", "20:50", act=7)
    assert clashes(wish, elsewhere) == [Conflict(Rule.ACT, elsewhere, free_from=at("21:45"), free_until=at("20:40"))]


def test_next_door_in_the_same_house_needs_no_way():
    elsewhere = booking(1, "kleiner-saal", "21:00", "21:25", act=7)
    next_door = replace(booking(2, "grosser-saal", "21:25", "21:50", act=7), venue="kleiner-saal")
    assert clashes(next_door, elsewhere) == []


def test_the_offices_own_presentation_may_be_in_two_places():
    assert clashes(booking(1, "dom", "21:30", "21:50"), booking(2, "theater", "21:45", "22:15")) == []


@pytest.mark.parametrize(
    ("age", "start", "end", "allowed"),
    [
        (12, "19:00", "19:30", True),
        (16, "21:59", "22:30", False),
        (16, "22:00", "22:30", True),
        (16, "23:50", "00:40", True),
        (16, "04:30", "05:30", False),
        (18, "22:30", "23:30", False),
        (18, "23:00", "23:30", True),
    ],
)
def test_what_is_for_16_years_waits_for_the_night(age, start, end, allowed):
    rules = [conflict.rule for conflict in clashes(booking(1, "theater", start, end, age=age))]
    assert rules == ([] if allowed else [Rule.AGE if end != "05:30" else Rule.LENGTH])


def test_after_the_night_it_is_too_late_for_16_years():
    wish = replace(booking(1, "theater", "04:30", "04:50", age=16), end=at("04:30") + timedelta(hours=2))
    assert clashes(wish) == [Conflict(Rule.AGE, free_from=at("22:00"), free_until=at("04:00") + timedelta(hours=2))]


def test_a_typing_error_in_the_day_is_noticed():
    wish = booking(1, "theater", "19:00", "19:30")
    last_year = replace(wish, start=wish.start - timedelta(days=364), end=wish.end - timedelta(days=364))
    assert clashes(last_year) == [Conflict(Rule.EDITION)]


@pytest.mark.parametrize("length", [timedelta(0), timedelta(minutes=-30), timedelta(hours=12, minutes=1)])
def test_a_performance_neither_ends_before_it_begins_nor_lasts_all_day(length):
    wish = booking(1, "theater", "19:00", "19:30")
    assert clashes(replace(wish, end=wish.start + length)) == [Conflict(Rule.LENGTH)]


@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(1, 60)), max_size=8), st.integers(0, 300), st.integers(1, 90)
)
def test_the_proposed_time_is_really_free(plan, start, length):
    opening = at("17:00")

    def minutes(id: int, begin: int, lasts: int) -> Booking:
        begins = opening + timedelta(minutes=begin)
        slot = booking(id, "quellen", "17:00", "17:01")
        return replace(slot, start=begins, end=begins + timedelta(minutes=lasts))

    others = [minutes(number, *each) for number, each in enumerate(plan, start=1)]
    wish = minutes(0, start, length)
    for conflict in clashes(wish, *others):
        assert conflict.free_from is not None
        moved = replace(wish, start=conflict.free_from, end=conflict.free_from + timedelta(minutes=length))
        assert clashes(moved, *others) == []


# --- what an audience is waiting for ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "others", "expected"),
    [
        ("18:50", ["18:00", "19:30"], True),
        ("19:10", ["19:30"], True),
        ("19:30", [], False),
        ("18:20", ["18:30"], False),
        ("18:30", ["18:30"], True),
    ],
)
def test_a_slot_is_waited_for_while_it_plays_or_when_nothing_comes_before_it(now, others, expected):
    slot = Song(at("19:00"), at("19:30"))
    assert is_now_or_next(slot, [at(clock) for clock in others], at(now)) is expected
