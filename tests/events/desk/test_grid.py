"""The plan as a table: hours downwards, stages across, also past midnight and in the night the clocks change."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from events import programme
from events.desk.grid import axis, days, rows
from events.programme import EditionCard, Item
from tests.events.conftest import WHIT_SUNDAY, at

OCTOBER = date(2026, 10, 24)


@pytest.fixture
def edition(evening, live_side) -> EditionCard:
    return programme.edition_of(at("12:00"))


@pytest.fixture
def item(edition) -> Item:
    return programme.items_of(edition)[0]


def played(item: Item, start: datetime, minutes: int = 30) -> Item:
    return replace(item, start=start, end=start + timedelta(minutes=minutes))


def local(moment: datetime, edition: EditionCard) -> str:
    return f"{moment.astimezone(edition.zone):%d %H:%M}"


def test_each_hour_is_a_row_with_a_cell_per_stage(edition):
    table = rows(programme.items_of(edition), programme.stages(), edition.zone)
    assert [local(row.start, edition) for row in table] == [f"16 {hour}:00" for hour in range(17, 23)]
    assert {len(row.cells) for row in table} == {8}
    assert [(stage.slug, [item.title for item in items]) for stage, items in table[0].cells if items] == [
        ("quellen", ["Auftakt: Wo das Wasser aufsteht"])
    ]


def test_the_hour_that_comes_twice_is_two_rows(edition, item):
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    table = rows([played(item, first), played(item, first + timedelta(hours=1))], [item.stage], edition.zone)
    assert [(local(row.start, edition), row.again) for row in table] == [("25 02:00", False), ("25 02:00", True)]


def test_the_grid_is_an_hour_longer_in_the_night_the_clocks_are_set_back(edition, item):
    autumn = replace(edition, opens=at("20:00", OCTOBER), closes=at("04:00", OCTOBER))
    begins, ends = axis(OCTOBER, autumn, [played(item, at("23:10", OCTOBER), 4 * 60)])
    assert (local(begins, edition), local(ends, edition)) == ("24 22:00", "25 04:00")
    assert ends - begins == timedelta(hours=7)


def test_what_plays_after_midnight_stays_on_the_evenings_sheet(edition, item):
    begins, ends = axis(WHIT_SUNDAY, edition, [played(item, at("00:15"))])
    assert (local(begins, edition), local(ends, edition)) == ("16 23:00", "17 02:00")
    assert days(edition, [played(item, at("00:15"))]) == [WHIT_SUNDAY]


def test_the_grid_never_leaves_its_day_except_to_show_what_does(edition, item):
    begins, ends = axis(WHIT_SUNDAY, edition, [played(item, at("05:10")), played(item, at("04:40"), 50)])
    assert (local(begins, edition), local(ends, edition)) == ("16 05:00", "17 05:30")


def test_an_empty_day_has_room_where_the_edition_opens(edition):
    begins, ends = axis(WHIT_SUNDAY, edition, [])
    assert (local(begins, edition), local(ends, edition)) == ("16 16:00", "16 20:00")


def test_a_stray_performance_gets_a_day_of_its_own(edition, item):
    stray = played(item, at("20:00", date(2027, 5, 20)))
    assert days(edition, [stray]) == [WHIT_SUNDAY, date(2027, 5, 20)]
