"""What the whole plan still lacks: pure, without a database."""

from dataclasses import replace
from datetime import date, timedelta

from events.desk.survey import Finding, Kind, Planned, fills_an_evening, survey
from events.schedule import Plan
from tests.events.test_schedule import CHANGE_OVER, CLOCKS_BACK, PLAN, TOWN, at, booking

TRAVEL = timedelta(minutes=20)


def planned(id: int, stage: str, start: str, end: str, *access: str, **more: int) -> Planned:
    return Planned(booking(id, stage, start, end, **more), False, frozenset(access), CHANGE_OVER)


def found(*everything: Planned, plan: Plan = PLAN, features: tuple[str, ...] = ()) -> list[Finding]:
    return survey(everything, plan, features)


def test_two_on_one_stage_overlap_and_are_told_once():
    one, other = planned(1, "dom", "19:00", "19:30"), planned(2, "dom", "19:20", "20:00")
    assert found(other, one) == [Finding(Kind.OVERLAP, (one, other), needed=CHANGE_OVER)]


def test_a_long_one_collides_with_each_that_begins_during_it():
    long, first, second = (
        planned(1, "dom", "19:00", "21:00"),
        planned(2, "dom", "19:10", "19:20"),
        planned(3, "dom", "20:00", "20:20"),
    )
    assert [finding.about for finding in found(long, first, second)] == [(long, first), (long, second)]


def test_four_minutes_are_too_few_to_change_over_and_five_are_enough():
    one, close, fair = (
        planned(1, "dom", "19:00", "19:30"),
        planned(2, "dom", "19:34", "20:00"),
        planned(3, "dom", "20:05", "20:30"),
    )
    assert found(one, close, fair) == [Finding(Kind.CHANGE_OVER, (one, close), needed=CHANGE_OVER)]
    assert found(one, close)[0].left == timedelta(minutes=4)


def test_nobody_is_in_two_places_or_there_without_time_for_the_way():
    one = planned(1, "dom", "19:00", "19:30", act=7)
    elsewhere = planned(2, "schloss", "19:15", "19:45", act=7)
    too_soon = planned(3, "quellen", "20:00", "20:30", act=7)
    somebody_else = planned(4, "theater", "19:00", "20:00", act=8)
    assert found(one, elsewhere, too_soon, somebody_else) == [
        Finding(Kind.ACT, (one, elsewhere), needed=TRAVEL),
        Finding(Kind.TRAVEL, (elsewhere, too_soon), needed=TRAVEL),
    ]


def test_the_office_may_be_everywhere_at_once():
    assert found(planned(1, "dom", "19:00", "19:30"), planned(2, "schloss", "19:00", "19:30")) == []


def test_what_is_for_sixteen_waits_for_the_night():
    early, late = planned(1, "dom", "20:00", "20:30", age=16), planned(2, "dom", "23:50", "00:30", age=18)
    assert found(early, late) == [Finding(Kind.AGE, (early,), at("22:00"), at("06:00") + timedelta(days=1))]


def test_what_lies_on_another_day_is_named():
    stray = planned(1, "dom", "20:00", "20:30")
    next_year = Plan(TOWN, date(2028, 6, 4), date(2028, 6, 4), TRAVEL)
    assert found(stray, plan=next_year) == [Finding(Kind.EDITION, (stray,))]


# --- access -----------------------------------------------------------------------------------------------------------


def gaps(*everything: Planned) -> list[tuple[str, str]]:
    """Gaps in sign language, as the clock shows them."""
    return [
        (f"{each.begins.astimezone(TOWN):%H:%M}", f"{each.ends.astimezone(TOWN):%H:%M}")
        for each in found(*everything, features=("DGS",))
        if each.begins and each.ends
    ]


def test_neighbouring_hours_without_sign_language_are_one_gap():
    signed = planned(1, "dom", "18:30", "19:10", "DGS")
    assert gaps(signed, planned(2, "schloss", "19:30", "22:30", "UT")) == [("20:00", "23:00")]


def test_an_hour_in_which_nothing_plays_is_no_gap():
    assert gaps(planned(1, "dom", "18:00", "18:40"), planned(2, "dom", "21:00", "21:40")) == [
        ("18:00", "19:00"),
        ("21:00", "22:00"),
    ]


def test_the_afternoon_and_the_night_are_not_asked():
    assert gaps(planned(1, "dom", "15:00", "17:00"), planned(2, "dom", "23:30", "00:30")) == []


def test_drafts_are_asked_for_access_as_the_rest_and_marked():
    draft = replace(planned(1, "dom", "18:00", "19:00"), draft=True)
    shown = planned(2, "dom", "20:00", "21:00")
    marks = [finding.drafts for finding in found(draft, shown, features=("DGS",))]
    assert marks == [True, False]


def test_an_evening_is_filled_by_what_plays_in_its_hours_and_by_nothing_else():
    assert not fills_an_evening([], PLAN)
    assert not fills_an_evening([planned(1, "dom", "15:00", "17:00")], PLAN)
    assert fills_an_evening([planned(1, "dom", "15:00", "18:30")], PLAN)


def test_in_the_night_the_clocks_change_the_way_is_measured_in_real_minutes():
    """From 02:30 in summer time to 02:30 in winter time there is an hour, though the clock shows none."""
    evening = CLOCKS_BACK - timedelta(days=1)
    until = at("02:30", evening)
    one, other = (
        replace(
            planned(id, stage, "19:00", "19:30", act=7),
            booking=replace(
                booking(id, stage, "19:00", "19:30", act=7), start=start, end=start + timedelta(minutes=30)
            ),
        )
        for id, stage, start in ((1, "dom", until - timedelta(minutes=30)), (2, "schloss", until + timedelta(hours=1)))
    )
    assert found(one, other, plan=Plan(TOWN, evening, evening, TRAVEL)) == []
    late = replace(other, booking=replace(other.booking, start=until + timedelta(minutes=10)))
    assert found(one, late, plan=Plan(TOWN, evening, evening, TRAVEL)) == [
        Finding(Kind.TRAVEL, (one, late), needed=TRAVEL)
    ]
