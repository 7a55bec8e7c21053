"""What a frab schedule, version 1, must be, as we read c3voc's validators (github.com/voc/schedule, validator/xsd and
validator/json): every breach in one sentence, none for a good one."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any
from xml.etree import ElementTree

GUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
WEB = r"https?://\S+"
XML_SLUG = r"[a-z0-9_]{4,}-[a-z0-9\-_]{4,}"
JSON_SLUG = r"[a-z0-9_-]+[a-z0-9]"
XML_DURATION = r"[0-9]{1,2}:[0-9]{2}(:[0-9]{1,2})?"
CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]"
Breaches = Iterator[str]


def moment(text: str) -> bool:
    """A date and a time with an offset."""
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def like(pattern: str) -> Callable[[str], bool]:
    return lambda text: re.fullmatch(pattern, text) is not None


# --- XML --------------------------------------------------------------------------------------------------------------

CONFERENCE = {
    "title": None, "acronym": like(r"[a-z0-9_-]{4,}"), "start": lambda t: day(t) or moment(t),
    "end": lambda t: day(t) or moment(t), "days": str.isdigit, "timeslot_duration": like(XML_DURATION),
    "base_url": like(WEB), "logo": like(WEB), "url": like(WEB), "time_zone_name": None, "color": None, "track": None,
}  # fmt: skip
EVENT_NEEDS = {"room", "title", "type", "date", "start", "duration", "abstract", "track"}
EVENT = {
    "room": None, "title": None, "subtitle": None, "type": None, "date": moment, "start": like(CLOCK + r"(:\d\d)?"),
    "duration": like(XML_DURATION), "abstract": None, "slug": like(XML_SLUG), "track": None,
    "logo": like(rf"({WEB})?"), "persons": None, "language": None, "description": None, "recording": None,
    "links": None, "attachments": None, "video_download_url": like(WEB), "url": like(WEB),
    "feedback_url": like(WEB), "origin_url": like(WEB),
}  # fmt: skip


def breaches_of_xml(body: bytes) -> list[str]:
    root = ElementTree.fromstring(body)
    return [*_of_schedule(root), *_of_uniqueness(root)]


def _of_schedule(root: ElementTree.Element) -> Breaches:
    if root.tag != "schedule":
        yield f"the root is {root.tag}"
    order = [child.tag for child in root]
    wanted = ["generator", "url", "version", "conference", *["day"] * order.count("day")]
    if order != [tag for tag in wanted if tag in order] or not {"version", "conference", "day"} <= set(order):
        yield f"a schedule is not made of {order}"
    for conference in root.iter("conference"):
        yield from _of_children(conference, CONFERENCE, {"title", "acronym"})
    for each in root.iter("day"):
        yield from _of_attributes(each, {"start": moment, "end": moment, "index": like("[1-9][0-9]*")}, {"date": day})
        yield from (f"a day has no {child.tag}" for child in each if child.tag != "room")
    for room in root.iter("room"):
        if "name" in room.attrib:
            yield from _of_attributes(room, {"name": bool}, {"guid": like(GUID)})
            yield from (f"a room has no {child.tag}" for child in room if child.tag != "event")
    for event in root.iter("event"):
        yield from _of_event(event)


def _of_event(event: ElementTree.Element) -> Breaches:
    yield from _of_attributes(event, {"id": like("[1-9][0-9]*"), "guid": like(GUID)}, {"code": like("[0-9A-Z]{6}")})
    yield from _of_children(event, EVENT, EVENT_NEEDS)
    for recording in event.iter("recording"):
        rules = {"license": None, "optout": like("true|false|0|1"), "url": like(WEB), "link": like(WEB)}
        yield from _of_children(recording, rules, {"license", "optout"})
    for person in event.iter("person"):
        yield from _of_attributes(person, {}, {"id": like(r"-?\d+"), "guid": like(GUID)})
    for link in event.iter("link"):
        yield from _of_attributes(link, {}, {"href": None, "type": None, "service": None})


def _of_children(parent: ElementTree.Element, rules: dict, needed: set[str]) -> Breaches:
    counted = Counter(child.tag for child in parent)
    yield from (f"{parent.tag} lacks {tag}" for tag in needed - set(counted))
    yield from (f"{parent.tag} has {tag} twice" for tag, times in counted.items() if times > 1 and tag != "track")
    for child in parent:
        rule = rules.get(child.tag, lambda _text: False)
        if rule and not rule(child.text or ""):
            yield f"{parent.tag}/{child.tag} is not “{child.text}”"


def _of_attributes(element: ElementTree.Element, needed: dict, allowed: dict) -> Breaches:
    yield from (f"{element.tag} lacks @{name}" for name in needed if name not in element.attrib)
    rules = {**needed, **allowed}
    for name, value in element.attrib.items():
        rule = rules.get(name, lambda _text: False)
        if rule and not rule(value):
            yield f"{element.tag}/@{name} is not “{value}”"


def _of_uniqueness(root: ElementTree.Element) -> Breaches:
    found = {
        "guid": [event.get("guid") for event in root.iter("event")],
        "id": [event.get("id") for event in root.iter("event")],
        "slug": [slug.text for slug in root.iter("slug")],
        "index": [each.get("index") for each in root.iter("day")],
    }
    for name, values in found.items():
        yield from (f"{name} {value} comes twice" for value, times in Counter(values).items() if times > 1)


# --- JSON -------------------------------------------------------------------------------------------------------------


def text(value: Any) -> bool:
    return isinstance(value, str)


def text_or_null(value: Any) -> bool:
    return value is None or isinstance(value, str)


def number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def texts(pattern: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def anything(_value: Any) -> bool:
    return True


J_CONFERENCE = {
    "title": text, "acronym": texts(r"[a-z0-9_-][a-z0-9_]{3,}(-2[0-9]{3}-[a-z]+)?"), "description": text,
    "start": lambda v: day(v) or moment(v), "end": lambda v: day(v) or moment(v), "daysCount": number,
    "timeslot_duration": text, "time_zone_name": texts(r"[A-Z][a-z]+/[A-Z][a-z]+|UTC"), "logo": text,
    "colors": anything, "keywords": anything, "url": texts(WEB), "tracks": anything, "rooms": anything,
    "meta": anything, "days": anything,
}  # fmt: skip
J_CONFERENCE_NEEDS = {"title", "acronym", "days", "daysCount", "start", "end", "timeslot_duration"}
J_ROOM = {
    "name": text, "guid": texts(GUID), "slug": texts(JSON_SLUG), "url": texts(WEB), "description": anything,
    "type": texts("lecturehall|stage|workshop|outside|online|project|bbb|hangar|other"), "stream_id": text_or_null,
    "capacity": anything, "features": anything, "assembly": anything,
}  # fmt: skip
J_DAY = {"index": number, "date": day, "day_start": moment, "day_end": moment, "rooms": anything}
J_EVENT = {
    "guid": texts(GUID), "code": texts("[A-Z0-9]+"), "id": lambda v: number(v) and v > 0, "logo": text_or_null,
    "date": moment, "start": texts(CLOCK), "end": moment, "duration": texts(r"[0-9]+:[0-9]{2}"), "room": text,
    "slug": texts(JSON_SLUG), "url": texts(WEB), "title": text, "subtitle": text_or_null, "track": text_or_null,
    "type": text, "language": text_or_null, "abstract": text_or_null, "description": text_or_null,
    "recording_license": text, "do_not_record": lambda v: v in (True, False, None), "do_not_stream": anything,
    "persons": anything, "links": anything, "feedback_url": texts(WEB), "origin_url": texts(WEB),
    "attachments": anything,
}  # fmt: skip
J_EVENT_NEEDS = {
    "abstract", "date", "duration", "guid", "id", "language", "links", "persons", "room", "slug", "start", "subtitle",
    "title", "track", "type", "url",
}  # fmt: skip
J_LINK = {"url": texts(WEB), "title": text, "type": texts("slides|paper|web|blog|article|media|related|activitypub")}


def breaches_of_json(body: bytes) -> list[str]:
    return list(_of_document(json.loads(body)))


def _of_document(document: Any) -> Breaches:
    yield from _of_object(
        "document", document, {"schedule": anything, "$schema": text, "generator": anything}, {"schedule"}
    )
    plan = document["schedule"]
    yield from (f"schedule lacks {name}" for name in {"version", "conference"} - set(plan))
    if "rooms" in plan:
        yield "rooms belong to the conference"
    conference = plan["conference"]
    yield from _of_object("conference", conference, J_CONFERENCE, J_CONFERENCE_NEEDS)
    for room in conference.get("rooms", []):
        yield from _of_object("room", room, J_ROOM, {"name", "guid"})
    for each in conference["days"]:
        yield from _of_object("day", each, J_DAY, set(J_DAY))
        for name, events in each["rooms"].items():
            for event in events:
                yield from _of_json_event(event, name)


def _of_json_event(event: Any, room: str) -> Breaches:
    yield from _of_object("event", event, J_EVENT, J_EVENT_NEEDS)
    if event["room"] != room:
        yield f"{event['room']} is listed in {room}"
    for person in event["persons"]:
        if ({"public_name", "id"} <= set(person)) == ("name" in person):
            yield f"a person is known by id and public_name, or by name: {person}"
    for reference in [*event["links"], *event.get("attachments", [])]:
        yield from _of_object("link", reference, J_LINK, {"url"})


def _of_object(name: str, value: Any, rules: dict, needed: set[str]) -> Breaches:
    yield from (f"{name} lacks {key}" for key in needed - set(value))
    for key, inside in value.items():
        if not rules.get(key, lambda _value: False)(inside):
            yield f"{name}/{key} is not {inside!r}"
