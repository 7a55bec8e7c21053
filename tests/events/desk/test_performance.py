"""The office's desk: one form, one undo, clear words."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone, translation

from events import demo, publishing
from events.desk.forms import PerformanceForm, as_typed
from events.models import Change, Performance
from events.programme import stages
from events.schedule import Slot
from tests.events.conftest import at
from tests.events.test_pages import words

ABENDLICHT = "gitarre-handy-abendlicht"


@pytest.fixture
def tonight(db) -> Performance:
    """Jorinde's performance in a demo edition of the present day: views read the real clock."""
    demo.load(timezone.now())
    return Performance.objects.select_related("stage__venue", "production__edition").get(slug=ABENDLICHT)


def form_of(performance: Performance, **changes: object) -> dict[str, object]:
    return as_typed(performance, demo.ZONE) | changes


def desk_of(performance: Performance) -> str:
    return f"/en/buero/auftritt/{performance.pk}"


def test_the_desk_lists_the_day_with_states(tonight, idas_browser):
    page = idas_browser.get("/en/buero/")
    text = words(page.content.decode())
    assert (page.status_code, page["Cache-Control"]) == (200, "private, no-store")
    assert "19:00–19:30 Gitarre, Handy, Abendlicht Jorinde Beispiel Die Quellen published" in text


def test_a_number_no_change_ever_had_tells_nothing(tonight, idas_browser):
    assert idas_browser.get(f"{desk_of(tonight)}?gespeichert={'9' * 5000}").status_code == 200


@pytest.mark.parametrize("verb", ["absage", "veroeffentlichung"])
def test_what_is_not_in_the_programme_cannot_be_changed(tonight, idas_browser, verb):
    answer = idas_browser.post(f"/en/buero/auftritt/999999/{verb}", {"reason": "Regen", "version": 1})
    assert answer.status_code == 404


def test_ida_moves_a_performance_and_undoes_it(tonight, idas_browser, ida):
    answer = idas_browser.post(desk_of(tonight), form_of(tonight, stage="bibliothek", clock="19:35", minutes=20))
    change = Change.objects.latest("pk")
    assert (answer.status_code, answer["Location"]) == (302, f"{desk_of(tonight)}?gespeichert={change.pk}")
    assert (change.by, change.performance_id, change.after["stage"]) == (ida, tonight.pk, "bibliothek")
    told = idas_browser.get(answer["Location"])
    assert "Saved. All open pages show it within seconds. Undo" in words(told.content.decode())
    idas_browser.post(f"/en/buero/aenderung/{change.pk}/ruecknahme")
    tonight.refresh_from_db()
    assert (tonight.stage.slug, tonight.status, tonight.version) == ("quellen", "published", 4)


def test_saving_without_a_change_says_so(tonight, idas_browser):
    answer = idas_browser.post(desk_of(tonight), form_of(tonight), follow=True)
    assert "Nothing was different, so nothing was saved." in words(answer.content.decode())
    assert tonight.changes.count() == 1


def test_undo_is_offered_for_half_a_minute_only(tonight, idas_browser):
    answer = idas_browser.post(desk_of(tonight), form_of(tonight, title="Abendlicht"))
    Change.objects.update(at=timezone.now() - timedelta(seconds=31))
    assert "Undo" not in words(idas_browser.get(answer["Location"]).content.decode())
    change = Change.objects.latest("pk")
    refused = idas_browser.post(f"/en/buero/aenderung/{change.pk}/ruecknahme")
    assert refused.status_code == 409
    assert "A change can be undone for 30 seconds only" in words(refused.content.decode())


def test_a_taken_stage_is_explained_beside_the_field_and_what_was_typed_stays(tonight, idas_browser):
    page = idas_browser.post(desk_of(tonight), form_of(tonight, stage="bibliothek", title="Lieder"))
    text = words(page.content.decode())
    assert page.status_code == 422
    assert "The stage is free for long enough from 21:50 on." in text
    assert 'value="Lieder"' in page.content.decode()
    assert 'aria-invalid="true"' in page.content.decode()


