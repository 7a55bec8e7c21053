"""The office's pages for GEMA: what is missing, the set lists as files and on paper, and what is handed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.desk.forms import DateInput
from events.duties import gema, setlists, settling
from events.duties.gema import Reported
from events.duties.money import in_words
from events.duties.paper import asked_edition, table_file
from events.duties.setlists import Column, Event
from events.duties.settling import NO_MUSIC, SETLIST
from events.models import Act, Edition, Performance, Production, Work
from kultour.accounts.doors import office_required
from kultour.tables import Value

SAVED = "gespeichert"
FINGERPRINT = 64
"""Characters at most."""


@dataclass(frozen=True)
class Cell:
    """As a person reads it; `missing` where GEMA will ask for it."""

    label: object
    text: str
    missing: bool


@dataclass(frozen=True)
class Sheet:
    """One event as it is told: its head, and a row for each work."""

    event: Event
    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @classmethod
    def of(cls, one: Reported) -> "Sheet":
        missing = {(gap.column, gap.order) for gap in one.gaps}

        def cells(columns: Sequence[Column], work: Work | None) -> tuple[Cell, ...]:
            order = work.order if work else None
            return tuple(
                Cell(column.label, shown(column.cell(one.event, work)), (column.code, order) in missing)
                for column in columns
            )

        return cls(one.event, cells(setlists.HEAD, None), tuple(cells(setlists.WORK, work) for work in one.event.works))


def shown(value: Value) -> str:
    """A value of the table as it stands on paper."""
    if isinstance(value, Decimal):
        return in_words(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    return "" if value is None else str(value)


class HandedInForm(forms.Form):
    """On which day, and whether there was music at all."""

    duty = forms.ChoiceField(choices=[(SETLIST, SETLIST), (NO_MUSIC, NO_MUSIC)], widget=forms.HiddenInput)
    on = forms.DateField(
        label=gettext_lazy("Handed in on"),
        widget=DateInput,
        error_messages={
            "required": gettext_lazy("Please give the day."),
            "invalid": gettext_lazy("Please give the day as day, month and year, for example 24.05.2026."),
        },
    )

    def __init__(self, *arguments: Any, now: datetime, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.today = timezone.localtime(now).date()

    def clean_on(self) -> object:
        on = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError(_("This day has not come yet. Please note it when it is handed in."))
        return on


@office_required
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """Every event of an edition with its light, the files of the whole edition, and (POST) all that is complete, as it
    was shown, is handed in."""
    now = timezone.now()
    edition = asked_edition(request, now)
    if edition is None:
        return render(request, "duties/gema.html", {"events": [], "editions": []})
    events = gema.reported(edition, now)
    ready = [one for one in events if one.is_over and one.event.works and not one.gaps and not one.done_on]
    form = HandedInForm(request.POST or None, now=now, initial={"on": timezone.localdate(), "duty": SETLIST})
    if request.method == "POST" and form.is_valid():
        assert request.user.is_authenticated
        told = _shown(request, ready)
        settling.settle(SETLIST, told, form.cleaned_data["on"], request.user, told=told)
        return redirect(f"{reverse('gema')}?ausgabe={edition.slug}&{SAVED}")
    context = {
        "edition": edition,
        "editions": Edition.objects.order_by("-opens"),
        "events": events,
        "incomplete": [one for one in events if one.gaps and not one.settled],
        "ready": ready,
        "form": form,
        "saved": SAVED in request.GET,
    }
    with timezone.override(edition.zone):
        return render(request, "duties/gema.html", context, status=422 if form.errors else 200)


def _shown(request: HttpRequest, ready: Sequence[Reported]) -> dict[str, str]:
    """Of those that are ready, what stood on the page: guid → fingerprint. Nobody hands in what came after it."""
    sent = dict(each.split(" ", 1) for each in request.POST.getlist("shown") if " " in each)
    guids = [one.event.guid for one in ready]
    return {guid: sent[guid][:FINGERPRINT] for guid in guids if guid in sent}


@office_required
@require_http_methods(["GET", "HEAD", "POST"])
def event(request: HttpRequest, pk: int) -> HttpResponse:
    """One event as it is told to GEMA: to check, to print, and to note that it is handed in."""
    now = timezone.now()
    edition, found = _found(pk, now)
    form = HandedInForm(request.POST or None, now=now, initial={"on": timezone.localdate(), "duty": SETLIST})
    if request.method == "POST" and form.is_valid():
        assert request.user.is_authenticated
        guid, shown = found.event.guid, request.POST.get("shown", found.event.fingerprint)[:FINGERPRINT]
        settling.settle(form.cleaned_data["duty"], [guid], form.cleaned_data["on"], request.user, told={guid: shown})
        return redirect(f"{request.path}?{SAVED}")
    context = {
        "edition": edition,
        "found": found,
        "sheet": Sheet.of(found),
        "columns": setlists.WORK,
        "form": form,
        "saved": SAVED in request.GET,
        "setlist_address": _setlist_of(pk),
    }
    with timezone.override(edition.zone):
        return render(request, "duties/setlist.html", context, status=422 if form.errors else 200)


def _setlist_of(pk: int) -> str:
    """Where the office writes the works down; the office itself has no set list."""
    production = Production.objects.select_related("edition", "act").get(performances=pk)
    if production.act.kind == Act.Kind.OFFICE:
        return ""
    return reverse("office_setlist", args=[production.edition.slug, production.act.slug, production.slug])


@office_required
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """It was not handed in after all."""
    _edition, found = _found(pk, timezone.now())
    settling.reopen(gema.ANSWERS, found.event.guid)
    return redirect("gema_event", pk)


@office_required
@require_safe
def edition_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The set lists of the whole edition in one table."""
    now = timezone.now()
    edition = asked_edition(request, now)
    if edition is None:
        raise Http404
    return _file(kind, edition.title, gema.events_of(edition))


