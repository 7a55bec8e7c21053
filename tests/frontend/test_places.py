"""Where a visitor left off in a recording: what is kept of it, and for how long."""

from tests.frontend.pure import ask


def kept(places: dict[str, float], at: float, slug: str = "chor", duration: float = 600) -> dict[str, int]:
    script = "return ours.withPlace(given.places, given.slug, given.at, given.duration);"
    return ask("archive/places.ts", script, {"places": places, "slug": slug, "at": at, "duration": duration})


def test_the_last_place_in_a_recording_is_kept_and_is_the_newest():
    assert list(kept({"chor": 20, "orgel": 30}, 99.9).items()) == [("orgel", 30), ("chor", 99)]


def test_at_the_end_the_place_is_forgotten():
    assert [kept({"chor": 300, "orgel": 30}, at) for at in (595, 600)] == [{"orgel": 30}] * 2


def test_who_has_hardly_begun_keeps_the_place_of_another_day():
    assert [kept(places, 5) for places in ({}, {"chor": 300})] == [{}, {"chor": 300}]


def test_of_more_than_fifty_the_oldest_goes():
    full = {f"abend-{number}": 20 for number in range(50)}
    assert list(kept(full, 99)) == [*(f"abend-{number}" for number in range(1, 50)), "chor"]


def test_what_cannot_be_read_is_nothing():
    texts = [None, "", "{", "[]", "null", '{"chor": "x", "orgel": -1, "duo": 12}']
    found = ask("archive/places.ts", "return given.map(ours.readPlaces);", texts)
    assert found == [{}, {}, {}, {}, {}, {"duo": 12}]


def test_an_address_may_ask_for_a_time():
    fragments = ["#t=754", "", "#t=", "#t=-1", "#t=1e9", "#t=7x", "#chapters-title"]
    found = ask("archive/places.ts", "return given.map(ours.askedTime);", fragments)
    assert found == [754, None, None, None, None, None, None]


def test_the_time_reads_as_on_a_clock():
    assert ask("archive/places.ts", "return given.map(ours.asClock);", [0, 65, 3725]) == ["0:00", "1:05", "1:02:05"]
