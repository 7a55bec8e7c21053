"""One's own ways in: an app's codes, recovery codes, the password, and out everywhere. (A passkey needs a browser:
tests/browser/test_a_passkey.py.)"""

import base64
import hmac
import json
import re
import struct
import time

import pytest
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from fido2.utils import websafe_encode

from kultour.accounts.models import User
from kultour.accounts.roles import Role
from tests.kultour.accounts.conftest import PASSWORD, browser_of

RECORDS = "account_authentication_methods"
DU = re.compile(r"\b(du|dich|dir|dein\w*)\b", re.IGNORECASE)


def app_code(secret: str) -> str:
    """What an app shows now (RFC 6238: HOTP of the half-minutes since 1970)."""
    mac = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), "sha1")
    at = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


def set_up_app(browser: Client) -> str:
    secret = re.search(r"<code class=\"code\">(\w+)</code>", told(browser.get("/en/konto/app")))[1]
    assert browser.post("/en/konto/app", {"code": app_code(secret)})["Location"] == "/en/konto/ersatzcodes"
    return secret


def told(answer) -> str:
    return answer.content.decode()


def is_in(browser: Client) -> bool:
    return browser.get("/en/buero/").status_code == 200


def long_ago(browser: Client) -> None:
    """The sign-in of this browser was ten minutes ago."""
    session = browser.session
    session[RECORDS] = [{**record, "at": record["at"] - 600} for record in session[RECORDS]]
    session.save()


def test_with_an_app_the_password_alone_opens_nothing(ida):
    secret = set_up_app(browser_of(ida))
    browser = browser_of(ida)
    assert (is_in(browser), browser.get("/en/anmelden/bestaetigung").status_code) == (False, 200)
    browser.post("/en/anmelden/bestaetigung", {"code": "000000"})
    assert not is_in(browser)
    assert browser.post("/en/anmelden/bestaetigung", {"code": app_code(secret)})["Location"] == "/en/buero/"
    assert is_in(browser)


def test_a_code_is_good_once(ida):
    code = app_code(set_up_app(browser_of(ida)))
    first, second = browser_of(ida), browser_of(ida)
    for browser in (first, second):
        browser.post("/en/anmelden/bestaetigung", {"code": code})
    assert (is_in(first), is_in(second)) == (True, False)


def test_a_code_is_not_good_again_while_the_tolerance_lasts_nor_in_another_process(ida, monkeypatch):
    secret = set_up_app(browser_of(ida))
    code, seen = app_code(secret), time.time()
    for later, comes_in in ((0, True), (31, False), (59, False)):
        cache.clear()  # as it is in another process, or after half a minute
        monkeypatch.setattr(time, "time", lambda at=seen + later: at)
        browser = browser_of(ida)
        browser.post("/en/anmelden/bestaetigung", {"code": code})
        assert (later, is_in(browser)) == (later, comes_in)
    browser.post("/en/anmelden/bestaetigung", {"code": app_code(secret)})
    assert is_in(browser)


def test_the_same_code_again_is_a_guess_like_any_other(ida):
    secret = set_up_app(browser_of(ida))
    code = app_code(secret)
    browser_of(ida).post("/en/anmelden/bestaetigung", {"code": code})
    thief = browser_of(ida)
    pages = [told(thief.post("/en/anmelden/bestaetigung", {"code": code})) for _attempt in range(6)]
    assert ["Too many failed attempts" in page for page in pages] == [False] * 5 + [True]


def test_a_recovery_code_stands_in_for_the_app_once(ida):
    owner = browser_of(ida)
    set_up_app(owner)
    codes = re.findall(r"<code class=\"code\">(\d{8})</code>", told(owner.get("/en/konto/ersatzcodes")))
    first, second = browser_of(ida), browser_of(ida)
    for browser in (first, second):
        browser.post("/en/anmelden/bestaetigung", {"code": codes[3]})
    assert (len(codes), is_in(first), is_in(second)) == (10, True, False)
    assert "9 codes are left." in told(owner.get("/en/konto/"))


