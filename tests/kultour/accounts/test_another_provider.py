"""Signing in at a provider that shares no line with ours: another reading of OpenID Connect."""

import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlencode

import pytest
from django.test import Client

from kultour.accounts.models import User
from kultour.accounts.roles import Role
from kultour.free_port import free_port
from kultour.object_store import answers
from tests.program import wait_for


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """It demands a nonce, and checks the verifier against the challenge."""
    port = free_port()
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "oidc_provider_mock",
        "--port",
        str(port),
        "--require-nonce",
        "true",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(lambda: answers(port), "the other provider answers")
    yield f"http://localhost:{port}"
    process.terminate()
    process.wait(10)


@pytest.fixture
def city(db, settings, issuer) -> str:
    settings.OIDC_ISSUER, settings.OIDC_CLIENT, settings.OIDC_SECRET = issuer, "kultour", "secret"
    settings.OIDC_ROLES, settings.OIDC_CLAIM = {"kultur-buero": "office"}, "groups"
    return issuer


def known_there(issuer: str, person: str, **claims: object) -> None:
    body = json.dumps(claims).encode()
    asked = urllib.request.Request(f"{issuer}/users/{person}", body, {"Content-Type": "application/json"}, method="PUT")
    assert urllib.request.urlopen(asked, timeout=5).status == 204


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def sign_in(browser: Client, person: str):
    """Press our button, say there who one is, and come back."""
    page = browser.post("/anmelden/stadt").content.decode()
    address = unescape(re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page)[1])
    try:
        urllib.request.build_opener(Stay).open(address, urlencode({"sub": person}).encode(), timeout=5)
    except urllib.error.HTTPError as answer:
        return browser.get(answer.headers["Location"])
    raise AssertionError("it should have sent us back")


def test_ida_comes_in_and_her_role_follows_what_the_city_says(city):
    known_there(city, "ida-7", given_name="Ida", family_name="Fluss", groups=["kultur-buero", "sport"])
    browser = Client()
    assert (sign_in(browser, "ida-7").status_code, browser.get("/buero/").status_code) == (302, 200)
    ida = User.objects.get()
    assert (ida.display_name, ida.role) == ("Ida Fluss", Role.OFFICE)
    known_there(city, "ida-7", given_name="Ida", family_name="Fluss", groups=["sport"])
    later = Client()
    assert (sign_in(later, "ida-7").status_code, later.get("/buero/").status_code) == (403, 302)


def test_whoever_has_no_role_at_the_city_does_not_come_in(city, caplog):
    known_there(city, "vera", given_name="Vera", groups=[])
    assert (sign_in(Client(), "vera").status_code, User.objects.count()) == (403, 0)
    assert "nobody was let in: no role by the city's login" in caplog.messages
