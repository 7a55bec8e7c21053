"""The Künstlersozialabgabe: a percentage of what was paid to self-employed artists in a year (§§ 24–26 KSVG).

To the cent, and never with a guessed rate.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

from django.utils.translation import gettext as _

from events.duties.money import CENT
from events.models import Fee


class Payment(Protocol):
    @property
    def amount(self) -> Decimal: ...
    @property
    def standing(self) -> str: ...


class NoRate(LookupError):
    """Nobody has entered the rate of this year."""

    def __init__(self, year: int) -> None:
        super().__init__(year)
        self.year = year

    @property
    def sentence(self) -> str:
        return _(
            "For %(year)d no rate of the Künstlersozialabgabe has been entered yet. Please enter it; nothing is "
            "computed with another year's rate."
        ) % {"year": self.year}


@dataclass(frozen=True)
class Levy:
    """What a year's payments come to, in euros. `unsure`: paid abroad, the office has to check whether it counts."""

    year: int
    percent: Decimal
    base: Decimal
    exempt: Decimal
    unsure: Decimal

    @property
    def levy(self) -> Decimal:
        return self._of(self.base)

    @property
    def at_most(self) -> Decimal:
        """If all that is unsure counts too."""
        return self._of(self.base + self.unsure)

    @property
    def paid(self) -> Decimal:
        return self.base + self.exempt + self.unsure

    def _of(self, base: Decimal) -> Decimal:
        return (base * self.percent / 100).quantize(CENT, ROUND_HALF_UP)


def levy_of(year: int, payments: Iterable[Payment], rates: Mapping[int, Decimal]) -> Levy:
    """The levy on one year's payments. Raises NoRate."""
    if year not in rates:
        raise NoRate(year)
    sums = dict.fromkeys(Fee.Standing.values, Decimal(0))
    for payment in payments:
        sums[payment.standing] += payment.amount
    return Levy(
        year,
        rates[year],
        base=sums[Fee.Standing.SELF_EMPLOYED],
        exempt=sums[Fee.Standing.LEGAL_PERSON],
        unsure=sums[Fee.Standing.ABROAD],
    )


def report_day(year: int) -> date:
    """The last day on which a year's fees may be reported (§ 27 KSVG)."""
    return date(year + 1, 3, 31)