def test_guessing_codes_is_slowed_down(ida):
    secret = set_up_app(browser_of(ida))
    browser = browser_of(ida)
    for guess in range(5):
        browser.post("/en/anmelden/bestaetigung", {"code": f"{guess:06}"})
    answer = browser.post("/en/anmelden/bestaetigung", {"code": app_code(secret)})
    assert ("Too many failed attempts" in told(answer), is_in(browser)) == (True, False)


def test_what_proves_it_lies_sealed_in_the_database(ida, settings):
    secret = set_up_app(browser_of(ida))
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 8
    cache.clear()
    assert Authenticator.objects.get(type="totp").wrap().validate_code(app_code(secret))
    settings.SECRET_KEY_FALLBACKS = []
    cache.clear()
    assert not Authenticator.objects.get(type="totp").wrap().validate_code(app_code(secret))


def test_sealed_anew_it_needs_the_old_key_no_more_and_nobody_was_signed_out(ida, settings, capsys):
    browser = browser_of(ida)
    secret = set_up_app(browser)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 8
    call_command("reseal")
    assert (capsys.readouterr().out, is_in(browser)) == ("2 sealed with the present key.\n", True)
    settings.SECRET_KEY_FALLBACKS = []
    codes = [way.wrap() for way in Authenticator.objects.order_by("type")]
    assert (len(codes[0].get_unused_codes()), codes[1].validate_code(app_code(secret))) == (10, True)
    settings.SECRET_KEY = "a third " * 8
    with pytest.raises(CommandError, match="2 cannot be opened"):
        call_command("reseal")


