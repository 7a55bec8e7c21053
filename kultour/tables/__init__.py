"""Tables as offices exchange them: CSV and XLSX in, CSV and XLSX out. Formulas are neither evaluated nor written."""

from kultour.tables.cells import Cell, Formula, Row, Unreadable
from kultour.tables.reading import FILE_BYTES, read
from kultour.tables.writing import Value, harmless, write_csv, write_xlsx

__all__ = ["FILE_BYTES", "Cell", "Formula", "Row", "Unreadable", "Value", "harmless", "read", "write_csv", "write_xlsx"]
