"""The programme in the words of schema.org, for search engines and culture calendars (JSON-LD 1.1)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from events.feeds import words
from events.feeds.reading import Entry
from events.models import Access, Act, Production
from events.models.places import PlaceAccess
from events.programme import EditionCard, Item
from kultour.between_tags import between_tags

MEDIA_TYPE = "application/ld+json"
CONTEXT = "https://schema.org"
Node = dict[str, Any]

EVENT_TYPES = {
    Production.Kind.CONCERT: "MusicEvent",
    Production.Kind.CHILDREN: "ChildrensEvent",
    Production.Kind.TOUR: "ExhibitionEvent",
    Production.Kind.READING: "LiteraryEvent",
    Production.Kind.THEATRE: "TheaterEvent",
    Production.Kind.DANCE: "DanceEvent",
}
PERFORMER_TYPES = {Act.Kind.SOLO: "Person", Act.Kind.GUIDE: "Person", Act.Kind.ENSEMBLE: "PerformingGroup"}
ACCESSIBILITY = {
    Access.CAPTIONS: "captions",
    Access.SIGN_LANGUAGE: "signLanguage",
    Access.AUDIO_DESCRIPTION: "audioDescription",
}
"""What schema.org has a word for (its list is that of the W3C)."""
IN_TOWN_AND_ON_THE_WEB = "https://schema.org/MixedEventAttendanceMode"


def performance(entry: Entry, edition: EditionCard, site: str) -> Node:
    """One performance, by itself on its page."""
    return {"@context": CONTEXT, **_event(entry, site), "superEvent": _reference(edition, site)}


def edition_in_full(edition: EditionCard, found: Sequence[Entry], site: str) -> Node:
    """The edition with everything that is played."""
    places = {entry.item.stage.venue: _place(entry) for entry in found}
    return {
        "@context": CONTEXT,
        **_festival(edition, site),
        "location": [*places.values(), {"@type": "VirtualLocation", "url": site + reverse("today")}],
        "subEvent": [_event(entry, site) for entry in found],
    }


def edition_in_short(edition: EditionCard, items: Iterable[Item], site: str) -> SafeString:
    """The edition on the page of the programme: what is played, each with the page that says the rest; written out."""
    return _in_short(edition, tuple(items), site, get_language() or "")


@lru_cache(maxsize=8)
def _in_short(edition: EditionCard, items: tuple[Item, ...], site: str, language: str) -> SafeString:
    """Remembered by its values: for 500 performances it was half of the page's time."""
    found: Node = {
        "@context": CONTEXT,
        **_festival(edition, site),
        "location": {"@type": "VirtualLocation", "url": site + reverse("today")},
        "subEvent": [
            {**_what_and_when(item, edition.zone, site), "location": {"@type": "Place", "name": item.stage.venue_name}}
            for item in items
        ],
    }
    return between_tags(found)


# --- an edition -------------------------------------------------------------------------------------------------------


def _reference(edition: EditionCard, site: str) -> Node:
    page = site + reverse("programme")
    return {"@type": "Festival", "@id": f"{page}#{edition.slug}", "name": edition.title, "url": page}


def _festival(edition: EditionCard, site: str) -> Node:
    return {
        **_reference(edition, site),
        "description": edition.subtitle,
        "startDate": _wall(edition.opens, edition.zone),
        "endDate": _wall(edition.closes, edition.zone),
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": IN_TOWN_AND_ON_THE_WEB,
        "isAccessibleForFree": True,
        "organizer": {"@type": "Organization", "name": settings.PUBLISHER, "url": site},
    }


# --- a performance ----------------------------------------------------------------------------------------------------


def _what_and_when(item: Item, zone: ZoneInfo, site: str) -> Node:
    page = site + reverse("performance", args=[item.slug])
    node = {
        "@type": EVENT_TYPES.get(Production.Kind(item.kind), "Event"),
        "@id": f"{page}#event",
        "name": item.title,
        "url": page,
        "startDate": _wall(item.start, zone),
        "endDate": _wall(item.end, zone),
        "eventStatus": f"https://schema.org/{_status(item)}",
        "eventAttendanceMode": IN_TOWN_AND_ON_THE_WEB,
        "isAccessibleForFree": True,
    }
    if item.changed_start and item.previous_start:
        node["previousStartDate"] = _wall(item.previous_start, zone)
    return node


def _status(item: Item) -> str:
    """schema.org knows other days and times, but no word for another place."""
    if item.cancelled:
        return "EventCancelled"
    return "EventRescheduled" if item.changed_start else "EventScheduled"


def _event(entry: Entry, site: str) -> Node:
    item = entry.item
    watch = site + reverse("watch", args=[item.stage.slug])
    node = {
        **_what_and_when(item, entry.zone, site),
        "identifier": f"urn:uuid:{entry.guid}",
        "description": "\n".join([each for each in (words.news(entry), item.text) if each]) or item.title,
        "location": [_place(entry), {"@type": "VirtualLocation", "url": watch}],
        "performer": {
            "@type": PERFORMER_TYPES.get(Act.Kind(entry.act_kind), "Organization"),
            "name": item.act_name,
            "url": site + reverse("act", args=[item.act_slug]),
        },
        "organizer": {"@type": "Organization", "name": settings.PUBLISHER, "url": site},
        "typicalAgeRange": f"{item.age}-",
    }
    if entry.spoken:
        node["inLanguage"] = list(entry.spoken)
    if not item.cancelled:
        node["recordedIn"] = [_transmission(entry, watch), *_recording(item, site)]
    return node


def _place(entry: Entry) -> Node:
    place = entry.place
    node: Node = {
        "@type": "Place",
        "name": entry.item.stage.venue_name,
        "geo": {"@type": "GeoCoordinates", "latitude": place.lat, "longitude": place.lon},
    }
    if place.address:
        node["address"] = place.address
    if place.access:
        node["amenityFeature"] = [
            {"@type": "LocationFeatureSpecification", "name": str(PlaceAccess(code).label), "value": True}
            for code in place.access
        ]
    return node


def _transmission(entry: Entry, watch: str) -> Node:
    item = entry.item
    begins, ends = (_wall(moment, entry.zone) for moment in (item.start, item.end))
    node: Node = {
        "@type": "VideoObject",
        "name": item.title,
        "description": item.text or item.title,
        "url": watch,
        "uploadDate": begins,
        "isAccessibleForFree": True,
        "publication": {"@type": "BroadcastEvent", "isLiveBroadcast": True, "startDate": begins, "endDate": ends},
    }
    features = [ACCESSIBILITY[Access(code)] for code in item.access if Access(code) in ACCESSIBILITY]
    if features:
        node["accessibilityFeature"] = features
    return node


def _recording(item: Item, site: str) -> list[Node]:
    """Its own page says more of it."""
    if not item.recording_url:
        return []
    page = site + item.recording_url
    return [{"@type": "VideoObject", "@id": f"{page}#video", "name": item.title, "url": page}]


def _wall(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="seconds")
