"""Sound counts, the picture follows."""

from itertools import pairwise

import pytest

from streaming.recording.frames import Frame
from streaming.recording.timeline import Timeline, in_samples, in_ticks


def sound(number: int, seconds: float) -> Frame:
    return Frame("audio", 1, 7_000_000 + number * 960, seconds, b"", 960)


def picture(number: int, seconds: float) -> Frame:
    return Frame("video", 1, 123_000 + number * 3000, seconds, b"")


def test_timestamps_are_kept_to_the_tick_while_the_clock_trembles():
    timeline = Timeline(100.0)
    tremble = [0.0, 0.002, -0.003, 0.001, 0.004]
    sounds = [timeline.sound(sound(n, 100 + n * 0.02 + tremble[n % 5])) for n in range(100)]
    shots = [timeline.picture(picture(n, 100 + n / 30 + tremble[n % 5])) for n in range(60)]
    assert sounds == [n * 960 for n in range(100)]
    assert [shot - shots[0] for shot in shots] == [n * 3000 for n in range(60)]
    assert abs(shots[0]) < 0.005 * 90_000


def test_a_sound_card_that_runs_fast_takes_the_picture_with_it():
    """An hour at 100 ppm: 360 ms by the broadcast's clock, none between lips and voice."""
    timeline = Timeline(0.0)
    for number in range(180_000):
        heard = timeline.sound(sound(number, number * 0.02 * (1 - 1e-4)))
        if number % 50 == 0:
            shown = timeline.picture(picture(number * 6 // 10, number * 0.02 * (1 - 1e-4)))
            assert abs(heard / 48_000 - shown / 90_000) < 0.008
    assert heard == 179_999 * 960


def test_what_the_sender_reports_reveal_is_followed_slowly():
    """After 2 s the clock learns that the picture belongs 0.2 s later."""
    timeline = Timeline(0.0)
    places = []
    for number in range(60 * 30):
        moment = number / 30
        reported = min(0.2, max(0.0, (moment - 2) * 0.005))
        timeline.sound(sound(number, number * 0.02))
        places.append(timeline.picture(picture(number, moment + reported)) - number * 3000)
    assert places[:60] == [0] * 60
    assert max(later - sooner for sooner, later in pairwise(places)) <= 15
    assert places[-1] == pytest.approx(0.2 * 90_000, abs=0.006 * 90_000)


def test_timestamps_that_jump_are_placed_anew():
    timeline = Timeline(0.0)
    assert timeline.sound(sound(0, 0.0)) == 0
    assert timeline.sound(sound(500_000, 0.02)) == 960
    assert timeline.picture(picture(0, 0.02)) == 1800
    assert timeline.picture(picture(-30_000, 0.05)) == 4500


@pytest.mark.parametrize(("ticks", "samples"), [(0, 0), (1, 1), (15, 8), (90_000, 48_000), (3000, 1600), (3001, 1601)])
def test_sound_of_a_segment_begins_at_or_after_its_picture(ticks, samples):
    assert in_samples(ticks) == samples
    assert in_ticks(samples) >= ticks