def test_whoever_is_second_reads_what_the_first_did_and_may_save_again(tonight, idas_browser, paul):
    old = form_of(tonight, title="Lieder am Wasser")
    later = tonight.start + timedelta(minutes=5)
    slot = Slot("quellen", later, later + timedelta(minutes=30), tonight.title)
    publishing.move(tonight.pk, slot, paul, timezone.now())
    page = idas_browser.post(desk_of(tonight), old)
    assert page.status_code == 409
    assert "Paul changed this performance at" in words(page.content.decode())
    assert 'name="version" value="3"' in page.content.decode()
    assert idas_browser.post(desk_of(tonight), old | {"version": 3}).status_code == 302


def test_the_words_of_a_performance_are_edited_on_the_same_sheet(tonight, idas_browser):
    said = {"text": "Neu: *leiser*", "access": ["EV", "UT"], "title_en": "Evening light", "text_en": "Quieter"}
    idas_browser.post(desk_of(tonight), form_of(tonight) | said)
    tonight.refresh_from_db()
    assert (tonight.text, tonight.access, tonight.version) == ("Neu: *leiser*", ["UT", "EV"], 3)
    assert tonight.translations == {"en": {"title": "Evening light", "text": "Quieter"}}
    change = Change.objects.latest("pk")
    idas_browser.post(f"/en/buero/aenderung/{change.pk}/ruecknahme")
    tonight.refresh_from_db()
    assert (tonight.access, tonight.translations) == (["UT"], {})
    assert tonight.text == "Allein am Wasser, ein Handy auf einem Stativ."


def test_what_both_wrote_of_a_performance_stands_side_by_side(tonight, idas_browser, paul):
    said = {"text": "Idas Text", "access": ["UT"], "title_en": "", "text_en": ""}
    slot = Slot("quellen", tonight.start, tonight.end, "Abendlieder")
    publishing.move(tonight.pk, slot, paul, timezone.now(), wording=publishing.Wording("Pauls Text", ("UT",)))
    page = idas_browser.post(desk_of(tonight), form_of(tonight) | said)
    text = page.content.decode()
    assert page.status_code == 409
    assert "Saved in the meantime: Pauls Text" in words(text)
    assert ">\nIdas Text</textarea>" in text
    assert 'value="Abendlieder"' in text


def test_a_performance_is_cancelled_with_a_reason_and_published_again(tonight, idas_browser):
    assert idas_browser.post(desk_of(tonight) + "/absage", {"reason": "", "version": 2}).status_code == 422
    idas_browser.post(desk_of(tonight) + "/absage", {"reason": "Wegen Regen", "version": 2})
    tonight.refresh_from_db()
    assert (tonight.status, tonight.cancel_reason) == ("cancelled", "Wegen Regen")
    idas_browser.post(desk_of(tonight) + "/veroeffentlichung")
    tonight.refresh_from_db()
    assert (tonight.status, tonight.cancel_reason) == ("published", "")


def test_the_reason_is_given_in_both_languages_and_may_be_corrected(tonight, idas_browser):
    address = desk_of(tonight) + "/absage"
    idas_browser.post(address, {"reason": "Wegen Regn", "reason_en": "Because of rain", "version": 2})
    idas_browser.post(address, {"reason": "Wegen Regen", "reason_en": "Because of rain", "version": 3})
    pages = [Client().get(way).content.decode() for way in (f"/auftritt/{ABENDLICHT}", f"/en/auftritt/{ABENDLICHT}")]
    assert '<span lang="de">Wegen Regen</span>' in pages[0]
    assert '<span lang="en">Because of rain</span>' in pages[1]
    assert "Wegen Reg" not in pages[1]
    notice = idas_browser.get(f"{desk_of(tonight)}/aushang").content.decode()
    assert ("Wegen Regen</p>" in notice, "Because of rain</p>" in notice) == (True, True)
    tonight.refresh_from_db()
    idas_browser.post(desk_of(tonight) + "/veroeffentlichung")
    tonight.refresh_from_db()
    assert (tonight.cancel_reason, tonight.translations) == ("", {})


def test_a_reason_is_not_lost_where_somebody_else_was_faster(tonight, idas_browser, paul):
    slot = Slot("quellen", tonight.start, tonight.end, "Abendlieder")
    publishing.move(tonight.pk, slot, paul, timezone.now())
    reason = {"reason": "Wegen Regen", "reason_en": "Because of rain"}
    refused = idas_browser.post(desk_of(tonight) + "/absage", reason | {"version": 2})
    page = refused.content.decode()
    assert (refused.status_code, "Paul changed this performance at" in words(page)) == (409, True)
    assert ('value="Wegen Regen"' in page, 'value="Because of rain"' in page) == (True, True)
    assert '<details class="panel" open>' in page
    assert idas_browser.post(desk_of(tonight) + "/absage", reason | {"version": 3}).status_code == 302


