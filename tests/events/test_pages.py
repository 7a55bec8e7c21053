"""What the audience sees: complete without JavaScript, the same for everybody."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from inspect import unwrap

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from events import demo, pages, programme, publishing
from events.choice import Choice, chosen
from events.models import Edition, Performance, Production, Stage
from events.pages import by_hour
from tests.events.conftest import WHIT_SUNDAY, air, at

SATURDAY = WHIT_SUNDAY - timedelta(days=1)
PUBLIC = (
    "/heute",
    "/programm",
    "/programm?art=concert&zugang=DGS&buehne=schloss&alter=0",
    "/auftritt/gitarre-handy-abendlicht",
    "/mitwirkende/jorinde-beispiel",
    "/rundgang/familienrunde",
    "/spielort/dom",
)


@pytest.fixture
def see(rf, live_side):
    """An English page at a given time of the evening, as text."""

    def look(view, now, *args, **query) -> str:
        with translation.override("en"):
            return unwrap(view)(rf.get("/en/", query), now, *args).content.decode()

    return look


def headings(page: str, *levels: int) -> list[str]:
    found = re.findall(r"<h([1-6])[^>]*>(.*?)</h\1>", page, re.S)
    return [re.sub(r"<[^>]+>", "", text).strip() for level, text in found if int(level) in levels]


def words(page: str) -> str:
    """The page's content as one reads it aloud."""
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


# --- every public page ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("address", PUBLIC)
def test_public_pages_set_no_cookie_and_no_cache_keeps_what_was(evening, address, language):
    page = Client().get(language + address)
    assert (page.status_code, dict(page.cookies)) == (200, {})
    assert page["Cache-Control"] == "public, max-age=0, s-maxage=0"
    assert "Cookie" not in page.get("Vary", "")
    assert (" style=" in page.content.decode(), " onclick=" in page.content.decode()) == (False, False)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_pages_ask_a_constant_number_of_questions(evening, address, live_side, django_assert_max_num_queries):
    live_side(*(air(stage) for stage in ("quellen", "dom", "kulturwerkstatt")))
    with django_assert_max_num_queries(12):
        Client().get(address)


def test_a_town_may_keep_a_time_that_has_a_number_and_no_name(evening):
    Edition.objects.update(time_zone="Etc/GMT-3")
    assert [Client().get(address).status_code for address in PUBLIC] == [200] * len(PUBLIC)


def test_the_root_leads_to_today_in_ones_language(evening):
    assert [Client().get(address)["Location"] for address in ("/", "/en/")] == ["/heute", "/en/heute"]


@pytest.mark.parametrize("address", ["/auftritt/nie", "/mitwirkende/niemand", "/rundgang/nirgends"])
def test_what_does_not_exist_is_not_found(evening, address):
    assert Client().get(address).status_code == 404


def test_pages_are_only_read(evening):
    assert Client().post("/heute").status_code == 405


def test_contents_keep_their_language_on_the_english_page(evening, see):
    page = see(pages.performance, at("18:00"), "gitarre-handy-abendlicht")
    assert '<h1 lang="de">Gitarre, Handy, Abendlicht</h1>' in page


# --- today ------------------------------------------------------------------------------------------------------------


def test_today_tells_now_next_later_and_what_is_over(evening, see):
    page = see(pages.today, at("19:10"))
    assert headings(page, 1, 2) == ["Today, Sunday, 16 May", "Along the river", "Now", "Next", "Later", "Over"]
    assert len(headings(page, 3)) == 26


def test_what_is_on_air_leads_the_page_whatever_the_clock_says(evening, see, live_side):
    live_side(air("quellen"), air("schloss", evening["finale-alle-orte-ein-lied"].pk))
    page = see(pages.today, at("12:00"))
    assert headings(page, 2)[0] == "On air now"
    assert words(page).count("Rehearsal") == 1
    assert 'href="/buehne/schloss"' in page


def test_what_is_on_air_is_named_in_the_words_of_the_page_and_says_which_language_that_is(evening, see, live_side):
    demo.translate()
    live_side(air("quellen"), air("schloss", evening["finale-alle-orte-ein-lied"].pk))
    stage, finale = Stage.objects.get(slug="quellen"), evening["finale-alle-orte-ein-lied"]
    page = see(pages.today, at("12:00"))
    for words_of, url in (
        (stage.translations["en"]["name"], "quellen"),
        (finale.translations["en"]["title"], "schloss"),
    ):
        assert f'<h3 class="item-title" lang="en"><a href="/buehne/{url}">{words_of}</a></h3>' in page


