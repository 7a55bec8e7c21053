"""The house's log: one line per event, no token, no address."""

import logging

from kultour.log import OneLine, is_no_polite_refusal

TOKEN = "Zt4v9mQ7cX1kP0aBzR8sLw3nYd6fHgJe"


def line(message: str, *values: object) -> str:
    record = logging.LogRecord("kultour", logging.INFO, __file__, 1, message, values, None)
    return OneLine().format(record).split(" INFO kultour: ")[1]


def test_a_line_break_from_outside_stays_in_its_line():
    assert line("name %s", "Vera\r\nERROR forged") == "name Vera\\x0d\\nERROR forged"


def test_a_line_says_when_also_where_the_clock_shows_a_time_twice():
    """On 25 October 2026 at 02:30 in Berlin, before and after the clocks are set back."""
    record = logging.LogRecord("kultour", logging.INFO, __file__, 1, "x", (), None)
    told = []
    for record.created in (1792888200.0, 1792891800.0):
        told.append(OneLine().format(record))
    assert told == [
        "2026-10-25T02:30:00.000+02:00 INFO kultour: x",
        "2026-10-25T02:30:00.000+01:00 INFO kultour: x",
    ]


def test_tokens_are_masked_wherever_they_stand():
    doors = ("/en/hinterbuehne/", "/en/willkommen/", "/buero/fristen/", "/whip/dom/", "/whep/dom/")
    for place in ("Authorization: Bearer ", "GET /hinterbuehne/", *doors):
        assert line("%s", place + TOKEN) == place + "…"


def test_a_chosen_503_is_no_fault_a_500_is():
    record = logging.makeLogRecord({"status_code": 503})
    assert not is_no_polite_refusal(record)
    record.status_code = 500
    assert is_no_polite_refusal(record)


def test_malformed_requests_do_not_fill_the_log(client, caplog):
    assert client.get("/impressum", headers={"host": "a b"}).status_code == 400
    assert caplog.records == []


def test_a_form_from_elsewhere_is_worth_one_line(client, caplog):
    client.handler.enforce_csrf_checks = True
    assert client.post("/impressum").status_code == 403
    assert [record.exc_info for record in caplog.records] == [None]
