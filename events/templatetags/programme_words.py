"""How the programme is put into words: times, states, kinds, access features.

Times are shown in the current time zone; pages set it to the edition's.
"""

from datetime import date, datetime

from django import template
from django.utils import formats, timezone
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from events.languages import language_name
from events.markdown import html, plain
from events.models import Access, Performance, Picture, PlaceAccess, Production
from events.programme import Item
from events.schedule import SOON
from events.sentences import clock as clock_words

register = template.Library()

DEEDS = {
    "CC0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC BY 4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC BY-SA 4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
}

SHORT_ACCESS = {
    Access.CAPTIONS: _("Captions"),
    Access.SIGN_LANGUAGE: _("Sign language"),
    Access.AUDIO_DESCRIPTION: _("Audio description"),
    Access.EASY_LANGUAGE: pgettext_lazy("Einfache Sprache", "Plain language"),
    Access.RELAXED: _("Relaxed"),
}


@register.filter
def clock(moment: datetime) -> str:
    """19:00 Uhr."""
    return clock_words(moment, zone=timezone.get_current_timezone())


@register.filter
def hour(moment: datetime) -> str:
    """19 Uhr, as a heading over what begins within that hour."""
    return pgettext("full hour", "{hour}:00").format(hour=timezone.localtime(moment).hour)


@register.filter
def span(item: Item) -> str:
    """19:00–19:30 Uhr."""
    return clock_words(item.start, item.end, zone=timezone.get_current_timezone())


@register.filter
def day(moment: date) -> str:
    """Sonntag, 16. Mai."""
    return f"{formats.date_format(_local(moment), 'l')}, {formats.date_format(_local(moment), 'MONTH_DAY_FORMAT')}"


@register.filter
def full_day(moment: date) -> str:
    """Sonntag, 16. Mai 2027."""
    return f"{formats.date_format(_local(moment), 'l')}, {formats.date_format(_local(moment), 'DATE_FORMAT')}"


def _local(moment: date) -> date:
    return timezone.localtime(moment) if isinstance(moment, datetime) else moment


@register.filter
def iso(moment: datetime) -> str:
    """For `<time datetime>`: the time on the wall, with its offset."""
    return timezone.localtime(moment).isoformat(timespec="minutes")


@register.filter
def access_word(code: str) -> str:
    """Short, for a badge."""
    return str(SHORT_ACCESS[Access(code)])


@register.filter
def access_words(code: str) -> str:
    """In full, as the town prints it."""
    return str(Access(code).label)


@register.filter
def place_access_words(code: str) -> str:
    """What a place offers."""
    return str(PlaceAccess(code).label)


@register.filter
def language_words(code: str) -> str:
    """Türkisch."""
    return language_name(code)


@register.filter
def markdown(text: str) -> SafeString:
    """A description as the page shows it."""
    return html(str(text))


@register.filter
def first_words(text: str) -> str:
    """For search engines and previews: the beginning of a description, on one line."""
    return Truncator(" ".join(plain(str(text)).split())).chars(200)


@register.filter
def licence_words(code: str) -> str:
    return str(Picture.Licence(code).label)


@register.filter
def deed(code: str) -> str:
    """Where a licence's text stands, which its terms want named; empty for a mere permission."""
    return DEEDS.get(code, "")


@register.filter
def kind_word(kind: str) -> str:
    return str(Production.Kind(kind).label)


@register.filter
def age_words(age: int) -> str:
    return str(Production.Age(age).label)


@register.filter
def status_word(status: str) -> str:
    return str(Performance.Status(status).label)


@register.filter
def state(item: Item, now: datetime) -> str:
    """One word for the style sheet: cancelled, now, past, moved, soon, or nothing."""
    if item.cancelled:
        return "cancelled"
    if item.live or item.start <= now < item.end:
        return "now"
    if item.end <= now:
        return "past"
    if item.changed_stage or item.changed_start:
        return "moved"
    return "soon" if item.start <= now + SOON else ""


@register.filter
def minutes(item: Item) -> int:
    """How long it lasts."""
    return int((item.end - item.start).total_seconds()) // 60


@register.filter
def webcal(address: str) -> str:
    """The address of a calendar that calendar programs open by themselves, and ask again."""
    return address.replace("https://", "webcal://", 1).replace("http://", "webcal://", 1)