def test_the_day_before_says_when_it_begins(evening, see):
    page = see(pages.today, at("19:00", WHIT_SUNDAY - timedelta(days=1)))
    assert headings(page, 1) == ["Not today, but soon"]
    assert "It begins on Sunday, 16 May 2027 at 17:40." in words(page)


def test_the_day_after_says_that_it_was(evening, see):
    assert "The last edition was on Sunday, 16 May 2027." in words(
        see(pages.today, at("19:00", WHIT_SUNDAY + timedelta(days=1)))
    )


def test_an_empty_house_says_so(db, see):
    assert "No edition is planned yet." in words(see(pages.today, at("19:00")))
    assert "No programme is published yet." in words(see(pages.whole_programme, at("19:00")))


# --- the whole programme ----------------------------------------------------------------------------------------------


def test_the_programme_is_cut_at_the_full_hours(evening, see):
    page = see(pages.whole_programme, at("12:00"))
    hours = [f"{hour}:00" for hour in range(17, 23)]
    assert headings(page, 2) == ["Walks", "Choose", *hours, "Take the programme along"]
    assert len(headings(page, 3)) == 26


def test_a_choice_narrows_the_programme(evening, see):
    page = see(pages.whole_programme, at("12:00"), zugang="DGS", art="tour")
    assert headings(page, 3) == ["Rundgang: Rechnen ohne Strom"]
    assert "1 of 26 performances" in words(page)


def test_for_the_youngest_nothing_is_shown_that_is_for_12_years(evening, see):
    page = see(pages.whole_programme, at("12:00"), alter="0")
    assert "24 of 26 performances" in words(page)
    assert re.findall(r'<option value="(\d+)"( selected)?>([^<]+)', page) == [
        ("0", " selected", "the youngest"),
        ("6", "", "children from 6 years on"),
    ]


def test_a_choice_without_result_names_the_way_out(evening, see):
    page = see(pages.whole_programme, at("12:00"), zugang="DGS", art="dance")
    assert "Nothing in the programme fits this choice. Leave out one of the wishes." in words(page)


@pytest.mark.parametrize(
    ("query", "choice"),
    [
        ({}, Choice()),
        ({"art": "concert", "zugang": "UT", "buehne": "dom", "alter": "6"}, Choice("concert", "UT", "dom", 6)),
        ({"art": "'; drop", "zugang": "XX", "alter": "7"}, Choice()),
    ],
)
def test_only_what_the_page_offers_can_be_chosen(query, choice):
    assert chosen(query) == choice


def test_the_hour_that_comes_twice_in_october_is_two(evening):
    item = programme.item("ufersaum")
    first, second = (replace(item, start=datetime(2026, 10, 25, hour, 30, tzinfo=UTC)) for hour in (0, 1))
    assert [hour.items for hour in by_hour([first, second], evening.edition.zone)] == [[first], [second]]


# --- one performance, one act, one walk -------------------------------------------------------------------------------


def test_a_moved_performance_shows_old_and_new(evening, see, ida):
    slot = evening.slot("bibliothek", "19:35", "19:55", "Gitarre, Handy, Abendlicht")
    publishing.move(evening["gitarre-handy-abendlicht"].pk, slot, ida, at("18:50"))
    text = words(see(pages.performance, at("18:55"), "gitarre-handy-abendlicht"))
    assert "This performance has been moved. Announced Sunday, 16 May, 19:00 , Die Quellen" in text
    assert "New Sunday, 16 May, 19:35 , Bibliothek" in text
    assert 'Moved; announced for 19:00, <span lang="de">Die Quellen</span>' in see(pages.today, at("18:55"))


def test_a_cancelled_performance_stays_with_its_reason(evening, see, ida):
    publishing.cancel(evening["ufersaum"].pk, "Wegen einer Verletzung", ida, at("18:00"))
    assert "This performance is cancelled. Wegen einer Verletzung" in words(
        see(pages.performance, at("18:05"), "ufersaum")
    )
    assert "Cancelled: Wegen einer Verletzung" in words(see(pages.whole_programme, at("18:05")))


