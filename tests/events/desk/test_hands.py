"""Who has what in hand: told to the others, and forgotten after a minute."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.desk.hands import KINDS, hands_of_others, let_go, take
from events.models import InHand
from tests.events.conftest import at

HANDS = "/buero/haende/performance"
NOW = at("18:00")
LATER = NOW + timedelta(seconds=59)
OVER = NOW + timedelta(seconds=60)


@pytest.fixture
def abendlicht(evening) -> int:
    return evening["gitarre-handy-abendlicht"].pk


def say(browser: Client, number: object, holds: object = True, about: str = HANDS):
    return browser.post(about, {"id": number, "holds": holds}, content_type="application/json")


def of_others(me, now) -> dict[int, list[str]]:
    return hands_of_others("performance", me, now)


def test_the_others_are_told_for_a_minute_and_then_nothing_is_kept(abendlicht, ida, paul):
    take("performance", abendlicht, paul, NOW)
    assert (of_others(ida, LATER), of_others(paul, LATER)) == ({abendlicht: ["Paul"]}, {})
    assert (of_others(ida, OVER), InHand.objects.count()) == ({}, 0)


def test_whoever_says_so_again_still_has_it(abendlicht, ida, paul):
    take("performance", abendlicht, paul, NOW)
    take("performance", abendlicht, paul, LATER)
    assert of_others(ida, OVER) == {abendlicht: ["Paul"]}


def test_two_may_hold_the_same_and_one_lets_go(abendlicht, ida, paul, jorinde):
    take("performance", abendlicht, ida, NOW)
    take("performance", abendlicht, paul, NOW)
    assert of_others(jorinde, NOW) == {abendlicht: ["Ida", "Paul"]}
    let_go("performance", abendlicht, ida)
    assert of_others(jorinde, NOW) == {abendlicht: ["Paul"]}


def test_pages_say_it_and_hear_of_each_other(abendlicht, idas_browser, paul):
    pauls_browser = Client()
    pauls_browser.force_login(paul)
    assert say(idas_browser, abendlicht).json() == {"hands": {}}
    assert pauls_browser.get(HANDS).json() == {"hands": {str(abendlicht): ["Ida"]}}
    say(idas_browser, abendlicht, holds=False)
    assert pauls_browser.get(HANDS).json() == {"hands": {}}


def test_every_sheet_of_what_is_planned_tells_where_its_hands_are(evening, idas_browser, paul):
    told, asked = {}, {}
    for kind, model in KINDS.items():
        row = model.objects.last()
        if row is None:
            continue
        page = idas_browser.get(reverse(f"office_{kind}", args=[row.pk])).content.decode()
        told[kind] = re.findall(r'<in-hand number="(\d+)" address="([^"]+)"', page)
        asked[kind] = [(str(row.pk), f"/buero/haende/{kind}")]
        take(kind, row.pk, paul, timezone.now())
        assert say(idas_browser, row.pk, about=asked[kind][0][1]).json()["hands"][str(row.pk)] == ["Paul"]
    assert told == asked
    assert set(told) >= {"edition", "venue", "stage", "route", "act", "production", "performance"}


def test_nobody_holds_a_kind_of_thing_that_is_not_planned(evening, idas_browser):
    assert say(idas_browser, 1, about="/buero/haende/recording").status_code == 404


def test_nobody_holds_what_is_not_there(evening, idas_browser):
    assert (say(idas_browser, 999_999).status_code, InHand.objects.count()) == (200, 0)


@pytest.mark.parametrize("sent", ["", "[]", "null", '{"id": 1}', '{"id": "x", "holds": true}', "[" * 300])
def test_what_no_page_of_ours_would_say_is_refused(evening, idas_browser, sent):
    assert idas_browser.post(HANDS, sent, content_type="application/json").status_code == 400


def test_hands_are_told_at_the_desk_only(evening, jorinde):
    artist = Client()
    artist.force_login(jorinde)
    assert (Client().get(HANDS).status_code, artist.get(HANDS).status_code) == (302, 403)
