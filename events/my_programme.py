"""A visitor's own programme (Mein Programm): no account, no cookie; the choice stands in the address.

Between visits the browser keeps it, after a tap on "Merken" and not before (frontend/my_programme/); we keep none.
"""

from collections.abc import Iterable, Sequence

from events.programme import Item

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
