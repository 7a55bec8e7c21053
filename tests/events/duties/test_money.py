"""Euros as people in Germany write them, and nothing guessed."""

from decimal import Decimal

import pytest

from events.duties.money import NoAmount, euros, in_words


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1.234,56", "1234.56"),
        ("1234,56", "1234.56"),
        ("80", "80.00"),
        ("80 €", "80.00"),
        ("1.000", "1000.00"),
        ("0,5", "0.50"),
        ("12.345.678,90", "12345678.90"),
    ],
)
def test_what_is_typed_is_an_amount_to_the_cent(typed, amount):
    assert euros(typed) == Decimal(amount)


@pytest.mark.parametrize("typed", ["", "1.5", "12.50", "1,234.56", "-3", "1e3", "²", "1,234", "1.23.456", "١٢", "NaN"])
def test_what_may_mean_two_things_or_none_is_refused(typed):
    with pytest.raises(NoAmount):
        euros(typed)


def test_what_is_written_can_be_typed():
    for amount in ("0.00", "0.05", "999.99", "1234.56", "999999.99"):
        assert euros(in_words(Decimal(amount))) == Decimal(amount)
    assert in_words(Decimal("1234.5")) == "1.234,50"
