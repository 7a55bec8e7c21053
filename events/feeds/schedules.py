"""The programme as conference apps and video crews read it: frab's schedule, version 1, as XML and as JSON.

The rules are c3voc's (github.com/voc/schedule, validator/); our reading of them is tests/schedule_rules.py. The format
knows neither moved nor cancelled: both stand in the words.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from django.urls import reverse
from django.utils.translation import gettext as _

from events.feeds import words
from events.feeds.reading import Entry, last_change
from events.programme import EditionCard, StageCard
from events.schedule import day_bounds, programme_day
from kultour import __version__
from kultour.answers import as_json, tidy

XML = "application/xml; charset=utf-8"
JSON = "application/json"
TIME_SLOT = "00:05"
SHORTEST_NAME = 4


@dataclass(frozen=True)
class Room:
    name: str
    slug: str
    guid: UUID
    url: str


@dataclass(frozen=True)
class Day:
    """A programme day: what plays after midnight still belongs to the evening before."""

    number: int
    date: date
    begins: datetime
    ends: datetime
    rooms: Mapping[str, Sequence[Entry]]
    """By the room's name, along the way."""


@dataclass(frozen=True)
class Schedule:
    """What both forms say."""

    edition: EditionCard
    site: str
    version: str
    acronym: str
    rooms: Sequence[Room]
    days: Sequence[Day]


def schedule(edition: EditionCard, found: Sequence[Entry], site: str) -> Schedule:
    stages = sorted({entry.item.stage for entry in found}, key=lambda stage: stage.order)
    names = room_names(stages)
    changed = last_change(found).astimezone(edition.zone)
    return Schedule(
        edition=edition,
        site=site,
        version=f"{changed:%Y-%m-%d %H:%M:%S}",
        acronym=acronym(edition.slug),
        rooms=[_room(stage, names[stage.slug], site) for stage in stages],
        days=_days(edition, found, [(stage.slug, names[stage.slug]) for stage in stages]),
    )


def room_names(stages: Sequence[StageCard]) -> dict[str, str]:
    """By the stage's slug. Rooms are known by their names, so that no two may have the same."""
    short = Counter(stage.short_name for stage in stages)
    return {
        stage.slug: tidy(
            stage.short_name if short[stage.short_name] == 1 else f"{stage.short_name}, {stage.name} ({stage.order})"
        )
        for stage in stages
    }


def acronym(slug: str) -> str:
    """What stands before the names of all events: small letters, figures and underscores, four or more."""
    return re.sub(r"[^a-z0-9_]", "_", slug.lower()).ljust(SHORTEST_NAME, "_")


def slug_of(entry: Entry, acronym: str) -> str:
    name = re.sub(r"[^a-z0-9_-]", "-", entry.item.slug.lower()).strip("-_") or "event"
    return f"{acronym}-{entry.item.id:04}-{name}"


