"""The demo edition: an invented evening that always takes place today."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Max, QuerySet

from events import publishing
from events.models import (
    Act,
    Consent,
    Edition,
    Invitation,
    Performance,
    Production,
    Route,
    Setlist,
    Stage,
    Station,
    Venue,
    Work,
)
from events.rights import MOST_RELIVE_DAYS
from events.schedule import Slot, moment_of, programme_day

PLAN: Mapping[str, Any] = json.loads(Path(__file__).with_name("demo_programme.json").read_text(encoding="utf-8"))
SLUG: str = PLAN["edition"]["slug"]
ZONE = ZoneInfo(PLAN["edition"]["time_zone"])
VENUE_FIELDS = ("name", "short_name", "lat", "lon", "note", "address", "access", "access_note")
ENGLISH: Mapping[str, Any] = json.loads(Path(__file__).with_name("demo_english.json").read_text(encoding="utf-8"))
"""Words by table and slug."""
M = TypeVar("M", Act, Performance, Production, Route, Stage, Venue)
CONSENT_TEXT = "demo-1"
"""Version of the consent's wording that the invented acts agreed to."""


@transaction.atomic
def load(now: datetime) -> bool:
    """Make what is missing of the demo edition, on the present programme day; say whether anything was missing.

    What is there already stays as it is, with the office's edits; an evening that is over moves to today.
    """
    edition, _made = Edition.objects.get_or_create(slug=SLUG, defaults=_edition_fields(programme_day(now, ZONE)))
    _load_places(edition)
    _make_missing(Act.objects.all(), (Act(**plan) for plan in PLAN["acts"]))
    _load_productions(edition)
    made = _load_performances(edition)
    if made:
        publishing.put_on(edition, {pk: slot for pk, slot in _slots(edition).items() if pk in made}, now)
    _load_consents(edition, now)
    move_demo_to_today(now)
    return bool(made)


@transaction.atomic
def move_demo_to_today(now: datetime) -> bool:
    """When its last item is over and a new programme day has begun, play the evening again, as planned, today.

    Recordings stay, and personal links live on as much longer.
    """
    edition = Edition.objects.filter(slug=SLUG).first()
    if edition is None or not _is_over(edition, now):
        return False
    opened = edition.opens
    for field, value in _edition_fields(programme_day(now, ZONE)).items():
        setattr(edition, field, value)
    edition.save()
    publishing.put_on(edition, _slots(edition), now)
    Invitation.objects.filter(edition=edition, expires_at__gt=opened).update(
        expires_at=F("expires_at") + (edition.opens - opened)
    )
    return True


def _is_over(edition: Edition, now: datetime) -> bool:
    last = Performance.objects.filter(production__edition=edition).aggregate(last=Max("end"))["last"]
    return last is not None and last <= now and programme_day(edition.opens, ZONE) != programme_day(now, ZONE)


@transaction.atomic
def translate() -> int:
    """Give the demo's rows their English words where nobody has written any; how many rows that were."""
    edition = Edition.objects.filter(slug=SLUG)
    tables = {
        "edition": edition,
        "route": Route.objects.filter(edition__in=edition),
        "venue": Venue.objects.all(),
        "stage": Stage.objects.all(),
        "act": Act.objects.all(),
        "production": Production.objects.filter(edition__in=edition),
        "performance": Performance.objects.filter(production__edition__in=edition),
    }
    bare = [(row, ENGLISH[name].get(row.slug)) for name, rows in tables.items() for row in rows.filter(translations={})]
    spoken = [(row, words) for row, words in bare if words]
    for row, words in spoken:
        row.put_words("en", words)
        row.save(update_fields=["translations"])
    return len(spoken)


# --- what the plan says -----------------------------------------------------------------------------------------------


def _edition_fields(day: date) -> dict[str, Any]:
    plan = PLAN["edition"]
    same = ("title", "subtitle", "note", "language", "time_zone", "travel_minutes", "organiser")
    return {
        **{field: plan[field] for field in same},
        "opens": moment_of(day, time.fromisoformat(plan["start"]), ZONE),
        "closes": moment_of(day, time.fromisoformat(plan["end"]), ZONE),
    }


def _slot(plan: Mapping[str, Any], day: date) -> Slot:
    start = moment_of(day, time.fromisoformat(plan["start"]), ZONE)
    return Slot(plan["stage"], start, start + timedelta(minutes=plan["minutes"]), plan["title"])


def _slots(edition: Edition) -> dict[int, Slot]:
    """Where each performance of the plan belongs on the edition's day."""
    day = programme_day(edition.opens, ZONE)
    ids = dict(Performance.objects.filter(production__edition=edition).values_list("slug", "pk"))
    return {ids[plan["slug"]]: _slot(plan, day) for plan in PLAN["performances"]}


# --- making what is missing -------------------------------------------------------------------------------------------


def _make_missing(there: QuerySet[M], wanted: Iterable[M]) -> list[M]:
    """Those of the rows whose slug is not there yet, which now are."""
    known = set(there.values_list("slug", flat=True))
    return there.model._default_manager.bulk_create(row for row in wanted if row.slug not in known)


