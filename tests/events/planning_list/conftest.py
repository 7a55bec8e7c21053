"""Ida's planning list for the demo edition on Whit Sunday 2027."""

from datetime import UTC, datetime

import pytest
from django.utils import translation

from events.models import Edition
from events.planning_list import intake
from kultour.tables import write_csv

NOON = datetime(2027, 5, 16, 10, tzinfo=UTC)
HEADS = ["Datum", "Beginn", "Ende", "Bühne", "Titel", "Mitwirkende", "Art"]
LEISE = ["16.05.2027", "22:40", "23:10", "Die Quellen", "Leise Lieder", "Jorinde Beispiel", "Konzert"]
SPAET = ["16.05.2027", "00:30", "01:00", "Schlosshof", "Nachtwache", "Chor der Wachen", "Konzert"]


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


class Office:
    """Uploads lists, looks at them and takes them over."""

    def __init__(self, edition: Edition, ida) -> None:
        self.edition, self.ida = edition, ida

    def upload(self, *rows: list, heads=HEADS):
        return intake.receive(self.edition, "liste.csv", write_csv(heads, rows), self.ida, NOON)

    def look(self, *rows: list, heads=HEADS):
        return intake.preview(self.upload(*rows, heads=heads))

    def says(self, *rows: list, heads=HEADS) -> list[tuple]:
        """Every problem: row, column, sentence."""
        return [
            (each.row, each.column and each.column.value, each.sentence)
            for each in self.look(*rows, heads=heads).problems
        ]

    def take_over(self, *rows: list, heads=HEADS):
        kept = self.upload(*rows, heads=heads)
        return intake.take_over(kept, intake.preview(kept).fingerprint, self.ida, NOON)


@pytest.fixture
def office(evening, ida) -> Office:
    return Office(evening.edition, ida)
