"""Reading the office's planning list: upload, look through, take over."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events import drafts
from events.desk import lists, taking_back
from events.models import Edition, PlanningList
from events.planning_list import guide, intake, listing
from events.planning_list.preview import Compared, Outcome, Preview
from events.planning_list.sheet import Line, Sheet
from events.planning_list.wishes import Problem
from events.refusals import Refused
from kultour import tables
from kultour.accounts.doors import office_required

PER_PAGE = 50
PROBLEMS_SHOWN = 100
DONE, GONE = "uebernommen", "abgelaufen"
"""In the address: what the page tells about."""
KINDS_OF_FILE = {
    "csv": ("text/csv; charset=utf-8", tables.write_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", tables.write_xlsx),
}


class UploadForm(forms.Form):
    """A file, and for which edition it is."""

    edition = forms.ModelChoiceField(
        label=gettext_lazy("Edition"),
        queryset=Edition.objects.order_by("-opens"),
        empty_label=None,
        error_messages={
            "required": gettext_lazy("Please choose the edition."),
            "invalid_choice": gettext_lazy("There is no such edition. Please choose one from the list."),
        },
    )
    file = forms.FileField(
        label=gettext_lazy("List"),
        help_text=gettext_lazy("A table as .xlsx or .csv, at most 5 MB and 1,000 performances."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={
            "required": gettext_lazy("Please choose the file."),
            "empty": gettext_lazy("This file is empty. Please choose another one."),
            "missing": gettext_lazy("Please choose the file."),
            "invalid": gettext_lazy("Please choose the file."),
        },
    )


@dataclass(frozen=True)
class ShownProblem:
    """Under the name that the column has in the file."""

    row: int
    head: str
    sentence: str


@dataclass(frozen=True)
class ShownRow:
    """A row as it was typed, and what is said of it."""

    line: Line
    compared: Compared
    differs: list[str]
    problems: list[ShownProblem]

    @property
    def cells(self) -> dict[str, str]:
        return {column.name: text for column, text in self.line.texts.items()}


@office_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Choose the file; on the same page stands how it is written."""
    now = timezone.now()
    if request.method != "POST":
        edition = lists.edition_here(request, now)
        return _upload_page(request, UploadForm(initial={"edition": edition.id if edition else None}))
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _upload_page(request, form, status=422)
    file = form.cleaned_data["file"]
    try:
        kept = intake.receive(
            form.cleaned_data["edition"], file.name, file.read(tables.FILE_BYTES + 1), request.user, now
        )
    except tables.Unreadable as unreadable:
        form.add_error("file", str(unreadable))
        return _upload_page(request, form, status=422)
    return redirect("office_list_preview", kept.pk)


def _upload_page(request: HttpRequest, form: UploadForm, status: int = 200) -> HttpResponse:
    told = request.GET.get(DONE, "") if status == 200 else ""
    edition = Edition.objects.filter(slug=request.GET.get("ausgabe", "")[:50].replace("\0", "")).first()
    context = {
        "form": form,
        "guide": guide.columns(),
        "done": int(told) if told.isdecimal() and len(told) < 6 else None,
        "gone": GONE in request.GET and status == 200,
        "into": edition,
        "drafts": drafts.number_of(edition) if edition else 0,
        "action": taking_back.offered(request),
        "editions": Edition.objects.order_by("-opens")[:10],
    }
    return render(request, "planning_list/upload.html", context, status=status)


@office_required
@require_safe
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """What taking over would do; nothing is written."""
    kept = intake.find(pk, request.user, timezone.now())
    return _preview_page(request, kept) if kept else _gone()


@office_required
@require_POST
def take_over(request: HttpRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    kept = intake.find(pk, request.user, now)
    if kept is None:
        return _gone()
    try:
        found = intake.take_over(kept, request.POST.get("seen", ""), request.user, now)
    except Refused as refusal:
        return _preview_page(request, kept, refusal=refusal, status=409)
    written = taking_back.written_at(request.user, now)
    told = {DONE: _written(found), "ausgabe": kept.edition.slug, **taking_back.address_of(written)}
    return redirect(f"{reverse('office_list')}?{urlencode(told)}")


@office_required
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    PlanningList.objects.filter(pk=pk, by=request.user).delete()
    return redirect("office_list")


def _gone() -> HttpResponse:
    return redirect(f"{reverse('office_list')}?{GONE}=1")


def _written(found: Preview) -> int:
    return len(found.of(Outcome.NEW)) + len(found.of(Outcome.CHANGED))


def _preview_page(
    request: HttpRequest, kept: PlanningList, *, refusal: Refused | None = None, status: int = 200
) -> HttpResponse:
    found = intake.preview(kept)
    sheet = Sheet.from_json(kept.sheet)
    page = Paginator(found.in_order_of_concern, PER_PAGE).get_page(request.GET.get("seite"))
    grave = [_shown(problem, sheet) for problem in found.problems if problem.grave]
    remarks = [_shown(problem, sheet) for problem in found.problems if not problem.grave]
    context: dict[str, Any] = {
        "list": kept,
        "preview": found,
        "page": page,
        "rows": _shown_rows(list(page), sheet),
        "counts": {str(outcome): len(found.of(outcome)) for outcome in Outcome},
        "grave": grave[:PROBLEMS_SHOWN],
        "more_grave": max(0, len(grave) - PROBLEMS_SHOWN),
        "remarks": remarks[:PROBLEMS_SHOWN],
        "more_remarks": max(0, len(remarks) - PROBLEMS_SHOWN),
        "missing": len([each for each in found.missing if not each.cancelled]),
        "unknown": sheet.unknown,
        "written": _written(found),
        "refusal": refusal,
        "form": UploadForm(initial={"edition": kept.edition_id}),
    }
    with timezone.override(kept.edition.zone):
        return render(request, "planning_list/preview.html", context, status=status)


def _shown_rows(rows: list[Compared], sheet: Sheet) -> list[ShownRow]:
    lines = {line.number: line for line in sheet.lines}
    return [
        ShownRow(
            lines[row.row],
            row,
            [sheet.head(column) for column in row.differs],
            [_shown(problem, sheet) for problem in row.problems],
        )
        for row in rows
    ]


def _shown(problem: Problem, sheet: Sheet) -> ShownProblem:
    return ShownProblem(problem.row, sheet.head(problem.column) if problem.column else "", problem.sentence)


# --- files to download ------------------------------------------------------------------------------------------------


@office_required
@require_safe
def template(request: HttpRequest, ending: str) -> HttpResponse:
    """The list without a row."""
    return _file("planungsliste", ending, [])


@office_required
@require_safe
def download(request: HttpRequest, slug: str, ending: str) -> HttpResponse:
    """The list of an edition, to be changed and read again."""
    edition = get_object_or_404(Edition, slug=slug)
    return _file(f"planungsliste-{edition.slug}", ending, listing.rows_of(edition))


def _file(name: str, ending: str, rows: list[list[tables.Value]]) -> HttpResponse:
    content_type, write = KINDS_OF_FILE[ending]
    return HttpResponse(
        write(listing.HEADS, rows),
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}.{ending}"'},
    )
