"""The office reads its planning list: it sees what is wrong, corrects it, and takes all of it over."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from events import demo
from events.desk.sheet_form import LONG_TEXT
from events.models import Change, Edition, Performance, PlanningList
from events.schedule import programme_day
from kultour import tables
from tests.events.every_table import every_table
from tests.events.test_pages import words

PAGE = "/en/buero/einlesen"
HEADS = ["Datum", "Beginn", "Dauer", "Ort", "Titel", "Mitwirkende", "Sparte"]


@pytest.fixture
def tonight(db) -> Edition:
    """A demo edition of the present day: views read the real clock."""
    demo.load(timezone.now())
    return Edition.objects.get(slug=demo.SLUG)


@pytest.fixture
def row(tonight) -> list:
    day = programme_day(tonight.opens, tonight.zone)
    return [f"{day:%d.%m.%Y}", "22:40", "30", "Die Quellen", "Leise Lieder", "Jorinde Beispiel", "Konzert"]


def upload(browser, edition: Edition, data: bytes, name: str = "liste.csv"):
    return browser.post(PAGE, {"edition": edition.pk, "file": SimpleUploadedFile(name, data)})


def looked_at(browser, answer) -> tuple[str, str]:
    """The preview's page, and the fingerprint in it."""
    page = browser.get(answer["Location"]).content.decode()
    return words(page), page.partition('name="seen" value="')[2][:32]


def test_ida_sees_what_is_wrong_corrects_it_and_takes_it_over(tonight, row, idas_browser):
    wrong = [*row[:3], "Die Qellen", *row[4:]]
    text, seen = looked_at(idas_browser, upload(idas_browser, tonight, tables.write_csv(HEADS, [wrong])))
    assert "One row cannot be taken over as it is." in text
    assert "Row 2 Ort There is no stage “Die Qellen”. Is “Die Quellen” meant?" in text
    assert ("Take it over" in text, seen) == (False, "")
    answer = upload(idas_browser, tonight, tables.write_xlsx(HEADS, [row]), "liste.xlsx")
    text, seen = looked_at(idas_browser, answer)
    assert "The list can be taken over." in text
    assert not Performance.objects.filter(title="Leise Lieder").exists()
    done = idas_browser.post(answer["Location"] + "/uebernehmen", {"seen": seen})
    assert done["Location"] == f"{PAGE}?uebernommen=1&ausgabe=demo&aenderung={Change.objects.latest('pk').pk}"
    assert "Taken over: one performance is a draft now." in words(idas_browser.get(done["Location"]).content.decode())
    assert Performance.objects.get(title="Leise Lieder").status == "draft"
    assert "Publish the one draft of this edition" in words(idas_browser.get(done["Location"]).content.decode())
    published = idas_browser.post(f"/en/buero/ausgaben/{tonight.pk}/veroeffentlichung")
    assert "One performance is published now." in words(idas_browser.get(published["Location"]).content.decode())
    assert Performance.objects.get(title="Leise Lieder").status == "published"


def test_what_was_not_looked_at_is_not_taken_over(tonight, row, idas_browser):
    answer = upload(idas_browser, tonight, tables.write_csv(HEADS, [row]))
    before = every_table()
    refused = idas_browser.post(answer["Location"] + "/uebernehmen", {"seen": "something else"})
    assert (refused.status_code, every_table() == before) == (409, True)
    assert "the programme has changed meanwhile" in words(refused.content.decode())


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", "This file is no table. Please choose a CSV or XLSX file."),
        (b"PK\x03\x04broken", "The file is broken: please open it in your program and save it again."),
        (b"a;b;c\r\n1;2;3\r\n", "The names of the columns are missing"),
        (b";".join([b"x"] * 20_000), "The table has more than 60 columns."),
        (b"x" * (tables.FILE_BYTES + 1), "The file is larger than 5 MB. Please divide the table."),
        (b"", "This file is empty. Please choose another one."),
    ],
)
def test_bad_files_are_refused_beside_the_field(tonight, idas_browser, data, sentence):
    answer = upload(idas_browser, tonight, data, "liste.xlsx")
    assert (answer.status_code, sentence in words(answer.content.decode())) == (422, True)


