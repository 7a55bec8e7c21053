"""The live side's pages: who sees what on a stage, backstage and in the Mediathek."""

import copy
import json
import re
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from django.utils import timezone, translation

from events import demo, invitations, publishing
from events.cards import Text
from events.models import Act, Edition, Performance, Production, Stage
from events.schedule import Slot
from streaming import pages
from streaming.control_room import Performer, open_session
from streaming.models import LiveSession
from streaming.on_air import StageState
from streaming.signalling import wire

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


def test_a_session_has_a_plain_german_title_that_goes_over_the_wire_whatever_the_artists_page_speaks(edition):
    demo.translate()
    jorinde = Act.objects.get(slug="jorinde-beispiel")
    performer = Performer("act:1", act_id=jorinde.pk, act_name=jorinde.name)
    with translation.override("en"):
        played, _days = open_session("quellen", performer, EVENING)
        free, _days = open_session("dom", performer, EVENING)
    heard = [wire.encode(StageState(one.stage, "on_air", EVENING, one.title).as_message()) for one in (played, free)]
    assert [json.loads(message)["title"] for message in heard] == [
        "Gitarre, Handy, Abendlicht", "Freie Übertragung: Kreuzgang, 24.05.2026",
    ]  # fmt: skip


def test_a_text_can_be_copied_and_stays_in_its_language():
    copied = copy.deepcopy(Text("Abendlicht", "de"))
    assert (copied, copied.language) == ("Abendlicht", "de")


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


def test_the_audience_of_the_old_stage_is_taken_along_until_something_else_begins(edition):
    abendlicht = Performance.objects.get(slug="gitarre-handy-abendlicht")
    later = abendlicht.start + timedelta(minutes=60)
    publishing.move(
        abendlicht.pk, Slot("schloss", later, later + timedelta(minutes=20), abendlicht.title), None, EVENING
    )

    def away(minutes: int) -> list[str]:
        now = EVENING + timedelta(minutes=minutes)
        return [item.title for item in pages.moved_away(pages.river_today(now)[0], now)]

    assert (away(0), away(19), away(20)) == ([abendlicht.title], [abendlicht.title], [])


def test_the_page_of_the_old_stage_offers_the_way(today, client):
    """Whatever the time is now, Jorinde was to play in a moment."""
    now = timezone.now()
    row = Performance.objects.get(slug="gitarre-handy-abendlicht")
    Performance.objects.exclude(pk=row.pk).update(status="cancelled", cancel_reason="Sturm")
    Edition.objects.update(opens=now - timedelta(minutes=1), closes=now + timedelta(minutes=30))
    Performance.objects.filter(pk=row.pk).update(start=now, end=now + timedelta(minutes=10))
    publishing.move(row.pk, Slot("dom", now, now + timedelta(minutes=10), row.title), None, now)
    page = client.get("/en/buehne/quellen").content.decode()
    notice = page[page.index('data-fresh="away"') : page.index("watch-now")]
    assert ("Come along" in notice, 'href="/en/buehne/dom" data-hop' in notice) == (True, True)
    assert "Come along" not in client.get("/en/buehne/dom").content.decode()


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
    assert 'href="/buehne/bibliothek"' in page
    assert response.cookies == {}


def test_a_player_of_ones_own_is_led_to_a_transmission_only_while_there_is_one(client, today):
    on_air("quellen")
    address = '<a href="/media/live/{}/index.m3u8">'
    led = [address.format(stage) in client.get(f"/buehne/{stage}").content.decode() for stage in ("quellen", "dom")]
    assert led == [True, False]


def test_the_page_says_who_is_on_air_and_that_it_is_only_a_rehearsal(client, today):
    on_air("dom", "ensemble-nebelkupfer", title="Sechs Stimmen", rehearsal=True)
    page = client.get("/buehne/dom").content.decode()
    assert '<stage-player class="player" state="on_air" line="idle" counting="/zaehlung/buehne" rehearsal>' in page
    assert 'lang="de" data-part="now-title" data-told="Sechs Stimmen">Sechs Stimmen</p>' in page


