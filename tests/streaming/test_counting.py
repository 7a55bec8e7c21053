"""Our own pages say that something plays: without a cookie, without an address, and within a bound."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from streaming import statistics
from streaming.models import LiveSession, Recording
from streaming.statistics import Audience, Bound, Tally

OURS = {"origin": "http://testserver"}
BEGINS, GOES_ON = "/zaehlung/buehne/dom/beginn", "/zaehlung/buehne/dom/weiter"
pytestmark = pytest.mark.django_db


@pytest.fixture
def audience(monkeypatch) -> Audience:
    fresh = Audience()
    monkeypatch.setattr(statistics, "audience", fresh)
    return fresh


@pytest.fixture
def ada() -> LiveSession:
    """She plays on dom just now."""
    now = timezone.now()
    return LiveSession.objects.create(stage="dom", title="Orgel", started=now, heard=now)


def recorded(live: LiveSession, **more: object) -> Recording:
    known = {"state": "archived", "public_until": timezone.now() + timedelta(days=1)} | more
    return Recording.objects.create(session=live, slug="orgel", prefix="x", **known)


def test_a_start_and_a_beat_are_counted_and_nothing_comes_back(ada, audience):
    for address in (BEGINS, BEGINS, GOES_ON):
        answer = Client().post(address, headers=OURS)
        assert (answer.status_code, answer.content, answer.cookies) == (204, b"", {})
    assert audience.take() == {statistics.live(ada): Tally(starts=2, beats=1)}


def test_a_recording_is_counted_as_on_demand(ada, audience):
    recorded(ada)
    assert Client().post("/zaehlung/aufzeichnung/orgel", headers=OURS).status_code == 204
    assert audience.take() == {statistics.on_demand(ada): Tally(starts=1)}


@pytest.mark.parametrize("gone", [{"withdrawn": timezone.now()}, {"public_until": timezone.now()}, {"state": "failed"}])
def test_what_is_not_in_the_mediathek_counts_nowhere(ada, audience, gone):
    recorded(ada, **gone)
    assert Client().post("/zaehlung/aufzeichnung/orgel", headers=OURS).status_code == 204
    assert audience.take() == {}


def test_nothing_on_air_and_synthetic_artists_count_nowhere(ada, audience):
    LiveSession.objects.update(rehearsal=True)
    for address in (BEGINS, "/zaehlung/buehne/hnf/beginn"):
        assert Client().post(address, headers=OURS).status_code == 204
    assert audience.take() == {}


@pytest.mark.parametrize("headers", [{}, {"origin": "http://elsewhere.example"}, {"origin": "null"}])
def test_other_peoples_pages_count_nothing(ada, audience, headers):
    assert Client().post(BEGINS, headers=headers).status_code == 403
    assert audience.take() == {}


def test_looking_is_not_watching(ada, audience):
    assert Client().get(BEGINS).status_code == 405
    assert Client().post("/zaehlung/buehne/dom/ende", headers=OURS).status_code == 404


def test_a_flood_is_not_believed(ada, audience, monkeypatch):
    monkeypatch.setattr(statistics, "bound", Bound(per_second=0.001, at_once=2))
    answers = [Client().post(BEGINS, headers=OURS).status_code for _ in range(4)]
    assert (answers, audience.take()) == ([204, 204, 429, 429], {statistics.live(ada): Tally(starts=2)})
