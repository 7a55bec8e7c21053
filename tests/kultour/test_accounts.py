"""Who works in the house, and how they come in."""

import time
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import IntegrityError
from django.test import Client

from kultour.accounts.models import User
from kultour.accounts.roles import Right, Role, rights_of, roles_with_a_door

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "quelle-und-strom"


@pytest.fixture(autouse=True)
def fresh_rate_limits(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def ida(db) -> User:
    return User.objects.create_user("ida", password=PASSWORD, role=Role.OFFICE)


def sign_in(name: str, password: str, browser: Client | None = None, **query: str):
    return (browser or Client()).post("/en/anmelden", {"login": name, "password": password, **query})


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        (Role.NOBODY, frozenset()),
        (Role.ACT, frozenset()),
        (Role.OFFICE, set(Right)),
        (
            Role.CONTROL_ROOM,
            {Right.READ_PROGRAMME, Right.READ_TELEPHONES, Right.SEE_RECORDINGS, Right.MODERATE_CHAT},
        ),
        (Role.MODERATOR, {Right.READ_PROGRAMME, Right.MODERATE_CHAT}),
        (Role.CAPTIONER, {Right.READ_PROGRAMME, Right.SEE_RECORDINGS, Right.WRITE_CAPTIONS}),
        (Role.INTERPRETER, {Right.READ_PROGRAMME}),
        ("mayor", frozenset()),
    ],
)
def test_the_table_says_who_may_what(role, rights):
    assert rights_of(role) == rights


def test_who_was_locked_out_may_nothing():
    assert [
        User(role=Role.OFFICE).may(Right.EDIT_PROGRAMME),
        User(role=Role.OFFICE, is_active=False).may(Right.EDIT_PROGRAMME),
        User(role=Role.ACT).may(Right.EDIT_PROGRAMME),
        User(is_superuser=True).may(Right.EDIT_PROGRAMME),
        User(is_superuser=True, is_active=False).may(Right.EDIT_PROGRAMME),
    ] == [True, False, False, True, False]


def test_only_roles_that_open_a_door_are_offered():
    assert roles_with_a_door() == [
        Role.OFFICE, Role.CONTROL_ROOM, Role.MODERATOR, Role.CAPTIONER, Role.INTERPRETER
    ]  # fmt: skip


def test_every_right_has_a_door_that_asks_for_it():
    files = [file for folder in ("kultour", "events", "streaming") for file in (ROOT / folder).rglob("*.py")]
    code = "".join(file.read_text() for file in files)
    assert {right for right in Right if f"right_required(Right.{right.name})" not in code} == set()


def test_every_role_stands_in_the_table_and_in_the_database(db):
    with pytest.raises(IntegrityError):
        User.objects.create(username="mayor", role="mayor")


def test_ida_signs_in_and_comes_to_her_desk(ida):
    answer = sign_in("ida", PASSWORD)
    assert (answer.status_code, answer["Location"]) == (302, "/en/buero/")


def test_she_comes_to_where_she_wanted_but_to_no_foreign_house(ida):
    assert sign_in("ida", PASSWORD, next="/buero/auftritt/7")["Location"] == "/buero/auftritt/7"
    assert sign_in("ida", PASSWORD, next="https://evil.example/")["Location"] == "/en/buero/"


def test_an_artist_with_an_account_comes_to_the_programme(db):
    User.objects.create_user("jorinde", password=PASSWORD, role=Role.ACT)
    assert sign_in("jorinde", PASSWORD)["Location"] == "/en/heute"


def test_a_wrong_password_says_no_more_than_that(ida):
    wrong, unknown = (sign_in(name, "falsch").content.decode() for name in ("ida", "niemand"))
    told = "This user name and this password do not belong together."
    assert (told in wrong, told in unknown) == (True, True)


def test_guessing_is_slowed_down(ida):
    browser = Client()
    for _ in range(5):
        sign_in("ida", "falsch", browser)
    page = sign_in("ida", PASSWORD, browser)
    assert page.status_code == 200
    assert "Too many failed attempts to sign in. Please wait five minutes" in page.content.decode()


def test_nobody_knocks_more_than_thirty_times_a_minute(db, caplog):
    browser = Client()
    assert [browser.get("/en/anmelden").status_code for _ in range(3)] == [200, 200, 200]
    answers = [sign_in(f"guest{number}", "x", browser).status_code for number in range(31)]
    lines = [record.getMessage() for record in caplog.records if record.name == "kultour.accounts.witness"]
    assert (answers[-1], lines[-1]) == (429, "nobody was let in: too many attempts from one place")


def test_attempts_are_counted_without_keeping_an_address(ida, settings):
    sign_in("ida", "falsch", Client(REMOTE_ADDR="198.51.100.7"))
    told = cache._cache.get_client().keys() if settings.REDIS_URL else cache._cache
    kept = [key for key in map(str, told) if ":rl:" in key]
    assert (len(kept), [key for key in kept if "198.51.100.7" in key]) == (3, [])


def test_who_is_locked_out_is_told_so_at_the_sign_in(ida):
    User.objects.update(is_active=False)
    answer = sign_in("ida", PASSWORD)
    assert (answer.status_code, "This account is locked" in answer.content.decode()) == (403, True)


def test_signing_out_needs_a_button(ida):
    browser = Client()
    sign_in("ida", PASSWORD, browser)
    assert browser.get("/en/abmelden").status_code == 200
    assert browser.get("/en/buero/").status_code == 200
    assert browser.post("/en/abmelden")["Location"] == "/en/heute"
    assert browser.get("/en/buero/").status_code == 302


def test_a_session_ends_a_fortnight_after_the_sign_in_whatever_is_done_in_it(ida):
    browser = Client()
    sign_in("ida", PASSWORD, browser)
    for days, name_taken, status in ((13.9, 200, 200), (14.1, 400, 302)):
        session = browser.session
        session["account_authentication_methods"][0]["at"] = time.time() - days * 24 * 3600
        session.save()
        named = browser.post("/chat/name", {"name": "Kulturamt"}, headers={"origin": "http://testserver"})
        assert (named.status_code, browser.get("/en/buero/").status_code) == (name_taken, status)
    assert "_auth_user_id" not in browser.session


def test_the_sign_in_page_is_kept_by_no_cache(db):
    assert "no-store" in Client().get("/en/anmelden")["Cache-Control"]


def test_sign_up_is_closed(rf):
    from allauth.account.adapter import get_adapter

    assert get_adapter().is_open_for_signup(rf.get("/")) is False
