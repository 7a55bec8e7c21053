"""A typo stops the start, not the concert; production refuses to start half-configured."""

import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from kultour.accounts.roles import Role
from kultour.settings import mail_server, reviewed_on

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "KULTOUR_PRODUCTION": "true",
    "KULTOUR_SECRET_KEY": "k" * 50,
    "KULTOUR_HOSTS": "buehne.example.org",
    "KULTOUR_IMPRESSUM": "Stadt Beispiel|Am Fluss 1|33098 Beispiel",
    "KULTOUR_PUBLIC_ADDRESS": "https://buehne.example.org",
}


CITY = {
    "KULTOUR_OIDC_ISSUER": "https://login.stadt.example/realms/stadt",
    "KULTOUR_OIDC_CLIENT": "kultour",
    "KULTOUR_OIDC_SECRET": "s" * 32,
    "KULTOUR_OIDC_ROLES": "kultur-buero=office,regie=control_room",
}


def start(environment: dict[str, str]) -> str:
    """What a start with this environment says: empty when the settings are in order."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("KULTOUR_")}
    result = subprocess.run(
        [sys.executable, "-c", "import django; from django.conf import settings; settings.DEBUG"],
        env={**kept, "DJANGO_SETTINGS_MODULE": "kultour.settings", **environment},
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    return "" if result.returncode == 0 else result.stderr.strip().splitlines()[-1]


def test_a_complete_production_environment_starts():
    assert (start(PRODUCTION), start({**PRODUCTION, **CITY})) == ("", "")


def test_the_announced_addresses_may_have_ports():
    assert start({**PRODUCTION, "KULTOUR_ANNOUNCE": "192.0.2.1, 192.0.2.1:443,[2001:db8::1]:443"}) == ""


@pytest.mark.parametrize("name", ["KULTOUR_SECRET_KEY", "KULTOUR_HOSTS", "KULTOUR_IMPRESSUM"])
def test_production_refuses_to_start_without(name):
    environment = {key: value for key, value in PRODUCTION.items() if key != name}
    assert f"{name} must be set in production" in start(environment)


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("KULTOUR_PRODUCTION", "ture", "KULTOUR_PRODUCTION"),
        ("KULTOUR_UDP_PORT", "many", "KULTOUR_UDP_PORT"),
        ("KULTOUR_SEATS", "0", "KULTOUR_SEATS"),
        ("KULTOUR_REWIND_MINUTES", "121", "KULTOUR_REWIND_MINUTES\" invalid: ['Must be greater than or equal to 1 and"),
        ("KULTOUR_REWIND_MINUTES", "0", "KULTOUR_REWIND_MINUTES"),
        ("KULTOUR_REWIND_MINUTES", "two hours", "KULTOUR_REWIND_MINUTES"),
        ("KULTOUR_ANNOUNCE", "192.0.2.1:0", "KULTOUR_ANNOUNCE"),
        ("KULTOUR_ANNOUNCE", "192.0.2.1,buehne.example.org", "KULTOUR_ANNOUNCE"),
        ("KULTOUR_DATA_LICENCE", "mine", "KULTOUR_DATA_LICENCE"),
        ("KULTOUR_ARS", "05774032", "KULTOUR_ARS"),
        ("KULTOUR_SECURITY_CONTACT", "it@stadt.example", "KULTOUR_SECURITY_CONTACT"),
        ("KULTOUR_ACCESSIBILITY_REVIEWED", "31.3.2027", "KULTOUR_ACCESSIBILITY_REVIEWED must be a day, as 2027-03-31."),
        ("KULTOUR_REQUIRE_SECOND_FACTOR", "perhaps", "KULTOUR_REQUIRE_SECOND_FACTOR"),
        ("KULTOUR_OIDC_ISSUER", "http://login.stadt.example", "KULTOUR_OIDC_ISSUER must begin with https://"),
        ("KULTOUR_OIDC_CLIENT", "", "With KULTOUR_OIDC_ISSUER go"),
        ("KULTOUR_OIDC_ROLES", "", "With KULTOUR_OIDC_ISSUER go"),
        (
            "KULTOUR_OIDC_ROLES",
            "kultur-buero=boss",
            "moderator, office, not boss.",
        ),
        ("KULTOUR_HOSTS", "*", "KULTOUR_HOSTS"),
        ("KULTOUR_PUBLIC_ADDRESS", "http://buehne.example.org", "KULTOUR_PUBLIC_ADDRESS must begin with https://"),
        ("KULTOUR_SECRET_KEY", "short", "KULTOUR_SECRET_KEY"),
        ("KULTOUR_OLD_SECRET_KEYS", "k" * 40 + ",short", "KULTOUR_OLD_SECRET_KEYS must have 40 characters"),
        ("KULTOUR_SMTP_URL", "smtp://mail.example.org", "KULTOUR_SMTP_URL and KULTOUR_MAIL_FROM belong together"),
    ],
)
def test_a_wrong_value_is_named(name, value, complaint):
    assert complaint in start({**PRODUCTION, **CITY, name: value})


def test_a_review_is_named_once_it_is_done():
    today = date(2027, 3, 31)
    assert (reviewed_on("2027-03-31", today), reviewed_on("", today)) == (today, None)
    with pytest.raises(ImproperlyConfigured, match="names 2027-04-01, and today is 2027-03-31"):
        reviewed_on("2027-04-01", today)


def test_the_roles_a_city_may_give_are_the_house_s():
    from django.conf import settings

    assert {role.value for role in Role} - {Role.NOBODY, Role.ACT} == settings.ROLES


@pytest.mark.parametrize(
    ("url", "host", "port", "user", "password", "encrypted"),
    [
        ("smtp://town:p%40ss@mail.example.org", "mail.example.org", 587, "town", "p@ss", "STARTTLS"),
        ("smtps://town:secret@mail.example.org", "mail.example.org", 465, "town", "secret", "TLS"),
        ("smtp://localhost:2525", "localhost", 2525, "", "", "no"),
    ],
)
def test_a_mail_server_is_one_address(url, host, port, user, password, encrypted):
    assert mail_server(url) == {
        "EMAIL_HOST": host,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": user,
        "EMAIL_HOST_PASSWORD": password,
        "EMAIL_USE_SSL": encrypted == "TLS",
        "EMAIL_USE_TLS": encrypted == "STARTTLS",
    }


@pytest.mark.parametrize("url", ["mail.example.org", "http://mail.example.org", "smtp://", "smtp://host:many"])
def test_what_is_no_mail_server_stops_the_start(url):
    with pytest.raises(ImproperlyConfigured, match="KULTOUR_SMTP_URL must read"):
        mail_server(url)


def test_every_setting_stands_in_the_readmes_table():
    source = (ROOT / "kultour" / "settings.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"(\w+)"', source)) | set(
        re.findall(r'required_in_production\("(\w+)"', source)
    )
    documented = set(re.findall(r"^\| `KULTOUR_(\w+)`", (ROOT / "README.md").read_text(), re.MULTILINE))
    assert documented == read
