"""The Mediathek as the audience finds it: what is listed, what is found, and one recording."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events import demo
from events.models import Act, Edition, Performance, Venue
from streaming import titles
from streaming.mediathek import pages
from streaming.models import LiveSession, Recording
from tests.streaming.test_pages import on_air

FREE_WORDS = {"free transmission": 1, "COURTYARD": 1, "Freie": 1, "free cloister": 0}
"""What somebody who reads English searches for, and how many free transmissions at the castle they find."""


@pytest.fixture
def today(db):
    """The demo edition on the present day, for pages that look at the clock."""
    demo.load(timezone.now())


def kept(slug: str = "blech", **fields) -> Recording:
    session = on_air("schloss", "kapelle-kopfsteinpflaster", title="Blech im Schlosshof")
    LiveSession.objects.filter(pk=session.pk).update(ended=timezone.now())
    tomorrow = timezone.now() + timedelta(days=1)
    state = {"state": Recording.State.ARCHIVED, "duration": 2400.0, "public_until": tomorrow, **fields}
    return Recording.objects.create(
        session=session, slug=slug, prefix=slug, **{"listed_until": state["public_until"], **state}
    )


def test_an_empty_mediathek_says_so(client, today):
    response = client.get(reverse("archive"))
    assert (response.status_code, response.context["recordings"]) == (200, [])


def test_the_mediathek_lists_what_may_be_watched(client, today):
    end = timezone.now() + timedelta(days=30)
    kept("blech", public_until=end)
    kept("vorbei", public_until=timezone.now())
    kept("zurueckgezogen", withdrawn=timezone.now())
    kept("noch-nicht", state=Recording.State.RECORDED)
    (shown,) = client.get(reverse("archive")).context["recordings"]
    assert (shown.slug, shown.title, shown.act_name, shown.stage_name, shown.minutes, shown.until) == (
        "blech", "Blech im Schlosshof", "Kapelle Kopfsteinpflaster", "Schlosshof", 40, end - timedelta(seconds=1),
    )  # fmt: skip


def test_a_free_transmission_is_named_in_the_visitors_language_in_lists_and_feeds_and_on_its_page(client, today):
    demo.translate()
    kept("frei", audio=True)
    started = datetime(2026, 5, 24, 20, tzinfo=UTC)
    LiveSession.objects.update(title=titles.free("Schlosshof", started), started=started)
    addresses = [reverse("archive"), reverse("recording", args=["frei"]), reverse("archive_atom"), reverse("podcast")]
    for language, name in (("", "Freie Übertragung: Schlosshof, 24.05.2026"), ("/en", "Free transmission: Courtyard")):
        pages_named_so = [name in client.get(language + address).content.decode() for address in addresses]
        assert pages_named_so == [True] * 4, language
    found = {word: len(client.get("/en/mediathek", {"suche": word}).context["recordings"]) for word in FREE_WORDS}
    assert found == FREE_WORDS


def test_a_recording_shows_its_picture_where_there_is_one(client, today):
    kept("blech", poster="5" * 64)
    kept("dunkel")
    listed = client.get(reverse("archive")).content.decode()
    assert re.findall(r'<img class="kept-poster" src="([^"]+)" alt=""', listed) == ["/media/blech/poster.jpg"]
    alone = [client.get(reverse("recording", args=[slug])).content.decode() for slug in ("blech", "dunkel")]
    assert [re.findall(r' poster="([^"]+)"', page) for page in alone] == [["/media/blech/poster.jpg"], []]


def test_a_long_mediathek_has_pages(client, today):
    for number in range(pages.RECORDINGS_PER_PAGE + 1):
        kept(f"abend-{number}")
    first, second = (client.get(reverse("archive"), {"seite": page}) for page in (1, 2))
    assert [len(answer.context["recordings"]) for answer in (first, second)] == [pages.RECORDINGS_PER_PAGE, 1]
    assert 'href="?seite=2"' in first.content.decode()


def kept_performance(slug: str, **fields) -> Recording:
    """A recording of what the programme calls so."""
    performance = Performance.objects.select_related("stage", "production__act").get(slug=slug)
    session = on_air(
        performance.stage.slug,
        performance.production.act.slug,
        title=performance.title,
        performance=performance,
        ended=timezone.now(),
    )
    state = {
        "state": Recording.State.ARCHIVED,
        "public_until": timezone.now() + timedelta(days=1),
        "duration": 2400.0,
        **fields,
    }
    return Recording.objects.create(
        session=session, slug=slug, prefix=slug, **{"listed_until": state["public_until"], **state}
    )


@pytest.fixture
def shelf(today):
    """A guitar at the springs, six voices in the cloister, and brass that nobody had on the programme."""
    for slug in ("gitarre-handy-abendlicht", "sechs-stimmen-im-kreuzgang"):
        kept_performance(slug)
    kept("blech")


GUITAR, VOICES, BRASS = "gitarre-handy-abendlicht", "sechs-stimmen-im-kreuzgang", "blech"


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        ({}, {GUITAR, VOICES, BRASS}),
        ({"suche": "SCHLOSSHOF"}, {BRASS}),
        ({"suche": "jorinde"}, {GUITAR}),
        ({"suche": "Isaac"}, {VOICES}),
        ({"suche": "pavane kreuzgang"}, {VOICES}),
        ({"suche": "pavane blech"}, set()),
        ({"suche": "100%"}, set()),
        ({"suche": "\0 \n"}, {GUITAR, VOICES, BRASS}),
        ({"ort": "dom"}, {VOICES}),
        ({"wer": "kapelle-kopfsteinpflaster"}, {BRASS}),
        ({"art": "concert"}, {GUITAR, VOICES}),
        ({"art": "concert", "suche": "blech"}, set()),
        ({"art": "circus", "ausgabe": "nie", "wer": "niemand", "ort": "mond"}, {GUITAR, VOICES, BRASS}),
    ],
)
def test_a_recording_is_found_by_words_and_by_choice(client, shelf, wish, found):
    response = client.get(reverse("archive"), wish)
    assert {recording.slug for recording in response.context["recordings"]} == found


def test_a_search_does_not_mind_how_an_umlaut_is_written(client, today):
    kept_performance("haende-am-wasser")
    assert all(client.get(reverse("archive"), {"suche": word}).context["recordings"] for word in ("HÄNDE", "hände"))


def test_only_what_leads_to_a_recording_is_offered(client, shelf):
    options = client.get("/en/mediathek").context["options"]
    assert [[option.words for option in each] for each in (options.editions, options.venues, options.kinds)] == [
        ["Paderkultour digital (Demo)"], ["Die Quellen", "Domplatz", "Schlosshof"], ["Concert"],
    ]  # fmt: skip
    assert [option.value for option in options.acts] == [
        "ensemble-nebelkupfer", "jorinde-beispiel", "kapelle-kopfsteinpflaster",
    ]  # fmt: skip


def test_who_reads_english_finds_and_chooses_in_english_what_somebody_translated(client, shelf):
    Performance.objects.filter(slug=GUITAR).update(translations={"en": {"title": "Guitar, phone, evening light"}})
    Act.objects.filter(slug="kapelle-kopfsteinpflaster").update(translations={"en": {"name": "Cobblestone Band"}})
    Edition.objects.update(translations={"en": {"title": "Paderkultour digital (demo)"}})
    Venue.objects.filter(slug="quellen").update(translations={"en": {"short_name": "The springs"}})
    response = client.get("/en/mediathek", {"suche": "evening light"})
    options = response.context["options"]
    assert [[(option.words, getattr(option.words, "language", "")) for option in each] for each in (
        options.editions, options.venues, options.acts, options.kinds,
    )] == [
        [("Paderkultour digital (demo)", "en")],
        [("The springs", "en"), ("Domplatz", "de"), ("Schlosshof", "de")],
        [("Cobblestone Band", "en"), ("Ensemble Nebelkupfer", "de"), ("Jorinde Beispiel", "de")],
        [("Concert", "")],
    ]  # fmt: skip
    assert [(found.title, found.title.language) for found in response.context["recordings"]] == [
        ("Guitar, phone, evening light", "en")
    ]
    assert '<option value="kapelle-kopfsteinpflaster" lang="en">Cobblestone Band' in response.content.decode()
    in_german = client.get("/mediathek", {"suche": "kapelle"}).context["recordings"]
    assert [(found.act_name, found.act_name.language) for found in in_german] == [("Kapelle Kopfsteinpflaster", "de")]


def test_what_was_found_is_counted_and_the_wish_can_be_taken_back(client, shelf):
    found, nothing, everything = (
        client.get("/en/mediathek", wish).content.decode() for wish in ({"suche": "blech"}, {"suche": "tuba"}, {})
    )
    assert '<p class="found" role="status">1 recording found</p>' in found
    assert 'value="blech"' in found and 'href="/en/mediathek">Show everything</a>' in found
    assert '<p class="found" role="status">No recording fits this choice; please' in nothing
    assert '<p class="found">3 recordings</p>' in everything and "Show everything" not in everything


def test_the_pages_of_what_was_found_keep_the_wish(client, today):
    for number in range(pages.RECORDINGS_PER_PAGE + 1):
        kept(f"abend-{number}")
    page = client.get(reverse("archive"), {"suche": "blech  hof", "wer": "kapelle-kopfsteinpflaster"})
    assert page.context["older"] == "?suche=blech+hof&wer=kapelle-kopfsteinpflaster&seite=2"


def test_a_search_is_as_long_as_its_field(client, shelf):
    response = client.get(reverse("archive"), {"suche": "blech " * 10_000})
    assert response.context["wish"].suche == " ".join(["blech"] * 6)


@pytest.mark.parametrize("wish", [{}, {"suche": "blech hof", "art": "", "wer": "kapelle-kopfsteinpflaster"}])
def test_however_much_is_kept_the_database_is_asked_four_times(client, today, wish, django_assert_num_queries):
    for number in range(pages.RECORDINGS_PER_PAGE + 1):
        kept(f"abend-{number}")
        if number in (0, pages.RECORDINGS_PER_PAGE):
            with django_assert_num_queries(4):
                client.get(reverse("archive"), wish)


def test_the_works_are_listed_and_lead_into_the_recording_where_their_times_fit(client, today):
    kept_performance("sechs-stimmen-im-kreuzgang", duration=500)
    kept_performance("gitarre-handy-abendlicht", duration=2400)
    voices, guitar = (
        client.get(f"/en/mediathek/{slug}").content.decode()
        for slug in ("sechs-stimmen-im-kreuzgang", "gitarre-handy-abendlicht")
    )
    assert re.findall(r'href="#t=(\d+)">about ([0-9:]+)<', voices) == [("0", "0:00"), ("271", "4:31")]
    assert "Heinrich Isaac (um 1450-1517), arranged by Ensemble Nebelkupfer" in voices
    assert "Fremdes Lied" in guitar and "#t=" not in guitar


def test_what_has_no_set_list_has_no_works(client, today):
    kept("blech")
    assert client.get(reverse("recording", args=["blech"])).context["chapters"] == []


def test_a_recording_plays_waits_or_is_gone(client, today):
    kept("spielt")
    kept("wartet", state=Recording.State.RECORDED)
    kept("vorbei", public_until=timezone.now())
    kept("zurueckgezogen", withdrawn=timezone.now())
    kept("misslungen", state=Recording.State.FAILED)
    slugs = ("spielt", "wartet", "vorbei", "zurueckgezogen", "misslungen", "nie-da")
    statuses = {slug: client.get(reverse("recording", args=[slug])).status_code for slug in slugs}
    assert statuses == {
        "spielt": 200, "wartet": 200, "vorbei": 410, "zurueckgezogen": 410, "misslungen": 404, "nie-da": 404,
    }  # fmt: skip
    assert 'playlist="/media/spielt/index.m3u8"' in client.get(reverse("recording", args=["spielt"])).content.decode()
    assert b"recording-player" not in client.get(reverse("recording", args=["wartet"])).content
