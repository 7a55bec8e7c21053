"""Set lists: what an act plays, for GEMA and for what may be published. Plain values in, rows out."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from events.models import Act, Production, Setlist, Work

MOST = 60
"""Works in one set list."""
LONGEST = 4 * 3600
"""Seconds of one work."""
Rights: Any = Work.Rights
Source: Any = Work.Source


class Whose:
    """Of whom a work is, as people say it."""

    OWN, OTHERS, OLD = "own", "others", "old"


@dataclass(frozen=True)
class Piece:
    """One work as the act tells it; the names are those of `Work`."""

    title: str
    whose: str
    cleared: bool = False
    """The act has the right to have somebody else's work recorded."""
    arranged: bool = False
    """An old work, newly arranged: the arrangement is a right of its own."""
    composer: str = ""
    lyricist: str = ""
    arranger: str = ""
    publisher: str = ""
    seconds: int | None = None
    times: int = 1
    gema_number: str = ""
    iswc: str = ""
    source: str = Source.LIVE
    label_code: str = ""
    isrc: str = ""
    offset: int | None = None


SAME = (
    "title", "composer", "lyricist", "arranger", "publisher", "seconds", "times",
    "gema_number", "iswc", "source", "label_code", "isrc", "offset",
)  # fmt: skip


class TooMany(Exception):
    """More works than a set list holds."""


# --- rules ------------------------------------------------------------------------------------------------------------


def rights_of(whose: str, cleared: bool, arranged: bool) -> str:
    """What follows from the act's plain words for the recording."""
    if whose == Whose.OWN:
        return Rights.OWN
    if whose == Whose.OLD:
        return Rights.PUBLIC_DOMAIN_ARRANGED if arranged else Rights.PUBLIC_DOMAIN
    return Rights.CLEARED if cleared else Rights.UNCLEAR


def whose_of(rights: str) -> str:
    return {
        Rights.OWN: Whose.OWN,
        Rights.PUBLIC_DOMAIN: Whose.OLD,
        Rights.PUBLIC_DOMAIN_ARRANGED: Whose.OLD,
    }.get(Rights(rights), Whose.OTHERS)


def seconds_of(text: str) -> int:
    """`3:20` → 200; minutes alone count too. Raises ValueError where it is no duration of at most four hours."""
    found = re.fullmatch(r"(\d{1,3})(?:[:.,](\d{2}))?", text.strip())
    if not found or int(found[2] or 0) > 59:
        raise ValueError(text)
    seconds = int(found[1]) * 60 + int(found[2] or 0)
    if seconds > LONGEST:
        raise ValueError(text)
    return seconds


def clock_of(seconds: int | None) -> str:
    """200 → `3:20`."""
    return "" if seconds is None else f"{seconds // 60}:{seconds % 60:02d}"


# --- rows -------------------------------------------------------------------------------------------------------------


def pieces_of(production: Production) -> list[Piece]:
    return [_piece(row) for row in Work.objects.filter(setlist__production=production).order_by("order")]


@transaction.atomic
def save(production: Production, pieces: Sequence[Piece]) -> Setlist:
    """These works in this order, instead of what was there. An empty list cannot be complete."""
    if len(pieces) > MOST:
        raise TooMany(len(pieces))
    # Two telephones at once: one after the other.
    setlist, _made = Setlist.objects.select_for_update().get_or_create(production=production)
    setlist.works.all().delete()
    Work.objects.bulk_create(_row(setlist, order, piece) for order, piece in enumerate(pieces, start=1))
    if not pieces:
        Setlist.objects.filter(pk=setlist.pk).update(filled_at=None)
    return setlist


def call_complete(production: Production, now: datetime | None) -> None:
    """From now on the office may rely on it; None: it is being worked on again."""
    Setlist.objects.filter(production=production).update(filled_at=now)


def others_of(act: Act, production: Production) -> list[Production]:
    """The act's other productions with works, of any edition, the newest first: to copy from."""
    rows = Production.objects.filter(act=act, setlist__works__isnull=False).exclude(pk=production.pk)
    return list(rows.select_related("edition").distinct().order_by("-edition__opens", "title")[:MOST])


def copied(pieces: Iterable[Piece]) -> list[Piece]:
    """As they were, but for when they began in a transmission that is over."""
    return [replace(piece, offset=None) for piece in pieces]


def _piece(row: Work) -> Piece:
    return Piece(
        whose=whose_of(row.rights_status),
        cleared=row.rights_status == Rights.CLEARED,
        arranged=row.rights_status == Rights.PUBLIC_DOMAIN_ARRANGED,
        **{name: getattr(row, name) for name in SAME},
    )


def _row(setlist: Setlist, order: int, piece: Piece) -> Work:
    return Work(
        setlist=setlist,
        order=order,
        rights_status=rights_of(piece.whose, piece.cleared, piece.arranged),
        **{name: getattr(piece, name) for name in SAME},
    )
