"""A visitor's own programme (Mein Programm): no account, no cookie; the choice stands in the address.

Between visits the browser keeps it, after a tap on "Merken" and not before (frontend/my_programme/); we keep none.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import segno
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from events import programme
from events.pages import public_page, show
from events.programme import Item
from kultour.answers import site

CHOICE = "auswahl"
MOST = 60
"""Performances in one address."""
LONGEST_NUMBER = 9
"""Digits; more than any database has rows."""


def read(text: str) -> list[int]:
    """The performances in an address, as in `12.31.17`, each once; what is no number is left out."""
    parts = (part for part in text[: MOST * (LONGEST_NUMBER + 1)].split("."))
    numbers = (int(part) for part in parts if part.isascii() and part.isdecimal() and len(part) <= LONGEST_NUMBER)
    return list(dict.fromkeys(numbers))[:MOST]


def written(ids: Iterable[int]) -> str:
    return ".".join(str(each) for each in ids)


def overlapping(items: Sequence[Item]) -> dict[int, list[Item]]:
    """Which others of these play at the same time, by the item's id; what is cancelled is in nobody's way."""
    playing = [item for item in items if not item.cancelled]
    return {
        one.id: [other for other in playing if other is not one and one.start < other.end and other.start < one.end]
        for one in playing
    }


# --- the page ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Chosen:
    """One performance of the list, with those that are at the same time."""

    item: Item
    clashes: list[Item]


@public_page
def page(request: HttpRequest, now: datetime) -> HttpResponse:
    """The list that the address names, complete without JavaScript; without one the browser asks for its own."""
    items = programme.items_chosen(read(request.GET.get(CHOICE, "")))
    clashes = overlapping(items)
    choice = written(item.id for item in items)
    calendar = f"{site(request)}{reverse('my_programme_ics')}?{CHOICE}={choice}"
    link = f"{site(request)}{reverse('my_programme')}?{CHOICE}={choice}"
    context = {
        "chosen": [Chosen(item, clashes.get(item.id, [])) for item in items],
        "choice": choice,
        "changed": [item for item in items if item.cancelled or item.changed_start or item.changed_stage],
        "clashing": any(clashes.values()),
        "calendar": calendar,
        "link": link,
        "square": square(link) if items else "",
    }
    return show(request, "my_programme/my_programme.html", programme.edition_of(now), now, context)


def square(link: str) -> SafeString:
    """A QR code as SVG, dark on light in the dark too: cameras read it so."""
    return mark_safe(segno.make(link, error="m").svg_inline(omitsize=True, light="#fff"))  # noqa: S308 - only lines
