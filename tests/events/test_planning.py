"""The verbs of the plan: in one transaction, against lost updates, remembered, told, undone in half a minute."""

from datetime import timedelta

import pytest
from django.utils import translation

from events import planning
from events.models import Act, Edit, Performance, Production, Route, Stage, Venue
from events.planning import Subject
from events.refusals import ChangedMeanwhile, Conflicting, Refused, TooLate
from events.signals import programme_changed
from tests.events.conftest import at

NOON = at("12:00")
HALL = {
    "name": "Rathaus, Großer Saal",
    "short_name": "Rathaus",
    "lat": 51.7189,
    "lon": 8.7544,
    "address": "Rathausplatz 1",
    "access": ["step_free"],
    "access_note": "",
    "rain_venue": None,
    "note": "",
    "name_en": "Town hall",
    "short_name_en": "",
    "access_note_en": "",
}


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def told(django_capture_on_commit_callbacks):
    """What the rest of the house hears of what happens inside."""
    heard: list[set[str]] = []

    def listen(sender, stages, **_):
        heard.append(stages)

    programme_changed.connect(listen)
    yield heard, django_capture_on_commit_callbacks
    programme_changed.disconnect(listen)


def hall_made(by) -> Venue:
    edit = planning.make(Subject.VENUE, HALL, by, NOON)
    return Venue.objects.get(pk=edit.object_id)


def frog() -> Production:
    return Production.objects.get(slug="der-frosch-der-den-regen-sammelte")


# --- making and changing ----------------------------------------------------------------------------------------------


def test_something_new_gets_a_name_and_stands_in_the_history(db, ida):
    hall = hall_made(ida)
    edit = Edit.objects.get()
    assert (hall.slug, hall.in_words("name", "en"), hall.version) == ("rathaus", "Town hall", 1)
    assert (edit.kind, edit.by, edit.name, edit.before) == ("made", ida, "Rathaus", {})
    assert edit.after == {name: value for name, value in HALL.items() if value is not None}


def test_the_history_keeps_only_what_was_different_and_the_name_outlives_the_title(db, ida):
    hall = hall_made(ida)
    edit = planning.change(
        Subject.VENUE, hall.pk, {**HALL, "short_name": "Altes Rathaus", "name_en": ""}, ida, NOON, seen=1
    )
    hall.refresh_from_db()
    assert (hall.slug, hall.short_name, hall.translations, hall.version) == ("rathaus", "Altes Rathaus", {}, 2)
    assert (edit.before, edit.after) == (
        {"short_name": "Rathaus", "name_en": "Town hall"},
        {"short_name": "Altes Rathaus", "name_en": ""},
    )


def test_saving_what_is_there_already_changes_nothing(db, ida):
    hall = hall_made(ida)
    assert planning.change(Subject.VENUE, hall.pk, HALL, ida, NOON, seen=1) is None
    assert Edit.objects.count() == 1


def test_who_looked_at_an_older_version_is_told_who_was_faster(db, ida, paul):
    hall = hall_made(ida)
    planning.change(Subject.VENUE, hall.pk, {**HALL, "note": "laut"}, paul, NOON, seen=1)
    with pytest.raises(ChangedMeanwhile, match="Paul changed this at 12:00"):
        planning.change(Subject.VENUE, hall.pk, HALL, ida, NOON, seen=1)
    hall.refresh_from_db()
    assert (hall.note, planning.as_seen(hall, 1)["note"]) == ("laut", "")


def test_two_of_one_name_are_told_apart(db, ida):
    assert [hall_made(ida).slug, hall_made(ida).slug] == ["rathaus", "rathaus-2"]


def test_a_stage_finds_its_place_along_the_way(evening, ida):
    values = {
        "name": "Balkon",
        "name_en": "",
        "venue": hall_made(ida),
        "default_ingest": "phone",
        "change_over_minutes": 5,
        "after": "dom",
    }
    edit = planning.make(Subject.STAGE, values, ida, NOON)
    way = ["quellen", "bibliothek", "kaiserpfalz", "dom", "theater", "kulturwerkstatt", "hnf", "schloss"]
    assert list(Stage.objects.values_list("slug", flat=True)) == [*way[:4], "balkon", *way[4:]]
    planning.change(Subject.STAGE, edit.object_id, {"after": ""}, ida, NOON, seen=1)
    assert list(Stage.objects.values_list("slug", flat=True)) == ["balkon", *way]
    planning.change(Subject.STAGE, edit.object_id, {"after": "schloss"}, ida, NOON, seen=2)
    assert list(Stage.objects.values_list("slug", flat=True)) == [*way, "balkon"]


