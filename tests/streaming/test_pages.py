"""The live side's pages: who sees what on a stage, backstage and in the Mediathek."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events import demo, invitations
from events.models import Act, Performance, Stage
from streaming import pages
from streaming.models import LiveSession, Recording
from streaming.on_air import StageState

EVENING = datetime(2026, 5, 24, 17, 10, tzinfo=UTC)
"""19:10 in Paderborn: Jorinde plays at the springs, six voices sing in the cloister."""


@pytest.fixture
def edition(db):
    demo.load(EVENING)


@pytest.fixture
def today(db):
    """The demo edition on the present day, for pages that look at the clock."""
    demo.load(timezone.now())


def on_air(stage: str, act: str | None = None, now: datetime | None = None, **fields) -> LiveSession:
    moment = now or timezone.now()
    player = Act.objects.get(slug=act) if act else None
    return LiveSession.objects.create(
        **{"stage": stage, "act": player, "title": "Probe", "started": moment, "heard": moment, **fields}
    )


def kept(slug: str = "blech", **fields) -> Recording:
    session = on_air("schloss", "kapelle-kopfsteinpflaster", title="Blech im Schlosshof")
    LiveSession.objects.filter(pk=session.pk).update(ended=timezone.now())
    tomorrow = timezone.now() + timedelta(days=1)
    state = {"state": Recording.State.ARCHIVED, "duration": 2400.0, "public_until": tomorrow, **fields}
    return Recording.objects.create(session=session, slug=slug, prefix=slug, **state)


# --- the river --------------------------------------------------------------------------------------------------------


def test_the_river_knows_of_every_stage_what_plays_and_what_comes(edition):
    stations = {station.stage.slug: station for station in pages.river_today(EVENING)}
    assert list(stations) == [
        "quellen", "bibliothek", "kaiserpfalz", "dom", "theater", "kulturwerkstatt", "hnf", "schloss",
    ]  # fmt: skip
    springs, castle = stations["quellen"], stations["schloss"]
    assert (springs.now.title, springs.next.title) == ("Gitarre, Handy, Abendlicht", "Hände am Wasser")
    assert (castle.now, castle.next.title) == (None, "Der Chor der späten Stunde singt sich ein")
    assert castle.state == StageState("schloss")


def test_a_river_has_a_first_and_a_last_stage(edition):
    stations = pages.river_today(EVENING)
    around = {slug: pages.neighbours(stations, slug) for slug in ("quellen", "dom", "schloss")}
    slugs = {slug: tuple(each and each.stage.slug for each in pair) for slug, pair in around.items()}
    assert slugs == {"quellen": (None, "bibliothek"), "dom": ("kaiserpfalz", "theater"), "schloss": ("hnf", None)}


def test_what_is_cancelled_is_shown_but_does_not_come_next(edition):
    Performance.objects.filter(title="Hände am Wasser").update(status="cancelled", cancel_reason="Sturm")
    springs = pages.river_today(EVENING)[0]
    assert "Hände am Wasser" in [item.title for item in springs.items]
    assert springs.next.title == "Gitarre, Handy, Nacht (zweiter Durchgang)"


# --- watching ---------------------------------------------------------------------------------------------------------


def test_a_visitor_without_javascript_reads_the_evening_of_a_stage_and_gets_no_cookie(client, today):
    response = client.get("/buehne/quellen")
    page = response.content.decode()
    assert response.status_code == 200
    assert all(title in page for title in ("Gitarre, Handy, Abendlicht", "Hände am Wasser"))
    assert 'href="/media/live/quellen/index.m3u8"' in page
    assert 'href="/buehne/bibliothek"' in page
    assert response.cookies == {}


def test_the_page_says_who_is_on_air_and_that_it_is_only_a_rehearsal(client, today):
    on_air("dom", "ensemble-nebelkupfer", title="Sechs Stimmen", rehearsal=True)
    page = client.get("/buehne/dom").content.decode()
    assert '<stage-player class="player" state="on_air" line="idle" rehearsal>' in page
    assert '<p class="watch-title" lang="de" data-part="now-title">Sechs Stimmen</p>' in page


def test_from_a_dark_stage_the_way_leads_to_one_on_air(client, today):
    on_air("dom", title="Sechs Stimmen")
    response = client.get("/buehne/schloss")
    assert [station.stage.slug for station in response.context["elsewhere"]] == ["dom"]


def test_an_unknown_stage_is_not_found(client, today):
    assert client.get("/buehne/mond").status_code == 404


def test_the_english_page_leads_to_english_pages(client, today):
    page = client.get("/en/buehne/dom").content.decode()
    assert 'href="/en/buehne/theater"' in page


@pytest.mark.parametrize(
    ("farewell", "status"),
    [('{"session": "gone"}', 204), ("{}", 400), ("[]", 400), ("no JSON", 400), ("[" * 60_000, 400)],
)
def test_a_farewell_needs_a_session_and_may_come_too_late(client, farewell, status):
    assert client.post("/watch/leave", farewell, content_type="application/json").status_code == status


# --- backstage --------------------------------------------------------------------------------------------------------


def come_by_link(client, act: str, stage: str | None = None) -> None:
    """As if the personal link had been opened in this browser."""
    bound = Stage.objects.get(slug=stage) if stage else None
    token = invitations.make(Act.objects.get(slug=act), bound, timezone.now())
    session = client.session
    session[invitations.SESSION_KEY] = invitations.find(token, timezone.now()).pk
    session.save()


def test_without_a_link_the_backstage_says_how_to_get_one(client, today):
    response = client.get("/hinterbuehne/")
    assert response.status_code == 403
    assert "studio/no_invitation.html" in [template.name for template in response.templates]


def test_a_link_for_one_stage_offers_this_stage_only(client, today):
    come_by_link(client, "jorinde-beispiel", "quellen")
    response = client.get("/hinterbuehne/")
    assert [place.stage.slug for place in response.context["places"]] == ["quellen"]
    assert response.context["proposed"].stage.slug == "quellen"
    assert "no-store" in response["Cache-Control"]


def backstage_of(act: str, now: datetime) -> list[pages.Place]:
    row = Act.objects.get(slug=act)
    return pages.places_of(row.pk, row.name, None, now)


def test_an_acts_own_stages_come_first_and_its_next_slot_is_proposed(edition):
    places = backstage_of("kapelle-kopfsteinpflaster", EVENING)
    assert [place.stage.slug for place in places[:3]] == ["kulturwerkstatt", "schloss", "quellen"]
    assert pages.proposed(places, EVENING).stage.slug == "kulturwerkstatt"
    assert pages.proposed(places, EVENING + timedelta(hours=2)).stage.slug == "schloss"
    assert pages.proposed(places, EVENING + timedelta(hours=6)) is None


def test_the_artist_reads_what_is_on_the_programme_and_for_how_long_it_is_kept(edition):
    places = {place.stage.slug: place for place in backstage_of("theater-trittstein", EVENING)}
    guide = {place.stage.slug: place for place in backstage_of("jorinde-beispiel", EVENING)}
    assert (places["theater"].title, places["theater"].keep_days) == ("Zwei Stühle streiten", None)
    assert (guide["quellen"].title, guide["quellen"].keep_days) == ("Gitarre, Handy, Abendlicht", 30)
    assert guide["dom"].title == ""


def test_a_stage_is_taken_by_another_act_but_not_by_a_rehearsal_nor_by_oneself(edition):
    on_air("dom", "ensemble-nebelkupfer", now=EVENING)
    on_air("hnf", "jost-muster", now=EVENING, rehearsal=True)
    on_air("quellen", "jorinde-beispiel", now=EVENING)
    places = {place.stage.slug: place for place in backstage_of("jorinde-beispiel", EVENING)}
    assert {slug for slug, place in places.items() if place.taken} == {"dom"}
    assert {slug for slug, place in places.items() if place.own} == {"quellen"}
    assert pages.proposed(list(places.values()), EVENING).stage.slug == "quellen"


# --- Mediathek --------------------------------------------------------------------------------------------------------


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
    return Recording.objects.create(session=session, slug=slug, prefix=slug, **state)


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
