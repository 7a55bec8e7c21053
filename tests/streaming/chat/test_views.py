"""Choosing a name: only our own pages may, and nobody somebody else's."""

import pytest
from django.utils import timezone

from events import demo, invitations
from events.models import Act
from kultour.accounts.models import User
from kultour.accounts.roles import Role
from streaming.signalling import tickets

pytestmark = pytest.mark.django_db


def choose(client, name: str, ticket: str = "") -> tuple[int, bool]:
    """The answer, and whether the browser keeps a name from now on."""
    words = {"name": name, "ticket": ticket, "lang": "en"}
    answer = client.post("/chat/name", words, headers={"origin": "http://testserver"})
    return answer.status_code, bool(answer.cookies)


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://testserver", 200),
        ("https://testserver", 200),
        ("http://evil.example", 403),
        ("http://testserver.evil.example", 403),
        ("http://testserver@evil.example", 403),
        ("http://[", 403),
        ("null", 403),
        ("", 403),
    ],
)
def test_only_our_own_pages_choose_a_name(client, origin, status):
    answer = client.post("/chat/name", {"name": "Vera"}, headers={"origin": origin})
    assert answer.status_code == status
    assert bool(answer.cookies) is (status == 200)


def test_an_act_has_its_name_to_itself_and_needs_no_account_for_it(client):
    now = timezone.now()
    demo.load(now)
    link = invitations.find(invitations.make(Act.objects.get(slug="duo-quellwaerts"), None, now), now)
    assert choose(client, "Duo Quellwarts") == (400, False)
    assert choose(client, "Duo Quellwärts", tickets.sealed(tickets.Ticket(invitation=link.pk))) == (200, True)


@pytest.mark.parametrize(
    ("role", "factor_required", "answer"),
    [
        (Role.OFFICE, False, (200, True)),
        (Role.MODERATOR, False, (200, True)),
        (Role.OFFICE, True, (400, False)),  # the password alone is not enough
        (Role.ACT, False, (400, False)),
    ],
)
def test_the_house_is_spoken_for_by_who_works_there(client, settings, role, factor_required, answer):
    settings.REQUIRE_SECOND_FACTOR = factor_required
    client.force_login(User.objects.create_user("ida", role=role), "django.contrib.auth.backends.ModelBackend")
    assert choose(client, "Kulturamt") == answer
