"""What acts agreed to, and what follows for recordings."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError

from events.models import Act, Consent, Performance
from events.rights import LIVE_ONLY, Allowed, Terms, allowed_for, last_day, rule_for, strictest

SPRING = datetime(2027, 3, 1, 12, tzinfo=UTC)
JORINDE, PAUL = 1, 2
TONIGHT = 10
MAY, JUNE = date(2027, 5, 20), date(2027, 6, 3)


def says(
    act: int, days: int, *, about: int | None = TONIGHT, later: int = 0, withdrawn: bool = False, **more: Any
) -> Terms:
    return Terms(act, about, Allowed(days=days, **more), SPRING + timedelta(days=later), withdrawn)


@pytest.mark.parametrize(
    ("terms", "rule"),
    [
        ([], LIVE_ONLY),
        ([says(JORINDE, 30)], Allowed(days=30)),
        ([says(JORINDE, 0)], LIVE_ONLY),
        ([says(JORINDE, 30, withdrawn=True)], LIVE_ONLY),
        ([says(JORINDE, 365), says(JORINDE, 14, later=1)], Allowed(days=14)),
        ([says(JORINDE, 30, withdrawn=True), says(JORINDE, 14, later=1)], Allowed(days=14)),
        ([says(JORINDE, 365), says(PAUL, 14)], Allowed(days=14)),
        ([says(JORINDE, 365), says(PAUL, 0)], LIVE_ONLY),
        ([says(JORINDE, 30, about=None)], Allowed(days=30)),
        ([says(JORINDE, 365, about=None, later=5), says(JORINDE, 0)], LIVE_ONLY),
        ([says(JORINDE, 30, about=99)], LIVE_ONLY),
    ],
)
def test_for_a_performance_the_latest_word_of_the_strictest_act_counts(terms, rule):
    assert rule_for(terms, TONIGHT) == rule


@pytest.mark.parametrize(
    ("jorinde", "paul", "together"),
    [
        (Allowed(relive_days=7, days=30), Allowed(relive_days=3, days=365), Allowed(relive_days=3, days=30)),
        (Allowed(days=30, download=True, audio=True), Allowed(days=30, audio=True), Allowed(days=30, audio=True)),
        (Allowed(days=30, excerpt=True), Allowed(relive_days=7, excerpt=True), LIVE_ONLY),
        (Allowed(live=False), Allowed(days=30, download=True), Allowed(live=False)),
        (Allowed(days=900, last_day=JUNE), Allowed(days=30), Allowed(days=30, last_day=JUNE)),
        (Allowed(days=900, last_day=JUNE), Allowed(days=900, last_day=MAY), Allowed(days=900, last_day=MAY)),
        (Allowed(relive_days=7, days=900, last_day=JUNE), Allowed(relive_days=7), Allowed(relive_days=7)),
    ],
)
def test_of_several_acts_the_strictest_of_each_permission_counts(jorinde, paul, together):
    assert strictest([jorinde, paul]) == strictest([paul, jorinde]) == together


def test_a_recording_is_public_as_long_as_the_longer_of_the_two():
    assert [Allowed(relive_days=7, days=3).public_days, Allowed(days=30).public_days, LIVE_ONLY.kept] == [7, 30, False]


@pytest.mark.parametrize(
    ("word", "listed_to", "public_to"),
    [
        (Allowed(), None, None),
        (Allowed(relive_days=7), None, date(2027, 5, 23)),
        (Allowed(relive_days=7, days=3), date(2027, 5, 19), date(2027, 5, 23)),
        (Allowed(days=900, last_day=JUNE), JUNE, JUNE),
        (Allowed(days=3, last_day=JUNE), date(2027, 5, 19), date(2027, 5, 19)),
        (Allowed(relive_days=7, days=900, last_day=MAY), MAY, date(2027, 5, 23)),
        (Allowed(days=900, last_day=date(2027, 5, 10)), date(2027, 5, 10), date(2027, 5, 10)),
    ],
)
def test_a_last_day_binds_the_mediathek_and_not_watching_it_again(word, listed_to, public_to):
    ended = datetime(2027, 5, 16, 20, tzinfo=UTC)
    assert (word.listed_to(ended), word.public_to(ended)) == (listed_to, public_to)


def test_a_free_transmission_follows_only_what_was_said_about_everything():
    assert rule_for([says(JORINDE, 365), says(JORINDE, 14, about=99)], None) == LIVE_ONLY
    about_all = says(JORINDE, 30, about=None)
    assert rule_for([about_all, says(JORINDE, 365), says(JORINDE, 0, later=1)], None) == Allowed(days=30)
    assert rule_for([about_all, says(JORINDE, 0, about=None, later=1)], None) == LIVE_ONLY


def test_days_are_counted_in_the_towns_calendar():
    after_midnight_in_town = datetime(2027, 5, 16, 22, 15, tzinfo=UTC)
    assert last_day(14, after_midnight_in_town, ZoneInfo("Europe/Berlin")) == date(2027, 5, 31)


def test_the_demo_acts_agreed_to_what_the_programme_says(evening):
    def rule(slug: str) -> Allowed:
        performance = Performance.objects.select_related("production").get(slug=slug)
        return allowed_for(performance.pk, performance.production.act_id)

    assert {slug: rule(slug) for slug in ("gitarre-handy-abendlicht", "zwei-stuehle-streiten", "haende-am-wasser")} == {
        "gitarre-handy-abendlicht": Allowed(relive_days=7, days=30, excerpt=True),
        "zwei-stuehle-streiten": LIVE_ONLY,
        "haende-am-wasser": Allowed(relive_days=7, days=365, excerpt=True, download=True, audio=True),
    }


def test_without_a_performance_adas_word_about_everything_counts(evening):
    ada = Act.objects.get(slug="ada-beispiel").pk
    assert allowed_for(None, ada).days == 365
    Consent.objects.filter(act=ada, performance=None).delete()
    assert allowed_for(None, ada) == LIVE_ONLY


def test_a_withdrawal_counts_at_once(evening):
    abendlicht = Performance.objects.get(slug="gitarre-handy-abendlicht")
    Consent.objects.filter(performance=abendlicht).update(withdrawn_at=evening.closes)
    assert allowed_for(abendlicht.pk, abendlicht.production.act_id) == LIVE_ONLY


@pytest.mark.parametrize(
    "nonsense",
    [
        {"relive_days": 8},
        {"last_day": JUNE},
        {"live": False, "days": 30},
        {"download": True},
        {"audio": True},
        {"excerpt": True},
    ],
)
def test_the_database_refuses_a_word_that_contradicts_itself(evening, nonsense):
    act = Act.objects.get(slug="ada-beispiel")
    with pytest.raises(IntegrityError):
        Consent.objects.create(act=act, version="1", given_at=SPRING, given_by="Ada", **nonsense)
