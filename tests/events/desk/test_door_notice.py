"""The notice for the door: old and new, large, in two languages, with a code for the telephone."""

import re

import pytest

from events import publishing
from tests.events.conftest import at
from tests.events.test_pages import words

ABENDLICHT = "gitarre-handy-abendlicht"


@pytest.fixture
def row(evening):
    return evening[ABENDLICHT]


def notice(browser, row) -> str:
    page = browser.get(f"/buero/auftritt/{row.pk}/aushang").content.decode()
    return page[page.index('<article class="door">') :]


def read(page: str) -> str:
    return words(f"<main{page}")


def test_what_was_moved_says_old_and_new_place_in_german_and_english(evening, row, ida, idas_browser):
    publishing.move(row.pk, evening.slot("schloss", "20:00", "20:20", row.title), ida, at("18:50"))
    text = read(notice(idas_browser, row))
    german, english = text.split("Moved")
    assert "Verlegt Gitarre, Handy, Abendlicht Jorinde Beispiel" in german
    assert "Angekündigt: Sonntag, 16. Mai, 19:00 Uhr, Die Quellen" in german
    assert "20:00 Uhr · Schlosshof Sonntag, 16. Mai · Schlosshofbühne, Schloss Neuhaus, Schlosshof" in german
    assert "Announced: Sunday, 16 May, 19:00, Die Quellen 20:00 · Schlosshof Sunday" in english


def test_what_is_cancelled_says_why(evening, row, ida, idas_browser):
    publishing.cancel(row.pk, "Wegen Sturm", ida, at("18:50"))
    text = read(notice(idas_browser, row))
    assert (
        "Entfällt Gitarre, Handy, Abendlicht Jorinde Beispiel Sonntag, 16. Mai, 19:00 Uhr, Die Quellen Wegen Sturm"
        in text
    )
    assert "Cancelled" in text


def test_what_stays_where_it_is_gets_a_sign_too(evening, row, idas_browser):
    assert "Hier Gitarre, Handy, Abendlicht Jorinde Beispiel 19:00 Uhr · Die Quellen" in read(notice(idas_browser, row))


def test_the_code_is_drawn_in_the_page_and_asks_for_no_style(evening, row, idas_browser):
    page = notice(idas_browser, row)
    drawing = re.search(r"<svg.*?</svg>", page, re.DOTALL)[0]
    assert "style" not in drawing and 'role="img"' in drawing and "<title>QR-Code</title>" in drawing
    assert "testserver/auftritt/gitarre-handy-abendlicht" in read(page)


def test_the_english_sheet_has_the_english_words_where_there_are_some(evening, row, idas_browser):
    row.translations = {"en": {"title": "Guitar, Phone, Evening Light"}}
    row.save()
    german, english = read(notice(idas_browser, row)).split("Here Guitar")
    assert ("Gitarre, Handy, Abendlicht" in german, "Phone, Evening Light" in english) == (True, True)


def test_a_draft_gets_no_notice(evening, row, idas_browser):
    type(row).objects.filter(pk=row.pk).update(status="draft")
    assert idas_browser.get(f"/buero/auftritt/{row.pk}/aushang").status_code == 404
