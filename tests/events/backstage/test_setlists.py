"""What an act plays: titles and whose they are; rows that move, go and come, without JavaScript."""

from datetime import timedelta

import pytest
from django.utils import timezone

from events.backstage import setlists
from events.backstage.setlist_forms import Wish, reordered, wish_of
from events.backstage.setlists import Piece, Whose, clock_of, rights_of, seconds_of, whose_of
from events.models import Edition, Production, Setlist, Work
from tests.events.backstage.test_answers import PAGE, read

LIST = f"{PAGE}/setliste/gitarre-handy-abendlicht"


@pytest.fixture
def hers(jorinde_act) -> Production:
    """Jorinde's concert, with nothing on its set list."""
    production = Production.objects.get(slug="gitarre-handy-abendlicht")
    production.setlist.works.all().delete()
    return production


def typed(*titles: str, tun: str = "speichern", **more: str) -> dict[str, str]:
    """What a browser sends with a row for each title, and two empty ones."""
    count = min(len(titles) + 2, 60)
    rows = {f"s{number}-title": title for number, title in enumerate(titles)}
    return (
        rows | {f"s{number}-whose": "own" for number in range(len(titles))} | {"zeilen": str(count), "tun": tun} | more
    )


def titles() -> list[str]:
    return list(
        Work.objects.filter(setlist__production__slug="gitarre-handy-abendlicht").values_list("title", flat=True)
    )


# --- rules ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("whose", "cleared", "arranged", "rights"),
    [
        (Whose.OWN, False, False, "own"),
        (Whose.OWN, True, True, "own"),
        (Whose.OTHERS, False, True, "unclear"),
        (Whose.OTHERS, True, False, "cleared"),
        (Whose.OLD, True, False, "public_domain"),
        (Whose.OLD, False, True, "public_domain_arranged"),
    ],
)
def test_plain_words_become_rights_and_back(whose, cleared, arranged, rights):
    assert (rights_of(whose, cleared, arranged), whose_of(rights)) == (rights, whose)


@pytest.mark.parametrize(
    ("text", "seconds"), [("3:20", 200), ("0:05", 5), ("4", 240), ("3,30", 210), ("240:00", 14400)]
)
def test_a_duration_is_minutes_and_seconds(text, seconds):
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["3:60", "3:2", "drei", "", "241", "-1", "1:00:00", "³"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ValueError):
        seconds_of(text)


def test_a_duration_reads_as_it_was_written():
    assert [clock_of(seconds) for seconds in (200, 5, 3600, None)] == ["3:20", "0:05", "60:00", ""]


@pytest.mark.parametrize(
    ("button", "order"),
    [("hoch-1", [1, 0, 2]), ("runter-1", [0, 2, 1]), ("weg-0", [1, 2]), ("hoch-0", [0, 1, 2]), ("runter-2", [0, 1, 2]),
     ("weg-99", [0, 1, 2]), ("hoch-", [0, 1, 2]), ("", [0, 1, 2])],
)  # fmt: skip
def test_a_button_moves_one_row(button, order):
    assert reordered([0, 1, 2], wish_of({"tun": button})) == order


def test_enter_saves():
    assert wish_of({}) == Wish("speichern")


# --- the page ---------------------------------------------------------------------------------------------------------


def test_title_and_whose_it_is_suffice(hers, phone):
    assert phone.post(LIST, typed("Abendlicht", "Morgenrot")).status_code == 302
    assert setlists.pieces_of(hers) == [Piece("Abendlicht", "own"), Piece("Morgenrot", "own")]


def test_all_that_gema_asks_is_kept(hers, phone):
    more = {
        "composer": "C", "lyricist": "L", "arranger": "A", "publisher": "P", "seconds": "3:20", "times": "2",
        "gema_number": "123-456", "iswc": "T-034.524.680-1", "source": "recording", "label_code": "LC 1",
        "isrc": "DEA123456789", "offset": "12:00",
    }  # fmt: skip
    row = typed("Lied") | {f"s0-{name}": value for name, value in more.items()} | {"s0-whose": "others"}
    phone.post(LIST, row | {"s0-cleared": "on"})
    kept = Piece("Lied", "others", True, **more | {"seconds": 200, "times": 2, "offset": 720})
    assert setlists.pieces_of(hers) == [kept]
    page = phone.get(LIST).content.decode()
    assert all(f'value="{value}"' in page for name, value in more.items() if name != "source")


def test_rows_move_and_go(hers, phone):
    phone.post(LIST, typed("Eins", "Zwei", "Drei", tun="hoch-2"))
    assert titles() == ["Eins", "Drei", "Zwei"]
    phone.post(LIST, typed(*titles(), tun="weg-0"))
    assert titles() == ["Drei", "Zwei"]


