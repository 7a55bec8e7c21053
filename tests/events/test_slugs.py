"""Public names made of titles."""

import pytest

from events.slugs import free_slug, slug_of


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Größe & Güte: Lieder am Fluß", "groesse-guete-lieder-am-fluss"),
        ("Zweiter Durchgang (20:15)", "zweiter-durchgang-20-15"),
        ("Şiir, Łódź, café", "siir-lodz-cafe"),
        ("u\u0308ber Nacht", "ueber-nacht"),
        ("شعر", "programmpunkt"),
        ("  --  ", "programmpunkt"),
        ("ein sehr langer Titel der nirgends hineinpasst", "ein-sehr-langer"),
        ("Donaudampfschifffahrtsgesellschaft", "donaudampfschifffahr"),
    ],
)
def test_a_title_becomes_a_name_that_fits_into_an_address(title, slug):
    assert slug_of(title, "programmpunkt", longest=20 if len(title) > 30 and "Güte" not in title else 50) == slug


def test_who_comes_second_gets_a_number():
    taken = {"lied", "lied-2"}
    assert free_slug("Lied", "stueck", taken.__contains__) == "lied-3"


def test_a_number_finds_room_in_a_long_name():
    assert free_slug("abcdefgh", "x", {"abcdefgh"}.__contains__, longest=8) == "abcdef-2"
