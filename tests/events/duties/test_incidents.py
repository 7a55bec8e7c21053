"""The incident log: what Ida writes, and what the house notices by itself."""

from datetime import timedelta

import pytest
from django.utils import timezone

from events import demo
from events.duties import incidents
from events.models import Incident, Stage
from events.signals import incident_noticed
from tests.events.conftest import at
from tests.events.test_pages import words

PAGE = "/buero/stoerungen"


@pytest.fixture
def dom(db) -> Stage:
    demo.load(timezone.now())
    return Stage.objects.get(slug="dom")


def typed(dom: Stage, **changes: str) -> dict[str, object]:
    return {"day": "2026-05-24", "clock": "20:15", "stage": dom.pk, "what": "Das Licht fiel aus."} | changes


def test_ida_writes_down_what_happened_and_may_delete_it(dom, idas_browser, ida):
    page = idas_browser.post(PAGE, typed(dom), follow=True)
    assert "24.05.2026 20:15 Das Licht fiel aus. Ida Domplatz" in words(page.content.decode())
    row = Incident.objects.get()
    assert (row.kind, row.stage, row.by) == ("by_hand", dom, ida)
    idas_browser.post(f"{PAGE}/{row.pk}/loeschung")
    assert Incident.objects.count() == 0


def test_what_the_house_noticed_stays(dom, idas_browser):
    incident_noticed.send(None, kind="line", stage="dom", at=timezone.now())
    incident_noticed.send(None, kind="archive", stage="mond", at=timezone.now())
    page = words(idas_browser.get(PAGE).content.decode())
    assert "Die Leitung der Bühne war länger als eine Minute weg. vom Haus bemerkt Domplatz" in page
    assert "Ein Stück der Aufzeichnung ist verloren. vom Haus bemerkt –" in page
    for row in Incident.objects.all():
        idas_browser.post(f"{PAGE}/{row.pk}/loeschung")
    assert Incident.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"what": ""}, "Bitte sagen Sie, was geschehen ist."),
        ({"what": "x" * 501}, "höchstens 500 Zeichen"),
        ({"day": "2099-01-01"}, "Das ist noch nicht geschehen."),
        ({"day": "2026-03-29", "clock": "02:30"}, "wird in jener Nacht übersprungen"),
        ({"stage": "0"}, "Auswahl"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(dom, idas_browser, wrong, sentence):
    answer = idas_browser.post(PAGE, typed(dom, **wrong))
    assert (answer.status_code, Incident.objects.count()) == (422, 0)
    assert sentence in words(answer.content.decode())


def test_an_hour_that_the_clocks_show_twice_is_close_enough(dom, idas_browser):
    assert idas_browser.post(PAGE, typed(dom, day="2025-10-26", clock="02:30")).status_code == 302


def test_an_edition_has_what_happened_around_it(evening):
    edition = evening.edition
    moments = [
        edition.opens - timedelta(days=2), edition.opens - timedelta(hours=3), at("20:00"),
        edition.closes + timedelta(days=6), edition.closes + timedelta(days=8),
    ]  # fmt: skip
    Incident.objects.bulk_create(Incident(at=moment, what="?") for moment in moments)
    assert [one.at for one in incidents.of_edition(edition)] == moments[1:4]