def length(begins: datetime, ends: datetime) -> str:
    """h:mm"""
    hours, minutes = divmod((ends - begins) // timedelta(minutes=1), 60)
    return f"{hours}:{minutes:02}"


def _room(stage: StageCard, name: str, site: str) -> Room:
    watch = site + reverse("watch", args=[stage.slug])
    return Room(
        name, re.sub(r"[^a-z0-9_-]", "-", stage.slug.lower()), uuid5(NAMESPACE_URL, f"{site}/{stage.slug}"), watch
    )


def _days(edition: EditionCard, found: Sequence[Entry], rooms: Sequence[tuple[str, str]]) -> list[Day]:
    """The days on which something plays; of an edition without programme its first, since a schedule has one."""

    def day(entry: Entry) -> date:
        return programme_day(entry.item.start, edition.zone)

    by_day = {key: list(group) for key, group in groupby(found, key=day)} or {edition.first_day: []}
    days = []
    for number, (key, entries) in enumerate(by_day.items(), start=1):
        begins, ends = (moment.astimezone(edition.zone) for moment in day_bounds(key, edition.zone))
        played = {name: [entry for entry in entries if entry.item.stage.slug == slug] for slug, name in rooms}
        days.append(Day(number, key, begins, ends, {name: there for name, there in played.items() if there}))
    return days


# --- one event --------------------------------------------------------------------------------------------------------


def _event(entry: Entry, room: str, plan: Schedule) -> dict[str, Any]:
    """As JSON has it; XML says the same."""
    item = entry.item
    start = item.start.astimezone(entry.zone)
    page = plan.site + reverse("performance", args=[item.slug])
    watch = {"title": _("Watch live"), "url": plan.site + reverse("watch", args=[item.stage.slug]), "type": "related"}
    recording = {"title": _("Watch the recording"), "url": f"{plan.site}{item.recording_url}", "type": "media"}
    return {
        "guid": str(entry.guid),
        "id": item.id,
        "logo": None,
        "date": start.isoformat(timespec="seconds"),
        "start": f"{start:%H:%M}",
        "end": item.end.astimezone(entry.zone).isoformat(timespec="seconds"),
        "duration": length(item.start, item.end),
        "room": room,
        "slug": slug_of(entry, plan.acronym),
        "url": page,
        "title": words.headline(entry),
        "subtitle": item.act_name,
        "track": words.kind(entry),
        "type": item.kind,
        "language": next(iter(entry.spoken), None),
        "abstract": "\n\n".join(each for each in (words.news(entry), item.text) if each),
        "description": words.access(entry),
        "recording_license": "",
        "do_not_record": not entry.kept,
        "persons": [{"id": entry.act_id, "public_name": item.act_name}],
        "links": [watch, *([recording] if item.recording_url else [])],
        "attachments": [],
    }


# --- JSON -------------------------------------------------------------------------------------------------------------


def written_as_json(plan: Schedule) -> bytes:
    edition = plan.edition
    conference = {
        "acronym": plan.acronym,
        "title": tidy(edition.title),
        "description": tidy(edition.subtitle),
        "start": plan.days[0].date.isoformat(),
        "end": plan.days[-1].date.isoformat(),
        "daysCount": len(plan.days),
        "timeslot_duration": TIME_SLOT,
        "time_zone_name": edition.zone.key,
        "url": plan.site + reverse("programme"),
        "rooms": [
            {"name": room.name, "slug": room.slug, "type": "stage", "guid": str(room.guid), "url": room.url}
            for room in plan.rooms
        ],
        "days": [
            {
                "index": day.number,
                "date": day.date.isoformat(),
                "day_start": day.begins.isoformat(),
                "day_end": day.ends.isoformat(),
                "rooms": {name: [_event(entry, name, plan) for entry in there] for name, there in day.rooms.items()},
            }
            for day in plan.days
        ],
    }
    return as_json(
        {
            "generator": {"name": "Kultour", "version": __version__},
            "schedule": {"version": plan.version, "base_url": plan.site, "conference": conference},
        }
    )


# --- XML --------------------------------------------------------------------------------------------------------------


def written_as_xml(plan: Schedule) -> bytes:
    edition = plan.edition
    root = Element("schedule")
    SubElement(root, "generator", name="Kultour", system=plan.site, version=__version__)
    _texts(root, {"url": plan.site + reverse("schedule_xml"), "version": plan.version})
    _texts(
        SubElement(root, "conference"),
        {
            "acronym": plan.acronym,
            "title": tidy(edition.title),
            "start": plan.days[0].date.isoformat(),
            "end": plan.days[-1].date.isoformat(),
            "days": str(len(plan.days)),
            "timeslot_duration": TIME_SLOT,
            "base_url": plan.site,
            "url": plan.site + reverse("programme"),
            "time_zone_name": edition.zone.key,
        },
    )
    guids = {room.name: str(room.guid) for room in plan.rooms}
    for day in plan.days:
        there = SubElement(
            root,
            "day",
            index=str(day.number),
            date=day.date.isoformat(),
            start=day.begins.isoformat(),
            end=day.ends.isoformat(),
        )
        for name, entries in day.rooms.items():
            room = SubElement(there, "room", name=name, guid=guids[name])
            for entry in entries:
                _write_event(room, _event(entry, name, plan))
    indent(root, space=" ")
    return tostring(root, encoding="utf-8", xml_declaration=True)


def _write_event(room: Element, event: Mapping[str, Any]) -> None:
    element = SubElement(room, "event", id=str(event["id"]), guid=event["guid"])
    same = (
        "room",
        "title",
        "subtitle",
        "type",
        "date",
        "start",
        "duration",
        "abstract",
        "slug",
        "track",
        "description",
    )
    _texts(element, {name: event[name] for name in same})
    _texts(element, {"logo": "", "language": event["language"] or "", "url": event["url"]})
    recording = {"license": event["recording_license"], "optout": "true" if event["do_not_record"] else "false"}
    _texts(SubElement(element, "recording"), recording)
    persons = SubElement(element, "persons")
    for person in event["persons"]:
        SubElement(persons, "person", id=str(person["id"])).text = person["public_name"]
    links = SubElement(element, "links")
    for link in event["links"]:
        SubElement(links, "link", href=link["url"]).text = link["title"]
    SubElement(element, "attachments")


def _texts(parent: Element, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        SubElement(parent, name).text = text