def test_a_form_without_a_file_or_with_a_strange_edition_is_refused(tonight, idas_browser):
    answer = idas_browser.post(PAGE, {"edition": "99999"})
    text = words(answer.content.decode())
    assert answer.status_code == 422
    assert "Please choose the file." in text
    assert "There is no such edition. Please choose one from the list." in text


def test_what_stands_in_cells_is_shown_as_text(tonight, row, idas_browser):
    evil = [*row[:4], "<script>alert(1)</script>", "'=HYPERLINK(1)", row[6]]
    page = idas_browser.get(upload(idas_browser, tonight, tables.write_csv(HEADS, [evil]))["Location"]).content.decode()
    assert ("<script>alert" in page, "&lt;script&gt;alert(1)&lt;/script&gt;" in page) == (False, True)


def test_a_long_list_has_pages(tonight, row, idas_browser):
    rows = [[*row[:4], f"Lied {number}", *row[5:]] for number in range(120)]
    address = upload(idas_browser, tonight, tables.write_csv(HEADS, rows))["Location"]
    assert "Page 3 of 3" in words(idas_browser.get(address + "?seite=3").content.decode())
    assert "And 20 more." in words(idas_browser.get(address).content.decode())


def test_the_programme_read_again_changes_nothing(tonight, idas_browser):
    longest = "x" * LONG_TEXT
    Performance.objects.filter(stage__slug="dom").update(text=longest, translations={"en": {"text": longest}})
    for ending in ("xlsx", "csv"):
        file = idas_browser.get(f"{PAGE}/{tonight.slug}/liste.{ending}")
        assert file["Content-Disposition"] == f'attachment; filename="planungsliste-demo.{ending}"'
        text, _seen = looked_at(idas_browser, upload(idas_browser, tonight, file.content))
        assert "There is nothing to take over: everything stands in the programme already." in text


def test_the_template_holds_the_columns(tonight, idas_browser):
    file = idas_browser.get(f"{PAGE}/vorlage.xlsx")
    assert [row.cells[:3] for row in tables.read(file.content)] == [("Datum", "Beginn", "Ende")]


def test_a_list_that_is_over_is_told_to_be_gone(tonight, row, idas_browser):
    address = upload(idas_browser, tonight, tables.write_csv(HEADS, [row]))["Location"]
    PlanningList.objects.update(expires_at=timezone.now(), made_at=timezone.now() - timedelta(hours=2))
    for answer in (idas_browser.get(address), idas_browser.post(address + "/uebernehmen")):
        assert answer["Location"] == f"{PAGE}?abgelaufen=1"
    assert "This list is not kept any more" in words(idas_browser.get(f"{PAGE}?abgelaufen=1").content.decode())


def test_a_list_can_be_discarded_by_its_owner_only(tonight, row, idas_browser, paul):
    address = upload(idas_browser, tonight, tables.write_csv(HEADS, [row]))["Location"]
    pauls_browser = Client()
    pauls_browser.force_login(paul)
    assert pauls_browser.get(address)["Location"] == f"{PAGE}?abgelaufen=1"
    pauls_browser.post(address + "/verwerfen")
    assert PlanningList.objects.count() == 1
    idas_browser.post(address + "/verwerfen")
    assert PlanningList.objects.count() == 0


def test_a_number_that_no_list_ever_had_is_gone_and_no_edition_bears_one(tonight, idas_browser):
    assert idas_browser.get(f"{PAGE}/{'9' * 40}")["Location"] == f"{PAGE}?abgelaufen=1"
    assert idas_browser.post(PAGE, {"edition": "9" * 40}).status_code == 422
    assert idas_browser.get(f"{PAGE}?uebernommen={'9' * 5000}").status_code == 200
    assert idas_browser.get(f"{PAGE}/mond/liste.csv").status_code == 404


def test_an_office_without_an_edition_reads_what_comes_first(db, idas_browser):
    assert "No edition is planned yet." in words(idas_browser.get(PAGE).content.decode())


@pytest.mark.parametrize("address", ["", "/1", "/1/uebernehmen", "/1/verwerfen", "/vorlage.csv", "/demo/liste.csv"])
def test_strangers_are_asked_to_sign_in(db, address):
    assert Client().post(PAGE + address)["Location"] == f"/en/anmelden?next={PAGE}{address}"
