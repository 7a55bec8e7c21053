"""What the house owes its visitors to know."""

import pytest
from django.test import Client


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/datenschutz", "Die jeweils letzten 45 min der Übertragung werden vorgehalten"),
        ("/en/datenschutz", "The newest 45 min of the transmission are held"),
    ],
)
def test_the_privacy_page_says_how_long_a_transmission_is_held(settings, db, address, sentence):
    settings.REWIND_MINUTES = 45
    assert sentence in Client().get(address).content.decode()
