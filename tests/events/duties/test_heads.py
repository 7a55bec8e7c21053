"""How many were in the rooms: Ida notes it, Paul beside her loses nothing, and the council reads it with its method."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from events import demo
from events.duties import heads
from events.models import Edition, HeadCount, Performance, Venue
from tests.events.conftest import WHIT_SUNDAY, at
from tests.events.test_pages import words

PAGE = "/buero/kopfzahlen"
ABENDLICHT, FINALE = "gitarre-handy-abendlicht", "finale-alle-orte-ein-lied"


@pytest.fixture
def yesterday(db) -> Performance:
    demo.load(timezone.now() - timedelta(days=1))
    return Performance.objects.select_related("stage__venue").get(slug=ABENDLICHT)


def typed(key: str, heads: str, method: str, shown: tuple[str, str] = ("", "")) -> dict[str, str]:
    return {
        f"{key}-heads": heads, f"{key}-method": method,
        f"initial-{key}-heads": shown[0], f"initial-{key}-method": shown[1],
    }  # fmt: skip


def noted() -> list[tuple]:
    rows = HeadCount.objects.order_by("heads").select_related("performance", "venue")
    return [(row.performance.slug if row.performance else row.venue.slug, row.heads, row.method) for row in rows]


def test_ida_notes_a_performance_and_a_venues_whole_day(yesterday, idas_browser, ida):
    room, house = f"auftritt-{yesterday.pk}", f"ort-{yesterday.stage.venue_id}"
    page = idas_browser.post(PAGE, typed(room, "85", "counted") | typed(house, "400", "estimated"), follow=True)
    assert noted() == [(ABENDLICHT, 85, "counted"), (yesterday.stage.venue.slug, 400, "estimated")]
    assert f'name="{room}-heads" value="85"' in page.content.decode()
    assert set(HeadCount.objects.values_list("by", flat=True)) == {ida.pk}
    again = typed(room, "", "", ("85", "counted")) | typed(house, "410", "tickets", ("400", "estimated"))
    idas_browser.post(PAGE, again)
    assert noted() == [(yesterday.stage.venue.slug, 410, "tickets")]


@pytest.mark.parametrize(
    ("heads", "method", "sentence"),
    [
        ("85", "", "Bitte sagen Sie, wie die Zahl ermittelt wurde."),
        ("", "counted", "Bitte geben Sie die Zahl an, oder lassen Sie beides leer."),
        ("-1", "counted", "größer oder gleich 0"),
        ("100001", "counted", "kleiner oder gleich 100000"),
        ("viele", "counted", "Bitte geben Sie eine ganze Zahl an."),
        ("85", "geraten", "Auswahl"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_half_noted(
    yesterday, idas_browser, heads, method, sentence
):
    good = typed(f"ort-{yesterday.stage.venue_id}", "400", "estimated")
    answer = idas_browser.post(PAGE, good | typed(f"auftritt-{yesterday.pk}", heads, method))
    page = answer.content.decode()
    assert (answer.status_code, noted()) == (422, [])
    assert (sentence in words(page), 'value="400"' in page) == (True, True)


def test_two_who_note_at_once_see_each_other(yesterday, idas_browser, paul):
    """Paul's page was opened before Ida saved: what he left alone stays hers, what both noted is asked about once."""
    pauls_browser, room = Client(), f"auftritt-{yesterday.pk}"
    pauls_browser.force_login(paul)
    idas_browser.post(PAGE, typed(room, "85", "counted"))
    pauls_browser.post(PAGE, typed(room, "", "") | typed(f"ort-{yesterday.stage.venue_id}", "400", "estimated"))
    assert noted()[0] == (ABENDLICHT, 85, "counted")
    answer = pauls_browser.post(PAGE, typed(room, "90", "estimated"))
    page = answer.content.decode()
    assert (answer.status_code, "Inzwischen steht hier 85" in words(page)) == (422, True)
    assert f'name="initial-{room}-heads" value="85"' in page
    assert "Inzwischen steht hier gezählt" in words(page)
    pauls_browser.post(PAGE, typed(room, "90", "estimated", ("85", "counted")))
    assert noted()[0] == (ABENDLICHT, 90, "estimated")


