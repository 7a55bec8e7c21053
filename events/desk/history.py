"""What was changed by whom: performances and everything else in one list, the newest first, in pages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Paginator
from django.db.models import CharField, Model, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from events import actions, planning
from events.actions import Action
from events.desk import lists
from events.desk.sheet import ADDRESS, notice
from events.desk.sheet_form import field_name
from events.models import Access, Act, Change, Edit, Performance, PlaceAccess, Stage, Venue
from events.planning import Subject
from events.publishing import UNDO_WITHIN
from kultour.accounts.doors import office_required

PER_PAGE = 30
LONGEST = 300
"""Characters of a text that the list quotes."""
UNTOLD = {"version", "previous_stage", "previous_start", "slug", "edition_id"}


@dataclass(frozen=True)
class Difference:
    """One field, before and after; one of the two may be empty."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One edit, as the list tells it."""

    at: datetime
    who: str
    what: str
    """What kind of thing."""
    name: str
    href: str
    """Empty where it is gone."""
    kind: str
    differences: tuple[Difference, ...]
    undo: str
    """Where to undo it; empty where it is too late."""
    undo_all: bool
    """It goes together with all that the same press of a button did."""


# --- the page ---------------------------------------------------------------------------------------------------------


@office_required
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    subject = request.GET.get("was", "")
    subject = subject if subject in Subject.values else ""
    page = Paginator(_rows(subject), PER_PAGE).get_page(request.GET.get("seite"))
    context = {
        "entries": _entries(list(page), timezone.now()),
        "subjects": [(code, capfirst(words)) for code, words in Subject.choices],
        "subject": subject,
        **lists.pages(request, page),
        **notice(request),
    }
    return render(request, "planning/history.html", context)


def _rows(subject: str) -> QuerySet[Any]:
    """Table and number of each edit, the newest first."""
    edits = Edit.objects.filter(subject=subject) if subject else Edit.objects.all()
    rows = _numbered(edits, "edit")
    if subject in {"", Subject.PERFORMANCE}:
        rows = rows.union(_numbered(Change.objects.all(), "change"), all=True)
    return rows.order_by("-at", "-pk")


def _numbered(rows: QuerySet[Any], table: str) -> QuerySet[Any]:
    return rows.order_by().annotate(of=Value(table, CharField())).values_list("at", "pk", "of")


def _entries(rows: Iterable[tuple[datetime, int, str]], now: datetime) -> list[Entry]:
    """Six questions for a whole page."""
    numbers: dict[str, list[int]] = {"edit": [], "change": []}
    for _at, pk, table in rows:
        numbers[table].append(pk)
    edits = Edit.objects.select_related("by").in_bulk(numbers["edit"])
    changes = Change.objects.select_related("by", "performance__production__edition").in_bulk(numbers["change"])
    there = {subject: _existing(subject, edits.values()) for subject in {edit.subject for edit in edits.values()}}
    words, presses = Words(), Presses(now)
    return [
        _of_edit(edits[pk], there[edits[pk].subject], words, presses)
        if table == "edit"
        else _of_change(changes[pk], words, presses)
        for _at, pk, table in rows
    ]


def _existing(subject: str, edits: Iterable[Edit]) -> set[int]:
    sheet = planning.SHEETS.get(subject)
    ids = [edit.object_id for edit in edits if edit.subject == subject]
    return set(sheet.model.objects.filter(pk__in=ids).values_list("pk", flat=True)) if sheet else set()


# --- one entry --------------------------------------------------------------------------------------------------------


