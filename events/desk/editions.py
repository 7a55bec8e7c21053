"""Editions: one year's event, from its first word to its last day."""

from urllib.parse import urlencode

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events import actions, drafts, publishing
from events.desk import lists, sheet, taking_back
from events.desk.lists import Catalogue, Line
from events.desk.plan_forms import EditionForm
from events.models import Change, Edit, Edition
from events.planning import Subject
from events.refusals import Refused
from kultour.accounts.doors import office_required

PUBLISHED, TAKEN_BACK = "veroeffentlicht", "zurueckgenommen"
"""In the address after publishing, and after taking it back: how many performances it was."""
ALREADY = "schon"
"""In the address of the list, after what is gone was to be taken back once more."""


@office_required
@require_safe
def editions(request: HttpRequest) -> HttpResponse:
    about = Catalogue(
        title=_("Editions"),
        lead=_("Each year's event, with its days, its walks and its programme."),
        columns=(_("Day"), _("In the programme")),
        new=(reverse("office_edition_new"), _("New edition")),
        nothing=_("There is no edition yet. It is the first thing to make: everything else belongs to one."),
    )
    rows = Edition.objects.annotate(productions_count=Count("productions")).order_by("-opens")
    return lists.show(request, about, rows, _line, already_undone=ALREADY in request.GET)


def _line(row: Edition) -> Line:
    with timezone.override(row.zone):
        day = formats.date_format(timezone.localtime(row.opens), "DATE_FORMAT")
    return Line(reverse("office_edition", args=[row.pk]), row.title, (day, row.productions_count))


@office_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    context = {"title": _("New edition"), "trail": _trail()}
    return sheet.make(request, Subject.EDITION, EditionForm, "planning/sheet.html", context)


@office_required
@require_http_methods(["GET", "HEAD", "POST"])
def edition(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Edition, pk=pk)
    context = {
        "title": row.title,
        "trail": _trail(),
        "kicker": _("Edition"),
        "drafts": drafts.number_of(row),
        "published": _number(request.GET.get(PUBLISHED, "")),
        "taken_back": _number(request.GET.get(TAKEN_BACK, "")),
        "action": taking_back.offered(request),
    }
    return sheet.change(request, row, EditionForm, "planning/edition.html", context)


def _number(told: str) -> int | None:
    return int(told) if told.isdecimal() and len(told) < 6 else None


@office_required
@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Show all drafts of an edition, or say what is in the way."""
    row = get_object_or_404(Edition, pk=pk)
    here = reverse("office_edition", args=[pk])
    try:
        changes = publishing.publish_drafts(row, request.user, timezone.now())
    except Refused as refusal:
        return sheet.refused(request, refusal, f"{reverse('office_plan')}?{urlencode({'ausgabe': row.slug})}")
    return redirect(f"{here}?{urlencode({PUBLISHED: len(changes), **taking_back.address_of(changes)})}")


@office_required
@require_POST
def take_back(request: HttpRequest, change: int) -> HttpResponse:
    """Take back all that was done with one press of a button, as publishing all drafts or taking over a list.

    A change that is gone went with what it had made, as by a second press of the same button.
    """
    row = Change.objects.select_related("performance__production").filter(pk=change).first()
    if row is None:
        return redirect(f"{reverse('office_editions')}?{ALREADY}")
    here = reverse("office_edition", args=[row.performance.production.edition_id])
    try:
        action = actions.undo(row, request.user, timezone.now())
    except Refused as refusal:
        return sheet.refused(request, refusal, here)
    if action.made_the_edition:
        return sheet.told(Edit.objects.filter(subject=Subject.EDITION, object_id=action.edition.pk).latest("pk"))
    return redirect(f"{here}?{TAKEN_BACK}={len(action.changes)}")


def _trail() -> list[tuple[str, str]]:
    return [(reverse("office_editions"), _("Editions"))]
