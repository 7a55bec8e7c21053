"""The office makes next year's edition from this year's."""

import pytest
from django.test import Client
from django.utils import timezone

from events import demo
from events.models import Change, Edit, Edition, Performance
from events.whit_sunday import next_whit_sunday
from tests.events.every_table import every_table
from tests.events.test_pages import words

PAGE = "/en/buero/vorjahr"


@pytest.fixture
def tonight(db) -> Edition:
    """A demo edition of the present day: views read the real clock."""
    demo.load(timezone.now())
    return Edition.objects.get(slug=demo.SLUG)


def form_of(edition: Edition, **changes: object) -> dict[str, object]:
    """What the page sends when nothing is changed on it."""
    return {
        "title": "Nächstes Jahr",
        "day": f"{next_whit_sunday(timezone.localdate())}",
        "performance": list(Performance.objects.filter(production__edition=edition).values_list("pk", flat=True)),
        "route": list(edition.routes.values_list("pk", flat=True)),
    } | changes


def test_ida_makes_the_next_edition_for_whit_sunday(tonight, idas_browser):
    assert "Paderkultour digital (Demo)" in words(idas_browser.get(PAGE).content.decode())
    page = idas_browser.get(f"{PAGE}/demo").content.decode()
    whit_sunday = next_whit_sunday(timezone.localdate())
    assert f'value="{whit_sunday}"' in page
    assert page.count("checked") == tonight.routes.count() + Performance.objects.count()
    answer = idas_browser.post(f"{PAGE}/demo", form_of(tonight))
    new = Edition.objects.get(title="Nächstes Jahr")
    change = Change.objects.latest("pk")
    assert answer["Location"] == f"{PAGE}?neu=naechstes-jahr-{whit_sunday.year}&aenderung={change.pk}"
    told = words(idas_browser.get(answer["Location"]).content.decode())
    assert f"Nächstes Jahr : made for Sunday, {whit_sunday.day}" in told
    drafts = Performance.objects.filter(production__edition=new, status="draft")
    assert drafts.count() == Performance.objects.filter(production__edition=tonight).count() == 26
    assert "Undo all of it" in told
    history = idas_browser.get("/en/buero/verlauf?was=edition").content.decode()
    assert f'action="/en/buero/ausgaben/aenderung/{change.pk}/ruecknahme"' in history
    made = Edit.objects.get(subject="edition", object_id=new.pk)
    alone = idas_browser.post(f"/en/buero/verlauf/{made.pk}/ruecknahme")
    assert (alone.status_code, "Please undo all of it" in alone.content.decode()) == (409, True)
    undone = idas_browser.post(f"/en/buero/ausgaben/aenderung/{change.pk}/ruecknahme", follow=True)
    assert "Undone." in words(undone.content.decode())
    assert list(Edition.objects.all()) == [tonight]
    again = idas_browser.post(f"/en/buero/ausgaben/aenderung/{change.pk}/ruecknahme", follow=True)
    assert (again.status_code, "This is undone already." in words(again.content.decode())) == (200, True)


def test_what_is_left_out_stays_behind_and_stays_left_out_after_an_error(tonight, idas_browser):
    one = Performance.objects.get(slug="gitarre-handy-abendlicht")
    page = idas_browser.post(f"{PAGE}/demo", form_of(tonight, performance=[one.pk], route=[], title=""))
    assert (page.status_code, page.content.decode().count("checked")) == (422, 1)
    assert "Please give the edition a title." in words(page.content.decode())
    idas_browser.post(f"{PAGE}/demo", form_of(tonight, performance=[one.pk], route=[]))
    new = Edition.objects.get(title="Nächstes Jahr")
    assert (new.productions.count(), new.routes.count()) == (1, 0)


@pytest.mark.parametrize("day", ["", "31.02.2028", "2020-05-31", "9999-12-31", "0001-01-01", "\0"])
def test_a_day_that_cannot_be_is_refused_and_nothing_is_made(tonight, idas_browser, day):
    before = every_table()
    assert idas_browser.post(f"{PAGE}/demo", form_of(tonight, day=day)).status_code == 422
    assert every_table() == before


def test_numbers_that_are_none_choose_nothing(tonight, idas_browser):
    idas_browser.post(f"{PAGE}/demo", form_of(tonight, performance=["x", "9" * 5000, "-1", ""], route=["²"]))
    assert Edition.objects.get(title="Nächstes Jahr").productions.count() == 0


def test_the_same_evening_twice_says_what_stands_in_the_way(tonight, idas_browser):
    idas_browser.post(f"{PAGE}/demo", form_of(tonight))
    again = idas_browser.post(f"{PAGE}/demo", form_of(tonight))
    text = words(again.content.decode())
    assert (again.status_code, Edition.objects.count()) == (422, 2)
    assert "Nothing was made." in text
    assert "plays on this stage" in text


def test_an_unknown_edition_is_not_found(db, idas_browser):
    assert idas_browser.get(f"{PAGE}/mond").status_code == 404
    assert idas_browser.get(f"{PAGE}?neu=%00").status_code == 200
    assert "No edition is planned yet." in words(idas_browser.get(PAGE).content.decode())


@pytest.mark.parametrize("address", ["", "/demo"])
def test_strangers_are_asked_to_sign_in(db, address):
    assert Client().post(PAGE + address)["Location"] == f"/en/anmelden?next={PAGE}{address}"
