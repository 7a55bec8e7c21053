"""The office lets people in, changes what they may, and shuts the door behind them at once."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import CommandError, call_command
from django.test import Client

from kultour.accounts import links, people
from kultour.accounts.models import Deed, PasswordLink, User
from kultour.accounts.people import Refused
from kultour.accounts.roles import Role
from tests.kultour.accounts.conftest import PASSWORD, browser_of

NOW = datetime(2026, 5, 24, 18, 0, tzinfo=UTC)
PAUL = {"first_name": "Paul", "last_name": "Neu", "email": "Paul.Neu@example.org", "role": "office"}


def is_in(browser: Client) -> bool:
    return browser.get("/en/buero/leute").status_code == 200


def told(answer) -> str:
    return answer.content.decode()


def test_ida_adds_paul_who_chooses_a_password_once_and_signs_in(ida):
    page = told(browser_of(ida).post("/en/buero/leute/neu", PAUL))
    path = re.search(r"http://testserver(/en/willkommen/[\w-]{43})<", page)[1]
    chosen = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    visitor = Client()
    assert [
        visitor.get(path).status_code,
        visitor.post(path, {**chosen, "new_password2": "anders"}).status_code,
        visitor.post(path, chosen)["Location"],
        visitor.post(path, chosen).status_code,
    ] == [200, 422, "/en/anmelden", 404]
    assert is_in(browser_of(User.objects.get(username="paul.neu@example.org")))


def test_the_link_is_good_for_seven_days_and_only_the_newest(ida):
    user, first = people.create(**PAUL, by=ida, now=NOW)
    second = people.give_link(user.pk, by=ida, now=NOW)
    week = timedelta(days=7)
    assert [
        links.find(first, NOW),
        links.find(second, NOW + week - timedelta(seconds=1)).user,
        links.find(second, NOW + week),
    ] == [None, user, None]
    assert second not in str(list(PasswordLink.objects.values()))


def test_nobody_gets_two_accounts(ida):
    browser = browser_of(ida)
    browser.post("/en/buero/leute/neu", PAUL)
    answer = browser.post("/en/buero/leute/neu", {**PAUL, "email": "PAUL.NEU@example.org"})
    assert (answer.status_code, "There is an account with this e-mail address already." in told(answer)) == (422, True)


def test_what_is_missing_is_said_at_the_field_and_nothing_typed_is_lost(ida):
    page = told(browser_of(ida).post("/en/buero/leute/neu", {"first_name": "Paul", "email": "paul", "role": "mayor"}))
    assert [sentence in page for sentence in (
        'value="Paul"', "Please give the last name.", "Please give a whole e-mail address", "There is no such role.",
    )] == [True] * 4  # fmt: skip


@pytest.mark.parametrize(
    ("verb", "data"),
    [("sperre", {}), ("rolle", {"role": ""}), ("abmeldung", {}), ("faktor", {"note": "came in person"})],
)
def test_it_holds_at_once_on_all_devices(ida, paul, verb, data):
    phone, computer = browser_of(paul), browser_of(paul)
    TOTP.activate(paul, "GEZDGNBVGY3TQOJQ")
    assert (is_in(phone), is_in(computer)) == (True, True)
    answer = browser_of(ida).post(f"/en/buero/leute/{paul.pk}/{verb}", data)
    assert answer["Location"] == f"/en/buero/leute/{paul.pk}?erledigt={verb}"
    assert (is_in(phone), is_in(computer)) == (False, False)


def test_unlocking_does_not_bring_the_old_sessions_back(ida, paul):
    phone = browser_of(paul)
    people.lock(paul.pk, by=ida, now=NOW)
    people.unlock(paul.pk, by=ida, now=NOW)
    assert (is_in(phone), is_in(browser_of(paul))) == (False, True)


def test_the_last_who_can_let_people_in_can_neither_be_locked_nor_demoted(ida, paul):
    people.give_role(paul.pk, Role.NOBODY, by=ida, now=NOW)
    browser = browser_of(ida)
    for verb, data in (("sperre", {}), ("rolle", {"role": ""})):
        answer = browser.post(f"/en/buero/leute/{ida.pk}/{verb}", data)
        assert (answer.status_code, "This is the last account." in told(answer)) == (409, True)
    ida.refresh_from_db()
    assert (ida.is_active, ida.role) == (True, Role.OFFICE)


def test_somebody_without_a_password_yet_lets_nobody_in(ida):
    people.create(**PAUL, by=ida, now=NOW)
    with pytest.raises(Refused):
        people.lock(ida.pk, by=ida, now=NOW)


def test_a_second_factor_is_removed_only_with_a_note(ida, paul):
    TOTP.activate(paul, "GEZDGNBVGY3TQOJQ")
    answer = browser_of(ida).post(f"/en/buero/leute/{paul.pk}/faktor", {"note": ""})
    assert (answer.status_code, Authenticator.objects.count()) == (422, 1)


def test_every_deed_is_written_down_with_who_whom_and_when(ida, paul):
    people.give_role(paul.pk, Role.CAPTIONER, by=ida, now=NOW)
    people.give_role(paul.pk, Role.CAPTIONER, by=ida, now=NOW)
    people.lock(paul.pk, by=ida, now=NOW + timedelta(minutes=1))
    people.unlock(paul.pk, by=ida, now=NOW + timedelta(minutes=2))
    assert list(Deed.objects.values_list("at", "kind", "by_name", "whom_name", "note")) == [
        (NOW + timedelta(minutes=2), "unlocked", "Ida", "Paul", ""),
        (NOW + timedelta(minutes=1), "locked", "Ida", "Paul", ""),
        (NOW, "role", "Ida", "Paul", "office>captioner"),
    ]
    assert "culture office → live captioning" in told(browser_of(ida).get("/en/buero/leute"))


def test_a_verb_nobody_knows_does_not_exist(ida, paul):
    browser = browser_of(ida)
    assert [browser.post(f"/en/buero/leute/{pk}/{verb}").status_code for pk, verb in (
        (paul.pk, "befoerderung"), (0, "sperre"),
    )] == [404, 404]  # fmt: skip


def test_the_first_person_is_let_in_from_the_server(db, capsys):
    call_command("person", "Ida.Fluss@example.org", name="Ida Fluss")
    path = capsys.readouterr().out.strip().removeprefix("http://localhost:8000")
    assert Client().post(path, {"new_password1": PASSWORD, "new_password2": PASSWORD}).status_code == 302
    ida = User.objects.get()
    assert (ida.username, ida.display_name, ida.role, is_in(browser_of(ida))) == (
        "ida.fluss@example.org", "Ida Fluss", Role.OFFICE, True,
    )  # fmt: skip


def test_the_server_is_the_last_resort(ida, capsys):
    TOTP.activate(ida, "GEZDGNBVGY3TQOJQ")
    User.objects.update(is_active=False)
    call_command("person", "ida", rescue=True)
    assert (User.objects.get().is_active, Authenticator.objects.count(), PasswordLink.objects.count()) == (True, 0, 1)
    with pytest.raises(CommandError, match="is no e-mail address"):
        call_command("person", "paul")
