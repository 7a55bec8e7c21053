"""What acts agreed to, and what follows for recordings."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError

from events.models import Act, Consent, Performance
from events.rights import NEVER, KeepDecision, KeepRule, Terms, keep_for, may_be_kept, rule_for

SPRING = datetime(2027, 3, 1, 12, tzinfo=UTC)
JORINDE, PAUL = 1, 2
TONIGHT = 10


def says(act: int, days: int | None, *, about: int | None = TONIGHT, later: int = 0, withdrawn: bool = False) -> Terms:
    return Terms(act, about, days, SPRING + timedelta(days=later), withdrawn)


@pytest.mark.parametrize(
    ("terms", "rule"),
    [
        ([], NEVER),
        ([says(JORINDE, 30)], KeepRule(30)),
        ([says(JORINDE, None)], NEVER),
        ([says(JORINDE, 30, withdrawn=True)], NEVER),
        ([says(JORINDE, 365), says(JORINDE, 14, later=1)], KeepRule(14)),
        ([says(JORINDE, 30, withdrawn=True), says(JORINDE, 14, later=1)], KeepRule(14)),
        ([says(JORINDE, 365), says(PAUL, 14)], KeepRule(14)),
        ([says(JORINDE, 365), says(PAUL, None)], NEVER),
        ([says(JORINDE, 30, about=None)], KeepRule(30)),
        ([says(JORINDE, 365, about=None, later=5), says(JORINDE, None)], NEVER),
        ([says(JORINDE, 30, about=99)], NEVER),
    ],
)
def test_for_a_performance_the_latest_word_of_the_strictest_act_counts(terms, rule):
    assert rule_for(terms, TONIGHT) == rule


def test_a_free_transmission_follows_the_widest_word():
    assert rule_for([says(JORINDE, None), says(JORINDE, 365, about=99), says(JORINDE, 14)], None) == KeepRule(365)


def test_a_later_word_replaces_the_earlier_for_free_transmissions_too():
    assert rule_for([says(JORINDE, 365, about=None), says(JORINDE, None, about=None, later=1)], None) == NEVER
    assert rule_for([says(JORINDE, 30), says(JORINDE, None, later=1)], None) == NEVER


def test_days_are_counted_in_the_towns_calendar():
    after_midnight_in_town = datetime(2027, 5, 16, 22, 15, tzinfo=UTC)
    assert keep_for(KeepRule(14), after_midnight_in_town, ZoneInfo("Europe/Berlin")) == KeepDecision(
        kept=True, until=date(2027, 5, 31)
    )


def test_what_must_not_be_kept_has_no_last_day():
    assert keep_for(NEVER, SPRING) == KeepDecision(kept=False, until=None)


def test_the_demo_acts_agreed_to_what_the_programme_says(evening):
    def rule(slug: str) -> KeepRule:
        performance = Performance.objects.select_related("production").get(slug=slug)
        return may_be_kept(performance.pk, performance.production.act_id)

    assert {slug: rule(slug) for slug in ("gitarre-handy-abendlicht", "zwei-stuehle-streiten", "ufersaum")} == {
        "gitarre-handy-abendlicht": KeepRule(30),
        "zwei-stuehle-streiten": NEVER,
        "ufersaum": KeepRule(30),
    }


def test_without_a_performance_adas_widest_word_counts(evening):
    assert may_be_kept(None, Act.objects.get(slug="ada-beispiel").pk) == KeepRule(365)


def test_a_withdrawal_counts_at_once(evening):
    abendlicht = Performance.objects.get(slug="gitarre-handy-abendlicht")
    Consent.objects.filter(performance=abendlicht).update(withdrawn_at=evening.closes)
    assert may_be_kept(abendlicht.pk, abendlicht.production.act_id) == NEVER


def test_an_archive_consent_without_days_is_no_consent(evening):
    act = Act.objects.get(slug="ada-beispiel")
    with pytest.raises(IntegrityError):
        Consent.objects.create(act=act, kind="archive", days=None, version="1", given_at=SPRING, given_by="Ada")
