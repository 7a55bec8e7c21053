"""Which column is which: a table as it was uploaded becomes the lines of a planning list."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from kultour.tables import Cell, Formula, Row, Unreadable

LINES = 1_000
"""Performances in one list."""
LETTERS = 1_000_000
"""Of all cells together; so much is kept until the list is taken over."""
_HEAD_WITHIN = 10
"""Above the heads there may be a title and a date."""
_HEADS_AT_LEAST = 3


class Column(StrEnum):
    """The columns of the list, under their names in the template."""

    DAY = "Datum"
    START = "Beginn"
    END = "Ende"
    DURATION = "Dauer"
    STAGE = "Bühne"
    TITLE = "Titel"
    ACT = "Mitwirkende"
    KIND = "Art"
    AGE = "Alter"
    ACCESS = "Zugang"
    SPOKEN = "Sprache"
    TEXT = "Text"
    TITLE_EN = "Titel (englisch)"
    TEXT_EN = "Text (englisch)"


REQUIRED = (Column.START, Column.STAGE, Column.TITLE, Column.ACT, Column.KIND)
SYNONYMS: Mapping[Column, str] = {
    Column.DAY: "Tag, Date, Day, Veranstaltungstag",
    Column.START: "Start, Anfang, Uhrzeit, Zeit, Von, Startzeit, Anfangszeit",
    Column.END: "Bis, Schluss, End, Endzeit",
    Column.DURATION: "Länge, Minuten, Min, Dauer Min, Dauer Minuten, Dauer in Minuten, Spieldauer, Duration",
    Column.STAGE: "Ort, Spielort, Spielstätte, Stage, Venue, Raum",
    Column.TITLE: "Programmpunkt, Veranstaltung, Auftritt, Titel deutsch, Title",
    Column.ACT: "Mitwirkender, Künstler, Künstlerin, Künstler in, Künstlerinnen, Künstler innen, Gruppe, Act, Wer",
    Column.KIND: "Genre, Kategorie, Sparte, Format, Kind",
    Column.AGE: "Altersangabe, Altersfreigabe, Alter ab, FSK, Age",
    Column.ACCESS: "Barrierefreiheit, Zugänglichkeit, Barrierefrei, Access",
    Column.SPOKEN: "Sprachen, Gesprochene Sprache, Language",
    Column.TEXT: "Beschreibung, Kurztext, Ankündigung, Ankündigungstext, Text deutsch, Description",
    Column.TITLE_EN: "Titel englisch, Titel en, Titel engl, Title English, English title, Englischer Titel",
    Column.TEXT_EN: "Text englisch, Text en, Text engl, Text English, English text, Englischer Text",
}


def plain(text: str) -> str:
    """For comparing names: without case, signs and double spaces."""
    return " ".join(re.findall(r"\w+", text.casefold()))


_NAMES = {
    plain(name): column for column in Column for name in [column.value, *SYNONYMS.get(column, "").split(",")] if name
}


@dataclass(frozen=True)
class Line:
    """One row of the list as text; `computed` are the columns in which a formula stands."""

    number: int
    texts: Mapping[Column, str]
    computed: frozenset[Column] = frozenset()

    def __getitem__(self, column: Column) -> str:
        return self.texts.get(column, "")


@dataclass(frozen=True)
class Sheet:
    """`heads` are the columns that were found, under the names they have in the file; `unknown` the others."""

    heads: Mapping[Column, str]
    unknown: tuple[str, ...]
    lines: tuple[Line, ...]

    def head(self, column: Column) -> str:
        """The name under which people find the column in their file."""
        if column == Column.END and column not in self.heads:
            column = Column.DURATION
        return self.heads.get(column, column.value)

    def as_json(self) -> dict[str, Any]:
        lines = [[line.number, line.texts, sorted(line.computed)] for line in self.lines]
        return {"heads": self.heads, "unknown": list(self.unknown), "lines": lines}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Sheet":
        lines = (
            Line(number, {Column(column): text for column, text in texts.items()}, frozenset(map(Column, computed)))
            for number, texts, computed in kept["lines"]
        )
        heads = {Column(column): head for column, head in kept["heads"].items()}
        return cls(heads, tuple(kept["unknown"]), tuple(lines))


def sheet_of(rows: Sequence[Row]) -> Sheet:
    """The lines below the heads; raises Unreadable where a column is missing, stands there twice, or it is too much."""
    top = next((n for n, row in enumerate(rows[:_HEAD_WITHIN]) if len(_columns(row)) >= _HEADS_AT_LEAST), None)
    if top is None:
        raise Unreadable(
            _("The names of the columns are missing, such as {names}. They belong into the first row.").format(
                names=", ".join(REQUIRED)
            )
        )
    places = _columns(rows[top])
    heads = {column: as_text(rows[top].cells[places[column]]) for column in Column if column in places}
    _refuse_missing(heads)
    lines = [line for line in (_line(row, places) for row in rows[top + 1 :]) if line.texts or line.computed]
    _refuse_too_much(lines)
    known = set(places.values())
    unknown = (as_text(cell) for place, cell in enumerate(rows[top].cells) if place not in known)
    return Sheet(heads, tuple(head for head in unknown if head), tuple(lines))


def _columns(row: Row) -> dict[Column, int]:
    """Where the columns stand."""
    found: dict[Column, int] = {}
    for place, cell in enumerate(row.cells):
        column = _NAMES.get(plain(as_text(cell)))
        if column is None:
            continue
        if column in found and len(found) >= _HEADS_AT_LEAST:
            raise Unreadable(
                _("The column “{name}” stands there twice. Please delete one of the two.").format(name=column)
            )
        found[column] = place
    return found


def _refuse_missing(heads: Mapping[Column, str]) -> None:
    missing = [column.value for column in REQUIRED if column not in heads]
    if Column.END not in heads and Column.DURATION not in heads:
        missing.append(_("{end} or {duration}").format(end=Column.END.value, duration=Column.DURATION.value))
    if missing:
        raise Unreadable(_("These columns are missing: {names}.").format(names=", ".join(missing)))


def _refuse_too_much(lines: Sequence[Line]) -> None:
    if not lines:
        raise Unreadable(_("Below the names of the columns there is no row."))
    if len(lines) > LINES or sum(len(text) for line in lines for text in line.texts.values()) > LETTERS:
        raise Unreadable(_("A list holds at most {most} performances. Please divide it.").format(most=LINES))


def _line(row: Row, places: Mapping[Column, int]) -> Line:
    cells = {column: row.cells[place] for column, place in places.items() if place < len(row.cells)}
    texts = {column: as_text(cell) for column, cell in cells.items()}
    computed = frozenset(column for column, cell in cells.items() if isinstance(cell, Formula))
    return Line(row.number, {column: text for column, text in texts.items() if text}, computed)


def as_text(cell: Cell) -> str:
    """A cell as somebody would type it."""
    if isinstance(cell, Formula):
        return as_text(cell.stored)
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}" if cell.time() == time() else f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    if isinstance(cell, timedelta):
        minutes = round(cell.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)
