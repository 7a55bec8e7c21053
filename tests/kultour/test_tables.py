"""Tables come in from anybody's program and go out to anybody's, and none of them does anything by itself."""

import io
import struct
import warnings
import zipfile
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from django.utils import translation
from openpyxl import Workbook, load_workbook

from kultour import tables
from kultour.tables import Formula, Unreadable, read, write_csv, write_xlsx

EVIL = [
    '=HYPERLINK("https://evil.example")',
    "+1",
    "-1+2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\N{FULLWIDTH EQUALS SIGN}1",
]
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def cells(data: bytes) -> list[tuple]:
    return [row.cells for row in read(data)]


def why_not(data: bytes) -> str:
    with pytest.raises(Unreadable) as refusal:
        read(data)
    return str(refusal.value)


def workbook(*rows: list, **cells_by_name: object) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for name, value in cells_by_name.items():
        book.active[name] = value
    return saved(book)


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rezipped(data: bytes, method: int = zipfile.ZIP_DEFLATED, **members: bytes | None) -> bytes:
    """The same archive with other members; `__` in a name stands for a slash, `_xml` for its ending."""
    changed = {name.replace("__", "/").replace("_xml", ".xml"): content for name, content in members.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", method) as new:
        for name in dict.fromkeys([*old.namelist(), *changed]):
            content = changed.get(name, old.read(name) if name in old.namelist() else None)
            if content is not None:
                new.writestr(name, content)
    return out.getvalue()


# --- CSV --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_csv_is_read_as_it_was_meant(encoding, separator):
    text = f'Bühne{separator}Titel\r\n"Schloß"{separator}"Lieder; leise, ""ganz""\r\nleise"\r\n'
    assert cells(text.encode(encoding)) == [("Bühne", "Titel"), ("Schloß", 'Lieder; leise, "ganz"\nleise')]


def test_rows_keep_the_numbers_that_the_program_shows():
    assert [(row.number, row.cells) for row in read(b"\r\na;b;;\r\n;;\r\n;c\r\n")] == [
        (2, ("a", "b")),
        (4, (None, "c")),
    ]


def test_excels_own_first_line_names_the_separator():
    assert cells(b"sep=,\r\na,b;c\r\n") == [("a", "b;c")]


def test_text_before_which_we_set_an_apostrophe_is_read_without_it():
    assert cells(b"'=1+1;'tis;-;'-\r\n") == [("=1+1", "'tis", "-", "-")]


def test_a_formula_in_a_csv_has_no_value():
    assert cells(b'Titel\r\n"=HYPERLINK(""https://evil.example"")"\r\n') == [("Titel",), (Formula(),)]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "There is nothing in this table."),
        (b" ;;\r\n", "There is nothing in this table."),
        (PNG, "This file is no table. Please choose a CSV or XLSX file."),
        (b"a;b\0\r\n", "This file is no table. Please choose a CSV or XLSX file."),
        (b"a;b\x07\r\n", "Row 1 holds characters that no text has. Is this file a table?"),
        (b'a\r\nb;"c\r\nd', "Line 3 cannot be read: please check its quotation marks."),
        (b"a;" * 2_500_000, "The table has more than 60 columns. Please delete those that are not needed."),
        (b"a;b\r\n" * 5_001, "The table has more than 5000 rows. Please divide it."),
        (b"a\r\n" + b"x" * 5_001, "A cell in row 2 has more than 5000 characters. Please shorten it."),
        (b'"' + b"x" * 200_000, "Line 1 cannot be read: please check its quotation marks."),
        (b"x" * (tables.FILE_BYTES + 1), "The file is larger than 5 MB. Please divide the table."),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(data, sentence):
    assert why_not(data) == sentence


def test_what_is_just_within_the_bounds_is_read():
    most = b";".join([b"x" * 5_000] * 60) + b"\r\n"
    assert cells(most) == [("x" * 5_000,) * 60]
    assert len(read(b"a;b\r\n" * 5_000)) == 5_000


# --- XLSX -------------------------------------------------------------------------------------------------------------


