"""The office moves a performance once; whoever reads the programme, in whatever format, reads the same."""

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime
from uuid import UUID
from xml.etree import ElementTree

import pytest
from django.test import Client
from icalendar import Calendar

from events import publishing
from tests.events.conftest import at
from tests.events.feeds.test_linked_data import BLOCK
from tests.events.feeds.test_news import ATOM

GUITAR = "gitarre-handy-abendlicht"
VENUES = ("quellen", "bibliothek")


def in_calendar(body: bytes, guid: UUID) -> tuple[datetime, str]:
    event = next(each for each in Calendar.from_ical(body).walk("VEVENT") if each["uid"] == str(guid))
    return event.decoded("dtstart"), str(event["location"]).split(",")[0]


def in_page(body: bytes, guid: UUID) -> tuple[datetime, str]:
    (block,) = BLOCK.findall(body.decode())
    return in_event(json.loads(block))


def in_event(event: dict) -> tuple[datetime, str]:
    return datetime.fromisoformat(event["startDate"]), event["location"][0]["name"]


def in_file(body: bytes, guid: UUID) -> tuple[datetime, str]:
    return in_event(next(each for each in json.loads(body)["subEvent"] if each["identifier"] == f"urn:uuid:{guid}"))


def in_json(body: bytes, guid: UUID) -> tuple[datetime, str]:
    (day,) = json.loads(body)["schedule"]["conference"]["days"]
    event = next(each for room in day["rooms"].values() for each in room if each["guid"] == str(guid))
    return datetime.fromisoformat(event["date"]), event["room"]


def in_xml(body: bytes, guid: UUID) -> tuple[datetime, str]:
    event = ElementTree.fromstring(body).find(f".//event[@guid='{guid}']")
    return datetime.fromisoformat(event.findtext("date")), event.findtext("room")


def in_table(body: bytes, guid: UUID) -> tuple[datetime, str]:
    rows = csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=";")
    row = next(each for each in rows if each["kennung"] == str(guid))
    return datetime.fromisoformat(row["beginn"]), row["buehne"]


READERS: dict[str, Callable[[bytes, UUID], tuple[datetime, str]]] = {
    "/programm.ics": in_calendar,
    f"/auftritt/{GUITAR}.ics": in_calendar,
    "/rundgang/familienrunde.ics": in_calendar,
    "/mein-programm.ics?auswahl={pk}": in_calendar,
    f"/auftritt/{GUITAR}": in_page,
    "/programm.jsonld": in_file,
    "/schedule.json": in_json,
    "/schedule.xml": in_xml,
    "/programm.csv": in_table,
}


def read(performance) -> dict[str, tuple[datetime, str]]:
    browser = Client()
    answers = {address: browser.get(address.format(pk=performance.pk)).content for address in READERS}
    return {address: READERS[address](body, performance.guid) for address, body in answers.items()}


def places_of(slug: str) -> set[str]:
    """The venues, as the town plan leads to them, whose pages have it in their programme."""
    browser = Client()
    pages = {venue: browser.get(f"/spielort/{venue}").content.decode() for venue in VENUES}
    return {venue for venue, page in pages.items() if f'href="/auftritt/{slug}"' in page}


@pytest.mark.parametrize(
    ("stage", "start", "end", "places"),
    [
        ("bibliothek", "21:55", "22:25", {"Lesesaal", "Bibliothek", "Stadtbibliothek, Kardinal-Degenhardt-Platz"}),
        ("quellen", "19:35", "19:55", {"Bühne an den Quellen", "Die Quellen", "Paderquellgebiet"}),
    ],
)
def test_all_formats_tell_a_move_at_the_next_question(evening, ida, stage, start, end, places):
    performance = evening[GUITAR]
    assert {moment for moment, _place in read(performance).values()} == {at("19:00")}
    publishing.move(performance.pk, evening.slot(stage, start, end, "Gitarre"), ida, at("18:50"))
    told = read(performance)
    assert places_of(GUITAR) == {stage}
    news = ElementTree.fromstring(Client().get("/programm.atom").content).find(f"{ATOM}entry")
    assert {moment for moment, _place in told.values()} == {at(start)}
    assert {place for _moment, place in told.values()} == places
    assert f"„Gitarre“, 16. Mai 2027, {start}–{end} Uhr" in news.findtext(ATOM + "content")
