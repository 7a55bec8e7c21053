"""Ida keeps the fee register, and Jorinde says whom to pay."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from events import demo, invitations
from events.models import Act, Edition, Engagement, Fee, FeeData, LevyRate, Settled
from tests.events.test_pages import words

JORINDE = {
    "name": "Jorinde Beispiel", "stage_name": "", "address": "Uferweg 2, 33098 Beispielstadt", "work": "music",
    "standing": "self_employed",
}  # fmt: skip


@pytest.fixture
def agreed(db) -> Engagement:
    """Jorinde's engagement in a demo edition of today."""
    demo.load(timezone.now())
    act = Act.objects.get(slug="jorinde-beispiel")
    return Engagement.objects.create(edition=Edition.objects.get(), act=act, fee_data_wanted=True)


@pytest.fixture
def jorindes_phone(agreed) -> Client:
    phone, token = Client(), invitations.make(agreed.act, None, timezone.now())
    phone.post(f"/hinterbuehne/{token}")
    return phone


def typed(agreed: Engagement, **changes: str) -> dict[str, object]:
    fee = JORINDE | {"engagement": agreed.pk, "contract": "K 12/2026", "amount": "1.234,56", "paid_on": "2026-05-31"}
    return fee | changes


def paid(agreed: Engagement, amount: str, on: str | None = "2026-05-31", standing: str = "self_employed") -> Fee:
    return Fee.objects.create(engagement=agreed, **JORINDE | {"standing": standing}, amount=Decimal(amount), paid_on=on)


# --- the office -------------------------------------------------------------------------------------------------------


def test_ida_enters_a_fee_and_sees_the_levy(agreed, idas_browser):
    answer = idas_browser.post("/buero/gagen/neu", typed(agreed))
    assert (answer.status_code, answer["Location"]) == (302, "/buero/gagen?jahr=2026&gespeichert")
    assert Fee.objects.values_list("amount", "paid_on").get() == (Decimal("1234.56"), date(2026, 5, 31))
    page = words(idas_browser.get(answer["Location"]).content.decode())
    assert "Summe 1.234,56 €, davon abgabepflichtig 1.234,56 €" in page
    assert "Abgabe darauf, 4,9 % 60,49 €" in page
    assert "Bis 31. März 2027 an die Künstlersozialkasse zu melden." in page


