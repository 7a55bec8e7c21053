"""The audience's pages of the programme: complete without JavaScript, the same for everybody, without any cookie."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import wraps
from itertools import groupby
from typing import Any, Concatenate, ParamSpec
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from events import programme
from events.choice import chosen
from events.feeds import linked_data
from events.feeds.reading import entries
from events.models import Access, Production
from events.programme import EditionCard, Item, OnAir, RouteCard, StageCard
from events.town_plan import town_plan
from kultour.answers import site

P = ParamSpec("P")
SUITABLE_FOR = {
    0: _("the youngest"),
    6: _("children from 6 years on"),
    12: _("young people from 12 years on"),
    16: _("young people from 16 years on"),
}
SHARED_CACHE_SECONDS = 0
"""A cache that a town has in front asks each time. All pages fetch a change within its first second: a copy that is a
second old would be the page from before it, and nobody tells them again. Crowds are served by ``kultour.crowd``."""


def public_page(view: Callable[Concatenate[HttpRequest, datetime, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Read-only, the same for everybody; gives the view the present moment."""

    @require_safe
    @cache_control(public=True, max_age=0, s_maxage=SHARED_CACHE_SECONDS)
    @wraps(view)
    def page(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return view(request, timezone.now(), *args, **kwargs)

    return page


def show(
    request: HttpRequest, template: str, edition: EditionCard | None, now: datetime, context: dict[str, Any]
) -> HttpResponse:
    """Render with the clock of the edition's town."""
    zone = edition.zone if edition else timezone.get_default_timezone()
    with timezone.override(zone):
        return render(request, template, {"edition": edition, "now": now, **context})


# --- today ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Station:
    """A stage along the river: what is on air there now, what is next."""

    stage: StageCard
    on_air: OnAir | None
    next: Item | None

    @property
    def state(self) -> str:
        if self.on_air is None:
            return "off"
        return "stalled" if self.on_air.stalled else "on_air"


def stations(
    stages: Iterable[StageCard], on_air: Iterable[OnAir], items: Iterable[Item], now: datetime
) -> list[Station]:
    live = {each.stage: each for each in on_air}
    coming = [item for item in items if item.start > now and not item.cancelled]
    return [
        Station(stage, live.get(stage.slug), next((item for item in coming if item.stage == stage), None))
        for stage in stages
    ]


def worded(on_air: Iterable[OnAir], items: Iterable[Item], stages: Iterable[StageCard]) -> list[OnAir]:
    """What is on air, named in the page's language as far as the programme knows it: by its performance, or by its
    stage where a synthetic artist plays. The session itself is named in the house's first language."""
    played = {item.id: item for item in items}
    places = {stage.slug: stage for stage in stages}

    def named(air: OnAir) -> OnAir:
        item, place = played.get(air.performance_id or 0), places.get(air.stage)
        if item:
            return replace(air, title=item.title, act_name=item.act_name)
        return replace(air, title=place.name) if place and air.rehearsal and not air.act_name else air

    return [named(each) for each in on_air]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return redirect("today")


@public_page
def today(request: HttpRequest, now: datetime) -> HttpResponse:
    """Now and next. What is on air leads, whatever the clock says."""
    evening = programme.today(now)
    stages = programme.stages()
    on_air = worded(evening.on_air, [*evening.now, *evening.soon, *evening.later, *evening.past], stages)
    river = stations(stages, on_air, [*evening.soon, *evening.later], now)
    places = {station.stage.slug: station.stage for station in river}
    context = {
        "today": evening,
        "on_air": [(each, places.get(each.stage)) for each in on_air],
        "river": river,
        "groups": _groups(evening),
    }
    return show(request, "programme/today.html", evening.edition, now, context)


def _groups(evening: programme.Today) -> list[tuple[str, list[Item]]]:
    """The day in order; what is on air has its own place above."""
    groups = [
        ("now", [item for item in evening.now if not item.live]),
        ("soon", evening.soon),
        ("later", evening.later),
        ("past", evening.past),
    ]
    return [(name, items) for name, items in groups if items]


# --- the whole programme ----------------------------------------------------------------------------------------------


@public_page
def whole_programme(request: HttpRequest, now: datetime) -> HttpResponse:
    """Everything, by hour, or what the visitor chose of it; of the present edition, or of another one."""
    present = programme.edition_of(now)
    editions = programme.editions_with_programme()
    edition = next((each for each in editions if each.slug == request.GET.get("ausgabe")), present)
    items = programme.items_of(edition) if edition else []
    choice = chosen(request.GET)
    found = [item for item in items if choice.takes(item)]
    context = {
        "editions": editions,
        "is_present": edition == present,
        "calendar": site(request) + reverse("programme_ics"),
        "linked_data": linked_data.edition_in_short(edition, items, site(request)) if edition else None,
        "hours": by_hour(found, edition.zone) if edition else [],
        "one_day": edition is not None and edition.first_day == edition.last_day,
        "found": len(found),
        "total": len(items),
        "choice": choice,
        "kinds": [kind for kind in Production.Kind.choices if any(item.kind == kind[0] for item in items)],
        "features": Access.choices,
        "ages": [(age, words) for age, words in SUITABLE_FOR.items() if any(item.age > age for item in items)],
        "stages": stages_of(items),
        "routes": programme.routes(edition) if edition else [],
    }
    return show(request, "programme/programme.html", edition, now, context)


def stages_of(items: Iterable[Item]) -> list[StageCard]:
    """Where these are played, along the way."""
    stages = {item.stage.slug: item.stage for item in items}
    return sorted(stages.values(), key=lambda stage: stage.order)


@dataclass(frozen=True)
class Hour:
    """What begins within one hour; `start` is the full hour."""

    start: datetime
    items: list[Item]

    @property
    def number(self) -> int:
        """For the names of parts of the page."""
        return int(self.start.timestamp())


def by_hour(items: list[Item], zone: ZoneInfo) -> list[Hour]:
    """Items in order, cut at the full hours of the town's clock; the hour that comes twice in October is two."""

    def hour(item: Item) -> datetime:
        wall = item.start.astimezone(zone)
        return wall.replace(minute=0, second=0, microsecond=0).astimezone(UTC)

    return [Hour(start, list(group)) for start, group in groupby(items, key=hour)]


# --- one performance, one act, one walk -------------------------------------------------------------------------------


@public_page
def performance(request: HttpRequest, now: datetime, slug: str) -> HttpResponse:
    item = programme.item(slug)
    if item is None:
        raise Http404
    edition = programme.edition_by_id(item.edition)
    context = {
        "item": item,
        "passes": programme.passes_of(item),
        "over": item.end <= now,
        "pictures": programme.pictures_of(item.act_slug),
        "linked_data": linked_data.performance(entries([item])[0], edition, site(request)) if edition else None,
    }
    return show(request, "programme/performance.html", edition, now, context)


@public_page
def act(request: HttpRequest, now: datetime, slug: str) -> HttpResponse:
    found = programme.act_named(slug)
    if found is None:
        raise Http404
    items = programme.items_of_act(slug)
    context = {
        "act": found,
        "pictures": programme.pictures_of(slug),
        "coming": [item for item in items if item.end > now],
        "past": [item for item in items if item.end <= now],
    }
    return show(request, "programme/act.html", programme.edition_of(now), now, context)


@public_page
def venue(request: HttpRequest, now: datetime, slug: str) -> HttpResponse:
    """A place: how to get in, what plays there, and where it lies in town."""
    venues = programme.venues()
    found = next((each for each in venues if each.slug == slug), None)
    if found is None:
        raise Http404
    edition = programme.edition_of(now)
    context = {
        "venue": found,
        "stages": [stage for stage in programme.stages() if stage.venue == slug],
        "items": programme.items_of_venue(edition, slug) if edition else [],
        "plan": town_plan(venues, slug),
    }
    return show(request, "programme/venue.html", edition, now, context)


@dataclass(frozen=True)
class Stop:
    """A station of a walk with the one before and the one behind it."""

    station: Station
    previous: StageCard | None
    next: StageCard | None


def stops(stations: list[Station]) -> list[Stop]:
    stages: list[StageCard | None] = [None, *(station.stage for station in stations), None]
    return [
        Stop(station, before, behind) for station, before, behind in zip(stations, stages, stages[2:], strict=False)
    ]


@public_page
def route(request: HttpRequest, now: datetime, slug: str) -> HttpResponse:
    """A walk: its stations in order, with what is on and what is next at each."""
    found = programme.route_named(slug)
    if found is None:
        raise Http404
    items = programme.day(found.edition, now)
    river = stations(found.stations, worded(programme.on_air(), items, found.stations), items, now)
    others: list[RouteCard] = [each for each in programme.routes(found.edition) if each.slug != slug]
    context = {
        "route": found,
        "stops": stops(river),
        "others": others,
        "calendar": site(request) + reverse("route_ics", args=[slug]),
    }
    return show(request, "programme/route.html", found.edition, now, context)
