"""The programme in other people's calendars: what moves keeps its name there, what is cancelled stays."""

import re
from datetime import UTC, date, datetime, timedelta
from inspect import unwrap
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils.http import http_date
from icalendar import Calendar

from events import publishing
from events.feeds import pages
from events.feeds.calendars import coming_whit_sundays
from events.feeds.clocks import Shift, shifts
from events.models import Edition, Performance, Venue
from events.whit_sunday import whit_sunday
from tests.events.conftest import at

GUITAR = "gitarre-handy-abendlicht"


def lines(body: bytes) -> list[str]:
    """Unfolded (RFC 5545, 3.1), after a look at how they are folded."""
    assert body.endswith(b"\r\n") and b"\n" not in body.replace(b"\r\n", b"")
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    for line in body.split(b"\r\n"):
        line.decode()  # no umlaut is torn
    return body.decode().replace("\r\n ", "").split("\r\n")


def events(address: str, **headers: str) -> dict[str, dict]:
    """By UID, as another program parses them."""
    answer = Client().get(address, headers=headers)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    lines(answer.content)
    return {str(event["uid"]): event for event in Calendar.from_ical(answer.content).walk("VEVENT")}


def of(performance: Performance, address: str = "/programm.ics") -> dict:
    return events(address)[str(performance.guid)]


def test_the_name_of_a_calendar_is_text_like_any_other(evening):
    """What is typed as a title breaks no line and ends no value (RFC 7986, 5.1; RFC 5545, 3.3.11)."""
    Edition.objects.update(title="Wasser, Strom; Takt\r\nBEGIN:VALARM\x0b")
    Venue.objects.update(name="Am\x0bFluss")
    for address in ("/programm.ics", f"/auftritt/{GUITAR}.ics"):
        body = Client().get(address).content
        assert ("\nBEGIN:VALARM" in body.decode(), b"\x0b" in body, len(Calendar.from_ical(body).walk("VALARM"))) == (
            False, False, 0,
        )  # fmt: skip
    named = ("NAME:", "X-WR-CALNAME:")
    names = [line for line in lines(Client().get("/programm.ics").content) if line.startswith(named)]
    assert names == [f"{name}:Wasser\\, Strom\\; Takt\\nBEGIN:VALARM" for name in ("NAME", "X-WR-CALNAME")]
    names = [line for line in lines(Client().get(f"/auftritt/{GUITAR}.ics").content) if line.startswith("NAME:")]
    assert names == ["NAME:Gitarre\\, Handy\\, Abendlicht"]


# --- one performance --------------------------------------------------------------------------------------------------


