"""The town, drawn by ourselves."""

from itertools import combinations
from math import dist

import pytest
from django.test import Client
from django.utils import translation

from events import programme
from events.models import Venue
from events.town_plan import GAP, WIDTH, apart, fitted, metres, projected, smooth, town_plan
from tests.events.test_pages import words


def test_north_is_up_and_east_is_right():
    springs, castle = projected([(51.7202, 8.7513), (51.7452, 8.7115)])
    assert springs[0] > castle[0]
    assert springs[1] > castle[1]


def test_a_kilometre_is_a_kilometre():
    assert metres((51.7202, 8.7513), (51.7452, 8.7115)) == pytest.approx(3_910, rel=0.01)
    assert metres((0, 0), (0, 0)) == 0


@pytest.mark.parametrize("places", [[(0.0, 0.0)] * 12, [(float(n), 0.0) for n in range(10)], [(0.0, 0.0), (9e5, 1.0)]])
def test_points_that_would_cover_each_other_are_drawn_apart_and_stay_on_the_paper(places):
    points, height = fitted(places)
    assert min(dist(one, other) for one, other in combinations(points, 2)) > GAP * 0.9
    assert all(0 <= x <= WIDTH and 0 <= y <= height for x, y in points)


def test_what_lies_far_enough_apart_is_not_moved():
    assert apart([(0.0, 0.0), (100.0, 0.0)]) == [(0.0, 0.0), (100.0, 0.0)]


def test_the_river_runs_through_all_of_them():
    assert smooth([(0, 0), (60, 0), (120, 60)]) == "M0 0C10 0 40 -10 60 0C80 10 110 50 120 60"
    assert (smooth([]), smooth([(1, 1)])) == ("", "")


def test_the_plan_tells_the_way_in_words_too(evening):
    with translation.override("en"):
        plan = town_plan(programme.venues(), "quellen")
    assert [(point.number, point.venue.slug, point.way) for point in plan.points][:3] == [
        (1, "quellen", ""),
        (2, "bibliothek", "80 m to the south-east"),
        (3, "kaiserpfalz", "270 m to the east"),
    ]
    assert plan.points[-1].way == "3.9 km to the north-west"


def test_a_venue_says_how_to_get_in_where_it_plays_when_it_rains_and_what_plays(evening):
    library = Venue.objects.get(slug="bibliothek")
    Venue.objects.filter(slug="quellen").update(
        address="Am Abdinghof\n33098 Paderborn",
        access=["step_free", "guide_dogs"],
        access_note="Vom Parkplatz 200 m auf festem Weg.",
        rain_venue=library,
    )
    page = Client().get("/en/spielort/quellen").content.decode()
    text = words(page)
    assert "Address Am Abdinghof 33098 Paderborn At the place no steps assistance dogs welcome Vom Parkplatz" in text
    assert 'When it rains</dt>\n    <dd><a href="/en/spielort/bibliothek" lang="de">Bibliothek</a>' in page
    assert page.count('<article class="item"') == 5
    assert page.count("<circle") == 8
    assert "Bibliothek , 80 m to the south-east" in text
    assert Client().get("/spielort/mond").status_code == 404


def test_a_house_with_one_venue_or_none_draws_what_there_is(db):
    assert (town_plan([], "x").points, town_plan([], "x").river) == ((), "")
    Venue.objects.create(slug="rathaus", name="Rathaus", short_name="Rathaus", lat=51.7, lon=8.7)
    page = Client().get("/spielort/rathaus").content.decode()
    assert page.count("<circle") == 1
