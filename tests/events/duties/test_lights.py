"""Green two weeks before the last day, amber one week before, red from that day on; never without words."""

from datetime import date, timedelta

import pytest
from django.utils.translation import override

from events.duties.lights import Light, in_words, light

DUE = date(2027, 6, 27)
"""Six weeks after Whit Sunday 2027."""


@pytest.mark.parametrize(
    ("before", "shown", "words"),
    [
        (15, Light.LATER, "noch 15 Tage"),
        (14, Light.GREEN, "bald: noch 14 Tage"),
        (8, Light.GREEN, "bald: noch 8 Tage"),
        (7, Light.AMBER, "dringend: noch 7 Tage"),
        (1, Light.AMBER, "dringend: noch 1 Tag"),
        (0, Light.RED, "heute ist der letzte Tag"),
        (-1, Light.RED, "seit 1 Tag überfällig"),
        (-9, Light.RED, "seit 9 Tagen überfällig"),
    ],
)
def test_the_day_decides_the_light_and_its_words(before, shown, words):
    today = DUE - timedelta(days=before)
    with override("de"):
        assert (light(DUE, today), in_words(DUE, today)) == (shown, words)


def test_what_is_done_is_done_also_after_its_day():
    late = DUE + timedelta(days=3)
    with override("de"):
        assert (light(DUE, late, DUE), in_words(DUE, late, DUE)) == (Light.DONE, "erledigt am 27.06.2027")
