"""Venues and their stages."""

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from events.desk import lists, sheet
from events.desk.lists import Catalogue, Line
from events.desk.plan_forms import StageForm, VenueForm
from events.models import PlaceAccess, Stage, Venue
from events.planning import Subject
from kultour.accounts.doors import office_required


@office_required
@require_safe
def venues(request: HttpRequest) -> HttpResponse:
    about = Catalogue(
        title=_("Venues and stages"),
        lead=_("Places in town, how to get in, and the stages in them. They stay from edition to edition."),
        columns=(_("Stages"), _("Access"), _("When it rains")),
        new=(reverse("office_venue_new"), _("New venue")),
        nothing=_("There is no venue yet. A venue is a place in town; it gets its stages next."),
    )
    words = lists.searched(request)
    rows = Venue.objects.select_related("rain_venue").prefetch_related(
        Prefetch("stages", Stage.objects.order_by("order"))
    )
    if words:
        rows = rows.filter(name__icontains=words) | rows.filter(short_name__icontains=words)
    return lists.show(request, about, rows.order_by("short_name", "pk"), _line, search=words, searches=True)


def _line(row: Venue) -> Line:
    stages = ", ".join(stage.name for stage in row.stages.all())
    access = ", ".join(str(PlaceAccess(code).label) for code in row.access)
    rain = row.rain_venue.short_name if row.rain_venue else "–"
    return Line(reverse("office_venue", args=[row.pk]), row.short_name, (stages or "–", access or "–", rain))


@office_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_venue(request: HttpRequest) -> HttpResponse:
    context = {"title": _("New venue"), "trail": _trail()}
    return sheet.make(request, Subject.VENUE, VenueForm, "planning/sheet.html", context)


@office_required
@require_http_methods(["GET", "HEAD", "POST"])
def venue(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Venue, pk=pk)
    context = {"title": row.short_name, "trail": _trail(), "kicker": _("Venue"), "stages": row.stages.order_by("order")}
    return sheet.change(request, row, VenueForm, "planning/venue.html", context, venue=pk)


@office_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_stage(request: HttpRequest, venue: int) -> HttpResponse:
    place = get_object_or_404(Venue, pk=venue)
    context = {"title": _("New stage"), "trail": [*_trail(), _way_to(place)]}
    initial = {"venue": place.pk}
    return sheet.make(request, Subject.STAGE, StageForm, "planning/sheet.html", context, initial=initial)


@office_required
@require_http_methods(["GET", "HEAD", "POST"])
def stage(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Stage.objects.select_related("venue"), pk=pk)
    context = {"title": row.name, "trail": [*_trail(), _way_to(row.venue)], "kicker": _("Stage")}
    return sheet.change(request, row, StageForm, "planning/stage.html", context, stage=pk)


def _trail() -> list[tuple[str, str]]:
    return [(reverse("office_venues"), _("Venues and stages"))]


def _way_to(venue: Venue) -> tuple[str, str]:
    return reverse("office_venue", args=[venue.pk]), venue.short_name