def test_access_is_told_in_words(evening, see):
    text = words(see(pages.performance, at("18:00"), "haende-am-wasser"))
    assert "Access Live captions German Sign Language Audio description" in text


def test_the_page_leads_to_the_stage_to_what_is_on_air_or_to_the_recording(evening, see, live_side):
    pk = evening["ufersaum"].pk

    def way() -> list[str]:
        page = see(pages.performance, at("22:00"), "ufersaum")
        return re.findall(r'<a class="button[^"]*" href="([^"]+)"', page)

    assert way() == []
    live_side(recordings={pk: "/mediathek/ufersaum"})
    assert way() == ["/mediathek/ufersaum"]
    live_side(air("theater", pk), recordings={pk: "/mediathek/ufersaum"})
    assert way() == ["/buehne/theater"]


def test_an_act_shows_what_it_plays_and_has_played(evening, see):
    page = see(pages.act, at("20:00"), "jorinde-beispiel")
    assert words(page).count("Jorinde Beispiel") == 2, "breadcrumb and heading; each performance is hers anyway"
    assert headings(page, 1, 2, 3) == [
        "Jorinde Beispiel",
        "Plays",
        "Gitarre, Handy, Nacht (zweiter Durchgang)",
        "Has played",
        "Gitarre, Handy, Abendlicht",
    ]


def test_what_is_not_today_says_its_day(evening, see):
    day = "Sunday, 16 May 2027"
    for view, slug in ((pages.act, "jorinde-beispiel"), (pages.venue, "dom")):
        today, day_before = (words(see(view, at("16:00", day=on), slug)) for on in (WHIT_SUNDAY, SATURDAY))
        assert (day in today, day in day_before) == (False, True)


@pytest.fixture
def next_year(evening) -> Edition:
    """An edition with one published performance, in the cloister of the cathedral; and one with a draft alone."""
    opens, closes = (moment.replace(year=2028) for moment in (evening.edition.opens, evening.edition.closes))
    first, second = (
        Edition.objects.create(slug=slug, title=title, opens=opens, closes=closes)
        for slug, title in (("2028", "Kulturtag 2028"), ("entwurf", "Nur ein Entwurf"))
    )
    play = evening["gitarre-handy-abendlicht"]
    for edition, status in ((first, "published"), (second, "draft")):
        production = Production.objects.create(
            edition=edition, act=play.production.act, slug=edition.slug, title="Neu", kind="concert"
        )
        Performance.objects.create(
            production=production, stage=Stage.objects.get(slug="dom"), slug=f"neu-{edition.slug}", title="Neu",
            start=opens, end=opens + timedelta(minutes=30), status=status,
        )  # fmt: skip
    return first


def test_a_coming_edition_is_found_in_the_programme_and_at_its_places(next_year, see):
    present = see(pages.whole_programme, at("12:00"))
    assert re.findall(r"\?ausgabe=([\w-]+)\"( aria-current)?", present) == [
        ("2028", ""),
        (programme.edition_of(at("12:00")).slug, " aria-current"),
    ]
    coming = see(pages.whole_programme, at("12:00"), ausgabe="2028")
    assert headings(coming, 3) == ["Neu"]
    assert "Take the programme along" not in coming
    for unknown in ("entwurf", "2050"):
        assert headings(see(pages.whole_programme, at("12:00"), ausgabe=unknown), 3) == headings(present, 3)
    assert "Neu" in headings(see(pages.venue, at("12:00"), "dom"), 3)


def test_a_walk_leads_from_station_to_station(evening, see):
    page = see(pages.route, at("18:45"), "familienrunde")
    assert headings(page, 2)[:4] == ["Die Quellen", "Bibliothek", "MuseumsForum", "Schlosshof"]
    assert re.findall(r'rel="(prev|next)" href="#(\w+)"', page) == [
        ("next", "bibliothek"),
        ("prev", "quellen"),
        ("next", "hnf"),
        ("prev", "bibliothek"),
        ("next", "schloss"),
        ("prev", "hnf"),
    ]
    assert "Next at 19:00: Gitarre, Handy, Abendlicht" in words(page)


def test_addresses_are_german_in_every_language(evening):
    with translation.override("en"):
        assert reverse("performance", args=["ufersaum"]) == "/en/auftritt/ufersaum"