def test_what_is_on_air_is_named_in_the_language_of_the_page(edition):
    demo.translate()
    abendlicht = Performance.objects.get(slug="gitarre-handy-abendlicht")
    on_air("quellen", "jorinde-beispiel", EVENING, title=abendlicht.title, performance=abendlicht)
    on_air("dom", None, EVENING, title="Kreuzgang", rehearsal=True)
    on_air("schloss", "jorinde-beispiel", EVENING, title="Freie Übertragung: Schlosshof, 24.05.2026")
    with translation.override("en"):
        stations = {station.stage.slug: station for station in pages.river_today(EVENING)}
        told = {slug: (stations[slug].title, stations[slug].playing) for slug in ("quellen", "dom", "schloss")}
    assert told == {
        "quellen": ("Guitar, phone, evening light", stations["quellen"].now),
        "dom": ("Cloister", None),
        "schloss": ("Free transmission: Courtyard stage, 24 May 2026", None),
    }


def test_beside_what_is_on_air_stands_for_whom_it_has_captions_or_an_interpreter(client, today):
    hands = Performance.objects.get(slug="haende-am-wasser")
    on_air("quellen", "handgespraech", title=hands.title, performance=hands)
    page = client.get("/buehne/quellen").content.decode()
    now = page[page.index('data-part="now-access"') : page.index("watch-neighbours")]
    assert re.findall(r'data-access="(\w+)"', now) == ["UT", "DGS", "AD"]


def test_beside_the_way_back_stands_from_when_on_what_is_not_for_every_age_may_be_rewound(edition, client):
    abendlicht = Performance.objects.get(slug="gitarre-handy-abendlicht")
    on_air("quellen", "jorinde-beispiel", EVENING, title=abendlicht.title, performance=abendlicht)

    def told(age: int, hour: int) -> str:
        Production.objects.update(age=age)
        with patch("django.utils.timezone.now", return_value=datetime(2026, 5, 24, hour, tzinfo=UTC)):
            page = client.get("/buehne/quellen").content.decode()
        return re.findall(r'<p[^>]+id="rewind-night"[^>]*>(.*)</p>', page)[0]

    by_day = "Ab {} Jahren: Vor {} Uhr können Sie höchstens eine Minute zurückspulen."
    assert [told(12, 19), told(16, 19), told(16, 20), told(18, 20), told(18, 21)] == [
        "", by_day.format(16, "22:00"), "", by_day.format(18, "23:00"), "",
    ]  # fmt: skip


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
    assert (places["theater"].title, places["theater"].allowed.public_days) == ("Zwei Stühle streiten", 0)
    assert (guide["quellen"].title, guide["quellen"].allowed.public_days) == ("Gitarre, Handy, Abendlicht", 30)
    assert guide["dom"].title == ""


def test_it_becomes_a_rehearsal_where_nothing_of_the_acts_is_near_and_goes_on_as_what_it_is(edition):
    places = {place.stage.slug: place for place in backstage_of("jorinde-beispiel", EVENING)}
    assert (places["quellen"].rehearsal, places["dom"].rehearsal) == (False, True)
    slot = places["quellen"].slots[0]
    half_an_hour = timedelta(minutes=30)
    assert places["quellen"].near.split()[0] == (
        f"{(slot.start - half_an_hour).isoformat()}/{(slot.end + half_an_hour).isoformat()}"
    )
    on_air("dom", "jorinde-beispiel", now=EVENING)
    on_air("quellen", "jorinde-beispiel", now=EVENING, rehearsal=True)
    own = {place.stage.slug: place.rehearsal for place in backstage_of("jorinde-beispiel", EVENING) if place.own}
    assert own == {"quellen": True, "dom": False}


def test_a_stage_is_taken_by_another_act_but_not_by_a_rehearsal_nor_by_oneself(edition):
    on_air("dom", "ensemble-nebelkupfer", now=EVENING)
    on_air("hnf", "jost-muster", now=EVENING, rehearsal=True)
    on_air("quellen", "jorinde-beispiel", now=EVENING)
    places = {place.stage.slug: place for place in backstage_of("jorinde-beispiel", EVENING)}
    assert {slug for slug, place in places.items() if place.taken} == {"dom"}
    assert {slug for slug, place in places.items() if place.own} == {"quellen"}
    assert pages.proposed(list(places.values()), EVENING).stage.slug == "quellen"


def test_the_picture_has_a_heading_of_its_own_and_names_end_without_a_stray_colon(client, today):
    page = client.get("/buehne/dom").content.decode()
    assert '<section class="watch-stage" aria-labelledby="transmission-title">' in page
    assert '<h2 class="visually-hidden" id="transmission-title">Übertragung</h2>' in page
    assert re.findall(r'visually-hidden"[^>]*>: ', page + client.get("/programm").content.decode()) == []
