"""The programme for conference apps and video crews, held against the rules of the format."""

import json
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client

from events import publishing
from events.feeds.schedules import acronym, length, room_names
from events.models import Consent, Edition, Performance, Production
from events.programme import StageCard, Text, VenueCard
from tests.events.conftest import WHIT_SUNDAY, at
from tests.schedule_rules import breaches_of_json, breaches_of_xml

GUITAR = "gitarre-handy-abendlicht"


def xml() -> ElementTree.Element:
    body = Client().get("/schedule.xml").content
    assert breaches_of_xml(body) == []
    return ElementTree.fromstring(body)


def conference() -> dict:
    body = Client().get("/schedule.json").content
    assert breaches_of_json(body) == []
    return json.loads(body)["schedule"]["conference"]


def in_json(performance: Performance) -> dict:
    events = [event for day in conference()["days"] for room in day["rooms"].values() for event in room]
    return next(event for event in events if event["guid"] == str(performance.guid))


def in_xml(performance: Performance) -> ElementTree.Element:
    return xml().find(f".//event[@guid='{performance.guid}']")


def test_a_performance_is_the_same_in_both(evening, live_side):
    live_side(recordings={evening[GUITAR].pk: "/mediathek/gitarre"})
    Production.objects.filter(performances__slug=GUITAR).update(spoken="de en")
    row = Performance.objects.select_related("production").get(slug=GUITAR)
    in_words = {
        "room": "Die Quellen",
        "title": "Gitarre, Handy, Abendlicht",
        "subtitle": "Jorinde Beispiel",
        "type": "concert",
        "track": "Konzert",
        "date": "2027-05-16T19:00:00+02:00",
        "start": "19:00",
        "duration": "0:30",
        "abstract": row.text,
        "description": "Live-Untertitel",
        "language": "de",
        "slug": f"{acronym(evening.edition.slug)}-{row.pk:04}-{GUITAR}",
        "url": f"http://testserver/auftritt/{GUITAR}",
    }
    event = in_json(row)
    assert event == {
        **in_words,
        "guid": str(row.guid),
        "id": row.pk,
        "end": "2027-05-16T19:30:00+02:00",
        "logo": None,
        "recording_license": "",
        "do_not_record": False,
        "persons": [{"id": row.production.act_id, "public_name": "Jorinde Beispiel"}],
        "links": [
            {"title": "Live ansehen", "url": "http://testserver/buehne/quellen", "type": "related"},
            {"title": "Aufzeichnung ansehen", "url": "http://testserver/mediathek/gitarre", "type": "media"},
        ],
        "attachments": [],
    }
    element = in_xml(row)
    assert {child.tag: child.text for child in element if child.tag in in_words} == in_words
    assert element.get("id") == str(row.pk)
    assert [link.get("href") for link in element.iter("link")] == [link["url"] for link in event["links"]]
    assert [person.text for person in element.iter("person")] == ["Jorinde Beispiel"]


def test_the_evening_is_one_day_of_eight_rooms(evening):
    plan = conference()
    (day,) = plan["days"]
    assert (day["day_start"], day["day_end"]) == ("2027-05-16T05:00:00+02:00", "2027-05-17T05:00:00+02:00")
    assert list(day["rooms"]) == [room["name"] for room in plan["rooms"]]
    assert (len(plan["rooms"]), sum(len(events) for events in day["rooms"].values())) == (8, 26)
    assert (plan["start"], plan["end"], plan["daysCount"]) == ("2027-05-16", "2027-05-16", 1)


def test_what_begins_after_midnight_belongs_to_the_evening_before(evening):
    Edition.objects.update(closes=at("23:00", WHIT_SUNDAY + timedelta(days=1)))
    next_day = WHIT_SUNDAY + timedelta(days=1)
    Performance.objects.filter(slug="finale-alle-orte-ein-lied").update(start=at("00:30"), end=at("01:35"))
    Performance.objects.filter(slug="ufersaum").update(start=at("11:00", next_day), end=at("12:00", next_day))
    days = conference()["days"]
    late = in_json(evening["finale-alle-orte-ein-lied"])
    assert [sum(len(room) for room in day["rooms"].values()) for day in days] == [25, 1]
    assert (late["date"], late["start"], late["duration"]) == ("2027-05-17T00:30:00+02:00", "00:30", "1:05")
    assert [day.get("date") for day in xml().iter("day")] == ["2027-05-16", "2027-05-17"]


