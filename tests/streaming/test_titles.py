"""What is in no programme, remembered in German and shown in the visitor's language."""

from datetime import UTC, datetime

import pytest
from django.utils.translation import override

from events.programme import Text
from streaming import titles

LATE = datetime(2026, 5, 24, 22, 30, tzinfo=UTC)
"""Half past midnight on the 25th in town."""
CLOISTER = Text("Cloister", "en")


@pytest.mark.parametrize(
    ("title", "stage", "english", "language"),
    [
        (titles.free("Kreuzgang", LATE), CLOISTER, "Free transmission: Cloister, 25 May 2026", "en"),
        (
            titles.free("Kreuzgang", LATE),
            Text("Kreuzgang am Dom", "de"),
            "Free transmission: Kreuzgang, 25 May 2026",
            "en",
        ),
        (titles.free("Kreuzgang", LATE), None, "Free transmission: Kreuzgang, 25 May 2026", "en"),
        (titles.rehearsal("Jorinde"), CLOISTER, "Rehearsal: Jorinde", "en"),
        ("Freie Übertragung: ein Abend", CLOISTER, "Freie Übertragung: ein Abend", "de"),
        ("Freie Übertragung: , 25.05.2026", CLOISTER, "Freie Übertragung: , 25.05.2026", "de"),
    ],
)
def test_what_the_house_has_named_is_named_in_the_visitors_language_and_nothing_else(title, stage, english, language):
    with override("en"):
        told = titles.shown(title, LATE, stage)
    assert (told, told.language) == (english, language)
    with override("de"):
        told = titles.shown(title, LATE, stage)
    assert (told, told.language) == (title, "de")