def test_where_it_is_required_the_office_opens_only_with_a_second_factor(ida, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    browser = browser_of(ida)
    assert browser.get("/en/buero/")["Location"] == "/en/konto/"
    assert "Before you go in, please set up a second factor." in told(browser.get("/en/konto/"))
    set_up_app(browser)
    assert is_in(browser)


@pytest.mark.parametrize(
    ("role", "needs"),
    [(Role.OFFICE, True), (Role.CONTROL_ROOM, True), (Role.MODERATOR, True), (Role.CAPTIONER, True),
     (Role.INTERPRETER, False), (Role.ACT, False), (Role.NOBODY, False)],
)  # fmt: skip
def test_who_can_do_harm_needs_one(role, needs):
    assert User(role=role).needs_second_factor is needs


@pytest.mark.parametrize("verb", ["get", "post"])
@pytest.mark.parametrize("path", ["/en/konto/schluessel", "/en/konto/app", "/en/konto/ersatzcodes/neu"])
def test_a_way_in_is_changed_only_by_who_has_just_shown_who_they_are(ida, verb, path):
    browser = browser_of(ida)
    browser.defaults["HTTP_USER_AGENT"] = "Idas Browser"
    long_ago(browser)
    proof = getattr(browser, verb)(path, {"code": "123456"})["Location"].replace("%2F", "/")
    assert proof.partition("?")[::2] == (
        "/en/konto/nachweis",
        f"next={path}" + ("" if verb == "post" else "%3Fcode%3D123456"),
    )
    wrong = browser.post(proof, {"password": "falsch", "next": path})
    assert (wrong.status_code, "That is not your password." in told(wrong)) == (200, True)
    assert browser.post(proof, {"password": PASSWORD, "next": path})["Location"] == path
    assert browser.get(path).status_code == 200


def test_no_session_ever_holds_an_address_or_a_browser(ida):
    browser = Client(REMOTE_ADDR="198.51.100.7", HTTP_USER_AGENT="Idas Browser")
    browser.post("/en/anmelden", {"login": "ida", "password": PASSWORD})
    long_ago(browser)
    browser.post("/en/konto/app", {"code": "123456"})
    browser.post("/en/konto/nachweis", {"password": PASSWORD, "next": "/en/konto/app"})
    kept = str([session.get_decoded() for session in Session.objects.all()])
    assert ("account_authentication_methods" in kept, "198.51.100.7" in kept, "Idas Browser" in kept) == (
        True, False, False,
    )  # fmt: skip


def test_a_new_password_signs_all_other_devices_out(ida):
    phone, computer = browser_of(ida), browser_of(ida)
    new = {"old_password": PASSWORD, "new_password1": "strom-und-quelle", "new_password2": "strom-und-quelle"}
    assert computer.post("/en/konto/passwort", {**new, "old_password": "falsch"}).status_code == 422
    assert computer.post("/en/konto/passwort", new)["Location"] == "/en/konto/"
    assert (is_in(phone), is_in(computer)) == (False, True)


def test_out_everywhere_means_here_too(ida):
    phone, computer = browser_of(ida), browser_of(ida)
    assert computer.post("/en/konto/ueberall-abmelden")["Location"] == "/en/anmelden"
    assert (is_in(phone), is_in(computer), is_in(browser_of(ida))) == (False, False, True)


def test_the_app_can_be_removed_and_its_recovery_codes_go_with_it(ida):
    browser = browser_of(ida)
    set_up_app(browser)
    assert browser.post("/en/konto/app/loeschung")["Location"] == "/en/konto/"
    assert Authenticator.objects.count() == 0


def test_somebody_elses_passkey_does_not_exist(ida, paul):
    data = {"name": "Pauls Handy", "credential": {}}
    key = Authenticator.objects.create(user=paul, type=Authenticator.Type.WEBAUTHN, data=data)
    browser = browser_of(ida)
    paths = [f"/en/konto/schluessel/{key.pk}/{verb}" for verb in ("name", "loeschung")]
    assert [browser.post(path, {"name": "Idas Handy"}).status_code for path in paths] == [404, 404]


def test_a_malformed_passkey_is_refused_in_words(ida, settings):
    settings.MFA_RATE_LIMITS = False
    browser = browser_of(ida)
    handle = websafe_encode(user_pk_to_url_str(ida).encode())
    answer = {"clientDataJSON": "MQ", "attestationObject": "MQ", "authenticatorData": "MQ", "signature": "MQ"}
    shaped = {"id": "MQ", "rawId": "MQ", "type": "public-key", "response": {**answer, "userHandle": handle}}
    junk = ["", "{", "[]", "7", '"x"', "{}", '{"id": 1}', "[" * 50_000, json.dumps(shaped), f'"{"x" * 70_000}"']
    for sent in junk:
        assert browser.get("/en/konto/schluessel").status_code == 200
        assert "The passkey was not saved." in told(browser.post("/en/konto/schluessel", {"credential": sent}))
        stranger = Client()
        stranger.get("/en/anmelden/schluessel", headers={"Accept": "application/json"})
        assert stranger.post("/en/anmelden/schluessel", {"credential": sent})["Location"] == "/en/anmelden"


def test_the_house_says_sie_on_every_page_of_the_account(ida):
    browser = browser_of(ida)
    browser.get("/en/konto/app")
    paths = ["/anmelden", "/konto/", "/konto/schluessel", "/konto/app", "/konto/passwort", "/konto/nachweis"]
    set_up = [*paths, "/konto/ersatzcodes", "/konto/ersatzcodes/neu", "/konto/app/loeschung", "/konto/nachweis/code"]
    set_up_app(browser)
    pages = {path: browser.get(path) for path in set_up} | {"wrong": browser.post("/konto/nachweis", {"password": "x"})}
    pages["wrong code"] = browser.post("/konto/nachweis/code", {"code": "x"})
    pages["half"] = Client().post("/anmelden", {"login": "ida", "password": PASSWORD}, follow=True)
    pages["bad"] = Client().post("/anmelden", {"login": "ida", "password": "x"}, follow=True)
    assert {path: DU.findall(told(page)) for path, page in pages.items() if DU.search(told(page))} == {}


def test_a_second_passkey_is_not_called_like_the_first(ida, paul):
    adapter, kind = get_adapter(), Authenticator.Type.WEBAUTHN
    Authenticator.objects.create(user=ida, type=kind, data={"name": "Handy", "credential": {}})
    assert [adapter.generate_authenticator_name(each, kind) for each in (paul, ida)] == ["Passkey", "Passkey 2"]
