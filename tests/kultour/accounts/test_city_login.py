"""Signing in with the city's own login, against a provider that is one (tests/openid_provider.py)."""

import re
import time
import urllib.request
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from kultour.accounts.models import Deed, User
from kultour.accounts.roles import Role
from tests.kultour.accounts.conftest import PASSWORD
from tests.openid_provider import CLIENT, SECRET, Key, Provider

IDA = {"sub": "ida-7", "given_name": "Ida", "family_name": "Fluss", "groups": ["kultur-buero"], "email": "ida@stadt.de"}
BACK = "http://testserver/anmelden/stadt/zurueck"


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


@pytest.fixture
def provider(db, settings) -> Iterator[Provider]:
    with Provider(BACK, present=dict(IDA)) as provider:
        settings.OIDC_ISSUER, settings.OIDC_CLIENT, settings.OIDC_SECRET = provider.issuer, CLIENT, SECRET
        settings.OIDC_ROLES, settings.OIDC_CLAIM = {"kultur-buero": "office", "regie": "control_room"}, "groups"
        yield provider


def setting_out(browser: Client, **form: str) -> str:
    """Press the button; the address that the page leads on to."""
    page = browser.post("/anmelden/stadt", form).content.decode()
    return unescape(re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page)[1])


def at_the_provider(address: str) -> str:
    """Where the provider sends the browser back to."""
    try:
        urllib.request.build_opener(Stay).open(address, timeout=5)
    except urllib.error.HTTPError as answer:
        return answer.headers["Location"]
    raise AssertionError("it should have sent us back")


def sign_in(browser: Client, **form: str):
    return browser.get(at_the_provider(setting_out(browser, **form)))


def is_in(browser: Client) -> bool:
    return browser.get("/buero/").status_code == 200


def test_ida_comes_in_with_the_city_s_login(provider):
    browser = Client()
    assert sign_in(browser)["Location"] == "/buero/"
    assert is_in(browser)
    ida = User.objects.get()
    assert (ida.display_name, ida.role, ida.email, ida.has_usable_password()) == ("Ida Fluss", Role.OFFICE, "", False)
    assert SocialAccount.objects.get().extra_data == {}
    assert provider.asked == [
        ".well-known/openid-configuration", "authorize", ".well-known/openid-configuration", "token", "keys",
    ]  # fmt: skip


def test_she_is_the_same_person_the_next_day_and_comes_to_where_she_wanted(provider):
    sign_in(Client())
    assert sign_in(Client(), next="/buero/leute")["Location"] == "/buero/leute"
    assert sign_in(Client(), next="https://evil.example/")["Location"] == "/buero/"
    assert User.objects.count() == 1


def test_the_provider_learns_the_hash_first_and_the_verifier_when_it_hands_out_the_token(provider):
    asked = {name: values[0] for name, values in parse_qs(urlsplit(setting_out(Client())).query).items()}
    assert (asked["code_challenge_method"], len(asked["code_challenge"]), len(asked["nonce"]), asked["scope"]) == (
        "S256", 43, 64, " ".join(sorted(["openid", "profile"], key=asked["scope"].index)),
    )  # fmt: skip


def test_a_code_is_worth_nothing_in_somebody_else_s_browser(provider):
    """The victim's code with the thief's state: the verifier does not fit the challenge (RFC 7636, section 4.6)."""
    victim, thief = Client(), Client()
    stolen = parse_qs(urlsplit(at_the_provider(setting_out(victim))).query)["code"][0]
    own_state = parse_qs(urlsplit(setting_out(thief)).query)["state"][0]
    answer = thief.get("/anmelden/stadt/zurueck", {"code": stolen, "state": own_state})
    assert (answer.status_code, is_in(thief), User.objects.count()) == (403, False, 0)


@pytest.mark.parametrize("state", ["", "x" * 16])
def test_an_answer_that_nobody_asked_for_is_refused(provider, state):
    browser = Client()
    back = parse_qs(urlsplit(at_the_provider(setting_out(browser))).query)
    answer = browser.get("/anmelden/stadt/zurueck", {"code": back["code"][0], "state": state})
    assert (answer.status_code, is_in(browser)) == (403, False)


def test_an_answer_counts_once(provider):
    browser = Client()
    back = at_the_provider(setting_out(browser))
    assert [browser.get(back).status_code for _ in range(2)] == [302, 403]


@pytest.mark.parametrize(
    "spoil",
    [
        {"nonce": "f" * 64}, {"nonce": None}, {"aud": "another-application"}, {"aud": None}, {"azp": "another"},
        {"iss": "https://evil.example"}, {"iss": None}, {"exp": -90}, {"exp": None}, {"sub": None}, {"sub": 7},
        {"iat": 3600},
    ],
    ids=lambda spoil: "{}={}".format(*next(iter(spoil.items()))),
)  # fmt: skip
def test_a_token_that_is_not_for_this_sign_in_is_refused(provider, spoil):
    moments = {name: int(time.time()) + spoil[name] for name in ("exp", "iat") if spoil.get(name)}
    provider.spoil = spoil | moments
    browser = Client()
    assert (sign_in(browser).status_code, is_in(browser), User.objects.count()) == (403, False, 0)


