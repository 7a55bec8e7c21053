"""The council report of one edition: what took place, what it cost, who could follow it, and what is not known.

`report` puts values into words and asks nobody; `facts` reads the values.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from events import programme
from events.duties import incidents as log
from events.duties.counts import told, told_hours, told_mean
from events.duties.fees import rates
from events.duties.levy import NoRate, levy_of
from events.duties.money import in_words, percent_in_words
from events.figures import Concurrency, Usage, Way
from events.models import Access, Edition, Fee, Incident, Performance

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Facts:
    """What the report is made of. Moments are on the town's clocks."""

    performances: Sequence[Performance]
    """Without drafts; production, act, stage and venue loaded."""
    fees: Sequence[Fee]
    rates: dict[int, Decimal]
    usage: Sequence[Usage]
    concurrency: Concurrency | None
    incidents: Sequence[Incident]


@dataclass(frozen=True)
class Line:
    label: str
    value: str
    how: str = ""
    """By which method, or why not."""


@dataclass(frozen=True)
class Section:
    title: str
    lines: tuple[Line, ...]


def report(facts: Facts, edition: Edition) -> list[Section]:
    return [
        Section(_("Programme"), tuple(_programme(facts))),
        Section(_("Fees and levy"), tuple(_money(facts))),
        Section(_("Access features"), tuple(_access(facts, edition))),
        Section(_("Visits"), tuple(_visits(facts))),
        Section(_("Incidents"), tuple(_incidents(facts, edition))),
        Section(_("What was not measured"), tuple(_unknown())),
    ]


# --- programme and money ----------------------------------------------------------------------------------------------


def _took_place(facts: Facts) -> list[Performance]:
    return [one for one in facts.performances if one.status != Performance.Status.CANCELLED]


def _programme(facts: Facts) -> list[Line]:
    played = _took_place(facts)
    states = Counter(one.status for one in facts.performances)
    return [
        Line(_("Programme items"), str(len({one.production_id for one in played}))),
        Line(_("Performances"), str(len(played)), _("Of these %(moved)d moved; %(cancelled)d more cancelled.") % {
            "moved": states[Performance.Status.MOVED], "cancelled": states[Performance.Status.CANCELLED],
        }),
        Line(_("Groups and single artists"), str(len({one.production.act_id for one in played}))),
        Line(_("Venues"), str(len({one.stage.venue_id for one in played}))),
    ]  # fmt: skip


def _money(facts: Facts) -> list[Line]:
    lines = [
        Line(
            _("Fees"),
            _euros(sum((fee.amount for fee in facts.fees), Decimal(0))),
            _("All that is entered in the fee register for this edition, paid or not."),
        )
    ]
    unpaid = [fee for fee in facts.fees if fee.paid_on is None]
    if unpaid:
        lines.append(Line(_("of which not paid yet"), _euros(sum((fee.amount for fee in unpaid), Decimal(0)))))
    return [*lines, *(_levy(facts, year) for year in sorted({fee.paid_on.year for fee in facts.fees if fee.paid_on}))]


def _levy(facts: Facts, year: int) -> Line:
    label = _("Künstlersozialabgabe %(year)d") % {"year": year}
    paid = [fee for fee in facts.fees if fee.paid_on and fee.paid_on.year == year]
    try:
        levy = levy_of(year, paid, facts.rates)
    except NoRate as refusal:
        return Line(label, _("not computed"), refusal.sentence)
    how = _("%(percent)s %% of %(base)s.") % {
        "percent": percent_in_words(levy.percent), "base": _euros(levy.base),
    }  # fmt: skip
    if levy.unsure:
        how += " " + _("%(unsure)s paid abroad are still to be checked.") % {"unsure": _euros(levy.unsure)}
    return Line(label, _euros(levy.levy), how)


def _euros(amount: Decimal) -> str:
    return f"{in_words(amount)} €"


# --- access and visits ------------------------------------------------------------------------------------------------


def _access(facts: Facts, edition: Edition) -> list[Line]:
    played = _took_place(facts)
    lines = [
        Line(
            str(Access(code).label),
            _("%(with)d of %(all)d performances") % {
                "with": sum(code in one.access for one in played), "all": len(played),
            },
        )
        for code in Access.values
    ]  # fmt: skip
    return [*lines, *_access_by_hour(played, edition)]


