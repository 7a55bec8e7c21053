"""Ida tells GEMA what was played: she sees what is missing, takes the files along, and notes that it is done."""

import io
import re
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from django.utils.translation import override
from openpyxl import load_workbook

from events import demo
from events.backstage import setlists as backstage
from events.duties import gema
from events.models import Edition, Engagement, Fee, Performance, Setlist, SetlistColumns, Settled, Venue
from tests.events.conftest import at
from tests.events.test_pages import words

TALK = "gespraech-was-ein-bildschirm-kann-und-was-nicht"
ABENDLICHT = "gitarre-handy-abendlicht"
BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"


@pytest.fixture
def last_month(db) -> Performance:
    """Jorinde's performance of five weeks and a day ago, with all that GEMA asks."""
    demo.load(timezone.now() - timedelta(days=36))
    Edition.objects.update(organiser="Stadt Beispiel, Rathausplatz 1")
    Venue.objects.update(address="An den Quellen 1")
    performance = Performance.objects.select_related("production__act", "production__edition").get(slug=ABENDLICHT)
    engagement = Engagement.objects.create(
        edition=performance.production.edition, act=performance.production.act, leader_name="Jorinde Beispiel",
        leader_gema_number="12345", musicians=1, formation="Solo",
    )  # fmt: skip
    Fee.objects.create(engagement=engagement, name="J", address="U", work="music", standing="abroad", amount=250)
    Setlist.objects.filter(production=performance.production).update(filled_at=timezone.now())
    return performance


def page_of(performance: Performance) -> str:
    return f"/buero/gema/{performance.pk}"


def test_the_list_says_for_each_event_what_is_missing_and_how_much_time_is_left(last_month, idas_browser):
    page = words(idas_browser.get("/buero/gema").content.decode())
    assert "Gitarre, Handy, Abendlicht Jorinde Beispiel nichts" in page
    assert "dringend: noch 6 Tage" in page
    assert "Es fehlen:" in page and "Zahl der Musizierenden" in page


def test_the_lights_turn_at_four_five_and_six_weeks(evening):
    def shown(weeks: int, days: int) -> tuple[str, ...]:
        now = at("12:00") + timedelta(weeks=weeks, days=days)
        owed = [one for one in gema.reported(evening.edition, now) if not one.event.without_music]
        return tuple(sorted({one.light.value for one in owed}))

    assert [shown(3, 6), shown(4, 0), shown(5, 0), shown(6, 0), shown(6, 1)] == [
        ("later",), ("green",), ("amber",), ("red",), ("red",),
    ]  # fmt: skip


def test_what_has_no_music_is_not_done_before_it_has_taken_place(evening):
    def talk(clock: str) -> tuple[str, date | None, str]:
        found = gema.reported(evening.edition, at(clock))
        one = next(one for one in found if one.event.guid == str(evening[TALK].guid))
        with override("de"):
            return one.light.value, one.done_on, one.words

    assert [talk("12:00"), talk("22:15")] == [
        ("later", None, "nichts zu melden"), ("done", date(2027, 5, 16), "erledigt am 16.05.2027"),
    ]  # fmt: skip


def test_the_file_opens_in_excel_with_the_head_in_each_row(last_month, idas_browser):
    answer = idas_browser.get(f"{page_of(last_month)}.csv")
    text = answer.content.decode()
    head, *rows = text.removeprefix(BOM).splitlines()
    works = last_month.production.setlist.works.count()
    assert (text[0], head.count(";"), len(rows)) == (BOM, 34, works)
    assert '"Stadt Beispiel, Rathausplatz 1";"Paderquellgebiet"' in rows[0]
    assert answer["Content-Disposition"].startswith('attachment; filename="setliste-gitarre-handy-abendlicht-')


def test_the_edition_as_xlsx_has_every_work(last_month, idas_browser):
    answer = idas_browser.get("/buero/gema/setlisten.xlsx")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    works = sum(len(event.works) for event in gema.events_of(last_month.production.edition))
    assert (sheet.max_row, works > 10) == (1 + works, True)


def test_ida_notes_that_it_is_handed_in_and_takes_it_back(last_month, idas_browser, ida):
    told = idas_browser.post(page_of(last_month), {"duty": "setlist", "on": "2026-01-02"}, follow=True)
    row = Settled.objects.get()
    assert (row.duty, row.subject, row.on, row.by) == ("setlist", str(last_month.guid), date(2026, 1, 2), ida)
    assert "Setliste an die GEMA gemeldet, 2. Januar 2026, Ida" in words(told.content.decode())
    assert "erledigt am 02.01.2026" in words(idas_browser.get("/buero/gema").content.decode())
    idas_browser.post(f"{page_of(last_month)}/offen")
    assert Settled.objects.count() == 0


def test_a_day_that_has_not_come_is_refused_and_stays_in_the_form(last_month, idas_browser):
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    for address in (page_of(last_month), "/buero/gema"):
        answer = idas_browser.post(address, {"duty": "setlist", "on": tomorrow})
        assert (answer.status_code, Settled.objects.count()) == (422, 0)
        assert "Dieser Tag ist noch nicht da." in words(answer.content.decode())
        assert f'value="{tomorrow}"' in answer.content.decode()


