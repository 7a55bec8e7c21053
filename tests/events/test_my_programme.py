"""A visitor's own choice: what an address may ask for, and what of it happens at the same time."""

import re

import pytest
from django.test import Client

from events import programme, publishing
from events.models import Performance
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


# --- the page ---------------------------------------------------------------------------------------------------------


def words(page: bytes) -> str:
    main = page.decode().split("<main")[1].split("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def see(*performances: Performance) -> str:
    answer = Client().get("/mein-programm", {"auswahl": written(each.pk for each in performances)})
    assert (answer.status_code, dict(answer.cookies)) == (200, {})
    return answer.content.decode()


def test_a_list_from_an_address_is_complete_without_javascript(evening):
    chosen = [evening["ufersaum"], evening["gitarre-handy-abendlicht"]]
    page = see(*chosen)
    choice = written(each.pk for each in reversed(chosen))
    assert re.findall(r'class="item-title"[^>]*><a href="([^"]+)"', page) == [
        "/auftritt/gitarre-handy-abendlicht", "/auftritt/ufersaum",
    ]  # fmt: skip
    assert re.findall(r'href="([^"]*testserver[^"]*)"', page.split("<main")[1]) == [
        f"webcal://testserver/mein-programm.ics?auswahl={choice}",
        f"http://testserver/mein-programm.ics?auswahl={choice}",
        f"http://testserver/mein-programm?auswahl={choice}",
    ]
    assert (page.count('<div class="mine-square" role="img"'), " style=" in page) == (1, False)


def test_it_warns_of_what_moved_what_is_cancelled_and_what_is_at_the_same_time(evening, ida):
    slugs = ("gitarre-handy-abendlicht", "ufersaum", "sechs-stimmen-im-kreuzgang", "zwei-stuehle-streiten")
    guitar, dance, *_clash = chosen = [evening[slug] for slug in slugs]
    publishing.move(guitar.pk, evening.slot("bibliothek", "21:55", "22:25", guitar.title), ida, at("18:50"))
    publishing.cancel(dance.pk, "Husten", ida, at("18:51"))
    said = words(see(*chosen).encode())
    assert (
        "Anders als angekündigt Ufersaum : Entfällt : Husten Gitarre, Handy, Abendlicht : "
        "Sonntag, 16. Mai, 19:00 Uhr, Die Quellen Sonntag, 16. Mai, 21:55 Uhr, Bibliothek"
    ) in said
    assert said.count("Zur selben Zeit:") == 2


def test_drafts_and_nonsense_are_an_empty_list(evening):
    Performance.objects.filter(slug="ufersaum").update(status="draft")
    assert "Noch ist nichts gemerkt." in see(evening["ufersaum"])
    assert "Noch ist nichts gemerkt." in Client().get("/mein-programm?auswahl=x.' or 1=1").content.decode()


def test_without_javascript_no_button_is_seen(evening):
    page = Client().get("/programm").content.decode()
    buttons = re.findall(r"<button[^>]*data-remember[^>]*>", page)
    assert (len(buttons), [each for each in buttons if "hidden" not in each]) == (26, [])
