"""When a page that sits in the stalls tries the front row again, and what its line's figures mean."""

from tests.frontend.pure import ask

EVENING = """
  const way = new ours.WayBack();
  const attempts = [];
  let inFront = false;
  for (let second = 0; second <= given.until; second++) {
    const now = second * 1000;
    for (const [when, what] of given.events) {
      if (when !== second) continue;
      way[what](now);
      inFront = what === "won";
    }
    if (inFront) continue;
    if (given.dry.includes(second)) way.stumbles();
    else way.flows(now);
    if (!way.isDue(now)) continue;
    attempts.push(second);
    way[given.outcomes[attempts.length - 1] ?? "failed"](now);
  }
  return attempts;
"""


def attempts(*events: tuple[int, str], outcomes: tuple[str, ...] = (), dry: tuple[int, ...] = (), until: int = 1000):
    """Seconds at which the front row is tried, each without success unless `outcomes` says otherwise."""
    given = {"events": events, "outcomes": outcomes, "dry": dry, "until": until}
    return ask("watch/patience.ts", EVENING, given)


def test_after_each_failure_it_waits_twice_as_long_and_five_minutes_at_most():
    assert attempts((0, "failed")) == [20, 60, 140, 300, 600, 900]


def test_stalls_that_stumble_have_to_play_for_twenty_seconds_first():
    assert attempts((0, "failed"), dry=(15, 30), until=60) == [51]


def test_where_udp_is_blocked_it_stays_where_it_is():
    assert attempts((0, "foundBlocked")) == []


def test_another_network_may_let_udp_through():
    assert attempts((0, "foundBlocked"), (100, "networkChanged"), outcomes=("foundBlocked",)) == [100]


def test_networks_that_only_seem_to_be_others_are_tried_every_five_minutes_at_most():
    changes = [(second, "networkChanged") for second in range(100, 1000, 10)]
    assert attempts((0, "foundBlocked"), *changes, outcomes=("foundBlocked",) * 4) == [100, 400, 700, 1000]


def test_a_front_row_that_broke_soon_was_no_success():
    assert attempts((0, "failed"), (10, "won"), (40, "failed"), until=80) == [80]


def test_a_front_row_that_held_for_a_minute_begins_anew():
    assert attempts((0, "failed"), (10, "won"), (70, "failed"), until=90) == [90]


def test_once_won_udp_is_not_blocked_any_more():
    assert attempts((0, "foundBlocked"), (10, "won"), (30, "failed"), until=70) == [70]


LOOKS = """
  const pulses = new ours.Pulses();
  const empty = { heard: 0, packets: 0, lost: 0, frozen: 0, videoPackets: 0, frames: 0 };
  given.forEach((look, beat) => pulses.add({ ...empty, heard: beat, ...look, at: beat * 500 }));
  const { health, soundOnly, pictureMoves } = pulses;
  return [health, soundOnly, pictureMoves];
"""


def said_of(looks: list[dict[str, float]]) -> tuple[str, bool, bool]:
    """Health, sound only, picture moves; after looks at a connection half a second apart."""
    return tuple(ask("watch/patience.ts", LOOKS, looks))


def test_sound_and_picture_that_arrive_are_good():
    assert said_of([{"packets": 75 * n, "videoPackets": 50 * n, "frames": 15 * n} for n in range(9)]) == (
        "good", False, True,
    )  # fmt: skip


def test_a_camera_that_was_switched_off_is_noticed_after_three_seconds():
    def off_for(beats: int) -> list[dict[str, float]]:
        return [{"packets": 100 + 25 * n, "videoPackets": 50, "frames": 15} for n in range(beats + 1)]

    assert [said_of(off_for(beats))[1] for beats in (5, 6)] == [False, True]


def test_a_stage_without_any_camera_is_noticed_at_once():
    assert said_of([{"packets": 25}, {"packets": 50}]) == ("good", True, False)


def test_pictures_that_stood_still_because_of_losses_are_a_bad_line():
    standing = [{"packets": 75 * n, "videoPackets": 50, "lost": n, "frozen": n / 2} for n in range(8)]
    assert said_of(standing)[0] == "bad"


def test_a_line_on_which_nothing_is_heard_for_longer_than_two_seconds_is_dead():
    assert said_of([{"heard": 7}] * 6)[0] == "quiet"