def _load_places(edition: Edition) -> None:
    _make_missing(
        Venue.objects.all(),
        (Venue(slug=plan["slug"], **{field: plan[field] for field in VENUE_FIELDS}) for plan in PLAN["venues"]),
    )
    venues = {venue.slug: venue for venue in Venue.objects.all()}
    _make_missing(Stage.objects.all(), (_stage(plan, venues[plan["slug"]]) for plan in PLAN["venues"]))
    _load_rain_venues(venues)
    routes = (
        Route(slug=plan["slug"], edition=edition, title=plan["title"], order=number)
        for number, plan in enumerate(PLAN["routes"], start=1)
    )
    _load_stations(_make_missing(Route.objects.all(), routes))


def _stage(plan: Mapping[str, Any], venue: Venue) -> Stage:
    fields = {field: plan[field] for field in ("slug", "order", "default_ingest")}
    return Stage(venue=venue, name=plan["stage_name"], **fields)


def _load_rain_venues(venues: Mapping[str, Venue]) -> None:
    """Once all are there; what the office has chosen meanwhile stays."""
    for plan in PLAN["venues"]:
        venue = venues[plan["slug"]]
        if "rain_venue" in plan and (venue.rain_venue_id, venue.version) == (None, 1):
            Venue.objects.filter(pk=venue.pk).update(rain_venue=venues[plan["rain_venue"]])


def _load_stations(routes: Iterable[Route]) -> None:
    stages = {stage.slug: stage for stage in Stage.objects.all()}
    stations = {plan["slug"]: plan["stations"] for plan in PLAN["routes"]}
    Station.objects.bulk_create(
        Station(route=route, stage=stages[slug], order=order)
        for route in routes
        for order, slug in enumerate(stations[route.slug], start=1)
    )


def _load_productions(edition: Edition) -> None:
    acts = {act.slug: act for act in Act.objects.all()}
    same = ("slug", "title", "kind", "age", "hat", "spoken")
    wanted = (
        Production(edition=edition, act=acts[plan["act"]], **{field: plan[field] for field in same})
        for plan in PLAN["productions"]
    )
    made = _make_missing(edition.productions.all(), wanted)
    setlists = Setlist.objects.bulk_create(
        Setlist(production=production) for production in made if PLAN["setlists"].get(production.slug)
    )
    Work.objects.bulk_create(
        Work(setlist=setlist, order=order, **(work | {"arranger": work["arranger"] or ""}))
        for setlist in setlists
        for order, work in enumerate(PLAN["setlists"][setlist.production.slug], start=1)
    )


def _load_performances(edition: Edition) -> set[int]:
    """Drafts of the performances that are missing; `publishing` makes them public."""
    productions = {production.slug: production for production in edition.productions.all()}
    stages = {stage.slug: stage for stage in Stage.objects.all()}
    day = programme_day(edition.opens, ZONE)
    same = ("slug", "text", "access")
    wanted = []
    for plan in PLAN["performances"]:
        slot, production = _slot(plan, day), productions[plan["production"]]
        place = {"stage": stages[slot.stage], "start": slot.start, "end": slot.end, "title": slot.title}
        wanted.append(Performance(production=production, **place, **{field: plan[field] for field in same}))
    return {performance.pk for performance in _make_missing(Performance.objects.all(), wanted)}


def _load_consents(edition: Edition, now: datetime) -> None:
    """What each invented act said about its performances, and, as widely as about any of them, about everything else
    it plays: who tries the demo edition out at any hour finds it kept."""
    agreed = set(Consent.objects.filter(version=CONSENT_TEXT).values_list("act", "performance"))
    wishes = {plan["slug"]: plan["consent"] for plan in PLAN["performances"]}
    there = Performance.objects.filter(production__edition=edition, slug__in=wishes).select_related("production__act")
    said = {(row.production.act, row): _consent_fields(wishes[row.slug]) for row in there}
    widest: dict[Act, dict[str, Any]] = {}
    for (act, _row), fields in said.items():
        widest[act] = max(fields, widest.get(act, fields), key=lambda each: each["days"])
    everything = {(act, None): fields for act, fields in widest.items() if fields["days"]}
    Consent.objects.bulk_create(
        Consent(act=act, performance=row, version=CONSENT_TEXT, given_at=now, given_by=act.name, **fields)
        for (act, row), fields in {**said, **everything}.items()
        if (act.pk, row and row.pk) not in agreed
    )


def _consent_fields(wish: str) -> dict[str, Any]:
    """`live_only`, or `archive_N` for N days; who allows a month allows an excerpt, who allows a year allows all."""
    days = int(wish.removeprefix("archive_")) if wish != "live_only" else 0
    return {
        "days": days,
        "relive_days": MOST_RELIVE_DAYS if days else 0,
        "excerpt": days >= 30,
        "download": days >= 365,
        "audio": days >= 365,
    }
