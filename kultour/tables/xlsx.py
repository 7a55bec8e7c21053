"""A table from an XLSX file (ECMA-376), which is a ZIP archive of XML: it is measured before it is believed."""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from kultour.tables.cells import Cell, Formula, Row, Unreadable, rows_of

MEMBERS = 200
UNPACKED_BYTES = 50 * 1024 * 1024
RATIO = 100
"""The archive may unpack to so many times its size."""
TAGS = 1_500_000
"""As many as the largest table has; each takes the parser some microseconds."""
MOST_COLUMNS, MOST_ROWS = 128, 20_000
"""Farther to the right and farther down nothing is looked for, though programs format a million empty rows."""
_CHUNK = 64 * 1024
_FORMULA = re.compile(rb"<(\w+:)?f[ >/]")
_PLAIN_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
"""The only ones in the standard; the others unpack without a bound on each step."""


def read(data: bytes) -> list[Row]:
    """The first sheet that is not hidden. Raises Unreadable."""
    try:
        computed = _measure(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl leaves aside
            return list(rows_of(enumerate(_cells(data, computed), 1)))
    except Unreadable:
        raise
    except DefusedXmlException as error:
        raise Unreadable(_("This file defines its own XML entities, as no table does. It is not opened.")) from error
    except Exception as error:  # A broken file makes openpyxl and zipfile stumble over anything.
        raise Unreadable(_("The file is broken: please open it in your program and save it again.")) from error


# --- before it is unpacked --------------------------------------------------------------------------------------------


def _measure(data: bytes) -> bool:
    """Refuse what is too large or no table, first by what the archive declares and then by what is really in it.

    Says whether a formula may be in there.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        _refuse_bombs(len(data), members)
        if "mimetype" in archive.namelist():
            raise Unreadable(_("This is an OpenDocument file. Please save it as .xlsx or .csv."))
        room = sum(member.file_size for member in members)
        computed, tags = False, 0
        for member in members:
            unpacked = b"".join(_chunks(archive, member, room))
            room -= len(unpacked)
            tags += unpacked.count(b"<")
            if tags > TAGS:
                raise Unreadable(_("Unpacked, this file is far too large for a table. It is not opened."))
            _refuse_entities(member.filename, unpacked)
            computed = computed or _FORMULA.search(unpacked) is not None
    return computed


def _refuse_bombs(size: int, members: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(member.file_size for member in members)
    if len(members) > MEMBERS or unpacked > min(UNPACKED_BYTES, size * RATIO):
        raise Unreadable(_("Unpacked, this file is far too large for a table. It is not opened."))
    if any(member.flag_bits & 1 for member in members):
        raise Unreadable(_("This file has a password. Please save it without one."))
    if any(member.compress_type not in _PLAIN_METHODS for member in members):
        raise Unreadable(_("The file is broken: please open it in your program and save it again."))


def _chunks(archive: zipfile.ZipFile, member: zipfile.ZipInfo, room: int) -> Iterator[bytes]:
    with archive.open(member) as packed:
        while chunk := packed.read(_CHUNK):
            room -= len(chunk)
            if room < 0:
                raise Unreadable(_("Unpacked, this file is far too large for a table. It is not opened."))
            yield chunk


def _refuse_entities(name: str, unpacked: bytes) -> None:
    """A document type can only stand before the first element, so that is as far as we look."""
    try:
        next(iterparse(io.BytesIO(unpacked), events=("start",), forbid_dtd=True), None)
    except ParseError:
        if name.endswith((".xml", ".rels")):
            raise


# --- what stands in it ------------------------------------------------------------------------------------------------


def _cells(data: bytes, computed: bool) -> Iterator[Sequence[Cell]]:
    """Row after row. Values are those the file stores; openpyxl evaluates nothing."""
    stored = _raw(data, data_only=True)
    if not computed:
        yield from (row if row.count(None) < len(row) else () for row in stored)
        return
    for values, computes in zip_longest(stored, _raw(data, data_only=False), fillvalue=()):
        yield [
            Formula(value) if formula is not None and formula.data_type == "f" else value
            for value, formula in zip_longest(values, computes, fillvalue=None)
        ]


def _raw(data: bytes, *, data_only: bool) -> Iterator[tuple[Any, ...]]:
    """Values, or cells that tell whether they are computed."""
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=data_only, keep_links=False)
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not sheets:
        raise Unreadable(_("There is nothing in this table."))
    # What the file says of its own size may be wrong.
    sheets[0].reset_dimensions()
    yield from sheets[0].iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=data_only)
