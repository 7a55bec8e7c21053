"""The reading side of the programme: what pages, feeds and the live side ask for.

Answers are plain frozen values (`cards`), in the language of the page; no query leaks out, and no function asks the
database once per row. Moments are UTC; whoever shows them converts into the edition's zone.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from django.db.models import F, Min

from events import models
from events.cards import (
    ActCard,
    Departure,
    EditionCard,
    Item,
    OnAir,
    PictureCard,
    RouteCard,
    StageCard,
    Text,
    Today,
    VenueCard,
)
from events.figures import Concurrency, Kept, Usage
from events.markdown import plain
from events.reading import Reader, Rows, language_of_page
from events.schedule import SLOT_TOLERANCE, by_clock, day_bounds, nearest_slot, programme_day

__all__ = [
    "ActCard",
    "Departure",
    "EditionCard",
    "Item",
    "OnAir",
    "PictureCard",
    "RouteCard",
    "StageCard",
    "Text",
    "Today",
    "VenueCard",
    "language_of_page",
    "plain",
]

# --- the live side's registry -----------------------------------------------------------------------------------------


class LiveSide(Protocol):
    """What the programme wants to know of the live side; asked once for a whole list, never per row."""

    def on_air(self) -> Mapping[str, OnAir]: ...
    def played(self) -> Mapping[int, OnAir]: ...
    def recordings(self, performance_ids: Collection[int]) -> Mapping[int, str]: ...
    def rehearsed(self, act_ids: Collection[int]) -> Mapping[int, datetime]: ...
    def usage(self, begins: datetime, ends: datetime) -> Sequence[Usage]: ...
    def concurrency(self, begins: datetime, ends: datetime) -> Concurrency | None: ...
    def kept(self, now: datetime) -> Sequence[Kept]: ...


class DarkHouse:
    """No live side: nothing on air, nothing kept."""

    def on_air(self) -> Mapping[str, OnAir]:
        return {}

    def played(self) -> Mapping[int, OnAir]:
        return {}

    def recordings(self, performance_ids: Collection[int]) -> Mapping[int, str]:
        return {}

    def rehearsed(self, act_ids: Collection[int]) -> Mapping[int, datetime]:
        return {}

    def usage(self, begins: datetime, ends: datetime) -> Sequence[Usage]:
        return []

    def concurrency(self, begins: datetime, ends: datetime) -> Concurrency | None:
        return None

    def kept(self, now: datetime) -> Sequence[Kept]:
        return []


_live_side: LiveSide = DarkHouse()


def register_live_side(side: LiveSide) -> None:
    """Called once by the live side when the program starts."""
    global _live_side
    _live_side = side


def usage(begins: datetime, ends: datetime) -> Sequence[Usage]:
    """Accesses by month, transmission and recording; see `figures`."""
    return _live_side.usage(begins, ends)


def concurrency(begins: datetime, ends: datetime) -> Concurrency | None:
    """Who watched at the same time; None where nothing was counted."""
    return _live_side.concurrency(begins, ends)


def kept(now: datetime) -> Sequence[Kept]:
    """The recordings that somebody may watch now."""
    return _live_side.kept(now)


# --- editions and stages ----------------------------------------------------------------------------------------------


def editions() -> list[EditionCard]:
    return [Reader().edition(row) for row in models.Edition.objects.order_by("opens", "pk")]


def editions_with_programme() -> list[EditionCard]:
    """Those of which something is published, the latest first."""
    played = _public().values("production__edition")
    return [Reader().edition(row) for row in models.Edition.objects.filter(pk__in=played).order_by("-opens", "-pk")]


def edition_of(now: datetime) -> EditionCard | None:
    """The edition of today; else the next one; else the last one."""
    all_editions = editions()
    current_or_next = (each for each in all_editions if programme_day(now, each.zone) <= each.last_day)
    return next(current_or_next, all_editions[-1] if all_editions else None)


def edition_by_id(edition_id: int) -> EditionCard | None:
    return next((Reader().edition(row) for row in models.Edition.objects.filter(pk=edition_id)), None)


def stages() -> list[StageCard]:
    """All stages in the order of the way."""
    return [Reader().stage(row) for row in models.Stage.objects.select_related("venue__rain_venue").order_by("order")]


def stage(slug: str) -> StageCard | None:
    row = models.Stage.objects.select_related("venue__rain_venue").filter(slug=slug).first()
    return Reader().stage(row) if row else None


def venues() -> list[VenueCard]:
    """All places, as the way comes by their first stage; those without a stage come last."""
    rows = models.Venue.objects.select_related("rain_venue").annotate(first=Min("stages__order"))
    return [Reader().venue(row) for row in rows.order_by(F("first").asc(nulls_last=True), "short_name")]


def kinds() -> list[tuple[str, str]]:
    """Of what is played: code and words."""
    return models.Production.Kind.choices


# --- performances -----------------------------------------------------------------------------------------------------


def items_of(edition: EditionCard) -> list[Item]:
    """The whole edition, by time and then along the way."""
    return _items(_public().filter(production__edition=edition.id))


def day(edition: EditionCard, now: datetime) -> list[Item]:
    """What the edition plays on the present programme day."""
    return _items(_on_day(_public().filter(production__edition=edition.id), now, edition.zone))


def day_for_office(edition: EditionCard, now: datetime) -> list[Item]:
    """The same with drafts; on another day than its own, the whole edition."""
    rows = models.Performance.objects.filter(production__edition=edition.id)
    return _items(_on_day(rows, now, edition.zone)) or _items(rows)


def items_for_office(edition: EditionCard) -> list[Item]:
    """The whole edition with drafts, by time and then along the way."""
    return _items(models.Performance.objects.filter(production__edition=edition.id))


def items_of_stage(slug: str, now: datetime) -> list[Item]:
    """What plays on this stage today."""
    edition = edition_of(now)
    if edition is None:
        return []
    return _items(_on_day(_public().filter(stage__slug=slug, production__edition=edition.id), now, edition.zone))


def departures(slug: str, now: datetime) -> list[Departure]:
    """What was moved away from this stage and plays on another one today, as it stood here last."""
    edition = edition_of(now)
    if edition is None:
        return []
    today = _on_day(_public().filter(production__edition=edition.id), now, edition.zone)
    elsewhere = today.exclude(stage__slug=slug).exclude(status=models.Performance.Status.CANCELLED)
    changes = models.Change.objects.filter(
        performance__in=elsewhere,
        kind__in=[models.Change.Kind.MOVED, models.Change.Kind.UNDONE],
        before__stage=slug,
        before__status__in=[models.Performance.Status.PUBLISHED, models.Performance.Status.MOVED],
    )
    left = dict(changes.order_by("pk").values_list("performance", "before"))
    return [
        Departure(item, *(datetime.fromisoformat(left[item.id][key]) for key in ("start", "end")))
        for item in (_items(elsewhere.filter(pk__in=left)) if left else [])
    ]


def items_of_venue(edition: EditionCard, slug: str) -> list[Item]:
    """What this edition and later ones play at this place."""
    coming = models.Edition.objects.filter(opens__gte=edition.opens)
    return _items(_public().filter(production__edition__in=coming, stage__venue__slug=slug))


def items_of_act(slug: str) -> list[Item]:
    """All that this act plays, in every edition."""
    return _items(_public().filter(production__act__slug=slug))


def passes_of(item: Item) -> list[Item]:
    """The other performances of the same production."""
    return _items(_public().filter(production=item.production).exclude(pk=item.id))


def item(slug: str) -> Item | None:
    return next(iter(_items(_public().filter(slug=slug))), None)


def item_by_id(performance_id: int) -> Item | None:
    return next(iter(_items(_public().filter(pk=performance_id))), None)


def items_chosen(ids: Collection[int]) -> list[Item]:
    """Those of these performances that are public, whatever their edition."""
    return _items(_public().filter(pk__in=ids))


def today(now: datetime) -> Today:
    """Now, next, later and what is over; what is on air counts as now, early or late."""
    edition = edition_of(now)
    items = day(edition, now) if edition else []
    clock = by_clock(items, now)
    live = [each for each in items if each.live and each not in clock.now]
    return Today(
        edition=edition,
        day=programme_day(now, edition.zone) if edition else now.date(),
        on_air=on_air(),
        now=[*live, *clock.now],
        soon=[each for each in clock.soon if not each.live],
        later=[each for each in clock.later if not each.live],
        past=[each for each in clock.past if not each.live],
    )


def on_air() -> list[OnAir]:
    """What is on air now, along the way, rehearsals behind; what plays on a stage that the programme does not know
    comes last."""
    playing = _live_side.on_air()
    if not playing:
        return []
    order = dict(models.Stage.objects.values_list("slug", "order"))
    return sorted(playing.values(), key=lambda each: (each.rehearsal, order.get(each.stage, math.inf), each.stage))


def rehearsed(act_ids: Collection[int]) -> Mapping[int, datetime]:
    """Act → when it last tried the technique out: a transmission of 20 s or more that was not its performance."""
    return _live_side.rehearsed(act_ids)


def performance_for(stage_slug: str, act_id: int, started: datetime) -> int | None:
    """Which performance an act plays that went on air here and then: the slot with 30 min around it; else None."""
    rows = _public().exclude(status=models.Performance.Status.CANCELLED)
    around = rows.filter(
        stage__slug=stage_slug,
        production__act=act_id,
        start__lte=started + SLOT_TOLERANCE,
        end__gte=started - SLOT_TOLERANCE,
    )
    return nearest_slot(around.values_list("pk", "start", "end"), started)


# --- acts and routes --------------------------------------------------------------------------------------------------


def acts() -> list[ActCard]:
    return [Reader().act(row) for row in models.Act.objects.order_by("name")]


def act_name(act: models.Act) -> Text:
    """What an act is called in the page's language."""
    return Reader().words(act, "name")


