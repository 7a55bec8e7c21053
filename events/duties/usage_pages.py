"""The usage report to GEMA (Nutzungsmeldung): what was watched, month by month, and that nobody paid."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from events import programme
from events.duties.counts import told, told_hours, told_mean
from events.duties.paper import table_file
from events.figures import Usage, Way
from kultour.accounts.doors import office_required
from kultour.tables import Value

TARIFF = {Way.LIVE: "VR-OD 15", Way.ON_DEMAND: "VR-OD 10", Way.TAKEN: ""}
"""Which one holds for downloads, GEMA has to say."""
WORDS = {
    Way.LIVE: gettext_lazy("live"),
    Way.ON_DEMAND: gettext_lazy("on demand"),
    Way.TAKEN: gettext_lazy("taken along"),
}
HEADS = (
    gettext_lazy("Month"),
    gettext_lazy("Tariff"),
    gettext_lazy("Way"),
    pgettext_lazy("of a usage report", "Title"),
    gettext_lazy("Transmissions"),
    gettext_lazy("Accesses"),
    gettext_lazy("Revenue in euros"),
)
FIRST_YEAR, LAST_YEAR = 2000, 2100
SIX_MONTHS = timedelta(days=183)


def rows(usage: Iterable[Usage]) -> list[list[Value]]:
    """By month, live first, then by title. The hat is the artists' and no revenue of the town."""
    in_order = sorted(usage, key=lambda one: (one.month, one.way, one.title))
    return [
        [
            f"{one.month:%m/%Y}",
            TARIFF[Way(one.way)],
            str(WORDS[Way(one.way)]),
            one.title,
            one.sessions if one.way == Way.LIVE else None,
            told(one.starts),
            Decimal("0.00"),
        ]
        for one in in_order
    ]


def sums(usage: Iterable[Usage]) -> dict[str, int]:
    counted: dict[str, int] = dict.fromkeys(Way, 0)
    for one in usage:
        counted[one.way] += one.starts
    return counted


@office_required
@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """A year (`?jahr=`), to look at, to print and to take along."""
    year = _year(request)
    usage = list(programme.usage(*_bounds(year)))
    counted = sums(usage)
    now = timezone.now()
    context = {
        "year": year,
        "years": range(timezone.localtime(now).year, timezone.localtime(now).year - 5, -1),
        "heads": HEADS,
        "rows": rows(usage),
        "live": told(counted[Way.LIVE]),
        "on_demand": told(counted[Way.ON_DEMAND]),
        "taken": told(counted[Way.TAKEN]),
        **_together(now),
    }
    return render(request, "duties/usage.html", context)


def _together(now: datetime) -> dict[str, str]:
    """The mean of the last six months, and over how many hours on air; nothing where nothing was counted."""
    found = programme.concurrency(now - SIX_MONTHS, now)
    return {"mean": told_mean(found.mean), "hours": told_hours(found.hours)} if found else {}


@office_required
@require_safe
def report_file(request: HttpRequest, kind: str) -> HttpResponse:
    year = _year(request)
    table = rows(programme.usage(*_bounds(year)))
    return table_file(kind, " ".join([_("usage report"), str(year)]), HEADS, table, timezone.localdate())


def _year(request: HttpRequest) -> int:
    text = request.GET.get("jahr", "")
    known = text.isascii() and text.isdecimal() and len(text) == 4 and FIRST_YEAR <= int(text) <= LAST_YEAR
    return int(text) if known else timezone.localtime().year


def _bounds(year: int) -> tuple[datetime, datetime]:
    """The year on the town's clocks."""
    zone = timezone.get_default_timezone()
    return datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)
