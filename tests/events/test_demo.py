"""The demo edition always takes place today."""

from datetime import date, timedelta

from django.utils import translation

from events import demo, invitations, programme, publishing
from events.models import Act, Change, Consent, Performance, Production, Setlist, Stage, Work
from tests.events.conftest import WHIT_SUNDAY, at

CLOCKS_BACK = date(2026, 10, 25)


def counted() -> dict[str, int]:
    rows = (Stage, Act, Production, Performance, Consent, Setlist, Work)
    return {row.__name__: row.objects.count() for row in rows}


def test_the_demo_is_complete(evening):
    assert counted() == {
        "Stage": 8,
        "Act": 16,
        "Production": 22,
        "Performance": 26,
        "Consent": 41,
        "Setlist": 4,
        "Work": 8,
    }


def test_it_takes_place_on_the_present_programme_day(evening):
    assert evening.where("auftakt-wo-das-wasser-aufsteht") == ("quellen", "17:40", "17:55", "published")
    assert programme.edition_of(at("12:00")).first_day == WHIT_SUNDAY


def test_loading_again_changes_nothing_and_keeps_the_offices_edits(evening, ida):
    pk = evening["ufersaum"].pk
    publishing.move(pk, evening.slot("theater", "20:50", "21:30", "Ufersaum"), ida, at("12:05"))
    before = counted()
    assert demo.load(at("12:10")) is False
    assert (counted(), evening.where("ufersaum")) == (before, ("theater", "20:50", "21:30", "moved"))


def test_it_stays_until_its_last_item_is_over_and_a_new_day_has_begun(evening):
    the_next = WHIT_SUNDAY + timedelta(days=1)
    assert [demo.move_demo_to_today(now) for now in (at("23:10"), at("23:20"), at("04:59"), at("05:00", the_next))] == [
        *(False, False, False),
        True,
    ]


def test_the_next_evening_is_played_as_planned_and_links_stay(evening, ida):
    ufersaum = evening["ufersaum"].pk
    publishing.move(ufersaum, evening.slot("theater", "20:50", "21:30", "Ufersaum"), ida, at("12:05"))
    publishing.cancel(evening["wasser-strom-takt"].pk, "Stromausfall", ida, at("21:55"))
    token = invitations.make(Act.objects.get(slug="jorinde-beispiel"), None, at("12:00"))
    in_ten_weeks = WHIT_SUNDAY + timedelta(weeks=10)
    demo.move_demo_to_today(at("08:00", in_ten_weeks))
    assert evening["ufersaum"].pk == ufersaum
    assert evening["ufersaum"].start == at("20:45", in_ten_weeks)
    assert evening.where("ufersaum") == ("theater", "20:45", "21:25", "published")
    assert evening.where("wasser-strom-takt") == ("kulturwerkstatt", "22:00", "22:45", "published")
    assert invitations.find(token, at("23:00", in_ten_weeks)) is not None


def test_times_on_the_wall_stay_when_the_clocks_are_set_back(evening):
    demo.move_demo_to_today(at("08:00", CLOCKS_BACK + timedelta(weeks=52)))
    assert evening.where("auftakt-wo-das-wasser-aufsteht")[1] == "17:40"


def test_every_change_of_the_demo_is_remembered(evening):
    assert Change.objects.count() == 26


def test_english_words_are_given_once_and_never_over_the_offices_own(evening):
    row = evening["ufersaum"]
    row.put_words("en", {"title": "Edge of the water"})
    row.save()
    assert (demo.translate(), demo.translate()) == (1 + 3 + 8 + 8 + 16 + 22 + 25, 0)
    with translation.override("en"):
        item, cloister = programme.item("ufersaum"), programme.item("stille-im-kreuzgang")
        assert (item.title, cloister.title, cloister.stage.short_name, cloister.act_name) == (
            "Edge of the water",
            "Silence in the cloister",
            "Cathedral square",
            "Culture office",
        )


def test_a_place_of_the_demo_says_how_to_get_in_and_where_it_plays_when_it_rains(evening):
    springs = next(venue for venue in programme.venues() if venue.slug == "quellen")
    assert (springs.address, springs.access, springs.rain_slug) == (
        "Am Abdinghof, 33098 Paderborn",
        ("step_free", "guide_dogs"),
        "bibliothek",
    )
