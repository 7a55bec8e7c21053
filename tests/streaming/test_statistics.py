"""How many watch: counted without knowing who, and told no more exactly than it is known."""

import threading
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError

from events import demo
from events.models import Performance
from events.programme import Concurrency, Usage
from streaming import statistics
from streaming.models import AudienceSample, LiveSession
from streaming.statistics import Audience, Bound, Subject, Tally, sample, window_of
from tests.streaming.evening import EIGHT

TOWN = ZoneInfo("Europe/Berlin")
DOM = Subject("live", "dom", 1, None)
QUELLEN = Subject("live", "quellen", 2, None)


# --- counting ---------------------------------------------------------------------------------------------------------


def test_a_window_holds_what_was_counted_in_it_and_the_next_begins_anew():
    audience = Audience()
    audience.start(DOM)
    audience.start(DOM)
    audience.beat(QUELLEN)
    audience.look({DOM: 3, QUELLEN: 0})
    audience.look({DOM: 5})
    assert audience.take() == {
        DOM: Tally(starts=2, looks=2, seats=8, most=5),
        QUELLEN: Tally(beats=1, looks=1),
    }
    assert audience.take() == {}


def test_who_counts_at_the_same_time_loses_nothing():
    audience = Audience()
    crowd = [threading.Thread(target=lambda: [audience.start(DOM) for _ in range(500)]) for _ in range(8)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    assert audience.take() == {DOM: Tally(starts=4000)}


def test_the_front_row_is_counted_by_looking_the_stalls_by_their_beats():
    full = sample(DOM, Tally(starts=9, beats=12, looks=30, seats=240, most=10), EIGHT)
    assert (full.starts, full.seconds, full.mean, full.peak) == (9, 300, 8 + 12, 22)


def test_on_air_for_half_a_window_the_same_crowd_gives_half_the_beats():
    half = sample(DOM, Tally(beats=6, looks=15, seats=120, most=8), EIGHT)
    assert (half.seconds, half.mean, half.peak) == (150, 20, 20)


def test_where_nobody_looked_nobody_says_how_many_there_were():
    blind = sample(DOM, Tally(starts=3, beats=2), EIGHT)
    assert (blind.starts, blind.seconds, blind.mean, blind.peak) == (3, 0, 0, 0)


def test_a_single_beat_in_a_moment_makes_no_crowd():
    assert sample(DOM, Tally(beats=1, looks=1, seats=2, most=2), EIGHT).peak == 3


def test_windows_begin_every_five_minutes():
    assert window_of(EIGHT + timedelta(minutes=7, seconds=3)) == EIGHT + timedelta(minutes=5)
    assert window_of(EIGHT) == EIGHT


def test_a_crowd_at_the_full_hour_fits_a_flood_does_not():
    bound = Bound(per_second=10, at_once=100, now=0)
    assert [bound.admits(0) for _ in range(101)].count(True) == 100
    assert [bound.admits(1) for _ in range(20)].count(True) == 10
    assert [bound.admits(60) for _ in range(200)].count(True) == 100


# --- remembering and telling ------------------------------------------------------------------------------------------


@pytest.fixture
def jorinde(db) -> LiveSession:
    """Her transmission in the demo edition's evening."""
    demo.load(EIGHT)
    performance = Performance.objects.get(slug="gitarre-handy-abendlicht")
    return LiveSession.objects.create(
        stage="quellen", performance=performance, title=performance.title, started=EIGHT, heard=EIGHT, ended=EIGHT
    )


@pytest.mark.django_db
def test_what_the_database_would_not_take_is_written_with_the_next_window(jorinde, monkeypatch):
    def away(*_args: object) -> None:
        raise DatabaseError

    subject, next_one = statistics.live(jorinde), EIGHT + timedelta(minutes=5)
    monkeypatch.setattr(statistics, "audience", audience := Audience())
    audience.start(subject)
    with monkeypatch.context() as patch, pytest.raises(DatabaseError):
        patch.setattr(statistics, "remember", away)
        statistics.close_window(EIGHT)
    audience.start(subject)
    audience.start(subject)
    statistics.close_window(next_one)
    assert list(AudienceSample.objects.order_by("began").values_list("began", "starts")) == [(EIGHT, 1), (next_one, 2)]
    assert list(statistics.unwritten) == []


@pytest.mark.django_db
def test_live_and_on_demand_are_told_apart_by_month(jorinde):
    august = datetime(2026, 7, 31, 22, 30, tzinfo=UTC)
    statistics.remember(
        {statistics.live(jorinde): Tally(starts=7), statistics.on_demand(jorinde): Tally(starts=2)}, EIGHT
    )
    statistics.remember({statistics.live(jorinde): Tally(starts=1)}, EIGHT + timedelta(minutes=5))
    statistics.remember({statistics.on_demand(jorinde): Tally(starts=5)}, august)
    title, performance = jorinde.title, jorinde.performance_id
    told = statistics.usage(EIGHT - timedelta(days=30), august + timedelta(days=1), TOWN)
    assert sorted(told, key=lambda one: (one.month, one.way)) == [
        Usage("live", date(2026, 6, 1), title, performance, 1, 8),
        Usage("on_demand", date(2026, 6, 1), title, performance, 0, 2),
        Usage("on_demand", date(2026, 8, 1), title, performance, 0, 5),
    ]


@pytest.mark.django_db
def test_a_transmission_that_nobody_watched_is_told_and_a_synthetic_one_is_not(jorinde):
    LiveSession.objects.create(stage="dom", title="Probe", rehearsal=True, started=EIGHT, heard=EIGHT, ended=EIGHT)
    told = statistics.usage(EIGHT, EIGHT + timedelta(days=1), TOWN)
    assert told == [Usage("live", date(2026, 6, 1), jorinde.title, jorinde.performance_id, 1, 0)]


@pytest.mark.django_db
def test_what_was_counted_outlives_the_session(jorinde):
    statistics.remember({statistics.live(jorinde): Tally(starts=7)}, EIGHT)
    jorinde.delete()
    told = statistics.usage(EIGHT, EIGHT + timedelta(days=1), TOWN)
    assert [(one.title, one.starts) for one in told] == [("Gitarre, Handy, Abendlicht", 7)]


@pytest.mark.django_db
def test_a_session_that_went_before_its_window_was_over_takes_nothing_with_it():
    statistics.remember({Subject("live", "dom", 4711, 4712): Tally(starts=3)}, EIGHT)
    row = AudienceSample.objects.get()
    assert (row.stage, row.session, row.performance, row.starts) == ("dom", None, None, 3)


@pytest.mark.django_db
def test_all_stages_together_make_the_mean_of_half_a_year(jorinde):
    dom = LiveSession.objects.create(stage="dom", title="Orgel", started=EIGHT, heard=EIGHT)
    looked = {
        statistics.live(jorinde): Tally(looks=30, seats=300, most=12),
        statistics.live(dom): Tally(looks=30, seats=90, most=5),
    }
    statistics.remember(looked, EIGHT)
    statistics.remember({statistics.live(dom): Tally(looks=30, seats=210, most=8)}, EIGHT + timedelta(minutes=5))
    together = statistics.concurrency(EIGHT - timedelta(days=183), EIGHT + timedelta(days=1))
    assert together == Concurrency(mean=(10 + 3 + 7) / 2, peak=17, hours=600 / 3600)


@pytest.mark.django_db
def test_where_nothing_was_counted_nothing_is_told():
    assert statistics.concurrency(EIGHT, EIGHT + timedelta(days=1)) is None
    assert statistics.usage(EIGHT, EIGHT + timedelta(days=1)) == []