def test_empty_rows_between_do_not_count(hers, phone):
    phone.post(LIST, {"zeilen": "4", "s0-times": "1", "s2-title": "Zwei", "s2-whose": "old", "s3-source": "live"})
    assert setlists.pieces_of(hers) == [Piece("Zwei", "old")]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"s1-whose": "own"}, "Bitte geben Sie den Titel an."),
        ({"s1-title": "Zwei"}, "Bitte wählen Sie: von Ihnen, von anderen oder sehr alt?"),
        ({"s1-title": "Zwei", "s1-whose": "nobody"}, "Bitte wählen Sie eine der Antworten."),
        ({"s1-title": "Zwei", "s1-whose": "own", "s1-seconds": "3:99"}, "zum Beispiel 3:20"),
        ({"s1-title": "Zwei", "s1-whose": "own", "s1-times": "0"}, "größer oder gleich 1"),
        ({"s1-title": "Z" * 201, "s1-whose": "own"}, "höchstens 200 Zeichen"),
        ({"s1-title": "Zwei", "s1-whose": "own", "s1-source": "radio"}, "radio"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(hers, phone, row, sentence):
    answer = phone.post(LIST, typed("Eins") | {"s0-seconds": "3:20"} | row)
    page = answer.content.decode()
    assert (answer.status_code, titles()) == (422, [])
    assert sentence in read(answer) and '<a href="#piece-2">Stück 2</a>' in page
    assert all(value in page for value in ("Eins", "3:20", *(row[name] for name in row if not name.endswith("whose"))))


def test_complete_is_a_word_of_the_act(hers, phone):
    Setlist.objects.update(filled_at=None)
    refused = phone.post(LIST, {"zeilen": "1", "tun": "fertig"})
    assert (refused.status_code, "mindestens ein Stück" in read(refused)) == (422, True)
    phone.post(LIST, typed("Abendlicht"))
    assert Setlist.objects.get(production=hers).filled_at is None
    phone.post(LIST, typed("Abendlicht", tun="fertig"))
    assert Setlist.objects.get(production=hers).filled_at is not None
    phone.post(LIST, typed("Abendlicht", "Morgenrot"))
    assert Setlist.objects.get(production=hers).filled_at is not None
    phone.post(LIST, typed("Abendlicht", tun="offen"))
    assert Setlist.objects.get(production=hers).filled_at is None
    phone.post(LIST, typed("Abendlicht", tun="fertig"))
    phone.post(LIST, typed("Abendlicht", tun="weg-0"))
    assert Setlist.objects.get(production=hers).filled_at is None, "an empty list is not complete"


def test_last_years_list_is_copied_below(hers, phone):
    now = timezone.now() - timedelta(days=365)
    past = Edition.objects.create(slug="vorjahr", title="Vorjahr", opens=now, closes=now + timedelta(hours=5))
    old = Production.objects.create(edition=past, act=hers.act, slug="alt", title="Alt", kind="concert")
    setlists.save(old, [Piece("Fluss", "others", composer="N. N.", seconds=61, offset=900)])
    phone.post(LIST, typed("Eins", tun="uebernehmen", von=str(old.pk)))
    assert setlists.pieces_of(hers) == [Piece("Eins", "own"), Piece("Fluss", "others", composer="N. N.", seconds=61)]
    foreign = Production.objects.exclude(act=hers.act).filter(setlist__isnull=False).first()
    for wrong in (str(foreign.pk), "", "x", "9" * 50):
        assert phone.post(LIST, typed("Eins", tun="uebernehmen", von=wrong)).status_code == 422


def test_sixty_pieces_fit_and_not_one_more(hers, phone):
    sixty = [f"Stück {number}" for number in range(60)]
    assert phone.post(LIST, typed(*sixty)).status_code == 302
    assert titles() == sixty
    assert phone.get(LIST).content.decode().count('class="piece"') == 60
    other = Production.objects.create(edition=hers.edition, act=hers.act, slug="o", title="O", kind="concert")
    setlists.save(other, [Piece("Zuviel", "own")])
    refused = phone.post(LIST, typed(*sixty, tun="uebernehmen", von=str(other.pk)))
    assert (refused.status_code, "höchstens 60 Stücke" in read(refused), titles()) == (422, True, sixty)


@pytest.mark.parametrize("rows", ["", "-1", "999999999999", "viele", "²"])
def test_a_number_of_rows_that_no_page_sends_does_no_harm(hers, phone, rows):
    assert phone.post(LIST, {"zeilen": rows, "tun": "weg-77"}).status_code == 302


def test_an_english_reader_finds_the_title_in_english_where_it_has_one(hers, phone):
    hers.put_words("en", {"title": "Evening light"})
    hers.save()
    german, english = (phone.get(way).content.decode() for way in (LIST, f"/en{LIST}"))
    assert ('<h1 lang="de">Gitarre, Handy, Abendlicht</h1>' in german, "<h1>Evening light</h1>" in english) == (
        True,
        True,
    )
