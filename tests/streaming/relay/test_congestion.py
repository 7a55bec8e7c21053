"""When a viewer's line is too thin for the picture, and when the picture is tried again."""

import random

from streaming.relay.congestion import CLEAN, LONGEST, TRIAL, Line

STAGE = 2_000_000
"""Bits per second of the stage."""
RATE = 225
"""Packets of picture a second."""


class Player:
    """Reports once a second, as players do."""

    def __init__(self) -> None:
        self.line = Line(0.0)
        self.now = 0.0
        self.lost = self.highest = 0

    def watches(self, seconds, *, lost=0.0, trip=0.05, estimate=3_000_000) -> list[float]:
        """When it lost or regained the picture meanwhile."""
        changes = []
        for second in range(seconds):
            before = self.line.changes
            self.highest += RATE
            self.lost += round(lost * RATE)
            self.line.reported(self.lost, self.highest, trip(second) if callable(trip) else trip, self.now)
            self.line.estimated(estimate, STAGE, self.now)
            self.line.look(self.now)
            if self.line.changes > before:
                changes.append(self.now)
            self.now += 1
        return changes


def test_a_good_line_keeps_its_picture():
    assert Player().watches(600) == []


def test_random_loss_that_is_mended_keeps_the_picture():
    assert Player().watches(600, lost=0.15) == []


def test_a_shy_estimate_alone_keeps_the_picture():
    assert Player().watches(600, estimate=300_000) == []


def test_a_shy_estimate_beside_a_little_random_loss_keeps_the_picture():
    assert Player().watches(600, estimate=300_000, lost=0.05) == []


def test_heavy_loss_takes_the_picture_away_within_two_seconds_of_reports():
    assert Player().watches(10, lost=0.4) == [2.0]


def test_a_growing_queue_takes_the_picture_away():
    assert Player().watches(10, trip=lambda second: 0.05 + 0.3 * second) == [4.0]


def test_a_low_estimate_and_some_loss_take_the_picture_away():
    player = Player()
    player.watches(10)
    assert player.watches(10, estimate=1_500_000, lost=0.25) == [11.0]


def test_five_per_cent_lost_at_random_are_no_thin_line_whatever_chance_makes_of_them():
    """Chromium's estimate swings around what is sent, as much as a third below it."""
    player, dice = Player(), random.Random(1)
    for second in range(3600):
        lost = sum(dice.random() < 0.05 for _ in range(RATE)) / RATE
        player.watches(1, lost=lost, estimate=1_400_000 if second % 3 else 3_000_000)
    assert player.line.changes == 0


def test_an_estimate_far_too_low_needs_no_second_sign_once_a_queue_grows():
    player = Player()
    player.watches(10)
    assert player.watches(10, estimate=800_000, trip=0.3) == [10.0]


def test_one_bad_report_is_forgiven():
    player = Player()
    for _ in range(5):
        player.watches(1, lost=0.5)
        player.watches(9)
    assert player.line.changes == 0


def test_loss_is_counted_over_a_while_however_often_a_player_reports():
    """Chromium reports with each request for a lost packet; right after one, half of three packets are lost."""
    line, dice, lost = Line(0.0), random.Random(3), 0
    for highest in range(60 * RATE):
        if dice.random() < 0.1:
            lost += 1
            line.reported(lost, highest, 0.05, highest / RATE)
    assert (line.changes, 0.05 < line.fraction_lost < 0.15) == (0, True)


def test_the_picture_comes_back_when_the_line_was_clean_for_a_while():
    player = Player()
    assert player.watches(3, lost=0.5) == [2.0]
    assert player.watches(60) == [2.0 + CLEAN]


def test_trouble_with_the_sound_alone_begins_the_while_anew():
    player = Player()
    player.watches(3, lost=0.5)
    player.watches(7)
    player.watches(1, lost=0.1)
    assert player.watches(60) == [10.0 + CLEAN]


def test_each_failed_trial_doubles_the_while_up_to_a_longest():
    player, waits = Player(), []
    (gone,) = player.watches(3, lost=0.5)
    for _ in range(7):
        back = next(changed for _ in range(400) for changed in player.watches(1))
        waits.append(back - gone)
        player.watches(2)
        gone = next(changed for _ in range(10) for changed in player.watches(1, lost=0.5))
    assert waits == [CLEAN, 2 * CLEAN, 4 * CLEAN, 8 * CLEAN, LONGEST, LONGEST, LONGEST]


def test_a_picture_that_held_its_trial_is_trusted_again():
    player = Player()
    player.watches(3, lost=0.5)
    (_back,) = player.watches(int(CLEAN) + int(TRIAL) + 10)
    gone = next(changed for _ in range(10) for changed in player.watches(1, lost=0.5))
    assert player.watches(60) == [gone + CLEAN]
