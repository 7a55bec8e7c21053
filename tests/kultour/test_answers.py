"""What other programs are told: in text that every format can carry."""

import pytest

from kultour.answers import tidy

KEPT = "Tab\tund \u200dVerbinder, 🎻 und \U0001fae8 von morgen"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("Zwei\r\nZeilen\rund\neine", "Zwei\nZeilen\nund\neine"),
        ("\x00\x0b\x1b\x7f\x85\ud800\ufffe\uffff", ""),
        (
            "Tab\tund \u200dVerbinder, 🎻 und \U0001fae8 von morgen",
            "Tab\tund \u200dVerbinder, 🎻 und \U0001fae8 von morgen",
        ),
    ],
)
def test_text_loses_what_no_format_can_carry_and_nothing_else(typed, told):
    assert tidy(typed) == told
