"""Public names made of titles, as they stand in addresses. Once given, a name outlives every new title."""

import unicodedata
from collections.abc import Callable, Iterator
from itertools import count

GERMAN = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "ß": "ss",
        "æ": "ae",
        "ø": "o",
        "œ": "oe",
        "ł": "l",
        "đ": "d",
        "ı": "i",
        "þ": "th",
    }
)


def slug_of(title: str, otherwise: str, longest: int = 50) -> str:
    """„Größe & Güte“ becomes groesse-guete; a title without any Latin letter becomes `otherwise`."""
    spelled = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", title).lower().translate(GERMAN))
    letters = "".join(sign for sign in spelled if not unicodedata.combining(sign))
    words = "".join(sign if sign.isascii() and sign.isalnum() else " " for sign in letters).split()
    return _joined(words, longest) or otherwise[:longest]


def free_slug(title: str, otherwise: str, is_taken: Callable[[str], bool], longest: int = 50) -> str:
    """The same, with a number behind it where somebody has that name already."""
    return next(slug for slug in _numbered(slug_of(title, otherwise, longest), longest) if not is_taken(slug))


def _joined(words: list[str], longest: int) -> str:
    """As many whole words as there is room for; a first word that is too long is cut."""
    slug = "-".join(words)
    if len(slug) <= longest:
        return slug
    whole, _dash, _rest = slug[: longest + 1].rpartition("-")
    return whole or slug[:longest]


def _numbered(slug: str, longest: int) -> Iterator[str]:
    yield slug
    for number in count(2):
        tail = f"-{number}"
        yield slug[: longest - len(tail)].rstrip("-") + tail
