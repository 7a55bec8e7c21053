"""What a table consists of, and how large it may be."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

from django.utils.translation import gettext as _

ROWS = 5_000
COLUMNS = 60
CHARACTERS = 5_000
"""Of one cell: as many as the longest text that a form takes, so that what is written can be read again."""
FORMULA_SIGNS = (
    *("=", "+", "-", "@", "\t", "\r", "\n"),
    # As East Asian keyboards write them, and programs there read them.
    *("\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}"),
    *("\N{FULLWIDTH HYPHEN-MINUS}", "\N{FULLWIDTH COMMERCIAL AT}"),
)
"""A program for tables may take text for a formula that begins with one of these (OWASP, CSV Injection)."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Unreadable(ValueError):
    """The file cannot be read as a table; the message says why, and what can be done."""


@dataclass(frozen=True)
class Formula:
    """A cell that is computed. `stored` is what the program that wrote the file had computed, if it said so."""

    stored: "Plain" = None


Plain: TypeAlias = str | int | float | bool | date | time | datetime | timedelta | None
Cell: TypeAlias = Plain | Formula
"""Dates and times come in Excel's own types where the file has them, else as text; an empty cell is None."""


@dataclass(frozen=True)
class Row:
    """`number` is that which the program shows beside the row; empty cells at the end are left out."""

    number: int
    cells: tuple[Cell, ...]


def rows_of(numbered: Iterable[tuple[int, Sequence[Cell]]]) -> Iterator[Row]:
    """The rows in which something stands, while they keep within the bounds; raises Unreadable."""
    found = 0
    for number, cells in numbered:
        filled = _trimmed([_checked(cell, number) for cell in cells]) if cells else ()
        if not filled:
            continue
        found += 1
        if found > ROWS:
            raise Unreadable(_("The table has more than {most} rows. Please divide it.").format(most=ROWS))
        if len(filled) > COLUMNS:
            raise Unreadable(
                _("The table has more than {most} columns. Please delete those that are not needed.").format(
                    most=COLUMNS
                )
            )
        yield Row(number, filled)


def _trimmed(cells: list[Cell]) -> tuple[Cell, ...]:
    while cells and cells[-1] is None:
        cells.pop()
    return tuple(cells)


def _checked(cell: Cell, row: int) -> Cell:
    """Text without spaces around it and with plain line ends."""
    if isinstance(cell, Formula):
        return Formula(_checked(cell.stored, row))  # type: ignore[arg-type]
    if not isinstance(cell, str):
        return cell
    if _CONTROL.search(cell):
        raise Unreadable(_("Row {row} holds characters that no text has. Is this file a table?").format(row=row))
    if len(cell) > CHARACTERS:
        raise Unreadable(
            _("A cell in row {row} has more than {most} characters. Please shorten it.").format(
                row=row, most=CHARACTERS
            )
        )
    return cell.replace("\r\n", "\n").replace("\r", "\n").strip() or None
