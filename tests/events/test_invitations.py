"""Personal links: whoever has one comes in; nobody else, and nobody by accident."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from events import demo, invitations
from events.models import Act, Invitation, Stage


@pytest.fixture
def jorindes_act(db) -> Act:
    demo.load(timezone.now())
    return Act.objects.get(slug="jorinde-beispiel")


@pytest.fixture
def token(jorindes_act) -> str:
    return invitations.make(jorindes_act, None, timezone.now())


def door(token: str) -> str:
    return f"/en/hinterbuehne/{token}"


def test_the_database_knows_no_token(token):
    assert len(token) == 43
    assert token not in str(list(Invitation.objects.values()))


def test_looking_at_the_link_shows_the_name_and_opens_nothing(token, jorindes_act):
    browser = Client()
    page = browser.get(door(token))
    assert page.status_code == 200
    assert "Welcome, Jorinde Beispiel" in page.content.decode()
    assert list(page.cookies) == ["csrf"]
    assert (page["Referrer-Policy"], page["Cache-Control"]) == ("strict-origin", "private, no-store")


def test_the_button_opens_and_the_browser_is_known_from_then_on(token, rf):
    browser = Client()
    answer = browser.post(door(token))
    assert (answer.status_code, answer["Location"]) == (302, "/en/hinterbuehne/")
    request = rf.get("/hinterbuehne/")
    request.session = browser.session
    artist = invitations.act_of(request, timezone.now())
    assert (artist.act_name, artist.stage_slug) == ("Jorinde Beispiel", None)


def test_the_button_is_guarded_against_forged_forms(token):
    assert Client(enforce_csrf_checks=True).post(door(token)).status_code == 403


def test_a_link_may_be_used_again(token):
    assert [Client().post(door(token)).status_code for _ in range(2)] == [302, 302]


def test_a_renewed_link_ends_the_old_one_and_its_session(token, jorindes_act, rf):
    browser = Client()
    browser.post(door(token))
    newer = invitations.renew(jorindes_act, Stage.objects.get(slug="quellen"), timezone.now())
    request = rf.get("/hinterbuehne/")
    request.session = browser.session
    assert invitations.act_of(request, timezone.now()) is None
    assert browser.get(door(token)).status_code == 410
    assert invitations.find(newer, timezone.now()).stage_slug == "quellen"


def test_a_link_lives_a_fortnight_longer_than_the_edition(token, jorindes_act):
    closes = Invitation.objects.get().edition.closes
    assert invitations.find(token, max(closes, timezone.now()) + timedelta(days=13)) is not None
    assert invitations.find(token, max(closes, timezone.now()) + timedelta(days=14)) is None


def test_an_expired_link_says_so_and_an_unknown_one_too(token):
    Invitation.objects.update(made_at=timezone.now() - timedelta(days=30), expires_at=timezone.now())
    assert "no longer valid" in Client().get(door(token)).content.decode()
    unknown = Client().get(door("x" * 43))
    assert (unknown.status_code, "We do not know this link" in unknown.content.decode()) == (404, True)
