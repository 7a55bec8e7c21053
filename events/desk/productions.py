"""Productions: what is played, and each time that it is."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from events import drafts, programme
from events.desk import lists, sheet
from events.desk.lists import Catalogue, Line
from events.desk.performance_form import PerformanceSheet
from events.desk.plan_forms import ProductionForm
from events.models import Act, Edition, Performance, Production
from events.planning import Subject
from events.refusals import Refused
from events.versions import Wording
from kultour.accounts.doors import office_required

USUAL_MINUTES = 30


@office_required
@require_safe
def productions(request: HttpRequest) -> HttpResponse:
    edition = lists.edition_here(request, timezone.now())
    about = Catalogue(
        title=_("Productions"),
        lead=_("What is played in this edition. Each production may have several performances."),
        columns=(_("Act"), _("Kind"), _("Performances")),
        new=(reverse("office_production_new", args=[edition.pk]), _("New production")) if edition else None,
        nothing=_("Nothing is planned yet.") if edition else _("Please make an edition first."),
    )
    words = lists.searched(request)
    rows = Production.objects.filter(edition=edition).select_related("act").annotate(times=Count("performances"))
    if words:
        rows = rows.filter(Q(title__icontains=words) | Q(act__name__icontains=words))
    return lists.show(
        request,
        about,
        rows.order_by("title", "pk"),
        _line,
        search=words,
        searches=True,
        edition=edition,
        editions=lists.edition_choice(edition),
    )


def _line(row: Production) -> Line:
    address = reverse("office_production", args=[row.pk])
    return Line(address, row.title, (row.act.name, row.get_kind_display(), row.times))


@office_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, edition: int) -> HttpResponse:
    found = get_object_or_404(Edition, pk=edition)
    context = {"title": _("New production"), "kicker": found.title, "trail": _trail(found)}
    if not Act.objects.exists():
        nobody = _("There is no act yet. Please enter who plays first.")
        return sheet.refused(request, Refused(nobody), reverse("office_act_new"))
    act = request.GET.get("wer", "")
    initial = {"act": act} if act.isdecimal() else None
    return sheet.make(
        request,
        Subject.PRODUCTION,
        ProductionForm,
        "planning/sheet.html",
        context,
        given={"edition": found},
        initial=initial,
    )


@office_required
@require_http_methods(["GET", "HEAD", "POST"])
def production(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Production.objects.select_related("act", "edition"), pk=pk)
    context = {
        "title": row.title,
        "kicker": row.act.name,
        "trail": _trail(row.edition),
        "performances": row.performances.select_related("stage__venue").order_by("start"),
    }
    with timezone.override(row.edition.zone):
        return sheet.change(request, row, ProductionForm, "planning/production.html", context)


# --- one more performance ---------------------------------------------------------------------------------------------


@office_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_performance(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft: where, when, and what is said of it."""
    row = get_object_or_404(Production.objects.select_related("act", "edition"), pk=pk)
    stages, zone = programme.stages(), row.edition.zone
    if not stages:
        nowhere = _("There is no stage yet. Please make a venue and a stage in it first.")
        return sheet.refused(request, Refused(nowhere), reverse("office_venues"))
    if request.method != "POST":
        return _form_page(request, row, PerformanceSheet(stages=stages, zone=zone, initial=_proposed(row)))
    data = request.POST.copy()
    data["version"] = "0"
    form = PerformanceSheet(data, stages=stages, zone=zone)
    if form.is_valid():
        try:
            change = drafts.add(row, form.slot, form.wording or Wording(), request.user, timezone.now())
            return redirect(f"{reverse('office_performance', args=[change.performance_id])}?gespeichert={change.pk}")
        except Refused as refusal:
            form.refuse(refusal)
    return _form_page(request, row, form, status=422)


def _form_page(request: HttpRequest, row: Production, form: PerformanceSheet, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "title": _("New performance"),
        "kicker": row.title,
        "trail": [*_trail(row.edition), (reverse("office_production", args=[row.pk]), row.title)],
    }
    with timezone.override(row.edition.zone):
        return render(request, "planning/sheet.html", context, status=status)


def _proposed(row: Production) -> dict[str, Any]:
    """The day on which the edition opens, and what the last performance was like."""
    last = row.performances.select_related("stage").order_by("start").last()
    begins: datetime = (last.end if last else row.edition.opens).astimezone(row.edition.zone)
    return {
        "title": row.title,
        "title_en": row.translations.get("en", {}).get("title", ""),
        "stage": last.stage.slug if last else "",
        "day": begins.date().isoformat(),
        "clock": "" if last else f"{begins:%H:%M}",
        "minutes": _minutes(last) if last else USUAL_MINUTES,
        "access": list(last.access) if last else [],
        "version": 0,
    }


def _minutes(performance: Performance) -> int:
    return int((performance.end - performance.start).total_seconds()) // 60


def _trail(edition: Edition) -> list[tuple[str, str]]:
    return [(f"{reverse('office_productions')}?ausgabe={edition.slug}", _("Productions"))]
