"""Euros and cents as people in Germany write them: 1.234,56."""

import re
from decimal import Decimal

from django import forms
from django.utils.translation import gettext as _

CENT = Decimal("0.01")
MOST = Decimal("999999.99")
_SHAPE = re.compile(r"(?P<euros>\d{1,3}(?:\.\d{3})+|\d{1,9})(?:,(?P<cents>\d{1,2}))?", re.ASCII)


class NoAmount(ValueError):
    """This is not an amount of money; with `1.5` nobody knows whether a comma or a thousand was meant."""


def euros(text: str) -> Decimal:
    """`1.234,56`, `1234,5 €` or `80` as an amount. Raises NoAmount."""
    found = _SHAPE.fullmatch(text.replace("€", "").strip())
    if not found:
        raise NoAmount(text)
    cents = (found["cents"] or "").ljust(2, "0")
    return Decimal(f"{found['euros'].replace('.', '')}.{cents}")


def in_words(amount: Decimal) -> str:
    """`1.234,56`, whatever the language of the page: it is copied into German forms."""
    return f"{amount.quantize(CENT):,.2f}".translate(str.maketrans(",.", ".,"))


def percent_in_words(percent: Decimal) -> str:
    """`4,9`, without noughts at the end."""
    return f"{percent.normalize():f}".replace(".", ",")


class MoneyField(forms.CharField):
    """An amount from 0 to 999.999,99 euros."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, **options: object) -> None:
        super().__init__(max_length=20, **options)

    def prepare_value(self, value: object) -> object:
        return in_words(value) if isinstance(value, Decimal) else value

    def clean(self, value: object) -> Decimal | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            amount = euros(text)
        except NoAmount as error:
            raise forms.ValidationError(_("Please give the amount in euros, for example 1.234,56.")) from error
        if amount > MOST:
            raise forms.ValidationError(_("An amount here is at most 999.999,99 euros."))
        return amount
