"""How long a page holds pictures back on a line on which they come unevenly."""

from collections.abc import Sequence

from tests.frontend.pure import ask

EVENING = """
  const cushion = new ours.Cushion();
  const sum = { pictures: 0, steps: 0, squares: 0, waited: 0, left: 0 };
  const holds = [];
  for (let beat = 0; beat < given.length; beat++) {
    const [steps, waited] = given[beat];
    if (steps === null) cushion.forget();
    for (const step of steps ?? []) {
      sum.pictures += 1;
      sum.steps += step;
      sum.squares += step ** 2;
      sum.waited += Math.max(waited, cushion.hold) / 1000;
      sum.left += 1;
    }
    cushion.heed({ at: 500 * beat, ...sum });
    if (cushion.hold !== (holds.at(-1)?.[1] ?? 0)) holds.push([beat / 2, cushion.hold]);
  }
  return holds;
"""

EVEN = [1 / 30] * 15
LEAPING = [0.12, 0.002, 0.002, 0.01] * 4
TREMBLING = [0.0145, 0.0145, 0.0145, 0.057] * 4
FEW = [0.4]


def holds(*beats: tuple[Sequence[float] | None, float]) -> list[tuple[float, float]]:
    """When the hold changes, in seconds, and to how many milliseconds; each beat is half a second of steps between
    pictures, and what they wait in the browser's buffer."""
    return [(when, hold) for when, hold in ask("watch/cushion.ts", EVENING, beats)]


def seconds(
    count: float, steps: Sequence[float] | None, waited: float = 20
) -> list[tuple[Sequence[float] | None, float]]:
    return [(steps, waited)] * int(2 * count)


def test_pictures_that_come_evenly_are_not_held_back():
    assert holds(*seconds(60, EVEN)) == []


def test_pictures_that_leap_are_held_back_more_and_more_and_not_without_end():
    assert holds(*seconds(20, LEAPING)) == [(1.5, 170), (3, 320), (4.5, 400)]


def test_how_much_more_goes_by_how_much_they_leap():
    assert holds(*seconds(2, TREMBLING), *seconds(20, EVEN)) == [(1.5, 94)]


def test_after_half_a_minute_of_calm_less_is_tried():
    assert holds(*seconds(2, TREMBLING), *seconds(130, EVEN)) == [(1.5, 94), (33, 64), (63, 34), (93, 4), (123, 0)]


def test_if_less_was_too_little_the_next_trial_waits_twice_as_long():
    relapse = [*seconds(2, TREMBLING), *seconds(31.5, EVEN), *seconds(1.5, TREMBLING), *seconds(64, EVEN)]
    assert holds(*relapse) == [(1.5, 94), (33, 64), (34.5, 138), (96, 108)]


def test_a_stage_with_few_pictures_is_not_judged():
    assert holds(*seconds(30, FEW)) == []


def test_what_came_before_a_hop_or_a_pause_is_not_judged():
    assert holds(*seconds(1, LEAPING), (None, 20), *seconds(5, EVEN)) == []