def names_of(act: models.Act) -> set[str]:
    """In every language."""
    return _in_all_languages(act, "name")


def announced_names(now: datetime) -> set[str]:
    """The present edition's title and who plays in its public programme, in every language."""
    edition = edition_of(now)
    if edition is None:
        return set()
    played = _public().filter(production__edition=edition.id).values("production__act")
    acts = models.Act.objects.filter(pk__in=played)
    titles = _in_all_languages(models.Edition.objects.get(pk=edition.id), "title")
    return titles.union(*map(names_of, acts))


def title_and_text(performance: models.Performance) -> tuple[Text, Text]:
    """In the page's language. Needs its production and edition loaded."""
    base = performance.production.edition.language
    told = performance if performance.text else performance.production
    return Reader().words(performance, "title", base), Reader().words(told, "text", base)


def act_named(slug: str) -> ActCard | None:
    row = models.Act.objects.filter(slug=slug).first()
    return Reader().act(row) if row else None


def pictures_of(act_slug: str) -> list[PictureCard]:
    """An act's pictures, without their bytes."""
    rows = models.Picture.objects.filter(act__slug=act_slug).defer("large", "small")
    return [Reader().picture(row) for row in rows]


def routes(edition: EditionCard) -> list[RouteCard]:
    return Reader().routes(models.Route.objects.filter(edition=edition.id))


def route_named(slug: str) -> RouteCard | None:
    return next(iter(Reader().routes(models.Route.objects.filter(slug=slug))), None)


def _in_all_languages(row: models.Act | models.Edition, field: str) -> set[str]:
    return {row.in_words(field, language) for language in ("", *row.translations)}


# --- from rows to values ----------------------------------------------------------------------------------------------


def _public() -> Rows:
    return models.Performance.objects.exclude(status=models.Performance.Status.DRAFT)


def _on_day(rows: Rows, now: datetime, zone: ZoneInfo) -> Rows:
    begins, ends = day_bounds(programme_day(now, zone), zone)
    return rows.filter(start__gte=begins, start__lt=ends)


def _items(rows: Rows) -> list[Item]:
    """Values of these rows in programme order: three questions, and one each to the live side."""
    rows = rows.order_by("start", "stage__order", "pk")
    items = Reader().items(rows, _live_side.played())
    recordings = _live_side.recordings([item.id for item in items])
    return [replace(item, recording_url=recordings[item.id]) if item.id in recordings else item for item in items]
