"""The usage report to GEMA: live and on demand apart, month by month, and nobody paid."""

import io
from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override
from openpyxl import load_workbook

from events.duties.counts import told, told_mean
from events.duties.usage_pages import rows, sums
from events.figures import Concurrency, Usage
from tests.events.test_pages import words

JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)
COUNTED = [
    Usage("on_demand", JULY, "Abendlicht", 1, 0, 4),
    Usage("on_demand", JUNE, "Abendlicht", 1, 0, 31),
    Usage("live", JUNE, "Orgel", 2, 2, 5),
    Usage("live", JUNE, "Abendlicht", 1, 1, 0),
    Usage("taken", JUNE, "Abendlicht", 1, 0, 6),
]


def test_a_row_per_month_way_and_title():
    nothing = Decimal("0.00")
    with override("de"):
        assert rows(COUNTED) == [
            ["06/2026", "VR-OD 15", "live", "Abendlicht", 1, "0", nothing],
            ["06/2026", "VR-OD 15", "live", "Orgel", 2, "5", nothing],
            ["06/2026", "VR-OD 10", "auf Abruf", "Abendlicht", None, "31", nothing],
            ["06/2026", "", "mitgenommen", "Abendlicht", None, "6", nothing],
            ["07/2026", "VR-OD 10", "auf Abruf", "Abendlicht", None, "unter 5", nothing],
        ]
    assert sums(COUNTED) == {"live": 5, "on_demand": 35, "taken": 6}


@pytest.mark.parametrize(("count", "words"), [(0, "0"), (1, "unter 5"), (4, "unter 5"), (5, "5"), (1200, "1200")])
def test_a_number_so_small_that_somebody_might_be_recognised_does_not_leave_the_house(count, words):
    with override("de"):
        assert told(count) == words


def test_a_mean_has_one_decimal_place_and_is_coarse_where_it_is_small():
    with override("de"):
        assert [told_mean(mean) for mean in (0, 0.2, 4.9, 5, 41.26)] == ["0,0", "unter 5", "unter 5", "5,0", "41,3"]


def test_ida_reads_it_and_takes_it_along(db, live_side, idas_browser):
    live_side(counted=COUNTED, together=Concurrency(60.0, 90, 3.1))
    page = words(idas_browser.get("/buero/gema/nutzung?jahr=2026").content.decode())
    assert "Zugriffe live 5 Zugriffe auf Abruf 35 Mitgenommen 6. Heruntergeladen oder als Podcast geholt." in page
    assert "Einnahmen 0,00 € Gleichzeitig im Mittel 60,0." in page
    sheet = load_workbook(io.BytesIO(idas_browser.get("/buero/gema/nutzung.xlsx?jahr=2026").content)).active
    assert [cell.value for cell in sheet[6]][:6] == ["07/2026", "VR-OD 10", "auf Abruf", "Abendlicht", None, "unter 5"]
    assert "unter 5" in idas_browser.get("/buero/gema/nutzung.csv?jahr=2026").content.decode()


@pytest.mark.parametrize("year", ["", "0", "9999999", "²", "jetzt"])
def test_a_year_nobody_means_is_the_present_one(db, live_side, idas_browser, year):
    live_side()
    assert idas_browser.get(f"/buero/gema/nutzung?jahr={year}").status_code == 200
