"""What one cell of a planning list means; Unclear says what is not understood, and how it may be written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from difflib import get_close_matches
from functools import cache
from heapq import nlargest

from babel import Locale
from django.utils import translation
from django.utils.translation import gettext as _

from events.languages import SIGNED, language_name
from events.models import Access, Production
from events.planning_list.sheet import plain


class Unclear(ValueError):
    """What stands in the cell is not understood; the message names the cure."""


@dataclass(frozen=True)
class Clock:
    """A time on the wall. `second` tells which one, in the night in which it comes twice."""

    time: time
    second: bool | None = None


# --- days and times ---------------------------------------------------------------------------------------------------

YEARS = (1900, 2200)
"""Outside of them a date is a slip of the pen."""

_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)")
_GERMAN = re.compile(r"(?P<day>\d\d?)\.\s*(?:(?P<month>\d\d?)\.|(?P<name>[a-zä]{3,9})\.?)\s*(?P<year>\d{4}|\d\d)?")
_WEEKDAY = re.compile(r"^(?:mo|di|mi|do|fr|sa|so)[a-z]*\.?,?\s+")
_MONTHS = ("jan", "feb", "mär", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez")
_CLOCK = re.compile(
    r"(?:\d{4}-\d\d-\d\d )?(?P<hour>\d\d?)(?:[:.](?P<minute>\d\d))?(?::\d\d)?\s*(?:uhr|h)?"
    r"\s*\(?(?:(?P<first>sommerzeit|mesz)|(?P<second>winterzeit|mez))?\)?"
)
_SPAN = re.compile(r"\s*(?:–|—|-|\bbis\b)\s*")
_MINUTES = re.compile(r"(?P<minutes>\d{1,4})\s*(?:min\w*\.?|')?")
_HOURS = re.compile(
    r"(?P<hours>\d\d?(?:[.,]\d+)?)\s*(?:h|std\.?|stunden?)\s*(?:(?:und\s+)?(?P<minutes>\d\d?)\s*(?:min\w*\.?|')?)?"
)
_COLON = re.compile(r"(?P<hours>\d\d?):(?P<minutes>\d\d)(?::\d\d)?\s*(?:h|std\.?)?")


def day_of(text: str, first: date, last: date) -> date:
    """A date; without a year it is that of the edition, whose first and last days are given."""
    words = _WEEKDAY.sub("", text.casefold().strip())
    found = _ISO.fullmatch(words) or _GERMAN.fullmatch(words)
    if found is None:
        raise _unclear_day(text)
    parts = found.groupdict()
    try:
        month = int(parts["month"] or _MONTHS.index(parts["name"][:3]) + 1)
        year = parts.get("year")
        if year is None:
            return _in_the_edition(int(parts["day"]), month, first, last)
        found_day = date(int(year) + (2000 if len(year) == 2 else 0), month, int(parts["day"]))
    except ValueError as error:
        raise _unclear_day(text) from error
    if not YEARS[0] <= found_day.year <= YEARS[1]:
        raise _unclear_day(text)
    return found_day


def _in_the_edition(day: int, month: int, first: date, last: date) -> date:
    here = date(first.year, month, day)
    return here if here >= first or last.year == first.year else date(last.year, month, day)


def _unclear_day(text: str) -> Unclear:
    return Unclear(_("“{text}” is no date. Please write it like 16.05.2027.").format(text=text))


def clock_of(text: str) -> Clock:
    found = _CLOCK.fullmatch(text.casefold().strip())
    hour, minute = (int(found["hour"]), int(found["minute"] or 0)) if found else (99, 0)
    if found is None or minute > 59 or hour * 60 + minute > 24 * 60:
        raise Unclear(_("“{text}” is no time of day. Please write it like 19:30.").format(text=text))
    second = True if found["second"] else False if found["first"] else None
    return Clock(time(hour % 24, minute), second)


def span_of(text: str) -> tuple[str, str]:
    """Beginning and end where both stand in one cell; else the end is empty."""
    start, *rest = _SPAN.split(text, maxsplit=1) if not _ISO.match(text) else [text]
    return start, rest[0] if rest else ""


def minutes_of(text: str) -> int:
    """A duration as minutes (45), hours and minutes (1:30), or in words (1 Std. 30 Min.)."""
    words = text.casefold().strip()
    found = _COLON.fullmatch(words) or _HOURS.fullmatch(words)
    if found:
        minutes = round(float(found["hours"].replace(",", ".")) * 60) + int(found["minutes"] or 0)
    elif found := _MINUTES.fullmatch(words):
        minutes = int(found["minutes"])
    if not found or not minutes:
        raise Unclear(
            _("“{text}” is no duration. Please give minutes, like 45, or hours, like 1:30.").format(text=text)
        )
    return minutes


# --- what it is -------------------------------------------------------------------------------------------------------

_KINDS: Mapping[str, str] = {
    "moderation": "Begrüßung, Ansage",
    "concert": "Musik",
    "children": "Kinder, Kinderprogramm, Familie",
    "tour": "Rundgang",
    "reading": "Literatur",
    "theatre": "Schauspiel",
    "talk": "Vortrag, Interview",
}
_ACCESS: Mapping[str, str] = {
    "UT": "Untertitel",
    "DGS": "Gebärdensprache",
    "AD": "Hörbeschreibung",
    "LS": "Leichte Sprache, Einfache Sprache",
    "EV": "Entspannt, Relaxed",
}
_NOTHING = {"", "–", "-", "—", "keine", "kein", "ohne", "nein"}
_FOR_ALL = _NOTHING | {"alle", "für alle", "ohne altersbeschränkung", "alle altersstufen"}
_AGE = re.compile(r"(?:fsk|usk|ab)?\s*(?P<age>\d\d?)\s*\+?\s*(?:jahren?|j\.?)?\+?")


@cache
def _names(kind: type[Production.Kind] | type[Access]) -> Mapping[str, str]:
    """Code by every name that it has, in both languages."""
    found: dict[str, str] = {}
    for language in ("de", "en"):
        with translation.override(language):
            found |= {plain(str(label)): code for code, label in kind.choices}
    more = _KINDS if kind is Production.Kind else _ACCESS
    found |= {plain(name): code for code, names in more.items() for name in names.split(",")}
    return found | {plain(code): code for code in kind.values}


def kind_of(text: str) -> str:
    code = _names(Production.Kind).get(plain(text))
    if code is None:
        raise Unclear(_("“{text}” is no kind of programme item. There are: {kinds}.").format(text=text, kinds=_kinds()))
    return code


def _kinds() -> str:
    return ", ".join(str(label) for label in Production.Kind.labels)


def age_of(text: str) -> int:
    words = text.casefold().strip()
    found = _AGE.fullmatch(words)
    age = int(found["age"]) if found else 0
    if words not in _FOR_ALL and (found is None or age not in Production.Age.values):
        raise Unclear(_("“{text}” is no age label. There are: 0, 6, 12, 16, 18.").format(text=text))
    return age


def access_of(text: str) -> tuple[str, ...]:
    """Codes in the order of the programme, from codes or words between commas."""
    if text.casefold().strip() in _NOTHING:
        return ()
    names = _names(Access)
    parts = [part for part in re.split(r"[,;/+\n]", text) if part.strip()]
    if len(parts) == 1 and plain(text) not in names:
        parts = text.split()
    codes = {names.get(plain(part)) for part in parts}
    if None in codes:
        strange = next(part.strip() for part in parts if plain(part) not in names)
        known = ", ".join(f"{code} ({label})" for code, label in Access.choices)
        raise Unclear(_("“{text}” is no access feature. There are: {known}.").format(text=strange, known=known))
    return tuple(code for code in Access.values if code in codes)


@cache
def _languages() -> Mapping[str, str]:
    """Code by name in German and English, and by itself."""
    found: dict[str, str] = {}
    for language in ("en", "de"):
        names = {str(code): str(name) for code, name in Locale.parse(language).languages.items() if len(str(code)) <= 3}
        with translation.override(language):
            names[SIGNED] = language_name(SIGNED)
        found |= {name.casefold(): code for code, name in names.items()} | {code: code for code in names}
    return found


def spoken_of(text: str) -> str:
    """Codes of languages with spaces between, from codes or names."""
    words = text.casefold().strip()
    if words in _NOTHING or words in {"ohne sprache", "nonverbal"}:
        return ""
    parts = [part.strip() for part in re.split(r"[,;/+\n]|\bund\b", words) if part.strip()]
    if len(parts) == 1 and parts[0] not in _languages():
        parts = words.split()
    for part in parts:
        if part not in _languages():
            sentence = _("“{text}” is no language. Please write it like: Deutsch, Türkisch; or like: de tr.")
            raise Unclear(sentence.format(text=part))
    return " ".join(dict.fromkeys(_languages()[part] for part in parts))


# --- names ------------------------------------------------------------------------------------------------------------


COMPARED = 20
"""Names that are compared letter by letter, which takes a tenth of a millisecond each."""


def nearest(text: str, names: Mapping[str, str]) -> str | None:
    """The name that is written most alike; keys are plain. It has a word or the first letters in common."""
    wanted = plain(text)
    words = {word for word in wanted.split() if len(word) > 2}
    akin = [name for name in names if name[:2] == wanted[:2] or not words.isdisjoint(name.split())]
    first = nlargest(COMPARED, akin, key=lambda name: len(words.intersection(name.split())))
    close = get_close_matches(wanted, first, n=1, cutoff=0.6)
    return names[close[0]] if close else None