def test_a_performance_is_told_with_all_that_a_calendar_can_hold(evening, live_side):
    Venue.objects.filter(slug="quellen").update(address="Am Fluss 1\n33098 Paderborn")
    performance = evening[GUITAR]
    body = Client().get(f"/auftritt/{GUITAR}.ics").content
    found = [line for line in lines(body) if not line.startswith("DESCRIPTION")]
    event = found[found.index("BEGIN:VEVENT") :]
    assert event == [
        "BEGIN:VEVENT",
        "SUMMARY;LANGUAGE=de:Gitarre\\, Handy\\, Abendlicht",
        "DTSTART;TZID=Europe/Berlin:20270516T190000",
        "DTEND;TZID=Europe/Berlin:20270516T193000",
        "DTSTAMP:20270516T100000Z",
        f"UID:{performance.guid}",
        "SEQUENCE:2",
        "CATEGORIES:Konzert",
        "CONFERENCE;FEATURE=AUDIO,VIDEO,CHAT;LABEL=Live ansehen;VALUE=URI:http://testserver/buehne/quellen",
        "GEO:51.7202;8.7513",
        "LAST-MODIFIED:20270516T100000Z",
        "LOCATION:Bühne an den Quellen\\, Paderquellgebiet\\, Am Fluss 1\\, 33098 Paderborn",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        f"URL:http://testserver/auftritt/{GUITAR}",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_a_move_is_the_same_event_with_the_next_number(evening, ida):
    before = of(evening[GUITAR])
    publishing.move(
        evening[GUITAR].pk, evening.slot("bibliothek", "21:55", "22:25", "Gitarre im Saal"), ida, at("18:50")
    )
    after = of(evening[GUITAR])
    assert (before["uid"], before["sequence"] + 1) == (after["uid"], after["sequence"])
    assert (after.decoded("dtstart"), after["status"]) == (at("21:55"), "CONFIRMED")
    assert str(after["summary"]) == "Gitarre im Saal"
    assert "Verlegt; angekündigt für 16. Mai 2027, 19:00 Uhr, Die Quellen." in str(after["description"])
    assert after.decoded("dtstamp") == after.decoded("last-modified") == at("18:50")


def test_what_is_cancelled_stays_and_says_why(evening, ida):
    publishing.cancel(evening[GUITAR].pk, "Sturm; alle Bühnen, auch diese", ida, at("18:50"))
    event = of(evening[GUITAR])
    assert (event["status"], str(event["summary"])) == ("CANCELLED", "Entfällt: Gitarre, Handy, Abendlicht")
    assert str(event["description"]).startswith("Entfällt: Sturm; alle Bühnen, auch diese\n\n")
    assert ("conference" in event, event["transp"]) == (False, "TRANSPARENT")


def test_drafts_are_nowhere(evening):
    draft = evening[GUITAR]
    Performance.objects.filter(pk=draft.pk).update(status="draft")
    addresses = ["/programm.ics", f"/mein-programm.ics?auswahl={draft.pk}", "/rundgang/familienrunde.ics"]
    assert [str(draft.guid) in events(address) for address in addresses] == [False, False, False]
    assert Client().get(f"/auftritt/{GUITAR}.ics").status_code == 404


@pytest.mark.parametrize(
    "title",
    [
        "a\r\nEND:VEVENT\r\nBEGIN:VALARM",
        "a\nX-EVIL:1",
        "a\rX-EVIL:1",
        "a\u2028X-EVIL:1",
        'a;b,c:d"e\\n',
        "a\x0b\x85b",
    ],
)
def test_no_title_breaks_out_of_its_line(evening, title):
    Performance.objects.filter(slug=GUITAR).update(title=title, text=title * 20)
    there = lines(Client().get("/programm.ics").content)
    assert [line for line in there if re.match("X-EVIL|BEGIN:VALARM", line)] == []
    assert (there.count("BEGIN:VEVENT"), there.count("END:VEVENT")) == (26, 26)
    kept = "".join(each for each in title.replace("\r\n", "\n").replace("\r", "\n") if each not in "\x0b\x85")
    assert str(of(evening[GUITAR])["summary"]) == kept


def test_two_passes_of_one_production_know_each_other(evening):
    first, second = evening["sechs-stimmen-im-kreuzgang"], evening["sechs-stimmen-im-kreuzgang-2"]
    related = of(first)["related-to"]
    assert (str(related), related.params["reltype"]) == (str(second.guid), "SIBLING")


# --- which calendars there are ----------------------------------------------------------------------------------------


def test_the_whole_programme_is_asked_for_again_every_five_minutes(evening):
    calendar = Calendar.from_ical(Client().get("/programm.ics").content)
    assert len(calendar.walk("VEVENT")) == 26
    assert calendar["refresh-interval"].to_ical() == b"PT5M"
    assert calendar["refresh-interval"].params["value"] == "DURATION"
    assert str(calendar["source"]) == "http://testserver/programm.ics"


def test_the_last_edition_stays_in_the_calendar_when_the_next_is_planned(evening, ask):
    year = timedelta(days=364)
    for number in (1, 2):
        moments = {"opens": evening.edition.opens + number * year, "closes": evening.edition.closes + number * year}
        Edition.objects.create(slug=f"in-{number}", title=f"In {number}", **moments)
    days_after = [ask(at("12:00") + timedelta(days=days)).content.count(b"BEGIN:VEVENT") for days in (0, 2, 366)]
    assert days_after == [26, 26, 0]


def test_a_walk_has_what_plays_at_its_stations(evening):
    places = {str(event["location"]).split(",")[0] for event in events("/rundgang/familienrunde.ics").values()}
    assert places == {"Bühne an den Quellen", "Lesesaal", "Rundgang Rechenmaschinen", "Schlosshofbühne"}


def test_ones_own_calendar_has_what_the_address_says_and_no_more(evening):
    chosen = [evening[slug] for slug in (GUITAR, "finale-alle-orte-ein-lied")]
    address = f"/mein-programm.ics?auswahl={chosen[1].pk}.{chosen[0].pk}.999999999.x.-1.²"
    assert set(events(address)) == {str(each.guid) for each in chosen}
    assert events("/mein-programm.ics") == {}


def test_in_english_the_words_are_english(evening):
    event = events("/en/programm.ics")[str(evening[GUITAR].guid)]
    assert event["categories"].cats == ["Concert"]
    assert str(event["url"]) == f"http://testserver/en/auftritt/{GUITAR}"


@pytest.mark.parametrize("address", ["/auftritt/nie.ics", "/rundgang/nirgends.ics"])
def test_there_is_no_calendar_of_what_does_not_exist(evening, address):
    assert Client().get(address).status_code == 404


def test_an_empty_house_has_an_empty_calendar(db):
    assert events("/programm.ics") == {}


# --- caches -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def ask(rf):
    """The whole programme as a calendar, asked for at a given moment."""
    return lambda moment, **headers: unwrap(pages.calendar)(rf.get("/programm.ics", headers=headers), moment)


def test_what_has_not_changed_is_not_sent_again(evening, ida, ask):
    known = {"If-None-Match": ask(at("18:00"))["ETag"]}
    assert ask(at("18:00"), **known).status_code == 304
    publishing.cancel(evening[GUITAR].pk, "Sturm", ida, at("18:50"))
    assert ask(at("18:51"), **known).status_code == 200


@pytest.mark.parametrize("told", [pages.calendar, pages.news])
def test_no_date_keeps_what_is_not_true_any_more(evening, ida, rf, told):
    """After an undone publication the latest date of what is left lies before it."""
    row = evening[GUITAR]
    draft = {"slug": "zugabe", "title": "Zugabe", "start": at("23:30"), "end": at("23:40")}
    encore = Performance.objects.create(production=row.production, stage=row.stage, **draft)
    published = publishing.publish(encore.pk, ida, at("18:49"))
    with_it = unwrap(told)(rf.get("/"), at("18:49:05"))
    publishing.undo(published.pk, ida, at("18:49:10"))
    known = {"If-Modified-Since": with_it.get("Last-Modified", http_date(at("18:49:05").timestamp()))}
    without = unwrap(told)(rf.get("/", headers=known), at("18:50"))
    assert (without.status_code, b"Zugabe" in with_it.content, b"Zugabe" in without.content) == (200, True, False)


def test_calendars_are_kept_by_no_cache_like_pages_and_read_from_anywhere(evening):
    answer = Client().get("/programm.ics")
    assert (answer["Cache-Control"], answer["Access-Control-Allow-Origin"], dict(answer.cookies)) == (
        "public, max-age=0, s-maxage=0", "*", {},
    )  # fmt: skip


def test_every_feed_asks_a_constant_number_of_questions(evening, live_side, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        Client().get("/programm.ics")


# --- clocks and moons -------------------------------------------------------------------------------------------------

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)


def test_the_clocks_are_set_when_the_law_says():
    assert shifts(BERLIN, 2027, 2027) == (
        Shift(datetime(2027, 1, 1, tzinfo=UTC), HOUR, HOUR, "CET", False),
        Shift(datetime(2027, 3, 28, 1, tzinfo=UTC), HOUR, 2 * HOUR, "CEST", True),
        Shift(datetime(2027, 10, 31, 1, tzinfo=UTC), 2 * HOUR, HOUR, "CET", False),
    )


@pytest.mark.parametrize("zone", ["UTC", "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Casablanca"])
def test_every_clock_of_the_world_can_be_told(zone):
    there = ZoneInfo(zone)
    known = shifts(there, 2017, 2021)
    for day in range(0, 5 * 365, 3):
        moment = datetime(2017, 1, 1, 12, tzinfo=UTC) + timedelta(days=day)
        said = [shift for shift in known if shift.at <= moment][-1].after
        assert said == moment.astimezone(there).utcoffset()


def test_the_summer_shift_stands_in_the_calendar_as_the_clock_shows_it_before(evening):
    found = lines(Client().get("/programm.ics").content)
    summer = found.index("BEGIN:DAYLIGHT")
    assert "DTSTART:20260329T020000" in found[summer : summer + 6]


def test_whit_sundays_that_nobody_has_planned_are_expected():
    assert coming_whit_sundays(date(2027, 5, 16), set()) == [
        date(2027, 5, 16),
        date(2028, 6, 4),
        date(2029, 5, 20),
        date(2030, 6, 9),
    ]
    assert coming_whit_sundays(date(2027, 5, 17), {2029}) == [date(2028, 6, 4), date(2030, 6, 9), date(2031, 6, 1)]


@pytest.mark.parametrize(
    ("year", "day"),
    [(2017, "06-04"), (2018, "05-20"), (2019, "06-09"), (2020, "05-31"), (2021, "05-23"), (2022, "06-05"),
     (2023, "05-28"), (2024, "05-19"), (2008, "05-11"), (2038, "06-13")],
)  # fmt: skip
def test_whit_sunday_is_where_it_was(year, day):
    assert whit_sunday(year) == date.fromisoformat(f"{year}-{day}")


def test_the_editions_are_whole_days_and_the_expected_ones_are_tentative(evening, settings):
    settings.WHIT_SUNDAY = True
    planned, expected = events("/ausgaben.ics").values()
    assert (planned.decoded("dtstart"), planned.decoded("dtend")) == (date(2027, 5, 16), date(2027, 5, 17))
    assert (planned["status"], expected["status"]) == ("CONFIRMED", "TENTATIVE")
    days = [expected.decoded("dtstart"), *(each.dt for each in expected["rdate"].dts)]
    assert days[:2] == [date(2028, 6, 4), date(2029, 5, 20)]


def test_a_town_without_whit_sunday_expects_nothing(evening, settings):
    settings.WHIT_SUNDAY = False
    assert [event["status"] for event in events("/ausgaben.ics").values()] == ["CONFIRMED"]