def _access_by_hour(played: Sequence[Performance], edition: Edition) -> list[Line]:
    """What was on offer in each full hour in which something played."""
    lines = []
    starts = {_full_hour(one.start.astimezone(edition.zone)) for one in played}
    ends = {_full_hour(one.end.astimezone(edition.zone) - timedelta(microseconds=1)) for one in played}
    hour = min(starts, default=None)
    while hour is not None and hour <= max(ends):
        here = [one for one in played if one.start < hour + HOUR and one.end > hour]
        if here:
            counted = Counter(code for one in here for code in one.access)
            offered = [f"{Access(code).label} {counted[code]}" for code in Access.values if counted[code]]
            when = f"{date_format(hour, 'SHORT_DATE_FORMAT')}, {hour:%H}–{hour + HOUR:%H}"
            lines.append(
                Line(
                    _("%(hour)s o'clock") % {"hour": when},
                    ", ".join(offered) or pgettext("access features", "none"),
                    ngettext("%(all)d performance in this hour", "%(all)d performances in this hour", len(here))
                    % {"all": len(here)},
                )
            )
        hour += HOUR
    return lines


def _full_hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _visits(facts: Facts) -> list[Line]:
    starts: dict[str, int] = dict.fromkeys(Way, 0)
    for one in facts.usage:
        starts[one.way] += one.starts
    lines = [
        Line(
            _("Live accesses"),
            told(starts[Way.LIVE]),
            _(
                "How often somebody began to watch a transmission on our pages: counted without cookie and address, so "
                "that whoever comes again counts again, and several people at one screen count once. A number below 5 "
                "is not told."
            ),
        ),
        Line(
            _("Accesses on demand"),
            told(starts[Way.ON_DEMAND]),
            _("How often somebody began to play a recording in the Mediathek, counted in the same way, until today."),
        ),
        Line(
            _("Taken along"),
            told(starts[Way.TAKEN]),
            _(
                "How often somebody began to download a whole recording, or a podcast program fetched its sound, "
                "until today. What of it is watched or heard nobody knows."
            ),
        ),
    ]
    if facts.concurrency is None:
        return [*lines, Line(_("At the same time"), _("not counted"))]
    how = _(
        "On average over %(hours)s hours in which something was on air. Seats of the front row are counted every ten "
        "seconds; of everybody else the page reports every five minutes that it still plays."
    ) % {"hours": told_hours(facts.concurrency.hours)}
    return [
        *lines,
        Line(_("At the same time, on average"), told_mean(facts.concurrency.mean), how),
        Line(_("At the same time, at most"), told(facts.concurrency.peak), _("In any five minutes, estimated.")),
    ]


# --- failures, and what is not known ----------------------------------------------------------------------------------


def _incidents(facts: Facts, edition: Edition) -> list[Line]:
    lines = [Line(_("Incidents"), str(len(facts.incidents)), _("Noticed by the house, or written down by the office."))]
    for one in facts.incidents:
        at = date_format(one.at.astimezone(edition.zone), "SHORT_DATETIME_FORMAT")
        place = f", {one.stage.venue.short_name}" if one.stage else ""
        lines.append(Line(f"{at}{place}", log.in_words(one)))
    return lines


def _unknown() -> list[Line]:
    return [
        Line(_("People"), _("not measured"), _("Accesses are no people; nobody was asked, and nobody is recognised.")),
        Line(
            _("Other players"),
            _("not measured"),
            _("Whoever watches with a program of their own instead of our pages is only counted in the front row."),
        ),
        Line(_("Visitors in the halls and outside"), _("not measured"), _("The house sees only what is transmitted.")),
        Line(_("Groups nobody reached"), _("not measured"), _("Age, origin or disability of anybody is unknown.")),
        Line(_("Energy"), _("not measured"), _("There is no meter, and an estimate would be a guess.")),
    ]


# --- read -------------------------------------------------------------------------------------------------------------


def facts(edition: Edition, now: datetime) -> Facts:
    performances = list(
        Performance.objects.filter(production__edition=edition)
        .exclude(status=Performance.Status.DRAFT)
        .select_related("production__act", "stage__venue")
        .order_by("start", "pk")
    )
    own = {one.pk for one in performances}
    return Facts(
        performances=performances,
        fees=list(Fee.objects.filter(engagement__edition=edition)),
        rates=rates(),
        usage=[one for one in programme.usage(edition.opens - log.AROUND, now) if one.performance_id in own],
        concurrency=programme.concurrency(edition.opens - HOUR, edition.closes + HOUR),
        incidents=list(log.of_edition(edition)),
    )


def as_rows(sections: Sequence[Section]) -> list[list[str]]:
    return [[section.title, line.label, line.value, line.how] for section in sections for line in section.lines]
