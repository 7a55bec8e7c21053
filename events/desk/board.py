"""All acts of an edition at a glance: how far each one is, whom to remind today, whom to call on the evening."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from events import engagements, letters, programme, readiness, reminders
from events.desk import post
from events.engagements import Engaged
from events.letters import Letter
from events.models import Edition, Performance
from events.readiness import LACKING, Step
from events.schedule import programme_day
from kultour.accounts.doors import right_required
from kultour.accounts.roles import Right

PER_PAGE = 40
DECLINED = "abgesagt"
LONGEST_SEARCH = 80
inviting = right_required(Right.INVITE_ACTS)
telephoning = right_required(Right.READ_TELEPHONES)


@inviting
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """One row for each act, with its steps; what is missing chooses, words search."""
    edition = _edition(request)
    everybody = engagements.all_of(edition) if edition else []
    missing, search = request.GET.get("fehlt", ""), request.GET.get("suche", "").strip()[:LONGEST_SEARCH]
    missing = missing if missing in {*Step, DECLINED} else ""
    rows = chosen(everybody, missing, search)
    figures = readiness.counts([each.marks for each in everybody])
    query = urlencode({"ausgabe": edition.slug if edition else "", "fehlt": missing, "suche": search})
    context = {
        "edition": edition,
        "editions": programme.editions(),
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("seite")),
        "found": len(rows),
        "everybody": len(everybody),
        "figures": [(step, LACKING[step], done, every, every - done) for step, (done, every) in figures.items()],
        "declined": sum(readiness.declined(each.marks) for each in everybody),
        "missing": missing,
        "search": search,
        "query": query,
        "not_asked": engagements.not_asked(edition) if edition else [],
        "to_remind": len(to_remind(everybody, timezone.now())),
    }  # fmt: skip
    return _shown(request, "acts/acts.html", edition, context)


def chosen(everybody: Iterable[Engaged], missing: str, search: str) -> list[Engaged]:
    """Who lacks this step (or has declined), and is called so: the act, its contact, or what it plays."""
    wanted = search.casefold()
    return [
        each for each in everybody
        if _lacks(each, missing) and any(wanted in text.casefold() for text in _called(each))
    ]  # fmt: skip


def _lacks(engaged: Engaged, missing: str) -> bool:
    if not missing:
        return True
    marks = engaged.marks
    return readiness.declined(marks) if missing == DECLINED else readiness.lacks(marks, missing)


def _called(engaged: Engaged) -> list[str]:
    titles = [production.title for production in engaged.productions]
    return [engaged.act.name, engaged.engagement.contact_name, *titles]


@inviting
@require_POST
def invite(request: HttpRequest, edition: str) -> HttpResponse:
    """Put an act on the board that has nothing in the plan yet."""
    asked = get_object_or_404(Edition, slug=edition)
    act = next((each for each in engagements.not_asked(asked) if each.slug == request.POST.get("gruppe")), None)
    if act is None:
        return redirect(f"{reverse('office_board')}?{urlencode({'ausgabe': asked.slug})}")
    engagements.note(act, asked)
    return redirect("office_engagement", asked.slug, act.slug)


# --- reminders --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ToRemind:
    engaged: Engaged
    missing: tuple[readiness.Mark, ...]

    @property
    def letter(self) -> Letter:
        return letters.reminder(self.engaged, self.missing)


def to_remind(everybody: Iterable[Engaged], now: datetime) -> list[ToRemind]:
    """Whom to remind today."""
    found = [ToRemind(each, tuple(_due(each, now))) for each in everybody]
    return [each for each in found if each.missing]


def _due(engaged: Engaged, now: datetime) -> list[readiness.Mark]:
    if engaged.first is None or engaged.last is None:
        return []
    zone, reminded = engaged.edition.zone, engaged.engagement.reminded_at
    return reminders.due(
        engaged.marks,
        programme_day(engaged.first.start, zone),
        programme_day(engaged.last.start, zone),
        programme_day(now, zone),
        programme_day(reminded, zone) if reminded else None,
    )


@inviting
@require_safe
def reminding(request: HttpRequest) -> HttpResponse:
    """Today's reminders of all editions that are still to come, or were over not long ago."""
    now = timezone.now()
    editions = _recent(now)
    everybody = [each for edition in editions for each in engagements.all_of(edition)]
    page = Paginator(to_remind(everybody, now), PER_PAGE).get_page(request.GET.get("seite"))
    context = {"page": page, "can_send": post.can_send(), "done": request.GET.get("erledigt", "")}
    return _shown(request, "acts/reminders.html", editions.first(), context)


def _recent(now: datetime) -> QuerySet[Edition]:
    longest = max(rule.ends for rule in reminders.RULES.values())
    return Edition.objects.filter(closes__gte=now - timedelta(days=longest + 1)).order_by("opens", "pk")


# --- the list for the evening -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Call:
    """One line of the telephone list."""

    performance: Performance
    act: str
    contact: str
    phone: str


def calls(everybody: Iterable[Engaged]) -> list[Call]:
    """Every performance with whom to call, by stage along the way, and by time."""
    lines = [
        Call(performance, each.act.name, each.engagement.contact_name, each.engagement.phone)
        for each in everybody
        for performance in each.performances
    ]
    return sorted(lines, key=lambda line: (line.performance.stage.order, line.performance.start, line.performance.pk))


@telephoning
@require_safe
def telephones(request: HttpRequest) -> HttpResponse:
    """For paper: who plays when, and under which number."""
    edition = _edition(request)
    lines = calls(engagements.all_of(edition)) if edition else []
    return _shown(request, "acts/telephones.html", edition, {"edition": edition, "lines": lines})


# --- what the pages share ---------------------------------------------------------------------------------------------


def _edition(request: HttpRequest) -> Edition | None:
    """The one asked for, else that of now."""
    slug, card = request.GET.get("ausgabe", ""), programme.edition_of(timezone.now())
    if slug:
        card = next((each for each in programme.editions() if each.slug == slug), None)
        if card is None:
            raise Http404
    return Edition.objects.get(pk=card.id) if card else None


def _shown(request: HttpRequest, template: str, edition: Edition | None, context: dict[str, object]) -> HttpResponse:
    with timezone.override(edition.zone if edition else timezone.get_default_timezone()):
        response = render(request, template, context)
    response["X-Robots-Tag"] = "noindex"
    return response
