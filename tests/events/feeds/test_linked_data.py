"""The programme as search engines read it."""

import json
import re

from django.test import Client

from events import publishing
from events.models import Performance, Production, Venue
from tests.events.conftest import at

GUITAR = "gitarre-handy-abendlicht"
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.S)


def block(address: str) -> dict:
    """The one data block of a page."""
    (found,) = BLOCK.findall(Client().get(address).content.decode())
    return json.loads(found)


def test_a_performance_says_what_where_when_and_that_it_is_free(evening, live_side):
    live_side(recordings={evening[GUITAR].pk: "/mediathek/gitarre"})
    Venue.objects.filter(slug="quellen").update(address="Am Fluss 1\n33098 Paderborn", access=["step_free"])
    Production.objects.filter(performances__slug=GUITAR).update(spoken="de en")
    text = evening[GUITAR].text
    page = f"http://testserver/auftritt/{GUITAR}"
    begins, ends = "2027-05-16T19:00:00+02:00", "2027-05-16T19:30:00+02:00"
    assert block(f"/auftritt/{GUITAR}") == {
        "@context": "https://schema.org",
        "@type": "MusicEvent",
        "@id": f"{page}#event",
        "identifier": f"urn:uuid:{evening[GUITAR].guid}",
        "name": "Gitarre, Handy, Abendlicht",
        "description": text,
        "url": page,
        "startDate": begins,
        "endDate": ends,
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/MixedEventAttendanceMode",
        "isAccessibleForFree": True,
        "location": [
            {
                "@type": "Place",
                "name": "Paderquellgebiet",
                "address": "Am Fluss 1, 33098 Paderborn",
                "geo": {"@type": "GeoCoordinates", "latitude": 51.7202, "longitude": 8.7513},
                "amenityFeature": [{"@type": "LocationFeatureSpecification", "name": "stufenlos", "value": True}],
            },
            {"@type": "VirtualLocation", "url": "http://testserver/buehne/quellen"},
        ],
        "performer": {
            "@type": "Person",
            "name": "Jorinde Beispiel",
            "url": "http://testserver/mitwirkende/jorinde-beispiel",
        },
        "organizer": {"@type": "Organization", "name": "Kultour", "url": "http://testserver"},
        "typicalAgeRange": "0-",
        "inLanguage": ["de", "en"],
        "recordedIn": [
            {
                "@type": "VideoObject",
                "name": "Gitarre, Handy, Abendlicht",
                "description": text,
                "url": "http://testserver/buehne/quellen",
                "uploadDate": begins,
                "isAccessibleForFree": True,
                "accessibilityFeature": ["captions"],
                "publication": {
                    "@type": "BroadcastEvent",
                    "isLiveBroadcast": True,
                    "startDate": begins,
                    "endDate": ends,
                },
            },
            {
                "@type": "VideoObject",
                "@id": "http://testserver/mediathek/gitarre#video",
                "name": "Gitarre, Handy, Abendlicht",
                "url": "http://testserver/mediathek/gitarre",
            },
        ],
        "superEvent": {
            "@type": "Festival",
            "@id": f"http://testserver/programm#{evening.edition.slug}",
            "name": evening.edition.title,
            "url": "http://testserver/programm",
        },
    }


def test_a_move_in_time_is_rescheduled_with_the_announced_start(evening, ida):
    publishing.move(evening[GUITAR].pk, evening.slot("quellen", "19:35", "19:55", "Gitarre"), ida, at("18:50"))
    event = block(f"/auftritt/{GUITAR}")
    assert (event["eventStatus"], event["previousStartDate"], event["startDate"]) == (
        "https://schema.org/EventRescheduled", "2027-05-16T19:00:00+02:00", "2027-05-16T19:35:00+02:00",
    )  # fmt: skip


def test_a_move_to_another_place_at_the_same_time_is_not_rescheduled(evening, ida):
    publishing.cancel(evening["eine-geschichte-fuer-die-ganze-couch"].pk, "Husten", ida, at("18:40"))
    publishing.move(evening[GUITAR].pk, evening.slot("bibliothek", "19:00", "19:30", "Gitarre"), ida, at("18:50"))
    event = block(f"/auftritt/{GUITAR}")
    assert (event["eventStatus"], "previousStartDate" in event) == ("https://schema.org/EventScheduled", False)
    assert event["description"].startswith("Verlegt; angekündigt für 16. Mai 2027, 19:00 Uhr, Die Quellen.")


def test_what_is_cancelled_says_why_and_promises_no_transmission(evening, ida):
    publishing.cancel(evening[GUITAR].pk, "Sturm", ida, at("18:50"))
    event = block(f"/auftritt/{GUITAR}")
    assert event["eventStatus"] == "https://schema.org/EventCancelled"
    assert (event["description"].startswith("Entfällt: Sturm"), "recordedIn" in event) == (True, False)


def test_no_title_ends_the_block(evening):
    evil = "</script><script>alert(1)</script><!-- & \u2028"
    Performance.objects.filter(slug=GUITAR).update(title=evil)
    page = Client().get(f"/auftritt/{GUITAR}").content.decode()
    assert "<script>alert" not in page
    assert block(f"/auftritt/{GUITAR}")["name"] == evil


def test_the_programme_names_every_performance_and_the_file_says_all_of_it(evening):
    short = block("/programm")
    full = json.loads(Client().get("/programm.jsonld").content)
    names = ["@type", "name", "startDate", "endDate", "url", "isAccessibleForFree"]
    assert [short[name] for name in names] == [full[name] for name in names]
    assert short["@type"] == "Festival"
    assert [each["@id"] for each in short["subEvent"]] == [each["@id"] for each in full["subEvent"]]
    assert len(full["subEvent"]) == 26
    assert {each["@type"] for each in full["subEvent"]} == {
        "ChildrensEvent", "DanceEvent", "Event", "ExhibitionEvent", "LiteraryEvent", "MusicEvent", "TheaterEvent",
    }  # fmt: skip
    assert len([place for place in full["location"] if place["@type"] == "Place"]) == 8


def test_drafts_are_in_neither(evening):
    Performance.objects.filter(slug=GUITAR).update(status="draft")
    answers = [Client().get(address).content.decode() for address in ("/programm", "/programm.jsonld")]
    assert [GUITAR in answer for answer in answers] == [False, False]


def test_an_empty_house_says_nothing(db):
    answer = Client().get("/programm.jsonld")
    assert (answer["Content-Type"], json.loads(answer.content)) == (
        "application/ld+json", {"@context": "https://schema.org"},
    )  # fmt: skip
