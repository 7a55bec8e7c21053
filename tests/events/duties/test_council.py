"""The council report: what took place, what it cost, who could follow it, and what is not known."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils import timezone
from django.utils.translation import override

from events import demo
from events.duties import council
from events.duties.council import Facts
from events.figures import Concurrency, Usage
from events.models import Act, Edition, Engagement, Fee, Incident, Performance
from tests.events.conftest import at
from tests.events.test_pages import words

FEE = {"name": "J", "address": "U", "work": "music", "standing": "self_employed"}


def test_it_tells_what_took_place_and_what_did_not(told):
    Performance.objects.filter(slug="gitarre-handy-abendlicht").update(status="cancelled", cancel_reason="Regen")
    report = told()
    assert list(report) == [
        "Programm", "Gagen und Abgabe", "Barrierefreie Angebote", "Besuche", "Publikum vor Ort", "Störungen",
        "Was nicht gemessen wurde",
    ]  # fmt: skip
    assert report["Programm"] == {
        "Programmpunkte": "22", "Auftritte": "25", "Gruppen und Einzelne": "16", "Spielorte": "8",
    }  # fmt: skip


def test_it_tells_fees_and_levy_by_the_year_of_the_payment(told, evening):
    act = Act.objects.get(slug="jorinde-beispiel")
    engagement = Engagement.objects.create(edition=evening.edition, act=act)
    for amount, on in (("1000", "2026-12-31"), ("500.50", "2027-06-01"), ("80", None)):
        Fee.objects.create(engagement=engagement, amount=Decimal(amount), paid_on=on, **FEE)
    assert told()["Gagen und Abgabe"] == {
        "Gagen": "1.580,50 €",
        "davon noch nicht bezahlt": "80,00 €",
        "Künstlersozialabgabe 2026": "49,00 €",
        "Künstlersozialabgabe 2027": "nicht berechnet",
    }


def test_it_tells_each_access_feature_and_what_there_was_in_each_hour(told):
    access = told()["Barrierefreie Angebote"]
    assert access["Live-Untertitel"] == "23 von 26 Auftritten"
    assert access["Entspannte Vorstellung"] == "0 von 26 Auftritten"
    assert (
        access["16.05.2027, 17–18 Uhr"]
        == "Live-Untertitel 1, Deutsche Gebärdensprache 1, Leichte oder Einfache Sprache 1"
    )
    hours = [f"16.05.2027, {hour}–{(hour + 1) % 24:02} Uhr" for hour in range(17, 24)]
    assert [label for label in access if "Uhr" in label] == hours


@pytest.mark.parametrize(
    ("night", "hours"),
    [
        (date(2027, 3, 28), ["01–02 Uhr", "03–04 Uhr"]),
        (date(2027, 10, 31), ["01–02 Uhr", "02–03 Uhr", "02–03 Uhr, in der Winterzeit", "03–04 Uhr"]),
    ],
)
def test_in_the_nights_of_the_clocks_every_hour_is_told_that_was_there(told, night, hours):
    begins, ends = (datetime.combine(night, time(hour, 30), demo.ZONE) for hour in (1, 3))
    Performance.objects.exclude(slug="ufersaum").update(status="cancelled", cancel_reason="Sturm")
    Performance.objects.filter(slug="ufersaum").update(start=begins, end=ends)
    told_hours = [label.partition(", ")[2] for label in told()["Barrierefreie Angebote"] if "Uhr" in label]
    assert told_hours == hours


def test_few_people_are_no_number(told, evening):
    performance = evening["gitarre-handy-abendlicht"].pk
    counted = [
        Usage("live", evening.edition.opens.date(), "Abendlicht", performance, 1, 120),
        Usage("live", evening.edition.opens.date(), "Freie Übertragung", None, 1, 9000),
        Usage("on_demand", evening.edition.opens.date(), "Abendlicht", performance, 0, 4),
        Usage("taken", evening.edition.opens.date(), "Abendlicht", performance, 0, 7),
    ]
    visits = told(counted=counted, together=Concurrency(mean=41.25, peak=3, hours=5.5))["Besuche"]
    assert visits == {
        "Zugriffe live": "120", "Zugriffe auf Abruf": "unter 5", "Mitgenommen": "7",
        "Gleichzeitig im Mittel": "41,2", "Gleichzeitig höchstens": "unter 5",
    }  # fmt: skip


def test_where_nobody_counted_it_says_so(told):
    assert told()["Besuche"] == {
        "Zugriffe live": "0", "Zugriffe auf Abruf": "0", "Mitgenommen": "0", "Gleichzeitig": "nicht gezählt",
    }  # fmt: skip


def test_it_tells_its_failures_without_names(told, ida):
    Incident.objects.create(at=at("20:15"), what="Das Licht fiel aus.", by=ida)
    assert told()["Störungen"] == {"Störungen": "1", "16.05.2027 20:15": "Das Licht fiel aus."}


def test_it_says_what_nobody_knows(told):
    unknown = told()["Was nicht gemessen wurde"]
    assert set(unknown) == {
        "Personen", "Andere Abspielprogramme", "Publikum in den Sälen und draußen", "Wen wir nicht erreicht haben",
        "Energie",
    }  # fmt: skip
    assert set(unknown.values()) == {"nicht gemessen"}


def test_the_rules_need_no_database():
    facts = Facts([], [SimpleNamespace(amount=Decimal(5), paid_on=None)], {}, [], None, [])
    with override("de"):
        money = council.report(facts, Edition())[1]
    assert [(line.label, line.value) for line in money.lines] == [
        ("Gagen", "5,00 €"), ("davon noch nicht bezahlt", "5,00 €"),
    ]  # fmt: skip


def test_by_one_click_to_read_and_as_a_table(db, live_side, idas_browser):
    demo.load(timezone.now() - timedelta(days=3))
    live_side()
    page = words(idas_browser.get("/buero/ratsbericht").content.decode())
    assert "Ratsbericht Paderkultour digital (Demo)" in page and "Wie oft jemand auf unseren Seiten" in page
    table = idas_browser.get("/buero/ratsbericht.csv").content.decode().splitlines()
    assert table[0].endswith('"Abschnitt";"Angabe";"Wert";"Wie ermittelt"')
    assert '"Programm";"Programmpunkte";"22";""' in table


def test_without_an_edition_there_is_nothing_to_report(db, idas_browser):
    assert idas_browser.get("/buero/ratsbericht").status_code == 200
    assert idas_browser.get("/buero/ratsbericht.csv").status_code == 404