def test_an_xlsx_gives_dates_and_times_in_their_own_types():
    data = workbook(["Datum", "Beginn", "Dauer"], [date(2027, 5, 16), time(19, 30), 45], [None, None, "1,5 h"])
    assert cells(data) == [
        ("Datum", "Beginn", "Dauer"),
        (datetime(2027, 5, 16), time(19, 30), 45),
        (None, None, "1,5 h"),
    ]


def test_the_first_sheet_that_is_not_hidden_counts():
    book = Workbook()
    book.active.append(["hidden"])
    book.active.sheet_state = "hidden"
    book.create_sheet().append(["shown"])
    assert cells(saved(book)) == [("shown",)]


def test_a_formula_is_never_computed_but_what_was_stored_is_kept():
    data = workbook(["Titel"], ["=1+1"], ["plain"])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    stored = rezipped(
        data, xl__worksheets__sheet1_xml=sheet.replace(b"<v></v>", b"<v>2</v>").replace(b"<v />", b"<v>2</v>")
    )
    assert (cells(data), cells(stored)) == (
        [("Titel",), (Formula(),), ("plain",)],
        [("Titel",), (Formula(2),), ("plain",)],
    )


def test_text_that_looks_like_a_formula_is_text_beside_a_real_one():
    data = write_xlsx(["Titel"], [["=1+1"]])
    book = load_workbook(io.BytesIO(data))
    book.active["B2"] = "=2+2"
    book.active["A2"].data_type = "s"
    assert cells(saved(book))[1] == ("=1+1", Formula())


def test_a_sheet_that_lies_about_its_size_is_read_as_far_as_something_stands_in_it():
    assert cells(workbook(["a"], A20000="z")) == [("a",), ("z",)]
    assert cells(workbook(["a"], A1048576="z")) == [("a",)]


@pytest.mark.parametrize("wide", [workbook(["a"] * 61), workbook(["a"], DA1="far out"), workbook(["a"] * 16_000)])
def test_an_xlsx_that_is_too_wide_says_so(wide):
    assert why_not(wide) == "The table has more than 60 columns. Please delete those that are not needed."


def test_an_xlsx_that_is_too_long_says_so():
    assert why_not(workbook(*[["a"]] * 5_001)) == "The table has more than 5000 rows. Please divide it."


def test_links_to_other_files_are_not_followed():
    data = rezipped(
        workbook(["a"]),
        xl__externalLinks__externalLink1_xml=b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>',
    )
    assert cells(data) == [("a",)]


LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize("member", ["xl__worksheets__sheet1_xml", "xl__sharedStrings_xml", "xl__workbook_xml"])
def test_a_billion_laughs_are_heard_by_nobody(member):
    joke = b'<?xml version="1.0"?>' + LAUGHS + b"<x>&b;</x>"
    assert why_not(rezipped(workbook(["a"]), **{member: joke})) == (
        "This file defines its own XML entities, as no table does. It is not opened."
    )
    in_utf_16 = joke.decode().encode("utf-16")
    assert "XML entities" in why_not(rezipped(workbook(["a"]), **{member: in_utf_16}))


TOO_LARGE = "Unpacked, this file is far too large for a table. It is not opened."


def test_a_zip_bomb_is_refused_by_what_it_declares():
    assert why_not(rezipped(workbook(["a"]), xl__media__image1=b"\0" * 20_000_000)) == TOO_LARGE


def test_a_zip_bomb_that_lies_about_its_size_is_refused_too():
    bomb = bytearray(rezipped(workbook(["a"]), bomb=b"\0" * 20_000_000))
    for declared in (b"PK\x03\x04", b"PK\x01\x02"):
        entry = (
            bomb.rindex(declared)
            if declared == b"PK\x01\x02"
            else bomb.rindex(b"bomb", 0, bomb.index(b"PK\x01\x02")) - 30
        )
        struct.pack_into("<L", bomb, entry + (22 if declared == b"PK\x03\x04" else 24), 100)
    assert why_not(bytes(bomb)) == "The file is broken: please open it in your program and save it again."


