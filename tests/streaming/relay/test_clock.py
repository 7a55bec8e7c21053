"""Sound and picture on one time line."""

from itertools import pairwise

import pytest

from streaming.relay.clock import SLEW, Clock, Line


def play(clock: Clock, seconds: range, *, take: int = 1, late: float = 0.0, speed: float = 1.0) -> None:
    """Sound and picture arrive, the picture later by ``late``, from an artist whose clock runs at ``speed``."""
    for step in range(seconds.start * 50, seconds.stop * 50):
        at = step / 50
        clock.take(take).heard("audio", 5_000 + round(at * 48_000 * speed), 100 + at)
        clock.take(take).heard("video", 9_000 + round(at * 90_000 * speed), 100 + at + late)


def test_before_any_report_tracks_are_placed_by_their_arrival():
    clock = Clock()
    play(clock, range(1), late=0.04)
    assert clock.seconds(1, "audio", 5_000 + 48_000) == pytest.approx(101)
    assert clock.seconds(1, "video", 9_000 + 90_000) == pytest.approx(101.04)


def test_reports_bring_lips_in_step_slowly():
    clock = Clock()
    play(clock, range(2), late=0.04)
    clock.take(1).reported("audio", 5_000, 7_000_000.0)
    clock.take(1).reported("video", 9_000, 7_000_000.0)
    just_after = clock.seconds(1, "video", 9_000 + 180_000)
    play(clock, range(2, 20), late=0.04)
    assert just_after == pytest.approx(102.04, abs=0.001)
    assert clock.seconds(1, "video", 9_000 + 20 * 90_000) == pytest.approx(120, abs=0.001)


def test_no_step_is_longer_than_the_slew_allows():
    line = Line(90_000, 0, 100.0)
    line.move_to(line.place(0) - 1)
    seconds = [line.seconds(3_000 * picture) for picture in range(300)]
    gaps = [after - before for before, after in pairwise(seconds)]
    assert min(gaps) >= (1 - SLEW) / 30 - 1e-9
    assert max(gaps) <= (1 + SLEW) / 30 + 1e-9


def test_one_late_packet_moves_nothing():
    clock = Clock()
    play(clock, range(5))
    clock.take(1).heard("video", 9_000 + 5 * 90_000, 105.8)
    assert clock.seconds(1, "video", 9_000 + 5 * 90_000) == pytest.approx(105, abs=0.001)


def test_an_artists_skewed_clock_is_followed():
    clock = Clock()
    play(clock, range(120), speed=1.0005)
    newest = 5_000 + round(120 * 48_000 * 1.0005)
    assert clock.seconds(1, "audio", newest) == pytest.approx(220, abs=0.015)


def test_the_moment_now_has_a_timestamp():
    clock = Clock()
    play(clock, range(5))
    assert clock.line(1, "audio").timestamp_at(106) == pytest.approx(5_000 + 6 * 48_000, abs=2)


def test_reports_that_cannot_be_true_are_ignored():
    clock = Clock()
    play(clock, range(2))
    clock.take(1).reported("audio", 5_000, 7_000_000.0)
    clock.take(1).reported("video", 9_000, 3.0)
    play(clock, range(2, 20))
    assert clock.seconds(1, "video", 9_000 + 20 * 90_000) == pytest.approx(120, abs=0.001)


def test_an_encoder_that_counts_anew_is_followed_at_once():
    clock = Clock()
    play(clock, range(5))
    clock.take(1).heard("video", 9_000 + 1000 * 90_000, 105.0)
    assert clock.seconds(1, "video", 9_000 + 1001 * 90_000) == pytest.approx(106)
    clock.take(1).heard("video", 9_000, 106.0)
    assert clock.seconds(1, "video", 9_000 + 90_000) == pytest.approx(107)


def test_each_take_has_its_own_line():
    clock = Clock()
    play(clock, range(1))
    clock.take(2).heard("audio", 777, 300.0)
    assert clock.seconds(2, "audio", 777) == 300
    with pytest.raises(KeyError):
        clock.seconds(2, "video", 0)


def test_long_gone_takes_are_forgotten():
    clock = Clock()
    for take in range(1, 40):
        clock.take(take).heard("audio", 1, float(take))
    with pytest.raises(KeyError):
        clock.seconds(1, "audio", 1)
    assert clock.seconds(39, "audio", 1) == 39