def test_without_consent_nobody_may_record(evening):
    optouts = {
        slug: (in_json(evening[slug])["do_not_record"], in_xml(evening[slug]).findtext("recording/optout"))
        for slug in (GUITAR, "zwei-stuehle-streiten")
    }
    assert optouts == {GUITAR: (False, "false"), "zwei-stuehle-streiten": (True, "true")}
    Consent.objects.filter(performance__slug=GUITAR).update(withdrawn_at=at("23:00"))
    assert in_json(evening[GUITAR])["do_not_record"] is True


def test_moved_and_cancelled_stand_in_the_words(evening, ida):
    publishing.move(evening[GUITAR].pk, evening.slot("quellen", "19:35", "19:55", "Gitarre"), ida, at("18:50"))
    publishing.cancel(evening["ufersaum"].pk, "Husten", ida, at("18:51"))
    moved, cancelled = in_json(evening[GUITAR]), in_json(evening["ufersaum"])
    assert moved["abstract"].startswith("Verlegt; angekündigt für 16. Mai 2027, 19:00 Uhr, Die Quellen.")
    assert (cancelled["title"], cancelled["abstract"].split("\n")[0]) == ("Entfällt: Ufersaum", "Entfällt: Husten")
    assert xml().findtext("version") == "2027-05-16 18:51:00"


def test_names_that_people_type_break_no_rule(evening):
    Edition.objects.update(slug="PK")
    Performance.objects.filter(slug=GUITAR).update(slug="--A_", title="<b>&\x0b]]>", text="\x1b[31m")
    assert in_json(evening["--A_"])["title"] == "<b>&]]>"
    assert in_xml(evening["--A_"]).findtext("title") == "<b>&]]>"


def test_two_stages_of_one_venue_are_two_rooms():
    name = Text("Dom", "de")
    dom = VenueCard("dom", name, name, 51.7, 8.7, "", (), name, "", name)
    stages = [
        StageCard(slug, Text(stage, "de"), name, name, order, "dom", dom)
        for order, (slug, stage) in enumerate([("a", "Chor"), ("b", "Chor")])
    ]
    assert len(set(room_names(stages).values())) == 2


def test_drafts_are_nowhere(evening):
    Performance.objects.filter(slug=GUITAR).update(status="draft")
    assert [GUITAR in Client().get(f"/schedule.{form}").content.decode() for form in ("xml", "json")] == [False, False]


def test_an_edition_without_a_programme_has_one_empty_day(evening):
    Performance.objects.update(status="draft")
    assert [len(day["rooms"]) for day in conference()["days"]] == [0]
    assert len(list(xml().iter("day"))) == 1


def test_without_an_edition_there_is_no_schedule(db):
    assert [Client().get(f"/schedule.{form}").status_code for form in ("xml", "json")] == [404, 404]


@pytest.mark.parametrize(
    ("slug", "name"),
    [("paderkultour-digital", "paderkultour_digital"), ("2027", "2027"), ("PK", "pk__"), ("ä-1", "__1_")],
)
def test_an_acronym_has_four_plain_signs_or_more(slug, name):
    assert acronym(slug) == name


def test_a_length_is_in_hours_and_minutes():
    assert [length(at("19:00"), at(end)) for end in ("19:05", "20:00", "21:15")] == ["0:05", "1:00", "2:15"]


def test_the_rules_find_what_is_wrong(evening):
    body = Client().get("/schedule.json").content
    plan = json.loads(body)
    room = plan["schedule"]["conference"]["days"][0]["rooms"]["Die Quellen"]
    room[0] |= {"guid": "x", "answers": []}
    del room[1]["abstract"]
    assert breaches_of_json(json.dumps(plan).encode()) == [
        "event/guid is not 'x'", "event/answers is not []", "event lacks abstract",
    ]  # fmt: skip
    spoilt = Client().get("/schedule.xml").content.replace(b"<duration>0:30", b"<duration>30 min", 1)
    assert breaches_of_xml(spoilt.replace(b' id="', b' no="', 1)) == [
        "event lacks @id", "event/@no is not “" + str(room[0]["id"]) + "”", "event/duration is not “30 min”",
    ]  # fmt: skip
