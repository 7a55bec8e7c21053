"""What of a page is fetched, how long somebody waits for it, and whether it is still for what they look at."""

from tests.frontend.pure import ask


def test_a_page_stays_the_same_wherever_in_it_its_address_points_and_another_stage_is_another():
    here = "https://kultour.example/buehne/dom"
    others = [
        here,
        f"{here}#chat",
        "https://kultour.example/buehne/hof",
        f"{here}?tag=2",
        "https://kultour.example/en/buehne/dom",
    ]
    script = "return given.others.map((other) => ours.isPage(`${given.here}#programm`, other));"
    assert ask("shared/fresh.ts", script, {"here": here, "others": others}) == [True, True, False, False, False]


FETCHING = """
  const waits = [];
  globalThis.setTimeout = (act, ms) => { waits.push(ms); return setImmediate(act); };
  globalThis.clearTimeout = clearImmediate;
  globalThis.DOMParser = class { parseFromString(text) { return text; } };
  Math.random = () => 0;
  const outcomes = [];
  for (const { house, attempts = 5, wanted = true } of given) {
    waits.length = 0;
    let asked = 0, refused = false;
    globalThis.fetch = (url, { signal }) => {
      const status = house[asked++];
      if (!status) return new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("dead"))));
      return Promise.resolve(new Response("a page", { status, headers: { "Retry-After": "3" } }));
    };
    const wish = { attempts, wanted: () => wanted, refused: () => { refused = true; } };
    const page = await ours.fetchPage("/heute", wish);
    outcomes.push([page, asked, waits.filter((ms) => ms !== 10000), refused]);
  }
  return outcomes;
"""


def test_who_waits_is_told_in_time_and_nobody_asks_for_a_page_that_is_not_waited_for_any_more():
    visits = {
        "a line that has died in the middle": {"house": [None, 200]},
        "a house that is too full, twice": {"house": [503, 503, 200], "attempts": 2},
        "gone on meanwhile": {"house": [503, 200], "wanted": False},
        "no such page any more": {"house": [404]},
    }
    assert dict(zip(visits, ask("shared/fresh.ts", FETCHING, [*visits.values()]), strict=True)) == {
        "a line that has died in the middle": ["a page", 2, [0], False],
        "a house that is too full, twice": [None, 2, [3000], False],
        "gone on meanwhile": [None, 1, [3000], False],
        "no such page any more": [None, 1, [], True],
    }