def test_a_draft_is_not_cancelled_before_anybody_has_seen_it(tonight, idas_browser):
    Performance.objects.filter(pk=tonight.pk).update(status="draft")
    refused = idas_browser.post(desk_of(tonight) + "/absage", {"reason": "Wegen Regen", "version": 2})
    tonight.refresh_from_db()
    assert (refused.status_code, tonight.status) == (409, "draft")


# --- who may come in --------------------------------------------------------------------------------------------------

ROOMS = ("/en/buero/", "/en/buero/auftritt/1")
LEVERS = ("/en/buero/auftritt/1/absage", "/en/buero/auftritt/1/veroeffentlichung", "/en/buero/aenderung/1/ruecknahme")


@pytest.mark.parametrize("address", [*ROOMS, *LEVERS])
def test_strangers_are_asked_to_sign_in(tonight, address):
    answer = Client().post(address)
    assert (answer.status_code, answer["Location"]) == (302, f"/en/anmelden?next={address}")


@pytest.mark.parametrize("address", [*ROOMS, *LEVERS])
def test_an_artist_is_told_that_this_is_the_office(tonight, jorinde, address):
    browser = Client()
    browser.force_login(jorinde)
    answer = browser.post(address)
    assert (answer.status_code, answer["Cache-Control"]) == (403, "private, no-store")
    assert "This door is for the office" in answer.content.decode()


def test_forged_forms_are_refused(tonight, ida):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ida)
    assert browser.post(desk_of(tonight), form_of(tonight, title="Gekapert")).status_code == 403


@pytest.mark.parametrize("address", LEVERS)
def test_looking_pulls_no_lever(tonight, idas_browser, address):
    assert idas_browser.get(address).status_code == 405


# --- what was typed ---------------------------------------------------------------------------------------------------


def typed(**changes: object) -> PerformanceForm:
    data = {"title": "Lieder", "stage": "quellen", "day": "2026-10-25", "clock": "02:30", "minutes": 30, "version": 1}
    return PerformanceForm(data | changes, stages=stages(), zone=demo.ZONE)


@pytest.fixture
def english():
    with translation.override("en"):
        yield


def test_a_time_that_comes_twice_asks_which(evening, english):
    form = typed()
    assert (form.is_valid(), form.asks_which) == (False, True)
    assert form.errors == {"which": ["The clocks show this time twice that night. Please say which one you mean."]}
    starts = [form.slot.start.hour for form in (typed(which="first"), typed(which="second")) if form.is_valid()]
    assert starts == [0, 1]


def test_a_time_that_is_skipped_is_refused(evening, english):
    form = typed(day="2027-03-28")
    assert form.errors == {"clock": ["The clocks skip this time that night. Please choose an earlier or a later one."]}


def test_what_is_shown_is_what_is_saved(evening):
    """Also in the repeated hour: saving an untouched form changes nothing."""
    row = evening[ABENDLICHT]
    for hour in (0, 1):
        row.start = datetime(2026, 10, 25, hour, 30, tzinfo=ZoneInfo("UTC"))
        row.end = row.start + timedelta(minutes=40)
        form = PerformanceForm(as_typed(row, demo.ZONE), stages=stages(), zone=demo.ZONE)
        assert form.is_valid()
        assert form.slot == Slot("quellen", row.start, row.end, row.title)


def test_after_midnight_the_day_is_the_calendars(evening):
    form = typed(day="2027-05-17", clock="00:15")
    assert form.is_valid()
    assert form.slot.start == at("00:15")


def test_every_missing_field_names_its_cure(evening, english):
    form = typed(title="", stage="mond", day="gestern", clock="gleich", minutes="lang")
    assert form.errors == {
        "title": ["Please give the performance a title."],
        "stage": ["There is no such stage. Please choose one from the list."],
        "day": ["Please give the day as day, month and year, for example 24.05.2026."],
        "clock": ["Please give the time as hours and minutes, for example 19:30."],
        "minutes": ["Please give the duration as a number of minutes, for example 40."],
    }