@office_required
@require_safe
def event_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    found = _found(pk, timezone.now())[1]
    return _file(kind, found.event.title, [found.event])


@office_required
@require_safe
def paper(request: HttpRequest) -> HttpResponse:
    """All set lists of an edition, one after the other, for the printer."""
    now = timezone.now()
    edition = asked_edition(request, now)
    if edition is None:
        raise Http404
    sheets = [Sheet.of(one) for one in gema.reported(edition, now) if one.event.works]
    context = {"edition": edition, "sheets": sheets, "columns": setlists.WORK}
    with timezone.override(edition.zone):
        return render(request, "duties/setlists_paper.html", context)


def _file(kind: str, title: str, events: list[Event]) -> HttpResponse:
    columns = setlists.in_order(gema.column_codes())
    rows = setlists.rows(events, columns)
    return table_file(
        kind, " ".join([_("set list"), title]), [column.label for column in columns], rows, timezone.localdate()
    )


def _found(pk: int, now: datetime) -> tuple[Edition, Reported]:
    """Raises Http404."""
    row = Performance.objects.select_related("production__edition").filter(pk=pk).first()
    if row is None:
        raise Http404
    edition = row.production.edition
    found = next((one for one in gema.reported(edition, now) if one.event.pk == pk), None)
    if found is None:
        raise Http404
    return edition, found


# --- the order of the columns -----------------------------------------------------------------------------------------


class ColumnsForm(forms.Form):
    """A place for each column; an empty one leaves it out."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        wanted = [column.code for column in setlists.in_order(gema.column_codes())]
        for code, column in setlists.COLUMNS.items():
            self.fields[code] = forms.IntegerField(
                label=column.label,
                required=False,
                min_value=1,
                max_value=99,
                initial=wanted.index(code) + 1 if code in wanted else None,
                error_messages={"invalid": gettext_lazy("Please give a number, or nothing.")},
            )

    def clean(self) -> dict[str, Any]:
        known = super().clean() or {}
        if not self.errors and not any(known.values()):
            raise forms.ValidationError(_("At least one column has to have a place."))
        return known

    @property
    def codes(self) -> list[str]:
        """Equal places stay in the order of the page."""
        placed = [(place, code) for code, place in self.cleaned_data.items() if place]
        return [code for _place, code in sorted(placed, key=lambda each: each[0])]


@office_required
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest) -> HttpResponse:
    form = ColumnsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        gema.order_columns(form.codes)
        return redirect(f"{request.path}?{SAVED}")
    context = {"form": form, "saved": SAVED in request.GET}
    return render(request, "duties/columns.html", context, status=422 if form.errors else 200)
