"""The programme as open data: a table that no spreadsheet takes for formulas, and the catalogue that leads to it."""

import csv
import io
import json

import pytest
from django.test import Client

from events import publishing
from events.feeds.open_data import EU, LICENCES
from events.models import Performance, Venue
from tests.events.conftest import at

GUITAR = "gitarre-handy-abendlicht"


def table(address: str = "/programm.csv") -> dict[str, dict[str, str]]:
    """By the performance's lasting identity."""
    answer = Client().get(address)
    assert answer["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";")
    return {row["kennung"]: row for row in rows}


def catalogue() -> dict:
    answer = Client().get("/katalog.jsonld")
    assert answer["Content-Type"] == "application/ld+json"
    return json.loads(answer.content)


def test_a_line_says_all_of_a_performance(evening, live_side):
    live_side(recordings={evening[GUITAR].pk: "/mediathek/gitarre"})
    Venue.objects.filter(slug="quellen").update(address="Am Fluss 1\n33098 Paderborn")
    rows = table()
    row = evening[GUITAR]
    assert (len(rows), rows[str(row.guid)]) == (
        26,
        {
            "kennung": str(row.guid),
            "version": "2",
            "titel": "Gitarre, Handy, Abendlicht",
            "mitwirkende": "Jorinde Beispiel",
            "art": "Konzert",
            "beginn": "2027-05-16T19:00+02:00",
            "ende": "2027-05-16T19:30+02:00",
            "buehne": "Bühne an den Quellen",
            "spielort": "Paderquellgebiet",
            "adresse": "Am Fluss 1, 33098 Paderborn",
            "breite": "51.7202",
            "laenge": "8.7513",
            "stand": "veröffentlicht",
            "grund_der_absage": "",
            "angekuendigt_beginn": "",
            "angekuendigt_ort": "",
            "alter_ab": "0",
            "barrierefreiheit": "Live-Untertitel",
            "text": row.text,
            "seite": f"http://testserver/auftritt/{GUITAR}",
            "uebertragung": "http://testserver/buehne/quellen",
            "aufzeichnung": "http://testserver/mediathek/gitarre",
        },
    )


def test_what_moved_and_what_is_cancelled_say_so(evening, ida):
    publishing.move(evening[GUITAR].pk, evening.slot("bibliothek", "21:55", "22:25", "Gitarre"), ida, at("18:50"))
    publishing.cancel(evening["ufersaum"].pk, "Husten", ida, at("18:51"))
    moved, cancelled = (table()[str(evening[slug].guid)] for slug in (GUITAR, "ufersaum"))
    assert (moved["stand"], moved["angekuendigt_beginn"], moved["angekuendigt_ort"]) == (
        "verlegt", "2027-05-16T19:00+02:00", "Die Quellen",
    )  # fmt: skip
    assert (cancelled["stand"], cancelled["grund_der_absage"]) == ("abgesagt", "Husten")


@pytest.mark.parametrize("text", ["=1+1", "+49", "-1", "@SUM(A1)", "\t=1"])
def test_what_looks_like_a_formula_is_text(evening, text):
    Performance.objects.filter(slug=GUITAR).update(title=text)
    assert table()[str(evening[GUITAR].guid)]["titel"] == f"'{text}"


def test_numbers_and_common_words_stay_what_they_are(evening):
    Venue.objects.filter(slug="quellen").update(lat=-33.87)
    Performance.objects.filter(slug=GUITAR).update(title="a=b")
    line = table()[str(evening[GUITAR].guid)]
    assert (line["titel"], line["breite"], line["alter_ab"]) == ("a=b", "-33.87", "0")


def test_a_line_break_or_semicolon_stays_in_its_cell(evening):
    Performance.objects.filter(slug=GUITAR).update(text='a;b\r\n"c"\n;d')
    assert table()[str(evening[GUITAR].guid)]["text"] == 'a;b\n"c"\n;d'


def test_the_catalogue_names_one_set_in_three_forms_with_licence_and_publisher(evening, settings):
    settings.PUBLISHER = "Stadt Beispiel, Kulturamt"
    found = catalogue()
    (data,) = found["dcat:dataset"]
    assert (found["@type"], data["@type"]) == ("dcat:Catalog", "dcat:Dataset")
    assert data["dcat:theme"] == {"@id": "http://publications.europa.eu/resource/authority/data-theme/EDUC"}
    assert data["dct:title"] == {"@value": f"Kulturprogramm: {evening.edition.title}", "@language": "de"}
    assert data["dct:publisher"] == found["dct:publisher"]
    assert data["dct:publisher"]["foaf:name"] == "Stadt Beispiel, Kulturamt"
    assert data["dct:modified"] == {"@value": "2027-05-16T12:00:00+02:00", "@type": "xsd:dateTime"}
    forms = data["dcat:distribution"]
    assert [(form["@id"], form["dcat:mediaType"]["@id"].split("media-types/")[1]) for form in forms] == [
        ("http://testserver/programm.ics", "text/calendar"),
        ("http://testserver/programm.jsonld", "application/ld+json"),
        ("http://testserver/programm.csv", "text/csv"),
    ]
    assert {form["dct:license"]["@id"] for form in forms} == {LICENCES["dl-de/by-2-0"]}
    for form in forms:
        assert Client().get(form["dcat:downloadURL"]["@id"].removeprefix("http://testserver")).status_code == 200


def test_the_area_is_named_where_the_town_has_said_it(evening, settings):
    (silent,) = catalogue()["dcat:dataset"]
    settings.ARS, settings.DATA_LICENCE = "057740032032", "cc0-1.0"
    (data,) = catalogue()["dcat:dataset"]
    area = "http://dcat-ap.de/def/politicalGeocoding/regionalKey/057740032032"
    assert ("dcatde:politicalGeocodingURI" in silent, data["dcatde:politicalGeocodingURI"]) == (False, {"@id": area})
    assert {form["dct:license"]["@id"] for form in data["dcat:distribution"]} == {LICENCES["cc0-1.0"]}


def test_every_prefix_is_explained(evening):
    text = Client().get("/katalog.jsonld").content.decode()
    found = json.loads(text)

    def names(node) -> set[str]:
        if isinstance(node, list):
            return {name for each in node for name in names(each)}
        if isinstance(node, dict):
            return {key for key in node if ":" in key} | {name for each in node.values() for name in names(each)}
        return set()

    context = found.pop("@context")
    assert {name.split(":")[0] for name in names(found)} == set(context) - {"xsd"}
    assert EU.startswith("http://publications.europa.eu/")


def test_drafts_are_nowhere(evening):
    Performance.objects.filter(slug=GUITAR).update(status="draft")
    assert str(evening[GUITAR].guid) not in table()


def test_an_empty_house_has_an_empty_catalogue(db):
    assert (catalogue()["dcat:dataset"], table()) == ([], {})
