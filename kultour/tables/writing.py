"""A table as a file to download. Text that looks like a formula stays text, in whatever program it is opened."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypeAlias

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from kultour.tables.cells import FORMULA_SIGNS

Value: TypeAlias = str | int | float | Decimal | date | time | datetime | None
"""Dates and times as the wall shows them: a zone is left out, so convert before."""
BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""By it Excel knows UTF-8."""
NARROWEST, WIDEST = 8, 60
_FORMATS: Sequence[tuple[type, str, str]] = (
    (datetime, "%d.%m.%Y %H:%M", "DD.MM.YYYY HH:MM"),
    (date, "%d.%m.%Y", "DD.MM.YYYY"),
    (time, "%H:%M", "HH:MM"),
)
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def write_csv(heads: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """UTF-8 with its mark, semicolons, everything quoted, decimal commas: as a German Excel opens it by a click."""
    out = io.StringIO(BOM, newline="")
    out.seek(0, io.SEEK_END)
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([_in_csv(value) for value in row] for row in [heads, *rows])
    return out.getvalue().encode()


def harmless(text: str) -> str:
    """What somebody typed must not become a formula in somebody else's spreadsheet (OWASP, CSV injection)."""
    text = text.replace("\0", "")
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def _in_csv(value: Value) -> str:
    if isinstance(value, str):
        return harmless(value)
    for kind, pattern, _excel in _FORMATS:
        if isinstance(value, kind):
            return value.strftime(pattern)  # type: ignore[union-attr]
    if isinstance(value, float | Decimal):
        return str(value).replace(".", ",")
    return "" if value is None else str(value)


def write_xlsx(heads: Sequence[str], rows: Iterable[Sequence[Value]], *, title: str = "Tabelle") -> bytes:
    """One sheet with a head that stays in view. Dates and times are Excel's own, so that they can be sorted."""
    table = [list(row) for row in rows]
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\\*?:/\[\]]", " ", title)[:31])
    sheet.freeze_panes = "A2"
    for number, column in enumerate(zip(heads, *table, strict=True), 1):
        longest = max(len(line) for value in column for line in (str(value).splitlines() or [""]))
        sheet.column_dimensions[get_column_letter(number)].width = min(max(longest + 2, NARROWEST), WIDEST)
    styles = _Styles(sheet)
    sheet.append([_in_xlsx(sheet, head, styles, bold=True) for head in heads])
    for row in table:
        sheet.append([_in_xlsx(sheet, value, styles) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


class _Styles(dict[tuple[str, bool, bool], Any]):
    """Each style of the sheet, made once: openpyxl takes ten times as long to make one as to write a cell."""

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet

    def __missing__(self, key: tuple[str, bool, bool]) -> Any:
        pattern, guarded, bold = key
        cell = WriteOnlyCell(self.sheet)
        cell.alignment = Alignment(wrap_text=not pattern, vertical="top")
        cell.quotePrefix = guarded
        cell.font = Font(bold=bold)
        if pattern:
            cell.number_format = pattern
        self[key] = cell._style
        return cell._style


def _in_xlsx(sheet: Any, value: Value, styles: _Styles, *, bold: bool = False) -> Any:
    if isinstance(value, datetime | time):
        value = value.replace(tzinfo=None)
    if isinstance(value, str):
        value = _NOT_IN_XML.sub("", value.replace("\r\n", "\n"))
    cell = WriteOnlyCell(sheet, value)
    pattern = next((pattern for kind, _csv, pattern in _FORMATS if isinstance(value, kind)), "")
    cell._style = styles[pattern, isinstance(value, str) and value.startswith(FORMULA_SIGNS), bold]
    if isinstance(value, str):
        cell.data_type = "s"
    return cell
