"""Who has what in hand: told to the others, and forgotten after a minute."""

from datetime import timedelta

import pytest
from django.test import Client

from events.desk.hands import hands_of_others, let_go, take
from events.models import InHand
from tests.events.conftest import at

HANDS = "/buero/plan/haende"
NOW = at("18:00")
LATER = NOW + timedelta(seconds=59)
OVER = NOW + timedelta(seconds=60)


@pytest.fixture
def abendlicht(evening) -> int:
    return evening["gitarre-handy-abendlicht"].pk


def say(browser: Client, performance: object, holds: object = True):
    return browser.post(HANDS, {"performance": performance, "holds": holds}, content_type="application/json")


def test_the_others_are_told_for_a_minute_and_then_nothing_is_kept(abendlicht, ida, paul):
    take(abendlicht, paul, NOW)
    assert (hands_of_others(ida, LATER), hands_of_others(paul, LATER)) == ({abendlicht: ["Paul"]}, {})
    assert (hands_of_others(ida, OVER), InHand.objects.count()) == ({}, 0)


def test_whoever_says_so_again_still_has_it(abendlicht, ida, paul):
    take(abendlicht, paul, NOW)
    take(abendlicht, paul, LATER)
    assert hands_of_others(ida, OVER) == {abendlicht: ["Paul"]}


def test_two_may_hold_the_same_and_one_lets_go(abendlicht, ida, paul, jorinde):
    take(abendlicht, ida, NOW)
    take(abendlicht, paul, NOW)
    assert hands_of_others(jorinde, NOW) == {abendlicht: ["Ida", "Paul"]}
    let_go(abendlicht, ida)
    assert hands_of_others(jorinde, NOW) == {abendlicht: ["Paul"]}


def test_pages_say_it_and_hear_of_each_other(abendlicht, idas_browser, paul):
    pauls_browser = Client()
    pauls_browser.force_login(paul)
    assert say(idas_browser, abendlicht).json() == {"hands": {}}
    assert pauls_browser.get(HANDS).json() == {"hands": {str(abendlicht): ["Ida"]}}
    say(idas_browser, abendlicht, holds=False)
    assert pauls_browser.get(HANDS).json() == {"hands": {}}


def test_nobody_holds_what_is_not_there(evening, idas_browser):
    assert (say(idas_browser, 999_999).status_code, InHand.objects.count()) == (200, 0)


@pytest.mark.parametrize(
    "sent", ["", "[]", "null", '{"performance": 1}', '{"performance": "x", "holds": true}', "[" * 300]
)
def test_what_no_page_of_ours_would_say_is_refused(evening, idas_browser, sent):
    assert idas_browser.post(HANDS, sent, content_type="application/json").status_code == 400


def test_hands_are_told_at_the_desk_only(evening, jorinde):
    artist = Client()
    artist.force_login(jorinde)
    assert (Client().get(HANDS).status_code, artist.get(HANDS).status_code) == (302, 403)
