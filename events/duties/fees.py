"""The fee register: who was paid what in which year, and what the levy on it comes to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from events.duties.levy import Levy, levy_of
from events.duties.money import percent_in_words
from events.models import Engagement, Fee, LevyRate
from kultour.tables import Value

HEADS = (
    gettext_lazy("Name"),
    gettext_lazy("Stage name"),
    gettext_lazy("Address"),
    gettext_lazy("Kind of work"),
    gettext_lazy("Act"),
    gettext_lazy("Edition"),
    gettext_lazy("Contract"),
    pgettext_lazy("of a fee", "Paid on"),
    gettext_lazy("Paid as"),
    gettext_lazy("Fee in euros"),
    gettext_lazy("Counts for the levy, in euros"),
)


def rates() -> dict[int, Decimal]:
    return dict(LevyRate.objects.values_list("year", "percent"))


def paid_in(year: int) -> QuerySet[Fee]:
    return _loaded(Fee.objects.filter(paid_on__year=year))


def unpaid() -> QuerySet[Fee]:
    return _loaded(Fee.objects.filter(paid_on=None))


def _loaded(fees: QuerySet[Fee]) -> QuerySet[Fee]:
    return fees.select_related("engagement__act", "engagement__edition")


def years_paid() -> list[int]:
    """Those in which something was paid."""
    return [day.year for day in Fee.objects.exclude(paid_on=None).dates("paid_on", "year")]


def years(present: int) -> list[int]:
    """The same and the present one; the latest first."""
    return sorted({present, *years_paid()}, reverse=True)


def levy_in(year: int) -> Levy:
    """Raises NoRate."""
    return levy_of(year, Fee.objects.filter(paid_on__year=year), rates())


# --- as a table -------------------------------------------------------------------------------------------------------


def rows(fees: Iterable[Fee], levy: Levy) -> list[list[Value]]:
    """One row per fee, and at the end the sums and the levy."""
    return [*(_row(fee) for fee in fees), *(_sum(words, paid, counts) for words, paid, counts in sums(levy))]


def _row(fee: Fee) -> list[Value]:
    counts = fee.amount if fee.standing == Fee.Standing.SELF_EMPLOYED else None
    return [
        fee.name,
        fee.stage_name,
        fee.address,
        str(Fee.Work(fee.work).label),
        fee.engagement.act.name,
        fee.engagement.edition.title,
        fee.contract,
        fee.paid_on,
        str(Fee.Standing(fee.standing).label),
        fee.amount,
        counts,
    ]


def sums(levy: Levy) -> list[tuple[str, Decimal | None, Decimal | None]]:
    """Words, what was paid, what counts for the levy."""
    lines: list[tuple[str, Decimal | None, Decimal | None]] = [
        (_("Sum"), levy.paid, levy.base),
        (
            _("Levy on it, %(percent)s %%") % {"percent": percent_in_words(levy.percent)},
            None,
            levy.levy,
        ),
    ]
    if levy.unsure:
        lines.append((_("Paid abroad, still to be checked"), levy.unsure, None))
        lines.append((_("Levy if all of that counts too"), None, levy.at_most))
    return lines


def _sum(words: str, paid: Decimal | None, counts: Decimal | None) -> list[Value]:
    return [words, *[None] * (len(HEADS) - 3), paid, counts]


# --- what acts were asked ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """An engagement without a fee, and whether its act was asked and has answered."""

    engagement: Engagement

    @property
    def answered(self) -> bool:
        return hasattr(self.engagement, "fee_data")


def without_fee(edition: int) -> Sequence[Asked]:
    """By the act's name; who declined gets nothing."""
    open_ones = Engagement.objects.filter(edition=edition, fees=None).exclude(answer=Engagement.Answer.DECLINED)
    return [Asked(one) for one in open_ones.select_related("act", "fee_data").order_by("act__name")]
