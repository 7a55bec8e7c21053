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
    [("/barrierefreiheit", "wurde am 28. November 2026 erstellt"), ("/en/barrierefreiheit", "on 28 November 2026 by")],
)
def test_the_statement_on_accessibility_says_when_it_was_made(monkeypatch, db, address, sentence):
    monkeypatch.setattr(legal, "ACCESSIBILITY_JUDGED", date(2026, 11, 28))
    assert sentence in Client().get(address).content.decode()
