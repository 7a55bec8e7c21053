"""The published programme with all that other programs want to know of it; three questions for a whole list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Max

from events import markdown, rights
from events.cards import Text
from events.models import Change, Performance
from events.programme import Item
from kultour.answers import tidy

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""When something was last changed of which no change is on record."""


@dataclass(frozen=True)
class Place:
    """Where it is in the world; its names stand on the item's stage."""

    address: str
    """One line."""
    lat: float
    lon: float
    access: tuple[str, ...]
    """Codes of `events.models.places.PlaceAccess`."""


@dataclass(frozen=True)
class Entry:
    """One performance. Drafts are none."""

    item: Item
    guid: UUID
    act_id: int
    act_kind: str
    spoken: tuple[str, ...]
    """Codes of languages; empty where nothing is spoken."""
    place: Place
    zone: ZoneInfo
    changed: datetime
    """When the programme of it last was."""
    kept: bool
    """Whether the consents on file allow a recording."""


def entries(items: Sequence[Item]) -> list[Entry]:
    """In the order of the items."""
    ids = [item.id for item in items]
    rows = Performance.objects.select_related("stage__venue", "production__act", "production__edition").in_bulk(ids)
    changes = Change.objects.filter(performance__in=ids).order_by().values_list("performance").annotate(Max("at"))
    changed = dict(changes)
    there = [item for item in items if item.id in rows]
    rules = rights.rules_now([(item.id, rows[item.id].production.act_id) for item in there])
    return [
        _entry(item, rows[item.id], changed.get(item.id, LONG_AGO), rule.kept)
        for item, rule in zip(there, rules, strict=True)
    ]


def last_change(found: Iterable[Entry]) -> datetime:
    return max((entry.changed for entry in found), default=LONG_AGO)


def plain(text: str) -> str:
    """A text of the programme as feeds carry it: the words alone."""
    return tidy(markdown.plain(text))


def _tidied(text: Text) -> Text:
    return Text(tidy(text), text.language)


def _entry(item: Item, row: Performance, changed: datetime, kept: bool) -> Entry:
    production, venue = row.production, row.stage.venue
    return Entry(
        item=replace(
            item,
            title=_tidied(item.title),
            text=Text(plain(item.text), item.text.language),
            act_name=_tidied(item.act_name),
            cancel_reason=_tidied(item.cancel_reason),
        ),
        guid=row.guid,
        act_id=production.act_id,
        act_kind=production.act.kind,
        spoken=tuple(production.spoken.split()),
        place=Place(
            address=", ".join(line.strip() for line in tidy(venue.address).splitlines() if line.strip()),
            lat=venue.lat,
            lon=venue.lon,
            access=tuple(venue.access),
        ),
        zone=production.edition.zone,
        changed=changed,
        kept=kept,
    )
