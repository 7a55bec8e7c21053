"""The council report of one edition: what took place, what it cost, who could follow it, and what is not known.

`report` puts values into words and asks nobody; `facts` reads the values.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from events import programme
from events.duties import heads
from events.duties import incidents as log
from events.duties.counts import told, told_hours, told_mean
from events.duties.fees import rates
from events.duties.levy import NoRate, levy_of
from events.duties.money import in_words, percent_in_words
from events.figures import Concurrency, Usage, Way
from events.models import Access, Edition, Fee, HeadCount, Incident, Performance
from events.schedule import programme_day

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
    heads: Sequence[HeadCount] = ()


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
        Section(_("Visitors in the rooms"), tuple(_heads(facts))),
        Section(_("Incidents"), tuple(_incidents(facts, edition))),
        Section(_("What was not measured"), tuple(_unknown(facts))),
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
    """What was on offer in each full hour in which something played. Counted in UTC: in the nights in which the clocks
    are set, one hour on the wall is there twice and another not at all."""
    lines = []
    moment = min((_full_hour(one.start.astimezone(edition.zone)).astimezone(UTC) for one in played), default=None)
    last = max((one.end for one in played), default=None)
    while moment is not None and last is not None and moment < last:
        hour = moment.astimezone(edition.zone)
        here = [one for one in played if one.start < moment + HOUR and one.end > moment]
        if here:
            counted = Counter(code for one in here for code in one.access)
            offered = [f"{Access(code).label} {counted[code]}" for code in Access.values if counted[code]]
            when = f"{date_format(hour, 'SHORT_DATE_FORMAT')}, {hour:%H}–{(hour.hour + 1) % 24:02}"
            lines.append(
                Line(
                    (_("%(hour)s o'clock, in winter time") if hour.fold else _("%(hour)s o'clock")) % {"hour": when},
                    ", ".join(offered) or pgettext("access features", "none"),
                    ngettext("%(all)d performance in this hour", "%(all)d performances in this hour", len(here))
                    % {"all": len(here)},
                )
            )
        moment += HOUR
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
                "is not told. Free transmissions outside the programme are not among them."
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


def _heads(facts: Facts) -> list[Line]:
    """Of each method a line of its own: what was counted and what was guessed are not added up."""
    at_performances = [one for one in facts.heads if one.performance_id is not None]
    at_venues = [one for one in facts.heads if one.performance_id is None]
    lines = [
        *_by_method(at_performances, _("At performances, %(method)s"), _of_performances),
        *_by_method(at_venues, _("At venues by the day, %(method)s"), _of_venues),
    ]
    return lines or [Line(_("Heads"), _("not counted"), _("The office has noted no number."))]


def _of_performances(count: int) -> str:
    words = ngettext(
        "For one performance.",
        "For %(count)d performances. Whoever comes to two of them counts twice.",
        count,
    )
    return words % {"count": count}


def _of_venues(count: int) -> str:
    words = ngettext(
        "For one venue and day; not added to the performances there.",
        "For %(count)d venues and days; not added to the performances there.",
        count,
    )
    return words % {"count": count}


def _by_method(noted: Sequence[HeadCount], label: str, how: Callable[[int], str]) -> list[Line]:
    found = []
    for method, words in HeadCount.Method.choices:
        counts = [one.heads for one in noted if one.method == method]
        if counts:
            found.append(Line(label % {"method": words}, str(sum(counts)), how(len(counts))))
    return found


# --- failures, and what is not known ----------------------------------------------------------------------------------


def _incidents(facts: Facts, edition: Edition) -> list[Line]:
    lines = [Line(_("Incidents"), str(len(facts.incidents)), _("Noticed by the house, or written down by the office."))]
    for one in facts.incidents:
        at = date_format(one.at.astimezone(edition.zone), "SHORT_DATETIME_FORMAT")
        place = f", {one.stage.venue.short_name}" if one.stage else ""
        lines.append(Line(f"{at}{place}", log.in_words(one)))
    return lines


def _unknown(facts: Facts) -> list[Line]:
    return [
        Line(_("People"), _("not measured"), _("Accesses are no people; nobody was asked, and nobody is recognised.")),
        Line(
            _("Other players"),
            _("not measured"),
            _("Whoever watches with a program of their own instead of our pages is only counted in the front row."),
        ),
        *_uncounted(facts),
        Line(_("Groups nobody reached"), _("not measured"), _("Age, origin or disability of anybody is unknown.")),
        Line(_("Energy"), _("not measured"), _("There is no meter, and an estimate would be a guess.")),
    ]


def _uncounted(facts: Facts) -> list[Line]:
    """Performances of which neither they nor their venue on that day have a number."""
    counted = {one.performance_id for one in facts.heads}
    days = {(one.venue_id, one.day) for one in facts.heads}
    played = _took_place(facts)
    left = [one for one in played if one.pk not in counted and (one.stage.venue_id, _day(one)) not in days]
    label = _("Visitors in the halls and outside")
    if len(left) == len(played):
        return [Line(label, _("not measured"), _("The house sees only what is transmitted."))]
    how = _("Of %(left)d of %(all)d performances there is no head count.") % {"left": len(left), "all": len(played)}
    return [Line(label, _("not everywhere"), how)] if left else []


def _day(one: Performance) -> date:
    return programme_day(one.start, one.production.edition.zone)


# --- read -------------------------------------------------------------------------------------------------------------


def facts(edition: Edition, now: datetime) -> Facts:
    performances = list(
        Performance.objects.filter(production__edition=edition)
        .exclude(status=Performance.Status.DRAFT)
        .select_related("production__act", "production__edition", "stage__venue")
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
        heads=list(heads.of_edition(edition, performances)),
    )


def as_rows(sections: Sequence[Section]) -> list[list[str]]:
    return [[section.title, line.label, line.value, line.how] for section in sections for line in section.lines]
