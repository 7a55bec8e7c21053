"""From an empty house to a published performance, in the browser alone; and what happens when two plan at once."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from events import planning
from events.desk.history import label_of
from events.desk.walks import arranged
from events.models import Act, Edit, Edition, Performance, Production, Route, Stage, Venue
from events.planning import Subject
from tests.events.test_pages import words

LISTS = (
    "/en/buero/ausgaben",
    "/en/buero/spielorte",
    "/en/buero/rundgaenge",
    "/en/buero/mitwirkende/alle",
    "/en/buero/programmpunkte",
    "/en/buero/verlauf",
)


FOREIGN = ((Stage, "venue"), (Production, "act"), (Performance, "stage"))


def made(browser: Client, address: str, **fields: object) -> str:
    """The address of what was made; the sheet of something new is not refused."""
    answer = browser.post(f"/en/buero/{address}", fields)
    assert answer.status_code == 302, words(answer.content.decode())
    return answer["Location"].partition("?")[0]


def evening_planned(browser: Client) -> Performance:
    day = timezone.localdate() + timedelta(days=30)
    edition = made(
        browser,
        "ausgaben/neu",
        title="Kulturnacht",
        title_en="Night of culture",
        opens=f"{day}T18:00",
        closes=f"{day}T23:30",
        time_zone="Europe/Berlin",
        travel_minutes=20,
    )
    venue = made(browser, "spielorte/neu", name="Altes Rathaus", short_name="Rathaus", lat="51,7189", lon="8.7544")
    stage = {"name": "Balkon", "venue": Venue.objects.get().pk, "default_ingest": "phone", "change_over_minutes": 5}
    made(browser, f"{venue.removeprefix('/en/buero/')}/buehne", **stage, after="")
    made(browser, "mitwirkende/neu", name="Jorinde Beispiel", kind="solo", blurb="*Lieder*", blurb_en="*Songs*")
    production = made(
        browser,
        f"{edition.removeprefix('/en/buero/')}/programmpunkt",
        title="Lieder über Wasser",
        title_en="Songs about water",
        act=Act.objects.get().pk,
        kind="concert",
        age=0,
        spoken=["de", "tr"],
        hat="on",
        text="Ein **langer** Abend.",
    )
    performance = {"title": "Lieder über Wasser", "stage": "balkon", "day": day, "clock": "19:00", "minutes": 40}
    said = {"text": "", "access": ["UT", "DGS"], "title_en": "Songs about water", "text_en": ""}
    made(browser, f"{production.removeprefix('/en/buero/')}/auftritt", **performance, **said)
    return Performance.objects.get()


# --- planning everything ----------------------------------------------------------------------------------------------


def test_from_nothing_to_a_published_performance(db, idas_browser):
    draft = evening_planned(idas_browser)
    assert (draft.slug, draft.status, draft.access, draft.version) == (
        "lieder-ueber-wasser",
        "draft",
        ["UT", "DGS"],
        1,
    )
    assert (draft.production.slug, draft.production.spoken, draft.production.hat) == (
        "lieder-ueber-wasser",
        "de tr",
        True,
    )
    assert Client().get("/auftritt/lieder-ueber-wasser").status_code == 404
    idas_browser.post(f"/en/buero/auftritt/{draft.pk}/veroeffentlichung")
    german, english = (Client().get(f"{way}/auftritt/lieder-ueber-wasser").content.decode() for way in ("", "/en"))
    assert '<h1 lang="de">Lieder über Wasser</h1>' in german
    assert '<h1 lang="en">Songs about water</h1>' in english
    assert '<div class="prose" lang="de"><p>Ein <strong>langer</strong> Abend.</p>' in english
    assert "Spoken language German, Turkish" in words(english)


def test_a_draft_too_many_is_thrown_away_and_its_production_can_go_too(db, idas_browser):
    draft = evening_planned(idas_browser)
    production = draft.production
    refused = idas_browser.post(f"/en/buero/entfernen/production/{production.pk}", {"version": 1})
    assert (refused.status_code, "belongs to it: performances" in refused.content.decode()) == (409, True)
    address = f"/en/buero/auftritt/{draft.pk}/verwerfen"
    thrown = idas_browser.post(address, {"version": draft.version}, follow=True)
    assert "“Lieder über Wasser” is removed." in words(thrown.content.decode())
    gone = idas_browser.post(f"/en/buero/entfernen/production/{production.pk}", {"version": 1}, follow=True)
    assert "“Lieder über Wasser” is removed." in words(gone.content.decode())
    assert (Performance.objects.count(), Production.objects.count()) == (0, 0)
    told = words(idas_browser.get("/en/buero/verlauf").content.decode())
    assert "production Lieder über Wasser : removed" in told
    assert "performance Lieder über Wasser : removed" in told


def test_a_draft_that_was_thrown_away_is_not_offered_for_undoing(db, idas_browser):
    draft = evening_planned(idas_browser)
    idas_browser.post(f"/en/buero/auftritt/{draft.pk}/verwerfen", {"version": draft.version})
    edit = Edit.objects.get(subject=Subject.PERFORMANCE)
    undo = f"/en/buero/verlauf/{edit.pk}/ruecknahme"
    assert undo not in idas_browser.get("/en/buero/verlauf").content.decode()
    refused = idas_browser.post(undo)
    sentence = "A draft that was thrown away does not come back. Please plan it anew."
    assert (refused.status_code, sentence in words(refused.content.decode())) == (409, True)


def test_what_is_missing_is_asked_for_beside_its_field_and_the_rest_stays(db, idas_browser):
    page = idas_browser.post("/en/buero/spielorte/neu", {"name": "Rathaus", "short_name": "", "lat": "x", "lon": 200})
    text = page.content.decode()
    assert (page.status_code, Venue.objects.count()) == (422, 0)
    assert 'value="Rathaus"' in text
    assert "Please fill in this field." in words(text)
    assert "Please give the position in degrees, for example 51.7202." in words(text)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("closes", "2027-05-16T10:00", "The edition closes after it opens."),
        ("opens", "2027-03-28T02:30", "The clocks skip this time that night."),
        ("opens", "gestern", "Please give day and time"),
        ("opens", "0001-01-01T00:00", "Please check the year."),
        ("time_zone", "Mars/Olympus", "is not a time zone"),
    ],
)
def test_an_edition_lies_between_two_moments(db, idas_browser, field, value, sentence):
    sound = {"title": "Nacht", "opens": "2027-05-16T14:00", "closes": "2027-05-16T23:00"}
    page = idas_browser.post(
        "/en/buero/ausgaben/neu", {**sound, "time_zone": "Europe/Berlin", "travel_minutes": 20, field: value}
    )
    assert (page.status_code, Edition.objects.count()) == (422, 0)
    assert sentence in words(page.content.decode())


def test_fields_and_history_speak_german_and_no_choice_is_a_row_of_dashes(evening, ida, idas_browser):
    venue = Venue.objects.first()
    pages = [
        idas_browser.get(f"/buero/{path}").content.decode()
        for path in (
            f"spielorte/{venue.pk}/buehne",
            "mitwirkende/neu",
            f"ausgaben/{evening.edition.pk}/programmpunkt",
        )
    ]
    assert [page.count("---------") for page in pages] == [0, 0, 0]
    assert all("bitte wählen" in words(page) for page in pages[1:])
    with translation.override("de"):
        assert [label_of(model, name) for model, name in FOREIGN] == ["Spielort", "Mitwirkende", "Bühne"]


def test_a_draft_keeps_to_the_rules_of_the_timetable(evening, idas_browser):
    ufersaum = evening["ufersaum"]
    typed = {"title": "Ufersaum", "day": "2027-05-16", "clock": "19:00", "minutes": 40, "stage": "dom", "text": "Neu"}
    page = idas_browser.post(f"/en/buero/programmpunkte/{ufersaum.production_id}/auftritt", typed)
    assert page.status_code == 422
    assert "“Sechs Stimmen im Kreuzgang” plays on this stage" in words(page.content.decode())
    assert ">\nNeu</textarea>" in page.content.decode()
    assert Performance.objects.count() == 26


def test_what_was_shown_once_is_cancelled_not_thrown_away(evening, idas_browser):
    ufersaum = evening["ufersaum"]
    answer = idas_browser.post(f"/en/buero/auftritt/{ufersaum.pk}/verwerfen", {"version": ufersaum.version})
    assert (answer.status_code, "Only a draft can be thrown away." in answer.content.decode()) == (409, True)
    assert evening["ufersaum"].status == "published"


def test_without_an_act_or_a_stage_the_way_there_is_shown(db, idas_browser):
    edition = Edition.objects.create(
        slug="nacht", title="Nacht", opens=timezone.now(), closes=timezone.now() + timedelta(hours=5)
    )
    page = idas_browser.get(f"/en/buero/ausgaben/{edition.pk}/programmpunkt").content.decode()
    assert "Please enter who plays first." in words(page)
    assert 'href="/en/buero/mitwirkende/neu"' in page
    act = Act.objects.create(slug="ada", name="Ada", kind="solo")
    production = Production.objects.create(edition=edition, act=act, slug="x", title="X", kind="talk")
    page = idas_browser.get(f"/en/buero/programmpunkte/{production.pk}/auftritt").content.decode()
    assert "Please make a venue and a stage in it first." in words(page)


@pytest.mark.parametrize("address", LISTS)
def test_every_list_opens_empty_searched_and_beyond_its_end(db, idas_browser, address):
    assert idas_browser.get(address).status_code == 200
    assert idas_browser.get(f"{address}?suche=%00x&seite=99&ausgabe=nie&was=alles").status_code == 200


def test_a_list_has_an_end(evening, idas_browser, django_assert_max_num_queries):
    Act.objects.bulk_create(Act(slug=f"act-{n}", name=f"Chor {n:03}", kind="ensemble") for n in range(120))
    with django_assert_max_num_queries(8):
        page = idas_browser.get("/en/buero/mitwirkende/alle?suche=chor&seite=2").content.decode()
    assert "Page 2 of 3" in words(page)
    assert 'href="?suche=chor&amp;seite=3"' in page


def test_strangers_and_artists_stay_outside(db, jorinde):
    assert {Client().get(address).status_code for address in LISTS} == {302}
    artist = Client()
    artist.force_login(jorinde)
    assert {artist.get(address).status_code for address in LISTS} == {403}


# --- two at once ------------------------------------------------------------------------------------------------------


def sheet_of(act: Act, **typed: object) -> dict[str, object]:
    state = {"name": act.name, "kind": act.kind, "blurb": act.blurb, "name_en": "", "blurb_en": ""}
    return {**state, "version": act.version, **typed}


def test_what_paul_saved_meanwhile_stands_beside_what_ida_typed(evening, idas_browser, paul):
    act = Act.objects.get(slug="jorinde-beispiel")
    address = f"/en/buero/mitwirkende/{act.pk}/angaben"
    mine = sheet_of(act, blurb="Ida schreibt")
    pauls = {"blurb": "Paul schreibt", "name": "Jorinde B."}
    planning.change(Subject.ACT, act.pk, pauls, paul, timezone.now(), seen=1)
    page = idas_browser.post(address, mine)
    text = page.content.decode()
    assert page.status_code == 409
    assert "Saved in the meantime: Paul schreibt" in words(text)
    assert ">\nIda schreibt</textarea>" in text
    assert 'value="Jorinde B."' in text
    assert 'name="version" value="2"' in text
    idas_browser.post(address, {**mine, "name": "Jorinde B.", "version": 2})
    act.refresh_from_db()
    assert (act.name, act.blurb, act.version) == ("Jorinde B.", "Ida schreibt", 3)


def test_saving_offers_to_undo_and_undoing_brings_it_back(evening, idas_browser):
    act = Act.objects.get(slug="jorinde-beispiel")
    address = f"/en/buero/mitwirkende/{act.pk}/angaben"
    told = idas_browser.post(address, sheet_of(act, blurb="anders"), follow=True)
    assert "Saved. All open pages show it within seconds. Undo" in words(told.content.decode())
    edit = Edit.objects.latest("pk")
    back = idas_browser.post(f"/en/buero/verlauf/{edit.pk}/ruecknahme", follow=True)
    act.refresh_from_db()
    assert ("Undone." in words(back.content.decode()), act.blurb) == (True, "Lieder zur Gitarre, allein mit dem Handy")


# --- walks ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "which", "order"),
    [
        ("hoch", "b", "bac"),
        ("hoch", "a", "abc"),
        ("runter", "b", "acb"),
        ("runter", "c", "abc"),
        ("raus", "b", "ac"),
        ("dazu", "d", "abcd"),
        ("dazu", "a", "abc"),
        ("dazu", "", "abc"),
        ("hoch", "x", "abc"),
        ("quer", "b", "abc"),
    ],
)
def test_a_button_moves_a_station(step, which, order):
    assert arranged(list("abc"), step, which) == list(order)


def test_a_new_order_is_shown_first_and_kept_when_it_is_saved(evening, idas_browser):
    walk = Route.objects.get(slug="leise-runde")
    address = f"/en/buero/rundgaenge/{walk.pk}"
    typed = {"title": "Leise", "title_en": "", "order": 3, "stations": ["kaiserpfalz", "dom", "theater"], "version": 1}
    shown = idas_browser.post(address, {**typed, "schritt": "hoch:theater"}).content.decode()
    assert "The new order is not saved yet." in words(shown)
    assert 'value="Leise"' in shown
    stations = ["kaiserpfalz", "theater", "dom"]
    assert [shown.index(f'name="stations" value="{slug}"') for slug in stations] == sorted(
        shown.index(f'name="stations" value="{slug}"') for slug in stations
    )
    assert planning.state_of(walk)["stations"] == ["kaiserpfalz", "dom", "theater"]
    idas_browser.post(address, {**typed, "stations": stations})
    assert planning.state_of(walk)["stations"] == stations


# --- history ----------------------------------------------------------------------------------------------------------


def test_the_history_tells_old_and_new_in_words(evening, idas_browser, ida):
    theatre, library = Venue.objects.get(slug="theater"), Venue.objects.get(slug="bibliothek")
    values = {"rain_venue": library, "access": ["step_free", "toilet"], "short_name_en": "Theatre"}
    planning.change(Subject.VENUE, theatre.pk, values, ida, timezone.now(), seen=1)
    told = words(idas_browser.get("/en/buero/verlauf?was=venue").content.decode())
    assert "venue Theater : changed" in told
    assert "accessible parking, induction loop, seats no steps, accessible toilet When it rains Bibliothek" in told
    assert "Short name in English Theatre" in told


def test_a_page_of_history_asks_a_constant_number_of_questions(evening, idas_browser, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        page = idas_browser.get("/en/buero/verlauf").content.decode()
    assert page.count('class="history-what"') == 26


def test_a_stage_is_made_where_it_belongs(evening, idas_browser):
    venue = Venue.objects.get(slug="dom")
    page = idas_browser.get(f"/en/buero/spielorte/{venue.pk}/buehne").content.decode()
    assert f'<option value="{venue.pk}" selected>Domplatz</option>' in page
    assert '<option value="schloss" selected>after: Schlosshof' in page
    assert Stage.objects.count() == 8