def test_a_sheet_of_nothing_but_tags_is_refused():
    sheet = b"<worksheet>" + b"".join(b'<row r="%d"/>' % number for number in range(1_500_000))
    assert why_not(rezipped(workbook(["a"]), xl__worksheets__sheet1_xml=sheet)) == TOO_LARGE


def test_an_archive_of_many_members_is_refused():
    assert why_not(rezipped(workbook(["a"]), **{f"n{number}": b"" for number in range(200)})) == TOO_LARGE


def test_other_ways_of_packing_are_refused():
    assert why_not(rezipped(workbook(["a"]), zipfile.ZIP_BZIP2)).startswith("The file is broken")


def test_files_with_a_password_say_so():
    locked = bytearray(workbook(["a"]))
    at = locked.index(b"PK\x01\x02")
    while at >= 0:
        locked[at + 8] |= 1
        at = locked.find(b"PK\x01\x02", at + 4)
    assert why_not(bytes(locked)) == "This file has a password. Please save it without one."
    assert "with a password" in why_not(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))


@pytest.mark.parametrize(
    "broken",
    [
        workbook(["a"])[:2_000],
        b"PK\x03\x04" + b"x" * 500,
        rezipped(workbook(["a"]), xl__workbook_xml=None),
        rezipped(workbook(["a"]), xl__worksheets__sheet1_xml=b"<worksheet><sheetData><row>"),
        rezipped(workbook(["a"]), xl__worksheets__sheet1_xml=PNG),
    ],
)
def test_broken_files_say_so(broken):
    assert why_not(broken) == "The file is broken: please open it in your program and save it again."


def test_an_opendocument_file_names_the_cure():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert why_not(out.getvalue()) == "This is an OpenDocument file. Please save it as .xlsx or .csv."


# --- out --------------------------------------------------------------------------------------------------------------


def test_a_csv_opens_in_a_german_excel_and_holds_no_formula():
    data = write_csv(["Titel", "=Kopf"], [[text, 1] for text in EVIL])
    lines = data.decode("utf-8-sig").split('"\r\n"')
    assert (data[:3], lines[:3]) == (
        b"\xef\xbb\xbf",
        ['"Titel";"\'=Kopf', '\'=HYPERLINK(""https://evil.example"")";"1', '\'+1";"1'],
    )
    assert all(text.startswith(("'", '"')) for text in lines)


def test_values_in_a_csv_are_written_as_in_germany():
    row = [date(2027, 5, 16), time(19, 5), datetime(2027, 5, 16, 0, 30), Decimal("-4.20"), 3, None, 'a\r\n"b";']
    assert write_csv(["a"], [row]).decode("utf-8-sig") == (
        '"a"\r\n"16.05.2027";"19:05";"16.05.2027 00:30";"-4,20";"3";"";"a\r\n""b"";"\r\n'
    )


def test_an_xlsx_holds_strings_and_never_formulas():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        book = load_workbook(io.BytesIO(write_xlsx(["=Kopf"], [[text] for text in EVIL], title="Gäste: [alle]")))
    found = [cell for row in book.active.iter_rows() for cell in row]
    assert {cell.data_type for cell in found} == {"s"}
    assert [cell.value for cell in found][:3] == ["=Kopf", *EVIL[:2]]
    assert all(cell.quotePrefix for cell in found)


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_what_we_write_we_read(write):
    rows = [["=1+1", "a\nb"], ["'tis", "-"], ["ä;\t,", "x"], ["NUL\0gone", "@home"]]
    assert cells(write(["Titel", "Text"], rows)) == [("Titel", "Text"), *map(tuple, rows[:3]), ("NULgone", "@home")]


def test_dates_in_an_xlsx_are_excels_own():
    row = [date(2027, 5, 16), time(19, 5), datetime(2027, 5, 16, 0, 30), 4.2]
    assert cells(write_xlsx(["a", "b", "c", "d"], [row]))[1] == (datetime(2027, 5, 16), *row[1:])
