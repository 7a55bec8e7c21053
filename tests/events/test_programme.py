"""The reading side: what pages and the live side are told."""

from datetime import timedelta

import pytest
from django.utils import translation

from events import programme, publishing
from events.models import Act, Performance
from tests.events.conftest import WHIT_SUNDAY, air, at


def titles(items) -> list[str]:
    return [item.title for item in items]


def test_the_evening_is_divided_into_now_next_later_and_over(evening, live_side):
    today = programme.today(at("19:10"))
    assert titles(today.now) == [
        "Gitarre, Handy, Abendlicht",
        "Eine Geschichte für die ganze Couch",
        "Sechs Stimmen im Kreuzgang",
    ]
    assert titles(today.soon) == ["Zwei Stühle streiten", "Blech bis zum Bahnhof", "Rundgang: Rechnen ohne Strom"]
    assert (len(today.later), len(today.past), today.is_on) == (16, 4, True)


def test_what_is_on_air_counts_as_now_early_or_late(evening, live_side):
    finale, auftakt = evening["finale-alle-orte-ein-lied"], evening["auftakt-wo-das-wasser-aufsteht"]
    live_side(air("schloss", finale.pk), air("quellen", auftakt.pk), air("dom"))
    today = programme.today(at("18:10"))
    assert [each.stage for each in today.on_air] == ["quellen", "schloss", "dom"]
    assert titles(item for item in today.now if item.live) == [auftakt.title, finale.title]
    assert finale.title not in titles(today.later)
    assert auftakt.title not in titles(today.past)


def test_the_live_side_is_asked_once_for_a_whole_list(evening, live_side, django_assert_num_queries):
    abendlicht = evening["gitarre-handy-abendlicht"].pk
    side = live_side(recordings={abendlicht: "/mediathek/abendlicht"})
    edition = programme.edition_of(at("12:00"))
    with django_assert_num_queries(3):
        items = programme.items_of(edition)
    assert side.questions == 2
    assert {item.id: item.recording_url for item in items if item.recording_url} == {
        abendlicht: "/mediathek/abendlicht"
    }


def test_drafts_are_seen_by_the_office_only(evening, live_side):
    Performance.objects.filter(slug="ufersaum").update(status="draft")
    edition = programme.edition_of(at("12:00"))
    assert "Ufersaum" not in titles(programme.items_of(edition))
    assert programme.item("ufersaum") is None
    assert "Ufersaum" in titles(programme.day_for_office(edition, at("12:00")))


def test_after_midnight_the_evening_is_still_today(evening, live_side):
    assert len(programme.today(at("00:30")).past) == 26
    assert programme.items_of_stage("schloss", at("00:30")) != []


def test_on_another_day_the_next_edition_is_named_and_nothing_is_listed(evening, live_side):
    the_day_before = WHIT_SUNDAY - timedelta(days=1)
    today = programme.today(at("19:00", the_day_before))
    assert (today.edition.slug, today.is_on, today.now, today.soon) == ("demo", False, [], [])


@pytest.mark.parametrize(
    ("stage", "started", "slug"),
    [
        ("quellen", "18:45", "gitarre-handy-abendlicht"),
        ("quellen", "19:50", "gitarre-handy-abendlicht"),
        ("quellen", "20:40", "gitarre-handy-nacht"),
        ("quellen", "18:00", None),
        ("dom", "19:00", None),
    ],
)
def test_a_session_plays_the_acts_performance_of_that_time(evening, live_side, stage, started, slug):
    jorinde = Act.objects.get(slug="jorinde-beispiel").pk
    expected = evening[slug].pk if slug else None
    assert programme.performance_for(stage, jorinde, at(started)) == expected


def test_a_cancelled_performance_is_played_by_nobody(evening, live_side, ida):
    publishing.cancel(evening["gitarre-handy-abendlicht"].pk, "Regen", ida, at("18:00"))
    jorinde = Act.objects.get(slug="jorinde-beispiel").pk
    assert programme.performance_for("quellen", jorinde, at("19:00")) is None


def test_a_route_is_read_in_order(evening, live_side, django_assert_num_queries):
    with django_assert_num_queries(2):
        route = programme.route_named("familienrunde")
    assert [stage.slug for stage in route.stations] == ["quellen", "bibliothek", "hnf", "schloss"]


def test_two_passes_of_one_production_know_each_other(evening, live_side):
    item = programme.item("sechs-stimmen-im-kreuzgang")
    assert titles(programme.passes_of(item)) == ["Sechs Stimmen im Kreuzgang (zweiter Durchgang)"]


# --- languages --------------------------------------------------------------------------------------------------------