def test_a_fee_is_corrected_and_one_entered_by_mistake_deleted(agreed, idas_browser):
    fee = paid(agreed, "100.00")
    assert 'value="100,00"' in idas_browser.get(f"/buero/gagen/{fee.pk}").content.decode()
    idas_browser.post(f"/buero/gagen/{fee.pk}", typed(agreed, amount="80", paid_on=""))
    fee.refresh_from_db()
    assert (fee.amount, fee.paid_on) == (Decimal("80.00"), None)
    assert "Noch nicht bezahlt" in words(idas_browser.get("/buero/gagen").content.decode())
    idas_browser.post(f"/buero/gagen/{fee.pk}/loeschung")
    assert Fee.objects.count() == 0


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"amount": "1.5"}, "Bitte nennen Sie den Betrag in Euro, zum Beispiel 1.234,56."),
        ({"amount": "-1"}, "Bitte nennen Sie den Betrag in Euro, zum Beispiel 1.234,56."),
        ({"amount": "1.000.000"}, "Ein Betrag ist hier höchstens 999.999,99 Euro."),
        ({"amount": ""}, "Bitte nennen Sie den Betrag."),
        ({"name": ""}, "Bitte sagen Sie, wer bezahlt wird."),
        ({"address": "x" * 501}, "höchstens 500 Zeichen"),
        ({"standing": ""}, "Bitte wählen Sie: Davon hängt die Abgabe ab."),
        ({"paid_on": "gestern"}, "Bitte geben Sie den Tag"),
        ({"paid_on": "0026-05-31"}, "Bitte prüfen Sie das Jahr."),
        ({"engagement": "0"}, "Auswahl"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(agreed, idas_browser, wrong, sentence):
    answer = idas_browser.post("/buero/gagen/neu", typed(agreed, **wrong))
    assert (answer.status_code, Fee.objects.count()) == (422, 0)
    assert sentence in words(answer.content.decode())
    assert 'value="K 12/2026"' in answer.content.decode()


def test_a_year_without_a_rate_is_refused_until_ida_enters_it(agreed, idas_browser):
    paid(agreed, "1000.00", "2028-03-01")
    sentence = "Für 2028 ist noch kein Satz der Künstlersozialabgabe eingetragen."
    assert sentence in words(idas_browser.get("/buero/gagen?jahr=2028").content.decode())
    assert sentence in words(idas_browser.get("/buero/gagen/jahr/2028/druck").content.decode())
    refused = idas_browser.get("/buero/gagen/jahr/2028.csv")
    assert (refused.status_code, sentence in words(refused.content.decode())) == (409, True)
    idas_browser.post("/buero/gagen/saetze", {"year": "2028", "percent": "5,2"})
    assert "Abgabe darauf, 5,2 % 52,00 €" in words(idas_browser.get("/buero/gagen?jahr=2028").content.decode())
    idas_browser.post("/buero/gagen/saetze", {"year": "2028", "percent": "5.1"})
    assert LevyRate.objects.get(year=2028).percent == Decimal("5.1")


@pytest.mark.parametrize("percent", ["", "viel", "21", "-1", "1,234"])
def test_a_rate_that_is_none_is_refused(db, idas_browser, percent):
    answer = idas_browser.post("/buero/gagen/saetze", {"year": "2028", "percent": percent})
    assert (answer.status_code, LevyRate.objects.filter(year=2028).exists()) == (422, False)


def test_the_year_as_a_file_ends_with_sum_and_levy(agreed, idas_browser):
    paid(agreed, "1000.00")
    paid(agreed, "500.00", standing="legal_person")
    paid(agreed, "200.00", standing="abroad")
    paid(agreed, "70.00", "2025-12-31")
    lines = idas_browser.get("/buero/gagen/jahr/2026.csv").content.decode().splitlines()
    assert [line.split(";")[0].strip('"') for line in lines[4:]] == [
        "Summe", "Abgabe darauf, 4,9 %", "Ins Ausland gezahlt, noch zu prüfen", "Abgabe, falls auch das alles zählt",
    ]  # fmt: skip
    assert [line.split(";")[-1] for line in lines[4:]] == ['"1000,00"', '"49,00"', '""', '"58,80"']
    assert idas_browser.get("/buero/gagen/jahr/2026.xlsx").status_code == 200


def test_a_name_that_looks_like_a_formula_stays_a_name(agreed, idas_browser):
    idas_browser.post("/buero/gagen/neu", typed(agreed, name="=1+1"))
    assert '"\'=1+1"' in idas_browser.get("/buero/gagen/jahr/2026.csv").content.decode()


def test_ida_notes_that_the_year_is_reported(agreed, idas_browser):
    paid(agreed, "1000.00")
    told = idas_browser.post("/buero/gagen/jahr/2026/meldung", follow=True)
    assert "an die Künstlersozialkasse gemeldet." in words(told.content.decode())
    assert Settled.objects.values_list("duty", "subject").get() == ("levy", "2026")
    idas_browser.post("/buero/gagen/jahr/2026/meldung", {"offen": "1"})
    assert Settled.objects.count() == 0


@pytest.mark.parametrize("year", ["", "0", "99999", "0200012", "²", "-1", "9" * 5000])
def test_a_year_nobody_means_is_the_present_one(db, idas_browser, year):
    assert idas_browser.get(f"/buero/gagen?jahr={year}").status_code == 200
    assert idas_browser.get(f"/buero/gagen/saetze?jahr={year}").status_code == 200


@pytest.mark.parametrize("path", ["", "/neu", "/saetze", "/jahr/2026.csv", "/jahr/2026/druck"])
def test_nobody_else_sees_what_anybody_gets(db, client, jorinde, path):
    assert client.get(f"/buero/gagen{path}").status_code == 302
    client.force_login(jorinde)
    assert client.get(f"/buero/gagen{path}").status_code == 403


# --- the act ----------------------------------------------------------------------------------------------------------


def test_jorinde_says_whom_to_pay_and_idas_form_begins_with_it(agreed, jorindes_phone, idas_browser):
    answer = jorindes_phone.post("/hinterbuehne/gage", JORINDE, follow=True)
    assert "Gespeichert." in words(answer.content.decode())
    said = FeeData.objects.get()
    assert (said.engagement, said.name, said.standing) == (agreed, "Jorinde Beispiel", "self_employed")
    assert "Jorinde Beispiel hat geantwortet" in words(idas_browser.get("/buero/gagen").content.decode())
    form = idas_browser.get(f"/buero/gagen/neu?engagement={agreed.pk}").content.decode()
    assert 'value="Jorinde Beispiel"' in form and "Uferweg 2" in form


def test_nobody_asks_for_a_bank_account(agreed, jorindes_phone):
    page = jorindes_phone.get("/hinterbuehne/gage")
    assert "IBAN" not in page.content.decode()
    assert "Ihre Bankverbindung gehört nicht hierher" in words(page.content.decode())
    assert not any("iban" in field.name for field in (*Fee._meta.fields, *FeeData._meta.fields))


def test_what_is_missing_is_said_and_what_jorinde_typed_stays(agreed, jorindes_phone):
    answer = jorindes_phone.post("/hinterbuehne/gage", JORINDE | {"address": "", "work": ""})
    assert (answer.status_code, FeeData.objects.count()) == (422, 0)
    assert "Bitte nennen Sie die Anschrift" in words(answer.content.decode())
    assert 'value="Jorinde Beispiel"' in answer.content.decode()


def test_where_the_office_does_not_ask_there_is_no_page(agreed, jorindes_phone, idas_browser):
    idas_browser.post(f"/buero/gagen/angaben/{agreed.pk}", {"nicht": "1"})
    assert jorindes_phone.get("/hinterbuehne/gage").status_code == 404
    idas_browser.post(f"/buero/gagen/angaben/{agreed.pk}")
    assert jorindes_phone.get("/hinterbuehne/gage").status_code == 200
    assert Client().get("/hinterbuehne/gage").status_code == 403
