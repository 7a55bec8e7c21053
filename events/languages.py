"""Languages that are spoken or sung on a stage: codes in the row, names for people in the language of the page."""

import re
from collections.abc import Iterable, Mapping

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

SIGNED = "gsg"
"""German Sign Language (ISO 639-3)."""
COMMON = ("de", "en", SIGNED, "tr", "ar", "pl", "ru", "uk", "fr", "es", "it", "nl", "fa", "ku", "sq", "ro")
"""Offered in the form; others come in by import and stay."""
CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def language_name(code: str) -> str:
    """Türkisch for tr; a code that nobody knows stands for itself."""
    if code == SIGNED:
        return _("German Sign Language")
    names = _names(get_language() or "de")
    return str(names.get(code.replace("-", "_")) or names.get(code.partition("-")[0]) or code)


def spoken_choices(held: Iterable[str] = ()) -> list[tuple[str, str]]:
    """What a form offers: the common ones, and what a production has already."""
    others = sorted({code for code in held if CODE.fullmatch(code)} - set(COMMON))
    return [(code, language_name(code)) for code in (*COMMON, *others)]


def _names(language: str) -> Mapping[str, str]:
    try:
        return Locale.parse(language, sep="-").languages
    except (UnknownLocaleError, ValueError):
        return {}
