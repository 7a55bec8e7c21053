"""An audience that hears of a change in the same instant: when each page fetches itself again."""

from tests.frontend.pure import ask

EVENING = """
  async function evening({ wishes, random = 0.5, takes = 400 }) {
    let now = 0;
    const timers = new Set();
    const clock = {
      now: () => now,
      after: (ms, act) => {
        const timer = { at: now + ms, act };
        timers.add(timer);
        return () => timers.delete(timer);
      },
      random: () => random,
    };
    const begun = [];
    const fetch = () => { begun.push(now); return new Promise((done) => clock.after(takes, done)); };
    const renewal = new ours.Renewal(fetch, clock);
    for (; now <= 12000; now += 100) {
      for (const [at, ms] of wishes) if (at === now) renewal.within(ms);
      for (let due; (due = [...timers].find(({ at }) => at <= now)); await new Promise(setImmediate)) {
        timers.delete(due);
        due.act();
      }
    }
    return begun;
  }
  return Promise.all(given.map(evening));
"""
SOON, LATER = 1_000, 10_000


def test_each_page_waits_its_own_part_of_a_second_and_fetches_once_at_a_time():
    evenings = {
        "at chance": [{"wishes": [(0, SOON)], "random": random} for random in (0, 0.3, 0.9)],
        "twenty changes while one fetch is under way": [
            {"wishes": [(at, SOON) for at in range(0, 2000, 100)], "takes": 3000}
        ],
        "another change before the fetch has begun": [{"wishes": [(0, SOON), (400, SOON)]}],
        "what can wait, before and behind what cannot": [
            {"wishes": [(0, LATER), (1000, SOON)]},
            {"wishes": [(0, SOON), (100, LATER)]},
        ],
    }
    fetches = iter(ask("shared/renewal.ts", EVENING, [each for these in evenings.values() for each in these]))
    assert {name: [next(fetches) for _ in these] for name, these in evenings.items()} == {
        "at chance": [[0], [300], [900]],
        "twenty changes while one fetch is under way": [[500, 3500]],
        "another change before the fetch has begun": [[500]],
        "what can wait, before and behind what cannot": [[1500], [500]],
    }


ASKING = """
  const wishes = given.wishes.map(([header, attempt, random]) => ours.retryAfter(header, attempt, () => random));
  const outcomes = [];
  for (const statuses of given.houses) {
    const pauses = [];
    const answers = statuses.map((status) => status && { status, wish: "3" });
    const pause = async (ms) => pauses.push(ms);
    const answer = await ours.persistently(async () => answers.shift() ?? null, { pause });
    outcomes.push([answer?.status ?? null, pauses.length, pauses.every((ms) => ms >= (statuses[0] ? 3000 : 0))]);
  }
  return [wishes, outcomes];
"""


def test_who_is_turned_away_comes_back_when_the_house_wished_it_never_all_at_once_and_five_times_at_most():
    date = "Sat, 28 Nov 2026 18:00:00 GMT"
    wishes = [("3", 0, 0), ("3", 0, 1), ("3", 2, 1), (None, 0, 1), (date, 0, 0), ("9999", 0, 0)]
    houses = [[200], [404], [503, 502, 429, 500, 200], [None, 200], [503] * 9, [None] * 9]
    waits, outcomes = ask("shared/backoff.ts", ASKING, {"wishes": wishes, "houses": houses})
    assert waits == [3000, 3800, 6200, 800, 0, 60_000]
    assert outcomes == [
        [200, 0, True], [404, 0, True], [200, 4, True], [200, 1, True], [None, 4, True], [None, 4, True],
    ]  # fmt: skip
