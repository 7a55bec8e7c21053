"""Whit Sunday in the years to come."""

from datetime import date, timedelta

import pytest

from events.whit_sunday import easter_sunday, next_whit_sunday, whit_sunday


@pytest.mark.parametrize(
    "day", [date(2026, 5, 24), date(2027, 5, 16), date(2028, 6, 4), date(2029, 5, 20), date(2030, 6, 9)]
)
def test_whit_sundays(day):
    assert whit_sunday(day.year) == day


@pytest.mark.parametrize("day", [date(2285, 3, 22), date(2038, 4, 25), date(1981, 4, 19), date(2000, 4, 23)])
def test_the_earliest_and_latest_easters_and_the_two_exceptions(day):
    assert easter_sunday(day.year) == day


def test_the_next_one_is_after_this_one():
    assert next_whit_sunday(date(2027, 5, 16)) == date(2028, 6, 4)
    assert next_whit_sunday(date(2027, 5, 15)) == date(2027, 5, 16)
    assert next_whit_sunday(date(2027, 5, 16) + timedelta(days=300)) == date(2028, 6, 4)