def test_each_text_comes_in_the_language_of_the_page_and_says_in_which(evening, live_side):
    row = evening["gitarre-handy-abendlicht"]
    row.put_words("en", {"title": "Guitar, phone, dusk"})
    row.save()
    row.production.act.put_words("en", {"blurb": "Songs to the guitar"})
    row.production.act.save()
    venue = row.stage.venue
    venue.put_words("en", {"short_name": "The springs"})
    venue.save()
    with translation.override("en"):
        item, act = programme.item(row.slug), programme.act_named("jorinde-beispiel")
    assert [(text, text.language) for text in (item.title, item.text, item.act_name, item.stage.short_name)] == [
        ("Guitar, phone, dusk", "en"),
        ("Allein am Wasser, ein Handy auf einem Stativ.", "de"),
        ("Jorinde Beispiel", "de"),
        ("The springs", "en"),
    ]
    assert (act.blurb, act.blurb.language, act.language) == ("Songs to the guitar", "en", "de")
    with translation.override("de"):
        german = programme.item(row.slug)
    assert (german.title, german.language, german.stage.short_name) == (row.title, "de", "Die Quellen")


def test_a_performance_without_words_of_its_own_has_those_of_the_production(evening, live_side):
    row = evening["ufersaum"]
    Performance.objects.filter(pk=row.pk).update(text="")
    row.production.text = "Tanz am Ufer"
    row.production.put_words("en", {"text": "Dance by the water"})
    row.production.save()
    with translation.override("en"):
        assert programme.item("ufersaum").text == "Dance by the water"
    with translation.override("de"):
        assert programme.item("ufersaum").text == "Tanz am Ufer"


def test_more_performances_ask_no_more_questions(evening, live_side, django_assert_num_queries):
    edition = programme.edition_of(at("12:00"))
    twice = list(Performance.objects.values("production_id", "stage_id", "title", "start", "end"))
    Performance.objects.bulk_create(
        Performance(**row, slug=f"noch-einmal-{number}", status="published") for number, row in enumerate(twice)
    )
    with django_assert_num_queries(3):
        assert len(programme.items_of(edition)) == 52


# --- what was moved away ----------------------------------------------------------------------------------------------


def test_whom_nobody_should_be_taken_for_is_who_is_announced_in_every_language(evening, ida):
    act = Act.objects.get(slug="theater-trittstein")
    act.put_words("en", {"name": "Stepping Stone Theatre"})
    act.save()
    names = programme.announced_names(at("18:00"))
    assert {"Paderkultour digital (Demo)", "Theater Trittstein", "Stepping Stone Theatre"} <= names
    Performance.objects.filter(production__act=act).update(status="draft")
    assert names - programme.announced_names(at("18:00")) == {"Theater Trittstein", "Stepping Stone Theatre"}


ABENDLICHT = "gitarre-handy-abendlicht"


def left(evening, stage: str, now: str = "18:50") -> list[tuple[str, str, bool]]:
    """Title of what left this stage, where it plays now, and whether it was to play here at seven."""
    return [
        (each.item.title, each.item.stage.slug, (each.start, each.end) == (at("19:00"), at("19:30")))
        for each in programme.departures(stage, at(now))
    ]


def test_the_old_stage_knows_what_left_it_and_the_one_in_between_too(evening, live_side, ida):
    row = evening[ABENDLICHT]
    publishing.move(row.pk, evening.slot("bibliothek", "19:35", "19:55", row.title), ida, at("18:40"))
    publishing.move(row.pk, evening.slot("schloss", "19:30", "20:00", row.title), ida, at("18:45"))
    assert left(evening, "quellen") == [(row.title, "schloss", True)]
    assert left(evening, "bibliothek") == [(row.title, "schloss", False)]
    assert left(evening, "schloss") == []


def test_what_came_back_has_left_the_other_stage(evening, live_side, ida):
    row = evening[ABENDLICHT]
    change = publishing.move(row.pk, evening.slot("schloss", "19:00", "19:30", row.title), ida, at("18:40"))
    publishing.undo(change.pk, ida, at("18:40"))
    assert (left(evening, "quellen"), left(evening, "schloss")) == ([], [(row.title, "quellen", True)])


def test_nobody_is_sent_after_what_was_cancelled_or_never_announced(evening, live_side, ida):
    row, draft = evening[ABENDLICHT], evening["ufersaum"]
    publishing.move(row.pk, evening.slot("schloss", "19:00", "19:30", row.title), ida, at("18:40"))
    publishing.cancel(row.pk, "Sturm", ida, at("18:45"))
    Performance.objects.filter(pk=draft.pk).update(status="draft")
    publishing.move(draft.pk, evening.slot("dom", "22:30", "23:00", draft.title), ida, at("18:40"))
    publishing.publish(draft.pk, ida, at("18:45"))
    assert (left(evening, "quellen"), left(evening, "theater")) == ([], [])


def test_a_stage_that_nothing_left_costs_one_question_more(evening, live_side, django_assert_num_queries):
    with django_assert_num_queries(2):
        programme.departures("quellen", at("18:50"))
