"""How what is owed is put into words: euros, and counts too small to be told."""

from decimal import Decimal

from django import template

from events.duties import money

register = template.Library()


@register.filter
def euros(amount: Decimal | None) -> str:
    """1.234,56 €; nothing where there is no amount."""
    return "" if amount is None else f"{money.in_words(amount)}\N{NO-BREAK SPACE}€"


@register.filter
def percent(rate: Decimal) -> str:
    """4,9 %."""
    return f"{money.percent_in_words(rate)}\N{NO-BREAK SPACE}%"
