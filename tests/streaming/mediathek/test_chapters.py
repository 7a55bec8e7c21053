"""Where a work is found in a recording, and when that cannot be said."""

from dataclasses import dataclass

import pytest

from streaming.mediathek.chapters import Chapter, chapters


@dataclass
class Work:
    title: str
    seconds: int
    composer: str = "trad."
    arranger: str = ""


EVENING = [Work("Quellgrund", 300), Work("Dielenwalzer", 240), Work("Königskinder", 60)]


@pytest.mark.parametrize(
    ("duration", "found"),
    [
        (600, [0, 300, 540]),
        (720, [0, 360, 648]),
        (500, [0, 250, 450]),
        (751, [None] * 3),
        (499, [None] * 3),
        (0, [None] * 3),
    ],
)
def test_places_are_estimated_where_plan_and_recording_are_within_a_fifth(duration, found):
    assert [chapter.at for chapter in chapters(EVENING, duration)] == found


def test_nothing_was_planned_or_no_time_for_it():
    assert chapters([], 600) == []
    assert chapters([Work("Stille", 0)], 0) == [Chapter("Stille", "trad.", "", None)]


def test_the_time_reads_as_on_a_clock():
    assert [Chapter("", "", "", at).clock for at in (0, 65, 3725)] == ["0:00", "1:05", "1:02:05"]
