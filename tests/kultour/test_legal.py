"""What the house owes its visitors to know."""

from datetime import date

import pytest
from django.test import Client

from events.models import Access
from kultour import legal


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/datenschutz", "Die jeweils letzten 45 min der Übertragung werden vorgehalten"),
        ("/en/datenschutz", "The newest 45 min of the transmission are held"),
    ],
)
def test_the_privacy_page_says_how_long_a_transmission_is_held(settings, db, address, sentence):
    settings.REWIND_MINUTES = 45
    assert sentence in Client().get(address).content.decode()


def test_the_accessibility_page_explains_every_sign_of_the_programme(db):
    page = Client().get("/barrierefreiheit").content.decode()
    signs = page[page.index('class="facts"') : page.index("</dl>")]
    assert [code for code in Access.values if f'data-access="{code}"' not in signs] == []
    assert "in Leichter oder Einfacher Sprache" in signs


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/barrierefreiheit", "Selbstbewertung der Software durch ihre Hersteller vom 28. November 2026."),
        ("/en/barrierefreiheit", "self-assessment of the software by its makers of 28 November 2026."),
    ],
)
def test_the_statement_on_accessibility_says_whose_judgement_of_which_day_it_is(
    monkeypatch, settings, db, address, sentence
):
    monkeypatch.setattr(legal, "ACCESSIBILITY_JUDGED", date(2026, 11, 28))
    settings.ACCESSIBILITY_REVIEWED = None
    page = Client().get(address).content.decode()
    assert (sentence in page, "2027" in page) == (True, False)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/barrierefreiheit", "Zuletzt von der Betreiberin überprüft am 31. März 2027."),
        ("/en/barrierefreiheit", "Last reviewed by the operator on 31 March 2027."),
    ],
)
def test_the_operator_says_when_they_reviewed_it(settings, db, address, sentence):
    settings.ACCESSIBILITY_REVIEWED = date(2027, 3, 31)
    assert sentence in Client().get(address).content.decode()
