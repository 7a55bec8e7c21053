"""The office's plan in the browser: steps, sides, and the clock of a town that is set back at night."""

from datetime import UTC, datetime

from tests.frontend.pure import ask

SLOTS, CLOCK = "office/plan/slots.ts", "office/plan/clock.ts"
MINUTE = 60_000
SHEET = {"stages": ["quellen", "dom", "schloss"], "begins": 0, "ends": 600 * MINUTE}


def slot(start: float, end: float, stage: str = "dom") -> dict[str, object]:
    return {"stage": stage, "start": start * MINUTE, "end": end * MINUTE}


def after(step: str, *slots: dict[str, object]) -> list[dict[str, object]]:
    script = "return given.slots.map((slot) => ours.stepped(slot, given.step, given.sheet));"
    return ask(SLOTS, script, {"slots": slots, "step": step, "sheet": SHEET})


def test_the_arrow_keys_move_by_five_minutes_or_one_stage_and_never_off_the_sheet():
    assert after("earlier", slot(60, 90), slot(3, 33), slot(0, 30)) == [slot(55, 85), slot(0, 30), slot(0, 30)]
    assert after("later", slot(60, 90), slot(568, 598), slot(570, 600)) == [
        slot(65, 95),
        slot(570, 600),
        slot(570, 600),
    ]
    assert after("before", slot(60, 90), slot(60, 90, "quellen")) == [slot(60, 90, "quellen")] * 2
    assert after("after", slot(60, 90), slot(60, 90, "schloss")) == [slot(60, 90, "schloss")] * 2


def test_what_reaches_over_the_edge_already_is_not_pulled_back_by_a_step_outwards():
    assert after("later", slot(590, 620)) == [slot(590, 620)]
    assert after("earlier", slot(590, 620)) == [slot(570, 600)]


def test_length_changes_by_five_minutes_and_something_always_remains():
    assert after("longer", slot(60, 90), slot(570, 600)) == [slot(60, 95), slot(570, 600)]
    assert after("shorter", slot(60, 90), slot(60, 65), slot(60, 63)) == [slot(60, 85), slot(60, 65), slot(60, 63)]


def test_what_is_dragged_lies_on_five_minutes_of_the_clock():
    script = "return given.by.map((by) => ours.dragged(given.slot, 'schloss', by, given.sheet));"
    by = [4 * MINUTE, -200 * MINUTE, 900 * MINUTE]
    found = ask(SLOTS, script, {"slot": slot(62, 92), "by": by, "sheet": SHEET})
    assert found == [slot(65, 95, "schloss"), slot(0, 30, "schloss"), slot(570, 600, "schloss")]


def test_an_end_is_dragged_onto_five_minutes_and_leaves_five_at_least():
    script = "return given.by.map((by) => ours.stretched(given.slot, by, given.sheet));"
    by = [6 * MINUTE, -200 * MINUTE, 900 * MINUTE]
    found = ask(SLOTS, script, {"slot": slot(60, 91), "by": by, "sheet": SHEET})
    assert found == [slot(60, 95), slot(60, 65), slot(60, 600)]


def test_what_overlaps_lies_side_by_side_and_the_rest_has_the_whole_lane():
    slots = [slot(60, 90), slot(0, 30), slot(10, 40), slot(35, 50)]
    assert ask(SLOTS, "return ours.sideBySide(given);", slots) == [
        {"column": 0, "columns": 1},
        {"column": 0, "columns": 2},
        {"column": 1, "columns": 2},
        {"column": 0, "columns": 2},
    ]


def test_half_past_two_comes_twice_in_october_and_the_board_tells_which():
    moments = [datetime(2026, 10, 25, hour, 30, tzinfo=UTC).timestamp() * 1000 for hour in (0, 1, 2)]
    script = "return given.map((each) => [ours.wall(each, 'Europe/Berlin'), ours.turn(each, 'Europe/Berlin')]);"
    assert ask(CLOCK, script, moments) == [["02:30", "first"], ["02:30", "second"], ["03:30", None]]


def test_that_night_has_an_hour_more():
    begins = datetime(2026, 10, 24, 22, tzinfo=UTC).timestamp() * 1000
    script = "return ours.hours(given, given + 4 * 3600e3).map((each) => ours.wall(each, 'Europe/Berlin'));"
    assert ask(CLOCK, script, begins) == ["00:00", "01:00", "02:00", "02:00", "03:00"]
