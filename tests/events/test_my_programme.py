"""A visitor's own choice: what an address may ask for, and what of it happens at the same time."""

import pytest

from events import programme
from events.my_programme import MOST, overlapping, read, written
from tests.events.conftest import at


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", []),
        ("12.31.17", [12, 31, 17]),
        ("12.12.012", [12]),
        ("12..x.-3.4²", [12]),
        ("٣.1e3. 7", []),
        ("1234567890.5", [5]),
    ],
)
def test_an_address_names_performances_by_their_numbers(text, ids):
    assert read(text) == ids


def test_sixty_are_enough():
    assert read(written(range(1, 1000))) == list(range(1, MOST + 1))
    assert len(read("9" * 10_000)) == 0


def test_what_is_at_the_same_time_is_named_and_what_is_cancelled_is_in_nobodys_way(evening):
    items = {item.slug: item for item in programme.day(programme.editions()[0], at("12:00"))}
    chosen = [
        items[slug]
        for slug in ("gitarre-handy-abendlicht", "sechs-stimmen-im-kreuzgang", "zwei-stuehle-streiten", "ufersaum")
    ]
    clashes = overlapping(chosen)
    assert {each.slug: [other.slug for other in clashes[each.id]] for each in chosen} == {
        "gitarre-handy-abendlicht": ["sechs-stimmen-im-kreuzgang", "zwei-stuehle-streiten"],
        "sechs-stimmen-im-kreuzgang": ["gitarre-handy-abendlicht", "zwei-stuehle-streiten"],
        "zwei-stuehle-streiten": ["gitarre-handy-abendlicht", "sechs-stimmen-im-kreuzgang"],
        "ufersaum": [],
    }
