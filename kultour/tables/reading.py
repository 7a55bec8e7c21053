"""A table from a file that somebody uploads; what the file is, its first bytes say and not its name."""

import csv
import io
import re

from django.utils.translation import gettext as _

from kultour.tables import xlsx
from kultour.tables.cells import COLUMNS, FORMULA_SIGNS, Formula, Row, Unreadable, rows_of

FILE_BYTES = 5 * 1024 * 1024
ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0"
"""Old Excel files, and new ones with a password, are such containers (MS-CFB)."""
_QUOTED = re.compile(r'"[^"]*"')
_SEPARATORS = ";\t,"
_NAMED_SEPARATOR = re.compile(r"sep=([;,\t])\r?\n", re.IGNORECASE)
"""Excel's own first line."""


def read(data: bytes) -> list[Row]:
    """The rows of a CSV file or of an XLSX file's first sheet, without empty ones.

    Raises Unreadable, with a sentence for the person who chose the file.
    """
    if len(data) > FILE_BYTES:
        raise Unreadable(_("The file is larger than {most} MB. Please divide the table.").format(most=FILE_BYTES >> 20))
    if data.startswith(OLE):
        raise Unreadable(
            _("This is an old Excel file, or one with a password. Please save it as .xlsx without a password.")
        )
    rows = xlsx.read(data) if data.startswith(ZIP) else _read_csv(data)
    if not rows:
        raise Unreadable(_("There is nothing in this table."))
    return rows


# --- CSV --------------------------------------------------------------------------------------------------------------


def _read_csv(data: bytes) -> list[Row]:
    text = _text(data)
    named = _NAMED_SEPARATOR.match(text)
    separator = named[1] if named else _separator(text)
    rows = csv.reader(io.StringIO(text[named.end() :] if named else text, newline=""), delimiter=separator, strict=True)
    try:
        return list(rows_of((number, _cells(row)) for number, row in enumerate(rows, 1)))
    except csv.Error as error:
        raise Unreadable(
            _("Line {line} cannot be read: please check its quotation marks.").format(line=rows.line_num)
        ) from error


def _text(data: bytes) -> str:
    """UTF-8 with or without its mark, else the code page of Western European Windows."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable(_("This file is no table. Please choose a CSV or XLSX file."))


def _separator(text: str) -> str:
    """What divides the first line most often."""
    lines = (line for line in _QUOTED.sub("", text[:100_000]).splitlines() if line.strip())
    first = next(lines, "")
    return max(_SEPARATORS, key=first.count)


def _cells(row: list[str]) -> list[str | Formula | None]:
    """Of what stands too far to the right one cell is enough to say so: a line of 5 MB has millions."""
    beyond = next(filter(str.strip, row[COLUMNS:]), None)
    return [*map(_cell, row[:COLUMNS]), *([beyond] if beyond else [])]


def _cell(text: str) -> str | Formula | None:
    if text.startswith("="):
        return Formula()
    # The apostrophe that `write_csv` set before it.
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_SIGNS) else text