def test_all_that_is_complete_is_handed_in_at_once(last_month, idas_browser):
    hand_in_all(idas_browser)
    passes = Performance.objects.filter(production__act=last_month.production.act)
    complete = [one for one in gema.reported(last_month.production.edition, timezone.now()) if not one.gaps]
    assert {row.subject for row in Settled.objects.all()} == {one.event.guid for one in complete if one.event.works}
    assert str(last_month.guid) in {str(one.guid) for one in passes}


def hand_in_all(browser) -> None:
    """With what stands on the page now."""
    shown = re.findall(r'name="shown" value="([^"]+)"', browser.get("/buero/gema").content.decode())
    browser.post("/buero/gema", {"duty": "setlist", "on": timezone.localdate().isoformat(), "shown": shown})


def test_what_became_complete_after_the_page_was_read_is_not_handed_in(last_month, idas_browser):
    """Nobody has taken it along to GEMA."""
    shown = f"{last_month.guid} x"
    other = {"duty": "setlist", "on": timezone.localdate().isoformat(), "shown": [f"{uuid4()} x", "", "y"]}
    idas_browser.post("/buero/gema", other)
    assert not Settled.objects.exists()
    idas_browser.post("/buero/gema", {**other, "shown": [shown]})
    assert list(Settled.objects.values_list("subject", "told")) == [(str(last_month.guid), "x")]


def test_a_set_list_edited_after_it_was_handed_in_says_so(last_month, idas_browser):
    since = "seit der Meldung geändert"
    production = last_month.production
    hand_in_all(idas_browser)
    pieces = backstage.pieces_of(production)
    backstage.save(production, pieces)  # as it was
    assert since not in words(idas_browser.get("/buero/gema").content.decode())
    backstage.save(production, [replace(pieces[0], title="Etwas anderes"), *pieces[1:]])
    both = words(idas_browser.get("/buero/gema").content.decode()).count(since)
    assert (both, production.performances.count()) == (2, 2)
    assert since in words(idas_browser.get(page_of(last_month)).content.decode())
    backstage.call_complete(production, timezone.now())
    idas_browser.post(f"{page_of(last_month)}/offen")
    hand_in_all(idas_browser)
    assert since not in words(idas_browser.get(page_of(last_month)).content.decode())


def test_no_music_is_an_answer_too(last_month, idas_browser):
    idas_browser.post(page_of(last_month), {"duty": "no_music", "on": "2026-01-02"})
    assert "keine Musik gespielt, 2. Januar 2026" in words(idas_browser.get(page_of(last_month)).content.decode())


def test_the_office_orders_the_columns(last_month, idas_browser):
    page = idas_browser.post("/buero/gema/spalten", {"title": "1", "act": "2"}, follow=True)
    assert "Gespeichert." in words(page.content.decode())
    assert SetlistColumns.objects.get().codes == ["title", "act"]
    head = idas_browser.get(f"{page_of(last_month)}.csv").content.decode().splitlines()[0]
    assert head == f'{BOM}"Titel des Werks";"Name des Ensembles oder der Künstler:in"'
    refused = idas_browser.post("/buero/gema/spalten", {})
    assert (refused.status_code, SetlistColumns.objects.get().codes) == (422, ["title", "act"])


def test_on_paper_each_set_list_has_its_head(last_month, idas_browser):
    page = words(idas_browser.get("/buero/gema/druck").content.decode())
    assert "Veranstalter mit Anschrift Stadt Beispiel, Rathausplatz 1" in page
    assert "Anschrift der Leitung fehlt" in page


def test_however_many_events_the_database_is_asked_as_often(last_month, django_assert_max_num_queries):
    with django_assert_max_num_queries(7):
        gema.reported(last_month.production.edition, timezone.now())


@pytest.mark.parametrize("path", ["", "/druck", "/spalten", "/setlisten.csv", "/nutzung", "/nutzung.xlsx"])
def test_nobody_else_sees_it(db, client, jorinde, path):
    assert client.get(f"/buero/gema{path}").status_code == 302
    client.force_login(jorinde)
    assert client.get(f"/buero/gema{path}").status_code == 403


@pytest.mark.parametrize("path", ["", "/nutzung", "/spalten"])
def test_without_an_edition_the_pages_say_so(db, idas_browser, path):
    assert idas_browser.get(f"/buero/gema{path}").status_code == 200
    assert idas_browser.get("/buero/gema/setlisten.csv").status_code == 404


@pytest.mark.parametrize(
    "path", ["fristen", "gema", "gema/druck", "gema/spalten", "gema/nutzung", "gagen", "gagen/saetze", "ratsbericht"]
)
def test_the_pages_speak_english_too(last_month, idas_browser, path):
    page = idas_browser.get(f"/en/buero/{path}")
    assert page.status_code == 200
    assert "Deadlines Set lists (GEMA) Usage report (GEMA) Fees and levy" in words(page.content.decode())
