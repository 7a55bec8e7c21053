"""Jorinde's act in a demo edition of the present day, and her telephone behind the stage door."""

import pytest
from django.test import Client
from django.utils import timezone

from events import demo, invitations
from events.models import Act, Edition


def by_link(act: Act, edition: Edition | None = None) -> Client:
    """A browser that came in by a personal link of this act."""
    browser = Client()
    browser.post(f"/hinterbuehne/{invitations.make(act, None, timezone.now(), edition)}")
    return browser


@pytest.fixture
def jorinde_act(db) -> Act:
    demo.load(timezone.now())
    return Act.objects.get(slug="jorinde-beispiel")


@pytest.fixture
def phone(jorinde_act) -> Client:
    return by_link(jorinde_act)
