"""The cast: Ida keeps the house's people, Paul is new, Resi runs the evening."""

import pytest
from django.core.cache import cache
from django.test import Client

from kultour.accounts.models import User
from kultour.accounts.roles import Role

PASSWORD = "quelle-und-strom"


@pytest.fixture(autouse=True)
def light_passwords_and_fresh_limits(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def ida(db) -> User:
    return User.objects.create_user("ida", password=PASSWORD, first_name="Ida", role=Role.OFFICE)


@pytest.fixture
def paul(db) -> User:
    return User.objects.create_user("paul", password=PASSWORD, first_name="Paul", role=Role.OFFICE)


def browser_of(person: User) -> Client:
    """Signed in by password, through the door."""
    browser = Client()
    browser.post("/en/anmelden", {"login": person.username, "password": PASSWORD})
    return browser
