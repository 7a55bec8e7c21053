"""Strangers who guess keep nobody out who has signed in here before."""

import pytest
from django.core import signing
from django.http import HttpResponse
from django.test import Client

from kultour.accounts import known_browsers
from tests.kultour.accounts.conftest import PASSWORD, browser_of
from tests.kultour.accounts.test_own_account import set_up_app

TOWN_HALL = {"REMOTE_ADDR": "198.51.100.7"}
COOKIE = "known"


def comes_in(browser: Client, name: str = "ida", password: str = PASSWORD) -> bool:
    return browser.post("/en/anmelden", {"login": name, "password": password}).status_code == 302


def guess(browser: Client, name: str = "ida", times: int = 5) -> None:
    assert [comes_in(browser, name, "falsch") for _ in range(times)] == [False] * times


def known_to(person) -> Client:
    """Signed in once and out again."""
    browser = browser_of(person)
    browser.post("/en/abmelden")
    return browser


def test_who_signed_in_here_before_comes_in_while_strangers_guess(ida):
    control_room = known_to(ida)
    guess(Client())
    assert (comes_in(Client()), comes_in(control_room)) == (False, True)


def test_nor_does_the_next_room_on_the_same_line_keep_her_out(ida):
    control_room = known_to(ida)
    visitor = Client(**TOWN_HALL)
    control_room.defaults.update(TOWN_HALL)
    for number in range(31):
        comes_in(visitor, f"guest{number}", "falsch")
    assert (visitor.post("/en/anmelden", {}).status_code, comes_in(control_room)) == (429, True)


def test_a_known_browser_has_a_count_of_its_own_and_takes_nothing_from_strangers(ida):
    control_room = known_to(ida)
    guess(control_room)
    assert (comes_in(control_room, "IDA"), comes_in(Client())) == (False, True)


def test_it_is_known_for_those_names_only_that_signed_in_there(ida, paul):
    pauls = known_to(paul)
    guess(Client())
    assert (comes_in(pauls, "ida"), comes_in(pauls, "paul")) == (False, True)


def test_the_password_alone_makes_nobody_known_where_a_code_is_asked_for(ida):
    set_up_app(browser_of(ida))
    assert COOKIE not in browser_of(ida).cookies


@pytest.mark.parametrize(
    "value",
    ["", "x:y:z", signing.dumps([["ida", "1"]], salt="kultour.chat")],
    ids=["nothing", "nonsense", "signed for something else"],
)
def test_a_cookie_of_ones_own_making_is_a_strangers(rf, value):
    request = rf.get("/")
    request.COOKIES[COOKIE] = value
    assert (known_browsers.number(request), known_browsers.number(request, "ida")) == ("", "")


def test_the_cookie_tells_no_name_and_no_script_reads_it(ida):
    cookie = known_to(ida).cookies[COOKIE]
    told = str(signing.loads(cookie.value, salt=known_browsers.SALT))
    assert ("ida" in told, cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (
        False,
        True,
        "Strict",
        395 * 24 * 3600,
    )


def test_the_number_stays_and_of_many_people_the_last_five_are_known(rf):
    request = rf.get("/")
    numbers = []
    for name in ("ida", "paul", "resi", "ada", "vera", "IDA", "mo"):
        answer = HttpResponse()
        known_browsers.remember(request, answer, name)
        request.COOKIES[COOKIE] = answer.cookies[COOKIE].value
        numbers.append(known_browsers.number(request, name))
    assert (numbers[0] == numbers[5], len(set(numbers))) == (True, 6)
    assert [bool(known_browsers.number(request, name)) for name in ("mo", "ida", "paul")] == [True, True, False]