def forged(provider: Provider, how: str) -> str:
    claims = {**IDA, "iss": provider.issuer, "aud": CLIENT, "iat": 1, "exp": int(time.time()) + 300}
    if how == "by another key of that number":
        key = Key()
        key.number = provider.key.number
        return key.sign(claims)
    if how == "by a key nobody knows":
        return Key().sign(claims)
    if how == "not at all":
        return jwt.encode(claims, None, "none", {"kid": provider.key.number})
    if how == "with the client's secret":
        return jwt.encode(claims, SECRET * 2, "HS256", {"kid": provider.key.number})
    return how


@pytest.mark.parametrize(
    "how",
    [
        "by another key of that number",
        "by a key nobody knows",
        "not at all",
        "with the client's secret",
        "a.b",
        "x",
    ],
)
def test_a_token_that_the_provider_did_not_sign_is_refused(provider, how, monkeypatch):
    """Even where everything in it is right."""
    browser = Client()
    address = setting_out(browser)
    nonce = parse_qs(urlsplit(address).query)["nonce"][0]
    monkeypatch.setitem(IDA, "nonce", nonce)
    provider.forge = forged(provider, how)
    assert (browser.get(at_the_provider(address)).status_code, is_in(browser)) == (403, False)


def test_the_role_follows_the_city_at_every_sign_in(provider):
    sign_in(Client())
    provider.present["groups"] = ["regie"]
    sign_in(Client())
    assert User.objects.get().role == Role.CONTROL_ROOM
    assert list(Deed.objects.values_list("kind", "by", "whom_name", "note")) == [
        ("role", None, "Ida Fluss", "office>control_room")
    ]


def test_without_a_role_at_the_city_nobody_comes_in(provider):
    provider.present["groups"] = ["bauhof"]
    browser = Client()
    answer = sign_in(browser)
    assert (answer.status_code, "gibt Ihnen hier aber keine Rolle" in answer.content.decode()) == (403, True)
    assert (is_in(browser), User.objects.count()) == (False, 0)


def test_who_lost_the_role_at_the_city_does_not_come_in_again_and_older_sessions_end_with_it(provider):
    yesterday = Client()
    sign_in(yesterday)
    provider.present["groups"] = []
    today = Client()
    assert (sign_in(today).status_code, is_in(today), is_in(yesterday)) == (403, False, False)


def test_the_office_can_lock_somebody_whom_the_city_still_knows(provider):
    sign_in(Client())
    User.objects.update(is_active=False)
    browser = Client()
    assert (sign_in(browser).status_code, is_in(browser)) == (403, False)


def test_the_city_s_login_asks_for_its_own_second_factor(provider, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    browser = Client()
    sign_in(browser)
    assert is_in(browser)


def test_whom_the_city_let_in_has_no_other_way_in(provider):
    """Or a passkey saved in time would open when the city is through with somebody."""
    browser = Client()
    sign_in(browser)
    for way in ("/konto/schluessel", "/konto/app", "/konto/ersatzcodes/neu"):
        assert [browser.get(way)["Location"], browser.post(way)["Location"]] == ["/konto/", "/konto/"]
    page = browser.get("/konto/").content.decode()
    assert [word for word in ("Passkey speichern", "App einrichten") if word in page] == []
    ida = User.objects.get()
    ida.set_password(PASSWORD)  # by whatever means
    ida.save()
    beside = Client()
    answer = beside.post("/anmelden", {"login": ida.username, "password": PASSWORD})
    assert (answer.status_code, is_in(beside)) == (403, False)
    assert sign_in(Client()).status_code == 302


@pytest.mark.parametrize(("acr", "comes_in"), [("gold", True), ("silver", False), (None, False), (["gold"], False)])
def test_where_it_is_asked_for_only_a_strong_sign_in_at_the_city_opens(provider, settings, acr, comes_in):
    settings.OIDC_ACR = ["gold", "platinum"]
    provider.present["acr"] = acr
    browser = Client()
    address = setting_out(browser)
    assert parse_qs(urlsplit(address).query)["acr_values"] == ["gold platinum"]
    browser.get(at_the_provider(address))
    assert is_in(browser) is comes_in


def test_while_the_city_s_login_is_away_the_password_still_opens(provider, ida):
    provider.server.shutdown()
    provider.server.server_close()
    browser = Client()
    answer = browser.post("/anmelden/stadt")
    assert (answer.status_code, "antwortet nicht" in answer.content.decode()) == (503, True)
    browser.post("/anmelden", {"login": "ida", "password": PASSWORD})
    assert is_in(browser)


@pytest.mark.parametrize(
    "moved",
    [{"issuer": "https://evil.example"}, {"token_endpoint": "http://169.254.169.254/latest"}, {"jwks_uri": "file:///etc"},
     {"jwks_uri": None}, {"authorization_endpoint": 7}],
)  # fmt: skip
def test_nobody_but_the_issuer_is_asked(provider, moved):
    provider.moved = moved
    answer = Client().post("/anmelden/stadt")
    told = answer.content.decode()
    assert answer.status_code == 503 or "http://127.0.0.1" not in told
    assert provider.asked == [".well-known/openid-configuration"]


def test_the_button_is_there_where_it_leads_somewhere(provider, settings):
    button = "Mit der Anmeldung der Stadt"
    assert button in Client().get("/anmelden").content.decode()
    settings.OIDC_ISSUER = ""
    assert button not in Client().get("/anmelden").content.decode()
    assert [Client().post("/anmelden/stadt").status_code, Client().get("/anmelden/stadt/zurueck").status_code] == [
        404,
        404,
    ]
