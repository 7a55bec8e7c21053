"""Who came in and who did not stands in the log, and nothing else of them."""

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from kultour.accounts.models import User
from kultour.accounts.roles import Role
from tests.kultour.accounts.conftest import PASSWORD, browser_of
from tests.kultour.accounts.test_own_account import app_code, set_up_app


@pytest.fixture
def told(caplog):
    """What the log has said since it was last asked."""
    caplog.set_level("INFO", "kultour.accounts.witness")

    def since() -> list[str]:
        lines = [record.getMessage() for record in caplog.records if record.name == "kultour.accounts.witness"]
        caplog.clear()
        return lines

    return since


def test_every_way_in_is_told_with_what_it_was_proved_by(ida, told):
    secret = set_up_app(browser_of(ida))
    told()
    browser = browser_of(ida)
    browser.post("/en/anmelden/bestaetigung", {"code": "000000"})
    browser.post("/en/anmelden/bestaetigung", {"code": app_code(secret)})
    browser.post("/en/abmelden")
    assert told() == [
        f"account {ida.pk} was not let in: wrong code, or too many",
        f"account {ida.pk} came in: password, totp",
        f"account {ida.pk} went out",
    ]


def test_what_was_refused_is_told_without_name_address_or_what_was_typed(ida, told):
    for name in ["IDA"] * 5 + ["ida", "nobody@example.org"]:
        Client(REMOTE_ADDR="198.51.100.7").post("/en/anmelden", {"login": name, "password": "hunter2"})
    assert told() == [
        *[f"account {ida.pk} was not let in: wrong password"] * 5,
        "nobody was let in: too many attempts",
        "nobody was let in: no such account",
    ]


def test_who_is_turned_away_knowing_the_password_is_told_with_the_reason(ida, paul, told, settings):
    User.objects.filter(pk=ida.pk).update(is_active=False)
    SocialAccount.objects.create(user=paul, provider="city", uid="paul-7")
    settings.OIDC_ISSUER = "https://login.example"
    answers = [
        Client().post("/en/anmelden", {"login": who, "password": PASSWORD}).status_code for who in ("ida", "paul")
    ]
    assert (answers, told()) == (
        [403, 403],
        [
            f"account {ida.pk} was not let in: locked",
            f"account {paul.pk} was not let in: comes by the city's login only",
        ],
    )


def test_who_asks_for_what_is_not_theirs_is_told(db, told):
    resi = User.objects.create_user("resi", password=PASSWORD, role=Role.CONTROL_ROOM)
    browser = browser_of(resi)
    told()
    assert browser.get("/buero/leute").status_code == 403
    assert told() == [f"account {resi.pk} was refused: manage_people"]
