"""What is lost, what is only odd, and what nobody knows: decided without asking anybody."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from streaming.mediathek.comparison import Comparison, File, compare, is_another_bucket, night_of, sample

ONE, OTHER = "1" * 32, "2" * 32
STORED = {"a.m4s": File(10, ONE)}


@pytest.mark.parametrize(
    ("found", "seen"),
    [
        ({"a.m4s": File(10, ONE)}, Comparison()),
        ({"a.m4s": File(10, "d0d0-3")}, Comparison()),  # put in parts, or encrypted at rest: no MD5
        ({}, Comparison(missing=frozenset({"a.m4s"}))),
        ({"a.m4s": File(11, ONE)}, Comparison(changed=frozenset({"a.m4s"}))),
        ({"a.m4s": File(10, OTHER)}, Comparison(doubtful=frozenset({"a.m4s"}))),
        ({**STORED, "b.m4s": File(7, OTHER)}, Comparison()),  # on its way, or given up
        ({**STORED, "virus.exe": File(1, ONE)}, Comparison(unknown=frozenset({"virus.exe"}))),
    ],
)
def test_a_folder_is_compared_with_its_rows(found, seen):
    assert compare(STORED, frozenset(), frozenset({"b.m4s"}), found) == seen


def test_a_picture_should_be_there_whatever_it_shows():
    seen = [
        compare({}, frozenset({"poster.jpg"}), frozenset(), found) for found in ({"poster.jpg": File(3, OTHER)}, {})
    ]
    assert seen == [Comparison(), Comparison(missing=frozenset({"poster.jpg"}))]


def test_what_only_one_of_two_looks_has_seen_was_on_its_way():
    first = Comparison(missing=frozenset("ab"), unknown=frozenset("x"))
    assert first & Comparison(missing=frozenset("bc")) == Comparison(missing=frozenset("b"))
    assert (first & Comparison()).is_clean


@pytest.mark.parametrize(("most", "taken"), [(0, ""), (9, ""), (10, "a"), (29, "a"), (30, "ab"), (1000, "abc")])
def test_a_sample_is_no_larger_than_a_night_allows(most, taken):
    assert sample("abc", [10, 20, 5], most) == list(taken)


@pytest.mark.parametrize(
    ("moment", "night"),
    [
        (datetime(2026, 6, 4, 1, 59, tzinfo=UTC), None),
        (datetime(2026, 6, 4, 2, 0, tzinfo=UTC), date(2026, 6, 4)),
        (datetime(2026, 6, 4, 7, 59, tzinfo=UTC), date(2026, 6, 4)),
        (datetime(2026, 6, 4, 8, 0, tzinfo=UTC), None),
        (datetime(2026, 12, 4, 2, 59, tzinfo=UTC), None),
        (datetime(2026, 12, 4, 3, 0, tzinfo=UTC), date(2026, 12, 4)),
    ],
)
def test_a_night_lasts_from_four_to_ten_in_the_town(moment, night):
    assert night_of(moment, ZoneInfo("Europe/Berlin")) == night


@pytest.mark.parametrize(("gone", "doubted"), [(0, False), (2, False), (3, True), (4, True)])
def test_where_less_than_half_is_there_it_may_be_another_bucket(gone, doubted):
    assert (is_another_bucket(4, gone), is_another_bucket(0, 0)) == (doubted, False)
