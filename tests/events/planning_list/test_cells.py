"""One cell of a planning list, as people write it."""

from datetime import date, time

import pytest
from django.utils import translation

from events.planning_list import cells
from events.planning_list.cells import Clock, Unclear

FIRST, LAST = date(2026, 12, 31), date(2027, 1, 1)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("16.05.2027", date(2027, 5, 16)),
        ("16.5.27", date(2027, 5, 16)),
        ("2027-05-16", date(2027, 5, 16)),
        ("So, 16. Mai 2027", date(2027, 5, 16)),
        ("Sonntag 16. Mai 2027", date(2027, 5, 16)),
        ("31.12.", date(2026, 12, 31)),
        ("Fr 1. Jan.", date(2027, 1, 1)),
    ],
)
def test_days(text, day):
    assert cells.day_of(text, FIRST, LAST) == day


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("19:30", Clock(time(19, 30))),
        ("19.30 Uhr", Clock(time(19, 30))),
        ("9 Uhr", Clock(time(9))),
        ("24:00", Clock(time(0))),
        ("1899-12-30 19:30", Clock(time(19, 30))),
        ("02:30 Sommerzeit", Clock(time(2, 30), second=False)),
        ("2:30 Uhr (MEZ)", Clock(time(2, 30), second=True)),
    ],
)
def test_times(text, clock):
    assert cells.clock_of(text) == clock


@pytest.mark.parametrize(
    ("text", "minutes"), [("45", 45), ("45 Min.", 45), ("45'", 45), ("1:30", 90), ("1,5 h", 90), ("1 Std. 30 Min.", 90)]
)
def test_durations(text, minutes):
    assert cells.minutes_of(text) == minutes


@pytest.mark.parametrize(
    ("understand", "text", "meant"),
    [
        (cells.span_of, "19:00–19:30 Uhr", ("19:00", "19:30 Uhr")),
        (cells.span_of, "19 bis 20 Uhr", ("19", "20 Uhr")),
        (cells.kind_of, "für Kinder", "children"),
        (cells.kind_of, "Musik", "concert"),
        (cells.kind_of, "reading", "reading"),
        (cells.age_of, "", 0),
        (cells.age_of, "ab 12 Jahren", 12),
        (cells.age_of, "16+", 16),
        (cells.access_of, "dgs ut", ("UT", "DGS")),
        (cells.access_of, "Gebärdensprache, Live-Untertitel", ("UT", "DGS")),
        (cells.access_of, "keine", ()),
        (cells.spoken_of, "Deutsch und Türkisch", "de tr"),
        (cells.spoken_of, "de tr", "de tr"),
        (cells.spoken_of, "–", ""),
    ],
)
def test_words(understand, text, meant):
    assert understand(text) == meant


@pytest.mark.parametrize(
    ("understand", "text", "sentence"),
    [
        (cells.clock_of, "abends", "“abends” is no time of day. Please write it like 19:30."),
        (cells.clock_of, "24:01", "“24:01” is no time of day. Please write it like 19:30."),
        (cells.minutes_of, "0", "“0” is no duration. Please give minutes, like 45, or hours, like 1:30."),
        (cells.kind_of, "Zirkus", "“Zirkus” is no kind of programme item. There are: Presentation, Concert, "
         "For children, Guided tour, Reading, Theatre, Dance, Talk."),
        (cells.age_of, "ab 13", "“ab 13” is no age label. There are: 0, 6, 12, 16, 18."),
        (cells.access_of, "UT, Rampe", "“Rampe” is no access feature. There are: UT (Live captions), DGS (German Sign "
         "Language), AD (Audio description), LS (Easy or plain language), EV (Relaxed performance)."),
        (cells.spoken_of, "Klingelisch", "“klingelisch” is no language. Please write it like: Deutsch, Türkisch; or "
         "like: de tr."),
    ],
)  # fmt: skip
def test_what_is_not_understood_names_the_cure(understand, text, sentence):
    with translation.override("en"), pytest.raises(Unclear) as unclear:
        understand(text)
    assert str(unclear.value) == sentence


@pytest.mark.parametrize(
    "text", ["morgen", "31.02.2027", "16.13.2027", "1.1.9999", "01.01.0001", "16. Foo 2027", "9" * 500]
)
def test_no_date(text):
    with pytest.raises(Unclear):
        cells.day_of(text, FIRST, LAST)
