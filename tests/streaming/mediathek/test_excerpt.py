"""The office chooses what the press may show, where the act allows it."""

import pytest

from streaming.models import Excerpt
from tests.events.conftest import ida, idas_browser
from tests.events.test_pages import words
from tests.streaming.mediathek.test_pages import kept, today

__all__ = ["ida", "idas_browser", "today"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_data")]
SHELF = "/buero/aufzeichnungen"


def test_ida_chooses_it_passes_its_address_on_and_takes_it_away(today, client, idas_browser):
    recording = kept("blech", excerpt=True)
    page = f"{SHELF}/{recording.pk}/ausschnitt"
    assert client.get("/mediathek/blech/ausschnitt").status_code == 404
    answer = idas_browser.post(page, {"begins": "2:05", "ends": "5:05"}, follow=True)
    assert "2:05–5:05 : Adresse für die Presse" in words(answer.content.decode())
    assert client.get("/mediathek/blech/ausschnitt").status_code == 200
    assert "ausschnitt" not in client.get("/mediathek/blech").content.decode()
    idas_browser.post(page, {"entfernen": "1"})
    assert client.get("/mediathek/blech/ausschnitt").status_code == 404


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"begins": "2:05", "ends": "5:06"}, "Ein Ausschnitt dauert höchstens drei Minuten"),
        ({"begins": "2:05", "ends": "2:05"}, "Der Ausschnitt muss nach seinem Beginn enden."),
        ({"begins": "gleich", "ends": "2:05"}, "Bitte geben Sie Minuten und Sekunden an"),
        ({"ends": "2:05"}, "Bitte sagen Sie, wo der Ausschnitt beginnt."),
    ],
)
def test_what_does_not_fit_is_said_at_the_field(today, idas_browser, typed, sentence):
    answer = idas_browser.post(f"{SHELF}/{kept('blech', excerpt=True).pk}/ausschnitt", typed)
    assert (answer.status_code, Excerpt.objects.count()) == (422, 0)
    assert sentence in words(answer.content.decode())


def test_without_the_acts_tick_there_is_none(today, idas_browser):
    answer = idas_browser.post(f"{SHELF}/{kept('blech').pk}/ausschnitt", {"begins": "2:05", "ends": "3:00"})
    assert (answer.status_code, Excerpt.objects.count()) == (409, 0)