def test_a_walk_is_led_along_other_stations_and_back(evening, ida):
    walk = Route.objects.get(slug="leise-runde")
    edit = planning.change(Subject.ROUTE, walk.pk, {"stations": ["dom", "schloss"]}, ida, NOON, seen=1)
    assert planning.state_of(walk)["stations"] == ["dom", "schloss"]
    planning.undo(edit.pk, ida, NOON)
    assert planning.state_of(walk)["stations"] == ["kaiserpfalz", "dom", "theater"]


# --- what cannot be ---------------------------------------------------------------------------------------------------


def test_what_is_for_16_years_may_not_play_at_six(evening, ida):
    with pytest.raises(Conflicting, match="only be shown between 22:00 and 06:00"):
        planning.change(Subject.PRODUCTION, frog().pk, {"age": 16}, ida, NOON, seen=1)
    assert frog().age == 0


def test_nothing_is_removed_that_something_belongs_to(evening, ida):
    library = Venue.objects.get(slug="bibliothek")
    with pytest.raises(Refused, match="while something belongs to it: stages"):
        planning.remove(Subject.VENUE, library.pk, ida, NOON, seen=1)
    hall = hall_made(ida)
    planning.change(Subject.VENUE, library.pk, {"rain_venue": hall}, ida, NOON, seen=1)
    with pytest.raises(Refused, match="belongs to it: the way out of the rain of Bibliothek"):
        planning.remove(Subject.VENUE, hall.pk, ida, NOON, seen=1)
    jorinde = Act.objects.get(slug="jorinde-beispiel")
    with pytest.raises(Refused, match="consents, productions"):
        planning.remove(Subject.ACT, jorinde.pk, ida, NOON, seen=1)


# --- undoing ----------------------------------------------------------------------------------------------------------


def test_half_a_minute_long_everything_comes_back(db, ida):
    hall = hall_made(ida)
    changed = planning.change(Subject.VENUE, hall.pk, {"name": "Ratskeller", "name_en": ""}, ida, NOON, seen=1)
    planning.undo(changed.pk, ida, NOON + timedelta(seconds=30))
    hall.refresh_from_db()
    assert planning.state_of(hall) == HALL
    removed = planning.remove(Subject.VENUE, hall.pk, ida, NOON, seen=3)
    assert not Venue.objects.exists()
    planning.undo(removed.pk, ida, NOON)
    back = Venue.objects.get()
    assert (back.pk, back.slug, planning.state_of(back)) == (hall.pk, "rathaus", HALL)


def test_what_was_made_by_mistake_is_gone_again(db, ida):
    hall_made(ida)
    planning.undo(Edit.objects.get().pk, ida, NOON)
    assert (Venue.objects.count(), [edit.kind for edit in Edit.objects.all()]) == (0, ["made", "undone"])


def test_later_or_after_another_edit_it_is_too_late(db, ida):
    hall = hall_made(ida)
    first = planning.change(Subject.VENUE, hall.pk, {"note": "eins"}, ida, NOON, seen=1)
    with pytest.raises(TooLate):
        planning.undo(first.pk, ida, NOON + timedelta(seconds=31))
    planning.change(Subject.VENUE, hall.pk, {"note": "zwei"}, ida, NOON, seen=2)
    with pytest.raises(ChangedMeanwhile):
        planning.undo(first.pk, ida, NOON)


# --- telling ----------------------------------------------------------------------------------------------------------


def test_open_pages_hear_of_it_after_commit(evening, ida, told):
    heard, committed = told
    with committed(execute=True):
        planning.change(Subject.PRODUCTION, frog().pk, {"text": "Neu"}, ida, NOON, seen=1)
        assert heard == []
    assert heard == [{"bibliothek"}]


def test_the_offices_plan_hears_of_a_draft_too(evening, ida, told):
    """Its age or its act may be what the plan calls not right yet."""
    heard, committed = told
    Performance.objects.filter(production=frog()).update(status="draft")
    with committed(execute=True):
        planning.change(Subject.PRODUCTION, frog().pk, {"age": 16}, ida, NOON, seen=1)
    assert heard == [{"bibliothek"}]


def test_nobody_is_told_of_what_no_page_shows(evening, ida, told):
    heard, committed = told
    with committed(execute=True):
        planning.make(Subject.ACT, {"name": "Duo Still", "kind": "ensemble"}, ida, NOON)
    assert heard == []
