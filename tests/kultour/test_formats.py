"""Dates read as people of the language write them."""

from datetime import UTC, datetime

from django.utils.formats import date_format
from django.utils.translation import override

EVENING = datetime(2026, 5, 24, 20, 5, tzinfo=UTC)


def test_a_date_in_both_languages():
    said = {}
    for language in ("de", "en"):
        with override(language):
            said[language] = date_format(EVENING), date_format(EVENING, "TIME_FORMAT")
    assert said == {"de": ("24. Mai 2026", "20:05"), "en": ("24 May 2026", "20:05")}