class Presses:
    """What can be undone, and with what: asked for once a press of a button, and only where it is fresh."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._known: dict[tuple[int | None, datetime], Action | None] = {}

    def undo(self, row: Change | Edit) -> tuple[str, bool]:
        """Where to undo it, empty where nowhere; and whether that is more than this one."""
        if self.now - row.at > UNDO_WITHIN:  # asked first: of a whole page hardly any is younger
            return "", False
        action = self._around(row)
        if action:
            may = actions.may_undo(action, self.now)
            return (reverse("office_take_back", args=[action.last.pk]), True) if may else ("", False)
        if isinstance(row, Edit):
            may = planning.may_undo(row, self.now)
            return reverse("office_edit_undo", args=[row.pk]) if may else "", False
        as_left = row.version == row.performance.version
        may = as_left and row.kind not in {Change.Kind.UNDONE, Change.Kind.MADE}
        return reverse("office_undo", args=[row.pk]) if may else "", False

    def _around(self, row: Change | Edit) -> Action | None:
        press = row.by_id, row.at
        if press not in self._known:
            self._known[press] = actions.around(row)
        return self._known[press]


def _of_edit(edit: Edit, there: set[int], words: "Words", presses: Presses) -> Entry:
    undo, undo_all = presses.undo(edit)
    sheet = planning.SHEETS.get(edit.subject)
    return Entry(
        at=edit.at,
        who=edit.by.display_name if edit.by else "",
        what=edit.get_subject_display(),
        name=edit.name,
        href=reverse(ADDRESS[edit.subject], args=[edit.object_id]) if edit.object_id in there else "",
        kind=edit.get_kind_display(),
        differences=differences(sheet.model if sheet else Performance, edit.before, edit.after, words),
        undo=undo,
        undo_all=undo_all,
    )


def _of_change(change: Change, words: "Words", presses: Presses) -> Entry:
    performance = change.performance
    undo, undo_all = presses.undo(change)
    with timezone.override(performance.production.edition.zone):
        told = differences(Performance, change.before, change.after, words)
    return Entry(
        at=change.at,
        who=change.by.display_name if change.by else "",
        what=str(Subject.PERFORMANCE.label),
        name=performance.title,
        href=reverse("office_performance", args=[performance.pk]),
        kind=change.get_kind_display(),
        differences=told,
        undo=undo,
        undo_all=undo_all,
    )


# --- differences in words ---------------------------------------------------------------------------------------------


class Words:
    """Names of what the states only number, asked for once a page and only where needed."""

    def __init__(self) -> None:
        self._known: dict[str, dict[Any, str]] = {}

    def of(self, field: str, value: Any) -> str:
        if field not in self._known:
            self._known[field] = dict(self._asked(field))
        return self._known[field].get(value, str(value))

    @staticmethod
    def _asked(field: str) -> Iterable[tuple[Any, str]]:
        if field == "act":
            return Act.objects.values_list("pk", "name")
        if field in {"venue", "rain_venue"}:
            return Venue.objects.values_list("pk", "short_name")
        return Stage.objects.values_list("slug", "venue__short_name")


def differences(
    model: type[Model], before: Mapping[str, Any], after: Mapping[str, Any], words: Words
) -> tuple[Difference, ...]:
    """What was different, in words; what only the program needs is left out."""
    names = [name for name in {**before, **after} if name not in UNTOLD and before.get(name) != after.get(name)]
    found = (
        Difference(label_of(model, name), _said(model, name, before, words), _said(model, name, after, words))
        for name in names
    )
    return tuple(each for each in found if each.before or each.after)


def label_of(model: type[Model], name: str) -> str:
    """A field's name for people."""
    if name.endswith("_en"):
        return _("{field} in English").format(field=label_of(model, name.removesuffix("_en")))
    if name == "stations":
        return _("Stations")
    if name == "after":
        return _("Along the way, after")
    try:
        return field_name(model, name)
    except FieldDoesNotExist:
        return name


def _said(model: type, name: str, state: Mapping[str, Any], words: Words) -> str:
    value = state.get(name)
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name in {"act", "venue", "rain_venue", "stage", "after"}:
        return words.of(name, value)
    if name == "stations":
        return ", ".join(words.of(name, slug) for slug in value)
    if name == "access":
        labels: Mapping[str, Any] = dict((PlaceAccess if model is Venue else Access).choices)
        return ", ".join(str(labels.get(code, code)) for code in value)
    if name in {"start", "end", "opens", "closes"} and (moment := parse_datetime(value)):
        return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
    return _chosen(model, name, value) or _quoted(str(value))


def _chosen(model: type, name: str, value: Any) -> str:
    try:
        choices = dict(model._meta.get_field(name).choices or ())  # type: ignore[attr-defined]
    except FieldDoesNotExist:
        return ""
    return str(choices.get(value, ""))


def _quoted(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
