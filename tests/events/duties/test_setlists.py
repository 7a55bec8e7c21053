"""What GEMA is told of one event, and what is missing: rules of values, without a database."""

from dataclasses import fields, replace
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override

from events.duties import setlists
from events.duties.setlists import COLUMNS, Event, Gap, gaps, in_order, rows
from events.models import Work

TOWN = ZoneInfo("Europe/Berlin")
LIED = Work(order=1, title="Am Wehr", composer="Jorinde Beispiel", seconds=185, rights_status="own")
ALT = Work(
    order=2, title="Der Mond", composer="Schulz", arranger="Muster", seconds=60, rights_status="public_domain_arranged"
)
EVENING = Event(
    pk=1,
    guid="0",
    title="Gitarre, Handy, Abendlicht",
    organiser="Stadt Beispiel\nRathausplatz 1",
    venue="Paderquellgebiet",
    venue_address="An den Quellen 1",
    kind="concert",
    start=datetime(2027, 5, 16, 19, 0, tzinfo=TOWN),
    end=datetime(2027, 5, 16, 19, 30, tzinfo=TOWN),
    act="Jorinde Beispiel",
    act_kind="solo",
    leader="Jorinde Beispiel",
    leader_address="Uferweg 2",
    leader_number="",
    musicians=1,
    formation="Solo",
    fee=Decimal("250.00"),
    said=True,
    works=(LIED, ALT),
)


@pytest.fixture(autouse=True)
def in_german():
    with override("de"):
        yield


def missing(event: Event) -> list[str]:
    return [gap.words for gap in gaps(event)]


def test_a_row_per_work_with_the_head_in_each():
    table = rows([EVENING], in_order([]))
    told = [dict(zip(COLUMNS, row, strict=True)) for row in table]
    assert told[0] == {
        "event": "Gitarre, Handy, Abendlicht", "organiser": "Stadt Beispiel\nRathausplatz 1",
        "venue": "Paderquellgebiet", "venue_address": "An den Quellen 1", "kind": "Konzert",
        "appearance": "Solokünstler:in", "date": date(2027, 5, 16), "start": EVENING.start.time(),
        "end": EVENING.end.time(), "act": "Jorinde Beispiel", "leader": "Jorinde Beispiel",
        "leader_address": "Uferweg 2", "leader_number": "", "musicians": 1, "formation": "Solo",
        "fee": Decimal("250.00"), "entrance": Decimal("0.00"),
        "order": 1, "title": "Am Wehr", "composer": "Jorinde Beispiel", "lyricist": "", "arranger": "",
        "publisher": "", "duration": "03:05", "times": 1, "own": "ja", "gema_number": "", "iswc": "",
        "public_domain": "nein", "arranged": "nein", "source": "live gespielt", "label_code": "", "isrc": "",
        "rights": "geklärt", "offset": "",
    }  # fmt: skip
    assert {name: told[1][name] for name in ("event", "title", "own", "public_domain", "arranged", "rights")} == {
        "event": "Gitarre, Handy, Abendlicht", "title": "Der Mond", "own": "nein", "public_domain": "ja",
        "arranged": "ja", "rights": "unbekannt",
    }  # fmt: skip


def test_every_field_of_a_work_is_told():
    told = {"order", "title", "composer", "lyricist", "arranger", "publisher", "seconds", "times", "gema_number"}
    told |= {"iswc", "source", "label_code", "isrc", "offset", "rights_status"}
    assert {field.name for field in Work._meta.concrete_fields} - {"id", "setlist"} == told


def test_nothing_is_missing_where_all_is_said():
    assert missing(EVENING) == []


def test_what_is_missing_is_said_in_the_words_of_the_form():
    bare = replace(EVENING, organiser="", venue_address="", leader_address="", musicians=None, formation="", fee=None)
    bare = replace(bare, works=(Work(order=1, title="Lied", rights_status="unclear"),))
    assert missing(bare) == [
        "Name und Anschrift des Veranstalters",
        "Anschrift des Spielorts „Paderquellgebiet“",
        "Leitung mit Anschrift oder GEMA-Mitgliedsnummer",
        "Zahl der Musizierenden",
        "Besetzung",
        "Gage",
        "Werk 1 „Lied“: Komponist:in",
        "Werk 1 „Lied“: Dauer",
    ]


def test_each_gap_knows_its_column_so_that_it_can_be_marked():
    bare = replace(EVENING, formation="", works=(Work(order=3, title="Lied", composer="N", rights_status="own"),))
    assert gaps(bare) == [Gap("formation", "Besetzung"), Gap("duration", "Werk 3 „Lied“: Dauer", 3)]
    assert {gap.column for gap in gaps(bare)} <= set(COLUMNS)


def test_a_membership_number_is_as_good_as_an_address_and_no_fee_is_a_fee():
    assert missing(replace(EVENING, leader="", leader_address="", leader_number="12345", fee=Decimal(0))) == []


def test_a_new_arrangement_needs_its_arranger_and_a_recording_its_number():
    arranged = Work(order=1, title="A", composer="B", seconds=1, rights_status="public_domain_arranged")
    played = Work(order=2, title="C", composer="D", seconds=1, rights_status="cleared", source="recording")
    assert missing(replace(EVENING, works=(arranged, played))) == [
        "Werk 1 „A“: Bearbeiter:in",
        "Werk 2 „C“: Labelcode oder ISRC der Aufnahme",
    ]


def test_an_act_that_says_no_music_owes_nothing_one_that_says_nothing_does():
    assert missing(replace(EVENING, works=(), said=True, organiser="")) == []
    assert missing(replace(EVENING, works=(), said=False)) == ["die Setliste"]
    assert missing(replace(EVENING, said=False)) == ["die Zusage der Gruppe, dass ihre Setliste vollständig ist"]


def test_six_weeks_are_counted_from_the_programme_day():
    late = replace(EVENING, start=datetime(2027, 5, 17, 0, 30, tzinfo=TOWN), end=datetime(2027, 5, 17, 1, tzinfo=TOWN))
    assert (EVENING.due, late.due) == (date(2027, 6, 27), date(2027, 6, 27))


def test_the_office_orders_the_columns_and_unknown_ones_are_forgotten():
    assert [column.code for column in in_order(["title", "date", "gone"])] == ["title", "date"]
    assert [column.code for column in in_order(["gone"])] == list(COLUMNS)
    assert rows([EVENING], in_order(["order", "act"])) == [[1, "Jorinde Beispiel"], [2, "Jorinde Beispiel"]]


def test_an_event_has_no_field_that_nobody_needs():
    inside = {"pk", "guid", "act_kind", "said", "works"}
    heads = {column.code for column in setlists.HEAD}
    assert {field.name for field in fields(Event)} - inside - heads == {"title"}


def test_a_tour_without_works_is_assumed_to_be_without_music_until_some_stand_there():
    tour = replace(EVENING, kind="tour", said=False, works=())
    assert (tour.assumed_silent, tour.without_music, missing(tour)) == (True, True, [])
    sung = replace(tour, works=(LIED,))
    assert (sung.assumed_silent, sung.without_music) == (False, False)
    concert = replace(tour, kind="concert")
    assert (concert.without_music, "die Setliste" in missing(concert)) == (False, True)