def test_who_changes_the_number_leaves_a_colleagues_method_and_the_other_way_round(yesterday, idas_browser):
    room, shown = f"auftritt-{yesterday.pk}", ("85", "counted")
    idas_browser.post(PAGE, typed(room, "85", "tickets"))
    idas_browser.post(PAGE, typed(room, "90", "counted", shown))
    assert noted() == [(ABENDLICHT, 90, "tickets")]
    idas_browser.post(PAGE, typed(room, "85", "estimated", ("85", "tickets")))
    assert noted() == [(ABENDLICHT, 90, "estimated")]


def test_both_chose_another_method(yesterday, idas_browser):
    room = f"auftritt-{yesterday.pk}"
    idas_browser.post(PAGE, typed(room, "85", "tickets"))
    answer = idas_browser.post(PAGE, typed(room, "85", "estimated", ("85", "counted")))
    page = answer.content.decode()
    assert (answer.status_code, noted(), "Inzwischen steht hier nach Karten" in words(page)) == (
        422, [(ABENDLICHT, 85, "tickets")], True,
    )  # fmt: skip
    assert f'name="initial-{room}-method" value="tickets"' in page


def test_a_number_that_a_colleague_took_away_is_asked_for_again(yesterday, idas_browser):
    answer = idas_browser.post(PAGE, typed(f"auftritt-{yesterday.pk}", "85", "estimated", ("85", "counted")))
    assert (answer.status_code, noted(), 'value="85"' in answer.content.decode()) == (422, [], False)


def test_what_has_not_begun_and_drafts_cannot_be_counted(evening):
    draft = evening["ufersaum"]
    Performance.objects.filter(pk=draft.pk).update(status="draft")
    shown = {
        clock: [
            room.performance.slug if room.performance else room.venue.slug
            for room in heads.rooms(evening.edition, WHIT_SUNDAY, at(clock))
        ]
        for clock in ("17:39", "17:40", "23:59")
    }
    assert (shown["17:39"], shown["17:40"]) == ([], ["auftakt-wo-das-wasser-aufsteht", "quellen"])
    assert (draft.slug in shown["23:59"], len(shown["23:59"])) == (False, 25 + Venue.objects.count())


def test_past_midnight_still_belongs_to_the_evening(evening):
    Edition.objects.update(closes=at("04:00"))
    Performance.objects.filter(slug=ABENDLICHT).update(start=at("00:30"), end=at("01:00"))
    edition = Edition.objects.get()
    assert heads.days_of(edition, at("02:00")) == [WHIT_SUNDAY]
    found = [room.performance for room in heads.rooms(edition, WHIT_SUNDAY, at("02:00"))]
    assert ABENDLICHT in [one.slug for one in found if one]


def test_the_council_reads_each_number_with_its_method(told, evening):
    assert told()["Publikum vor Ort"] == {"Kopfzahlen": "nicht gezählt"}
    late, dom = at("23:59"), Venue.objects.get(slug="dom")
    for slug, count, method in ((ABENDLICHT, 85, "counted"), ("ufersaum", 60, "counted"), (FINALE, 900, "estimated")):
        HeadCount.objects.create(performance=evening[slug], heads=count, method=method, at=late)
    for day, count in ((WHIT_SUNDAY, 300), (WHIT_SUNDAY - timedelta(365), 7)):
        HeadCount.objects.create(venue=dom, day=day, heads=count, method="tickets", at=late)
    report = told()
    assert report["Publikum vor Ort"] == {
        "Bei Auftritten, gezählt": "145",
        "Bei Auftritten, geschätzt": "900",
        "An Spielorten über den Tag, nach Karten": "300",
    }
    assert report["Was nicht gemessen wurde"]["Publikum in den Sälen und draußen"] == "nicht überall"
    assert "Zugriffe live" not in report["Publikum vor Ort"]


def test_the_houses_of_another_edition_on_the_same_day_are_not_in_the_report(told, evening):
    elsewhere = Venue.objects.create(slug="burg", name="Burg", short_name="Burg", lat=51.7, lon=8.7)
    for venue, count in ((Venue.objects.get(slug="dom"), 300), (elsewhere, 5000)):
        HeadCount.objects.create(venue=venue, day=WHIT_SUNDAY, heads=count, method="tickets", at=at("23:59"))
    assert told()["Publikum vor Ort"] == {"An Spielorten über den Tag, nach Karten": "300"}


def test_a_number_is_of_one_performance_or_of_one_venue_and_day(evening):
    for wrong in ({}, {"venue": Venue.objects.first()}, {"performance": evening[ABENDLICHT], "day": WHIT_SUNDAY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            HeadCount.objects.create(heads=1, method="counted", at=at("12:00"), **wrong)
