"""The plan: all stages and all hours of a day on one sheet, moved by hand, with everything that is not right yet."""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from events import actions, collisions, programme, publishing
from events.actions import Action
from events.desk import grid
from events.desk.findings import sentence
from events.desk.survey import Finding, Planned, fills_an_evening, survey
from events.models import Access, Change, Edition, Performance
from events.programme import EditionCard, Item
from events.publishing import UNDO_WITHIN
from events.refusals import ChangedMeanwhile, Refused
from events.schedule import Plan, Slot, programme_day
from kultour.accounts.doors import office_required, reading_required
from kultour.accounts.models import User

LARGEST_WISH = 2_000
"""Bytes."""


# --- the sheet --------------------------------------------------------------------------------------------------------


@reading_required
@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    """One day of an edition as a grid, and what is not right in the whole edition."""
    now = timezone.now()
    edition = _edition(request, now)
    if edition is None:
        return render(request, "office/plan/plan.html", {"edition": None})
    items = programme.items_for_office(edition)
    sheet = Sheet(edition, _day(request, edition, items, now), items)
    lacks = sheet.lacks()
    context = {
        "edition": edition,
        "editions": programme.editions(),
        "sheet": sheet,
        "lacks": lacks,
        "lacking": {item.id for lack in lacks for item, _way in lack.about},
        "undo": _undoable(request.user, now),
    }
    with timezone.override(edition.zone):
        return render(request, "office/plan/plan.html", context)


def _edition(request: HttpRequest, now: datetime) -> EditionCard | None:
    slug = request.GET.get("ausgabe")
    if not slug:
        return programme.edition_of(now)
    found = next((each for each in programme.editions() if each.slug == slug), None)
    if found is None:
        raise Http404
    return found


def _day(request: HttpRequest, edition: EditionCard, items: list[Item], now: datetime) -> date:
    """The day asked for; else today, if something is planned today; else the first."""
    days = grid.days(edition, items)
    asked = request.GET.get("tag", programme_day(now, edition.zone).isoformat())
    return next((day for day in days if day.isoformat() == asked), days[0])


def address_of(edition: str, day: date) -> str:
    """The sheet of one day of an edition."""
    return f"{reverse('office_plan')}?{urlencode({'ausgabe': edition, 'tag': day.isoformat()})}"


@dataclass(frozen=True)
class Lack:
    """A finding in words, with the ways to the performances that it is about."""

    finding: Finding
    words: str
    about: list[tuple[Item, str]]


class Sheet:
    """One day of an edition, and the whole edition around it."""

    def __init__(self, edition: EditionCard, day: date, items: list[Item]) -> None:
        self.edition = edition
        self.day = day
        self.items = items
        self.stages = programme.stages()
        self.of_day = [item for item in items if programme_day(item.start, edition.zone) == day]
        self.rows = grid.rows(self.of_day, self.stages, edition.zone)
        self.begins, self.ends = grid.axis(day, edition, self.of_day)

    @property
    def days(self) -> list[tuple[date, str]]:
        """Every day with its address."""
        return [(day, self._address(day)) for day in grid.days(self.edition, self.items)]

    @property
    def drafts(self) -> int:
        """How many of the whole edition nobody but the office sees yet."""
        return sum(item.status == Performance.Status.DRAFT for item in self.items)

    @cached_property
    def rules(self) -> Plan:
        return collisions.plan_of(Edition.objects.get(pk=self.edition.id))

    @cached_property
    def planned(self) -> list[Planned]:
        return _planned(self.edition)

    @property
    def fills_an_evening(self) -> bool:
        return fills_an_evening(self.planned, self.rules)

    def lacks(self) -> list[Lack]:
        """All that is not right yet in the whole edition."""
        found = survey(self.planned, self.rules, Access.values)
        places = {stage.slug: stage.short_name for stage in self.stages}
        by_id = {item.id: item for item in self.items}
        return [
            Lack(
                finding,
                sentence(finding, self.edition.zone, places),
                [(item, self._way(item)) for each in finding.about if (item := by_id.get(each.booking.id))],
            )
            for finding in found
        ]

    def _way(self, item: Item) -> str:
        """To an item's place on its sheet."""
        day = programme_day(item.start, self.edition.zone)
        return f"{'' if day == self.day else self._address(day)}#auftritt-{item.id}"

    def _address(self, day: date) -> str:
        return address_of(self.edition.slug, day)


def _planned(edition: EditionCard) -> list[Planned]:
    """All that is to be played, with what the survey wants to know of it."""
    rows = Performance.objects.filter(production__edition=edition.id).exclude(status=Performance.Status.CANCELLED)
    return [
        Planned(
            collisions.booking_of(row),
            draft=row.status == Performance.Status.DRAFT,
            access=frozenset(row.access),
            change_over=timedelta(minutes=row.stage.change_over_minutes),
        )
        for row in rows.select_related("stage__venue", "production__act")
    ]


@dataclass(frozen=True)
class Undoable:
    """The last thing that somebody did, while it can still be taken back."""

    action: Action
    seconds: int


def _undoable(user: User, now: datetime) -> Undoable | None:
    last = actions.last_of(user, now)
    return Undoable(last, math.ceil((last.at + UNDO_WITHIN - now).total_seconds())) if last else None


# --- moving by hand ---------------------------------------------------------------------------------------------------


class Unreadable(ValueError):
    """No page of ours would send this."""


@office_required
@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a performance where the grid says; its title stays."""
    performance = get_object_or_404(Performance, pk=pk)
    try:
        slot, seen = _wish(request.body, performance.title)
    except Unreadable:
        return _problem(400, _("This wish could not be read. Please reload the page and try again."))
    if programme.stage(slot.stage) is None:
        return _problem(422, _("There is no such stage. Please choose one from the list."))
    return _do(lambda now: publishing.move(pk, slot, request.user, now, seen=seen))


@office_required
@require_POST
def undo(request: HttpRequest, change: int) -> HttpResponse:
    """Take back what was done last; the half-minute is counted here."""
    row = Change.objects.filter(pk=change).first()
    if row is None:  # gone with the draft that it had made, as by a second press
        return _problem(409, _("This is undone already."))
    return _do(lambda now: actions.undo(row, request.user, now).last)


def _wish(body: bytes, title: str) -> tuple[Slot, int]:
    """`{"stage", "start", "end", "version"}`; the moments as ISO 8601 with an offset."""
    try:
        wish = json.loads(body[:LARGEST_WISH])
        start, end = (datetime.fromisoformat(wish[key]).astimezone(UTC) for key in ("start", "end"))
        return Slot(str(wish["stage"]), start, end, title), int(wish["version"])
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise Unreadable from error


def _do(verb: Callable[[datetime], Change | None]) -> HttpResponse:
    try:
        change = verb(timezone.now())
    except Refused as refusal:
        return _problem(409 if isinstance(refusal, ChangedMeanwhile) else 422, *refusal.sentences)
    return JsonResponse({"change": change.pk, "version": change.version} if change else {"change": None})


def _problem(status: int, *sentences: str) -> HttpResponse:
    """A problem document (RFC 9457) whose `detail` may be shown as it is."""
    body = {"type": "about:blank", "status": status, "title": _("Not saved."), "detail": " ".join(sentences)}
    return JsonResponse(body, status=status, content_type="application/problem+json")
