"""The live side's pages: watching a stage, and the artist's backstage."""

import contextlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from events import invitations, programme, rights
from events.programme import Item, StageCard, Text
from events.rights import Allowed
from events.schedule import SLOT_TOLERANCE, by_clock, is_now_or_next
from streaming import relays, titles
from streaming.mediathek import publication
from streaming.on_air import StageState, state_of
from streaming.signalling import tickets

# --- watching ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Station:
    """A stage on the way along the river: what is on air there, else what comes next."""

    stage: StageCard
    state: StageState
    items: tuple[Item, ...]
    now: Item | None
    next: Item | None

    @property
    def playing(self) -> Item | None:
        """What is on air, if it is in today's programme of this stage."""
        return next((item for item in self.items if item.id == self.state.performance_id), None)

    @property
    def title(self) -> str | Text:
        """Of what is on air, in the page's language as far as somebody has translated it: the session is named in the
        house's first. A synthetic artist's is named like the stage."""
        state = self.state
        if self.playing:
            return self.playing.title
        if state.rehearsal and not state.act_name:
            return self.stage.name
        if state.performance_id is None and state.since:
            return titles.shown(state.title, state.since, self.stage.name)
        return state.title

    @property
    def url(self) -> str:
        return reverse("watch", args=[self.stage.slug])

    @property
    def live_url(self) -> str:
        """The live playlist, also for players outside the browser."""
        return reverse("media_live", args=[self.stage.slug, "index.m3u8"])


def river(
    stages: Sequence[StageCard], items: Iterable[Item], states: Mapping[str, StageState], now: datetime
) -> list[Station]:
    """All stages in the order of the way, each with what it plays today."""
    by_stage: dict[str, list[Item]] = {stage.slug: [] for stage in stages}
    for item in items:
        by_stage.setdefault(item.stage.slug, []).append(item)
    return [
        _station(stage, by_stage[stage.slug], states.get(stage.slug, StageState(stage.slug)), now) for stage in stages
    ]


def _station(stage: StageCard, items: list[Item], state: StageState, now: datetime) -> Station:
    clock = by_clock([item for item in items if not item.cancelled], now)
    coming = [*clock.soon, *clock.later]
    return Station(stage, state, tuple(items), next(iter(clock.now), None), next(iter(coming), None))


def neighbours(stations: Sequence[Station], slug: str) -> tuple[Station | None, Station | None]:
    """The stations before and after this one; a river has a first and a last."""
    place = next(index for index, station in enumerate(stations) if station.stage.slug == slug)
    before = stations[place - 1] if place else None
    after = stations[place + 1] if place + 1 < len(stations) else None
    return before, after


def moved_away(here: Station, now: datetime) -> list[Item]:
    """What this stage's audience is waiting for, or in the middle of, and what plays elsewhere since the office moved
    it."""
    starts = [item.start for item in here.items if not item.cancelled]
    return [
        left.item
        for left in programme.departures(here.stage.slug, now)
        if left.item.end > now and is_now_or_next(left, starts, now)
    ]


def river_today(now: datetime) -> list[Station]:
    stages = programme.stages()
    edition = programme.edition_of(now)
    items = programme.day(edition, now) if edition else []
    return river(stages, items, state_of([stage.slug for stage in stages], now), now)


@never_cache
@require_safe
def watch(request: HttpRequest, stage: str) -> HttpResponse:
    """A stage: its picture, its programme, its chat, and the way to the others."""
    now = timezone.now()
    stations = river_today(now)
    here = next((station for station in stations if station.stage.slug == stage), None)
    if here is None:
        raise Http404
    upstream, downstream = neighbours(stations, stage)
    context = {
        "here": here,
        "stations": stations,
        "upstream": upstream,
        "downstream": downstream,
        "away": moved_away(here, now),
        "elsewhere": [each for each in stations if each is not here and each.state.state == "on_air"],
        "night": publication.opens_at(here.playing.age, now) if here.playing else None,
        "now": now,
        "ticket": tickets.issue(request),
    }
    return render(request, "watch/watch.html", context)


@csrf_exempt  # the session's unguessable number is the right to end it; a beacon carries no token
@require_POST
async def watch_leave(request: HttpRequest) -> HttpResponse:
    """The farewell of a closing page: frees its seat at once."""
    try:
        session = json.loads(request.body)["session"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return HttpResponse(status=400)
    with contextlib.suppress(relays.NoRelay):
        relays.control_room().leave(str(session))
    return HttpResponse(status=204)


# --- backstage --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """A stage as an act sees it before going on air."""

    stage: StageCard
    slots: tuple[Item, ...]
    """The act's own performances there today."""
    title: str
    """What would be played now; empty: a free transmission."""
    allowed: Allowed
    """What the act said about what would be played."""
    state: StageState
    own: bool
    """The act's own transmission is running there."""
    rehearsal: bool
    """What it would be without another word: a rehearsal, where nothing of the act's is near."""

    @property
    def taken(self) -> bool:
        """Somebody else plays, and not only to try the technique out."""
        return self.state.state != "off" and not self.own and not self.state.rehearsal

    @property
    def near(self) -> str:
        """When its slots count, each as begin/end: a page that was opened long before knows when it turns serious."""
        spans = ((slot.start - SLOT_TOLERANCE, slot.end + SLOT_TOLERANCE) for slot in self.slots)
        return " ".join(f"{begin.isoformat()}/{end.isoformat()}" for begin, end in spans)


@never_cache
@require_safe
def backstage(request: HttpRequest) -> HttpResponse:
    """Where an artist goes on air. Only with a personal link; without one, how to get it."""
    now = timezone.now()
    invitation = invitations.act_of(request, now)
    if invitation is None:
        return render(request, "studio/no_invitation.html", status=403)
    places = places_of(invitation.act_id, invitation.act_name, invitation.stage_slug, now)
    context = {
        "act_name": invitation.act_name,
        "places": places,
        "proposed": proposed(places, now),
        "now": now,
        "ticket": tickets.issue(request),
    }
    response = render(request, "studio/studio.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


def places_of(act_id: int, act_name: str, bound_to: str | None, now: datetime) -> list[Place]:
    """The stages this act may choose among: the one its link names, or all, its own slots first."""
    act_slug = next((act.slug for act in programme.acts() if act.id == act_id), "")
    places = [
        _place(station, act_id, act_name, act_slug, now)
        for station in river_today(now)
        if bound_to in {None, station.stage.slug}
    ]
    return sorted(places, key=lambda place: (not place.slots, place.stage.order))


def _place(station: Station, act_id: int, act_name: str, act_slug: str, now: datetime) -> Place:
    stage = station.stage
    performance_id = programme.performance_for(stage.slug, act_id, now)
    slots = tuple(item for item in station.items if item.act_slug == act_slug and not item.cancelled)
    own = station.state.state != "off" and station.state.act_name == act_name
    return Place(
        stage=stage,
        slots=slots,
        title=next((item.title for item in slots if item.id == performance_id), ""),
        allowed=rights.allowed_for(performance_id, act_id),
        state=station.state,
        own=own,
        rehearsal=station.state.rehearsal if own else performance_id is None,
    )


def proposed(places: Sequence[Place], now: datetime) -> Place | None:
    """Where the act goes on as it was, or has its next slot; None where it has to choose."""
    own = next((place for place in places if place.own), None)
    if own or len(places) == 1:
        return own or places[0]
    coming = [(slot.start, place.stage.order, place) for place in places for slot in place.slots if slot.end > now]
    return min(coming, key=lambda each: each[:2])[2] if coming else None
