"""The levy, to the cent, and never with a guessed rate."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override

from events.duties.levy import Levy, NoRate, levy_of, report_day
from events.models import Fee

RATES = {2025: Decimal("5.0"), 2026: Decimal("4.9")}


def fee(amount: str, standing: str = "self_employed") -> Fee:
    return Fee(amount=Decimal(amount), standing=standing)


def test_only_what_the_self_employed_got_counts():
    paid = [fee("1000.00"), fee("250.50"), fee("800.00", "legal_person"), fee("400.00", "abroad")]
    levy = levy_of(2026, paid, RATES)
    assert levy == Levy(2026, Decimal("4.9"), Decimal("1250.50"), Decimal("800.00"), Decimal("400.00"))
    assert (levy.paid, levy.levy, levy.at_most) == (Decimal("2450.50"), Decimal("61.27"), Decimal("80.87"))


def test_each_year_has_its_own_rate():
    assert [levy_of(year, [fee("1000")], RATES).levy for year in (2025, 2026)] == [Decimal("50.00"), Decimal("49.00")]


def test_half_a_cent_is_rounded_up():
    assert levy_of(2025, [fee("0.10")], RATES).levy == Decimal("0.01")


def test_a_year_without_a_rate_is_refused_with_a_sentence():
    with pytest.raises(NoRate) as refused, override("de"):
        levy_of(2027, [fee("1000")], RATES)
    with override("de"):
        assert refused.value.sentence.startswith("Für 2027 ist noch kein Satz der Künstlersozialabgabe eingetragen.")


def test_the_fees_of_a_year_are_reported_by_the_end_of_the_next_march():
    assert report_day(2026) == date(2027, 3, 31)


@pytest.mark.django_db
def test_the_known_rates_are_there_from_the_beginning():
    from events.duties.fees import rates

    assert rates() == RATES
