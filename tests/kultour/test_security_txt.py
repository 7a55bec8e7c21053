"""Whoever has found a weakness finds out whom to tell (RFC 9116)."""

from datetime import UTC, datetime

from django.test import Client
from django.utils import timezone

PLACE = "/.well-known/security.txt"


def test_it_names_the_towns_contact_for_half_a_year(settings, monkeypatch):
    settings.SECURITY_CONTACT = "mailto:it-sicherheit@stadt.example"
    settings.PUBLIC_ADDRESS = "https://buehne.stadt.example"
    monkeypatch.setattr(timezone, "now", lambda: datetime(2027, 1, 1, 20, 0, tzinfo=UTC))
    answer = Client().get(PLACE)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert answer.content.decode().splitlines() == [
        "Contact: mailto:it-sicherheit@stadt.example",
        "Expires: 2027-06-30T00:00:00Z",
        "Preferred-Languages: de, en",
        "Canonical: https://buehne.stadt.example/.well-known/security.txt",
    ]


def test_where_no_contact_is_named_there_is_no_such_file(settings, db):
    settings.SECURITY_CONTACT = ""
    assert Client().get(PLACE).status_code == 404
