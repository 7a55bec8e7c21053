"""The office changes the programme: one change, everywhere, or a sentence that says why not."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from events import publishing
from events.models import Change, Performance
from events.refusals import ChangedMeanwhile, Conflicting, Refused, TooLate
from events.schedule import Rule
from events.signals import programme_changed
from tests.events.conftest import at

ABENDLICHT = "gitarre-handy-abendlicht"
TITLE = "Gitarre, Handy, Abendlicht"
RAIN = at("18:50")


@pytest.fixture
def english():
    with translation.override("en"):
        yield


def into_the_library(evening):
    return evening.slot("bibliothek", "19:35", "19:55", TITLE)


def test_rain_moves_jorinde_into_the_library(evening, ida):
    change = publishing.move(evening[ABENDLICHT].pk, into_the_library(evening), ida, RAIN)
    row = evening[ABENDLICHT]
    assert evening.where(ABENDLICHT) == ("bibliothek", "19:35", "19:55", "moved")
    assert (row.previous_stage.slug, row.previous_start) == ("quellen", at("19:00"))
    assert (change.by, change.at, change.version, row.version) == (ida, RAIN, 3, 3)


def test_the_house_is_told_after_commit_and_only_then(evening, ida, django_capture_on_commit_callbacks):
    heard = []

    def listen(sender, performance_id, stages, version, now, **_):
        heard.append((performance_id, stages, version, now))

    programme_changed.connect(listen)
    with django_capture_on_commit_callbacks(execute=True):
        publishing.move(evening[ABENDLICHT].pk, into_the_library(evening), ida, RAIN)
        assert heard == []
    programme_changed.disconnect(listen)
    assert heard == [(evening[ABENDLICHT].pk, {"quellen", "bibliothek"}, 3, RAIN)]


def test_moved_back_to_where_it_was_announced_it_is_no_longer_moved(evening, ida):
    pk = evening[ABENDLICHT].pk
    publishing.move(pk, into_the_library(evening), ida, RAIN)
    publishing.move(pk, evening.slot("quellen", "19:00", "19:30", TITLE), ida, at("18:55"))
    assert evening.where(ABENDLICHT) == ("quellen", "19:00", "19:30", "published")
    assert evening[ABENDLICHT].previous_start is None


def test_moved_twice_the_audience_still_reads_what_was_announced(evening, ida):
    pk = evening[ABENDLICHT].pk
    publishing.move(pk, into_the_library(evening), ida, RAIN)
    publishing.move(pk, evening.slot("schloss", "19:30", "20:00", TITLE), ida, at("18:55"))
    assert (evening[ABENDLICHT].previous_stage.slug, evening[ABENDLICHT].previous_start) == ("quellen", at("19:00"))


def test_a_new_title_or_a_longer_set_is_no_move(evening, ida):
    publishing.move(evening[ABENDLICHT].pk, evening.slot("quellen", "19:00", "19:40", "Abendlicht"), ida, RAIN)
    assert (*evening.where(ABENDLICHT), evening[ABENDLICHT].title) == (
        *("quellen", "19:00", "19:40", "published"),
        "Abendlicht",
    )


def test_saving_without_a_change_changes_nothing(evening, ida):
    before = Change.objects.count()
    assert publishing.move(evening[ABENDLICHT].pk, evening.slot("quellen", "19:00", "19:30", TITLE), ida, RAIN) is None
    assert (Change.objects.count(), evening[ABENDLICHT].version) == (before, 2)


# --- all drafts at once -----------------------------------------------------------------------------------------------


def as_drafts(evening, *slugs):
    Performance.objects.filter(slug__in=slugs).update(status="draft")


def test_all_drafts_of_an_edition_are_published_at_once_each_with_its_change(evening, ida):
    as_drafts(evening, ABENDLICHT, "zwei-stuehle-streiten")
    publishing.publish_drafts(evening.edition, ida, RAIN)
    told = Change.objects.filter(by=ida, at=RAIN).values_list("performance__slug", "kind")
    assert sorted(told) == [(ABENDLICHT, "published"), ("zwei-stuehle-streiten", "published")]
    assert not Performance.objects.filter(status="draft").exists()
    assert publishing.publish_drafts(evening.edition, ida, RAIN) == []


def test_one_draft_in_the_way_of_another_keeps_all_back_and_is_named(evening, ida, english):
    as_drafts(evening, ABENDLICHT, "zwei-stuehle-streiten")
    Performance.objects.filter(slug=ABENDLICHT).update(
        stage=evening["eine-geschichte-fuer-die-ganze-couch"].stage, start=at("19:10"), end=at("19:30")
    )
    with pytest.raises(Refused) as refusal:
        publishing.publish_drafts(evening.edition, ida, RAIN)
    assert refusal.value.sentences == (
        "Nothing is published yet: something is in the way.",
        "“Gitarre, Handy, Abendlicht”, 19:10: “Eine Geschichte für die ganze Couch” plays on this stage, 19:00–19:30. "
        "The stage is free for long enough from 19:35 on.",
    )
    assert Performance.objects.filter(status="draft").count() == 2


# --- refusals ---------------------------------------------------------------------------------------------------------


def test_a_taken_stage_is_refused_with_the_time_at_which_it_is_free(evening, ida, english):
    with pytest.raises(Conflicting) as refusal:
        publishing.move(evening[ABENDLICHT].pk, evening.slot("bibliothek", "19:10", "19:30", TITLE), ida, RAIN)
    assert refusal.value.sentences == (
        "“Eine Geschichte für die ganze Couch” plays on this stage, 19:00–19:30. "
        "The stage is free for long enough from 19:35 on.",
    )
    assert evening.where(ABENDLICHT) == ("quellen", "19:00", "19:30", "published")


def test_jorinde_cannot_be_in_two_places(evening, ida, english):
    with pytest.raises(Conflicting) as refusal:
        publishing.move(evening[ABENDLICHT].pk, evening.slot("hnf", "21:25", "21:50", TITLE), ida, RAIN)
    assert refusal.value.sentences == (
        "Jorinde Beispiel plays “Gitarre, Handy, Nacht (zweiter Durchgang)” elsewhere, 21:00–21:25, and needs time "
        "for the way. Please choose a slot that is over by 20:40 or begins at 21:45 or later.",
    )


def test_what_is_for_16_years_is_refused_before_ten_naming_the_rule(evening, ida, english):
    stuehle = evening["zwei-stuehle-streiten"]
    type(stuehle.production).objects.filter(pk=stuehle.production_id).update(age=16)
    with pytest.raises(Conflicting) as refusal:
        publishing.move(stuehle.pk, evening.slot("theater", "18:00", "18:50", stuehle.title), ida, RAIN)
    assert refusal.value.sentences == (
        "What is for people of 16 years and older may only be shown between 22:00 and 06:00 (§ 5 JMStV). "
        "Please choose a slot within these hours.",
    )


def test_every_reason_is_named_at_once(evening, ida):
    with pytest.raises(Conflicting) as refusal:
        publishing.move(evening[ABENDLICHT].pk, evening.slot("theater", "20:55", "21:20", TITLE), ida, RAIN)
    assert refusal.value.rules == (Rule.STAGE, Rule.ACT)


def test_two_editors_of_one_performance_see_each_other(evening, ida, paul, english):
    pk = evening[ABENDLICHT].pk
    publishing.move(pk, into_the_library(evening), paul, RAIN, seen=2)
    with pytest.raises(ChangedMeanwhile) as refusal:
        publishing.move(pk, evening.slot("schloss", "19:30", "20:00", TITLE), ida, at("18:51"), seen=2)
    assert refusal.value.sentences == (
        "Paul changed this performance at 18:50; it is now “Gitarre, Handy, Abendlicht”, 19:35–19:55, Bibliothek. "
        "Your entries are not saved: please compare them and save again.",
    )
    assert evening.where(ABENDLICHT) == ("bibliothek", "19:35", "19:55", "moved")


def test_the_database_itself_refuses_an_end_before_the_start(evening):
    with pytest.raises(IntegrityError), transaction.atomic():
        Performance.objects.filter(slug=ABENDLICHT).update(end=at("18:00"))


# --- cancelling and undoing -------------------------------------------------------------------------------------------


def test_a_cancelled_performance_stays_with_its_reason_and_leaves_its_slot(evening, ida):
    publishing.cancel(evening["vier-sprachen-ein-fluss"].pk, "Wegen Krankheit", ida, RAIN)
    publishing.move(evening[ABENDLICHT].pk, evening.slot("bibliothek", "20:00", "20:30", TITLE), ida, RAIN)
    assert evening.where("vier-sprachen-ein-fluss")[3] == "cancelled"
    assert evening["vier-sprachen-ein-fluss"].cancel_reason == "Wegen Krankheit"
    assert evening.where(ABENDLICHT)[0] == "bibliothek"


def test_the_same_reason_saved_again_is_no_new_cancellation(evening, ida):
    pk = evening[ABENDLICHT].pk
    first = publishing.cancel(pk, "Wegen Regen", ida, RAIN, reason_en="Rain")
    assert first and publishing.cancel(pk, "Wegen Regen", ida, RAIN, reason_en="Rain") is None
    assert evening[ABENDLICHT].version == first.version
    other = publishing.cancel(pk, "Wegen Regen", ida, RAIN)
    assert other and other.after["cancel_reason_en"] == ""


def test_what_is_cancelled_must_be_published_before_it_moves(evening, ida):
    pk = evening[ABENDLICHT].pk
    publishing.cancel(pk, "Wegen Regen", ida, RAIN)
    with pytest.raises(Refused):
        publishing.move(pk, into_the_library(evening), ida, RAIN)
    publishing.publish(pk, ida, RAIN)
    assert evening.where(ABENDLICHT) == ("quellen", "19:00", "19:30", "published")


def test_a_change_is_undone_within_half_a_minute(evening, ida, paul):
    before = evening.where(ABENDLICHT)
    change = publishing.move(evening[ABENDLICHT].pk, into_the_library(evening), ida, RAIN)
    publishing.undo(change.pk, paul, RAIN + timedelta(seconds=30))
    assert evening.where(ABENDLICHT) == before
    assert evening[ABENDLICHT].version == 4
    assert [each.kind for each in evening[ABENDLICHT].changes.all()] == ["published", "moved", "undone"]


def test_after_half_a_minute_it_is_too_late(evening, ida):
    change = publishing.move(evening[ABENDLICHT].pk, into_the_library(evening), ida, RAIN)
    with pytest.raises(TooLate):
        publishing.undo(change.pk, ida, RAIN + timedelta(seconds=31))


def test_nobody_undoes_over_somebody_elses_change(evening, ida, paul):
    pk = evening[ABENDLICHT].pk
    change = publishing.move(pk, into_the_library(evening), ida, RAIN)
    publishing.move(pk, evening.slot("schloss", "19:30", "20:00", TITLE), paul, RAIN)
    with pytest.raises(ChangedMeanwhile):
        publishing.undo(change.pk, ida, RAIN)
    assert evening.where(ABENDLICHT)[0] == "schloss"


def test_undo_is_refused_if_the_old_place_was_given_away(evening, ida):
    change = publishing.move(evening[ABENDLICHT].pk, into_the_library(evening), ida, RAIN)
    rieselfeld = evening["wasser-strom-takt"]
    publishing.move(rieselfeld.pk, evening.slot("quellen", "19:00", "19:30", rieselfeld.title), ida, RAIN)
    with pytest.raises(Conflicting):
        publishing.undo(change.pk, ida, RAIN)
