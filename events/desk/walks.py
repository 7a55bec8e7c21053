"""Walks (routes): stations in order. Buttons move them, by pointer, finger or keyboard; saving keeps the order."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from events.desk import lists, sheet
from events.desk.lists import Catalogue, Line
from events.desk.plan_forms import RouteForm
from events.models import Edition, Route
from events.planning import Subject
from kultour.accounts.doors import office_required

UP, DOWN, OUT, IN = "hoch", "runter", "raus", "dazu"


# --- one step of arranging --------------------------------------------------------------------------------------------


def arranged(stations: list[str], step: str, which: str) -> list[str]:
    """The walk after one press of a button; what cannot be done changes nothing."""
    if step == IN:
        return [*stations, which] if which and which not in stations else stations
    if which not in stations:
        return stations
    place = stations.index(which)
    rest = stations[:place] + stations[place + 1 :]
    if step == OUT:
        return rest
    to = {UP: place - 1, DOWN: place + 1}.get(step, place)
    return [*rest[:to], which, *rest[to:]] if 0 <= to <= len(rest) else stations


# --- pages ------------------------------------------------------------------------------------------------------------


@office_required
@require_safe
def routes(request: HttpRequest) -> HttpResponse:
    edition = lists.edition_here(request, timezone.now())
    about = Catalogue(
        title=_("Walks"),
        lead=_("The ways from stage to stage that the audience is offered."),
        columns=(_("Stations"),),
        new=(reverse("office_route_new", args=[edition.pk]), _("New walk")) if edition else None,
        nothing=_("This edition has no walk yet.") if edition else _("Please make an edition first."),
    )
    rows = Route.objects.filter(edition=edition).annotate(stations_count=Count("stations")).order_by("order", "pk")
    return lists.show(request, about, rows, _line, edition=edition, editions=lists.edition_choice(edition))


def _line(row: Route) -> Line:
    return Line(reverse("office_route", args=[row.pk]), row.title, (row.stations_count,))


@office_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, edition: int) -> HttpResponse:
    found = get_object_or_404(Edition, pk=edition)
    context = {"title": _("New walk"), "trail": _trail(found), "edition": found}
    if _is_arranging(request):
        return _rearranged(request, context)
    given = {"edition": found}
    return sheet.make(request, Subject.ROUTE, RouteForm, "planning/route.html", context, given=given)


@office_required
@require_http_methods(["GET", "HEAD", "POST"])
def route(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Route.objects.select_related("edition"), pk=pk)
    context: dict[str, Any] = {"title": row.title, "trail": _trail(row.edition), "kicker": _("Walk")}
    if _is_arranging(request):
        return _rearranged(request, {**context, "row": row, "subject": Subject.ROUTE})
    return sheet.change(request, row, RouteForm, "planning/route.html", context)


def _is_arranging(request: HttpRequest) -> bool:
    return request.method == "POST" and "schritt" in request.POST


def _rearranged(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The form again, in the new order and not saved yet; the button that was pressed keeps the focus."""
    step, _colon, which = request.POST["schritt"].partition(":")
    which = request.POST.get("station", "") if step == IN else which
    stations = arranged(request.POST.getlist("stations"), step, which)
    form = RouteForm(state={**request.POST.dict(), "stations": stations})
    return render(
        request,
        "planning/route.html",
        {**context, "form": form, "arranged": True, "step": step, "moved": which, "moved_name": form.stages.get(which)},
    )


def _trail(edition: Edition) -> list[tuple[str, str]]:
    return [(f"{reverse('office_routes')}?ausgabe={edition.slug}", _("Walks"))]
