"""When a viewer's line is too thin for the picture, and when the picture is tried again."""

from streaming.relay.congestion import CLEAN, LONGEST, TRIAL, Line

STAGE = 2_000_000
"""Bits per second of the stage."""


def watch(line, seconds, *, begin=0.0, lost=0.0, trip=0.05, estimate=3_000_000):
    """Reports once a second, as players send them; returns the time of each change."""
    changes = []
    for second in range(seconds):
        now, before = begin + second, line.changes
        line.reported(lost, trip(second) if callable(trip) else trip, now)
        line.estimated(estimate, STAGE, now)
        line.look(now)
        if line.changes > before:
            changes.append(now)
    return changes


def test_a_good_line_keeps_its_picture():
    assert watch(Line(0.0), 600) == []


def test_random_loss_that_is_mended_keeps_the_picture():
    assert watch(Line(0.0), 600, lost=0.15) == []


def test_a_shy_estimate_alone_keeps_the_picture():
    assert watch(Line(0.0), 600, estimate=300_000) == []


def test_heavy_loss_takes_the_picture_away_at_the_second_report():
    assert watch(Line(0.0), 10, lost=0.4) == [1.0]


def test_a_growing_queue_takes_the_picture_away():
    assert watch(Line(0.0), 10, trip=lambda second: 0.05 + 0.3 * second) == [4.0]


def test_a_low_estimate_and_a_little_loss_take_the_picture_away():
    assert watch(Line(0.0), 10, estimate=1_500_000, lost=0.05) == [6.0]


def test_one_bad_report_is_forgiven():
    line = Line(0.0)
    for now in (0.0, 10.0, 20.0, 30.0):
        line.reported(0.5, None, now)
    assert line.picture


def test_two_bad_reports_in_the_same_moment_count_as_one():
    line = Line(0.0)
    line.reported(0.5, None, 1.0)
    line.reported(0.5, None, 1.1)
    assert line.picture


def test_the_picture_comes_back_when_the_line_was_clean_for_a_while():
    line = Line(0.0)
    assert watch(line, 2, lost=0.5) == [1.0]
    assert watch(line, 60, begin=2.0) == [1.0 + CLEAN]


def test_trouble_with_the_sound_alone_begins_the_while_anew():
    line = Line(0.0)
    watch(line, 3, lost=0.5)
    watch(line, 1, begin=10.0, lost=0.1)
    assert watch(line, 60, begin=11.0) == [10.0 + CLEAN]


def test_each_failed_trial_doubles_the_while_up_to_a_longest():
    line, now, waits = Line(0.0), 0.0, []
    watch(line, 2, lost=0.5)
    for _ in range(7):
        gone = now = now + 1
        (back,) = watch(line, 400, begin=now)
        waits.append(back - gone)
        watch(line, 1, begin=back + 2, lost=0.5)
        now = back + 2
        watch(line, 1, begin=now + 1, lost=0.5)
    assert waits == [CLEAN, 2 * CLEAN, 4 * CLEAN, 8 * CLEAN, LONGEST, LONGEST, LONGEST]


def test_a_picture_that_held_its_trial_is_trusted_again():
    line = Line(0.0)
    watch(line, 2, lost=0.5)
    (back,) = watch(line, 60, begin=2.0)
    later = back + TRIAL + 10
    (gone,) = watch(line, 2, begin=later, lost=0.5)
    assert watch(line, 60, begin=gone + 1) == [gone + CLEAN]
