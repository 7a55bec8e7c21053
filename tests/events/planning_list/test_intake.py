"""A planning list is taken over as drafts, all of it or nothing."""

from datetime import timedelta

import pytest

from events import publishing, refusals
from events.models import Act, Change, Edit, Performance, PlanningList, Production, Stage
from events.planning_list import intake
from events.planning_list.intake import SeenOtherwise, Unsound
from events.planning_list.preview import Outcome
from events.refusals import ChangedMeanwhile
from events.schedule import Slot
from tests.events.conftest import at
from tests.events.every_table import every_table
from tests.events.planning_list.conftest import HEADS, LEISE, NOON, SPAET

FULL = [*HEADS, "Alter", "Zugang", "Sprache", "Text", "Titel (englisch)", "Text (englisch)"]
NACHTWACHE = [*SPAET, "ab 16", "UT, DGS", "Deutsch, Türkisch", "Zwölf Stimmen.", "Night watch", "Twelve voices."]


def outcomes(preview) -> list[str]:
    return [str(row.outcome) for row in preview.rows]


def test_a_new_row_becomes_a_draft_with_all_that_the_list_says(office):
    office.take_over(NACHTWACHE, heads=FULL)
    row = Performance.objects.select_related("production__act", "stage").get(title="Nachtwache")
    production, act = row.production, row.production.act
    assert (row.status, row.version, row.slug, row.stage.slug) == ("draft", 1, "nachtwache", "schloss")
    assert (row.start, row.end, row.access, row.text) == (at("00:30"), at("01:00"), ["UT", "DGS"], "Zwölf Stimmen.")
    assert row.translations == {"en": {"title": "Night watch", "text": "Twelve voices."}}
    assert (production.edition, production.kind, production.age, production.spoken) == (
        office.edition,
        "concert",
        16,
        "de tr",
    )
    assert (act.name, act.slug, act.kind) == ("Chor der Wachen", "chor-der-wachen", "ensemble")


def test_the_same_list_twice_changes_nothing(office):
    office.take_over(LEISE + [""] * 6, NACHTWACHE, heads=FULL)
    before = every_table(PlanningList)
    again = office.take_over(LEISE + [""] * 6, NACHTWACHE, heads=FULL)
    assert (outcomes(again), every_table(PlanningList)) == (["unchanged", "unchanged"], before)


def test_line_ends_of_a_browser_are_no_difference(office):
    office.take_over([*SPAET, "Zwölf\r\nStimmen."], heads=[*HEADS, "Text"])
    Performance.objects.filter(title="Nachtwache").update(text="Zwölf\r\nStimmen.\r\n")
    assert outcomes(office.take_over([*SPAET, "Zwölf\r\nStimmen."], heads=[*HEADS, "Text"])) == ["unchanged"]


def test_a_changed_row_changes_its_draft_and_leaves_a_trace(office):
    office.take_over(NACHTWACHE, heads=FULL)
    draft = Performance.objects.get(title="Nachtwache")
    later = [*SPAET[:1], "00:45", "01:15", *SPAET[3:], "18", "", "de", "Dreizehn Stimmen.", "", "Thirteen voices."]
    preview = office.take_over(later, heads=FULL)
    assert [column.value for column in preview.rows[0].differs] == [
        *("Beginn", "Ende", "Alter", "Zugang", "Sprache", "Text", "Titel (englisch)", "Text (englisch)"),
    ]
    row = Performance.objects.select_related("production").get(title="Nachtwache")
    assert (row.pk, row.guid, row.start, row.status) == (draft.pk, draft.guid, at("00:45"), "draft")
    assert (row.text, row.access, row.translations) == ("Dreizehn Stimmen.", [], {"en": {"text": "Thirteen voices."}})
    assert (row.production.age, row.production.spoken) == (18, "de")
    trace = Change.objects.filter(performance=row).values_list("kind", "by", "at", "version")
    assert list(trace) == [("made", office.ida.pk, NOON, 1), ("moved", office.ida.pk, NOON, 2)]
    assert (row.version, row.production.version) == (2, 2)
    edits = Edit.objects.exclude(subject="edition").values_list("subject", "kind", "after__age")
    assert list(edits) == [("act", "made", None), ("production", "made", 16), ("production", "changed", 18)]


def test_a_draft_under_another_title_does_not_change_what_is_published_of_it(office):
    """One programme item, a published performance and a draft of another name: the audience's age stays."""
    opening = Performance.objects.get(slug="auftakt-wo-das-wasser-aufsteht")
    slot = {"stage": Stage.objects.get(slug="schloss"), "start": at("00:30"), "end": at("01:00")}
    Performance.objects.create(production=opening.production, slug="neu", title="Etwas Neues", **slot)
    row = ["16.05.2027", "00:30", "01:00", "Schlosshof", "Etwas Neues", opening.production.act.name, "Moderation"]
    before = every_table(PlanningList)
    with pytest.raises(Unsound):
        office.take_over([*row, "ab 16"], heads=[*HEADS, "Alter"])
    assert every_table(PlanningList) == before
    assert (2, "Alter", "This programme item is published already, and with something else here.") in office.says(
        [*row, "ab 16"], heads=[*HEADS, "Alter"]
    )


def test_other_words_are_a_change_like_any_other(office, django_capture_on_commit_callbacks):
    """Whoever has the draft open meanwhile is told, instead of writing over it."""
    office.take_over(NACHTWACHE, heads=FULL)
    row = Performance.objects.get(title="Nachtwache")
    with django_capture_on_commit_callbacks() as told:
        office.take_over([*NACHTWACHE[:10], "Dreizehn Stimmen.", *NACHTWACHE[11:]], heads=FULL)
    change = Change.objects.get(performance=row, kind="moved")
    different = {name: change.after[name] for name in change.after if change.after[name] != change.before[name]}
    assert (different, change.version, len(told)) == ({"text": "Dreizehn Stimmen."}, 2, 1)
    with pytest.raises(ChangedMeanwhile):
        publishing.move(row.pk, Slot("schloss", row.start, row.end, row.title), office.ida, NOON, seen=1)


def test_what_the_list_has_no_column_for_stays(office):
    office.take_over(NACHTWACHE, heads=FULL)
    office.take_over(["16.05.2027", "00:45", "01:00", *SPAET[3:]])
    row = Performance.objects.select_related("production").get(title="Nachtwache")
    assert (row.start, row.text, row.access, row.production.age) == (at("00:45"), "Zwölf Stimmen.", ["UT", "DGS"], 16)


def test_two_drafts_may_change_places(office):
    other = [*LEISE[:1], "23:15", "23:45", LEISE[3], "Laute Lieder", "Duo Quellwärts", "Konzert"]
    office.take_over(LEISE, other)
    office.take_over([*LEISE[:1], *other[1:3], *LEISE[3:]], [*other[:1], *LEISE[1:3], *other[3:]])
    starts = dict(Performance.objects.filter(status="draft").values_list("title", "start"))
    assert starts == {"Leise Lieder": at("23:15"), "Laute Lieder": at("22:40")}


def test_a_title_played_twice_is_one_production(office):
    office.take_over(LEISE, [*LEISE[:1], "23:40", "23:55", *LEISE[3:]])
    production = Production.objects.get(title="Leise Lieder")
    assert sorted(production.performances.values_list("slug", flat=True)) == ["leise-lieder", "leise-lieder-2"]


def test_one_wrong_row_holds_everything_back(office):
    kept = office.upload(LEISE, [*SPAET[:3], "Mond", *SPAET[4:]])
    before = every_table(PlanningList)
    with pytest.raises(Unsound):
        intake.take_over(kept, intake.preview(kept).fingerprint, office.ida, NOON)
    assert every_table(PlanningList) == before


def test_a_stage_taken_meanwhile_holds_everything_back(office, ida):
    """Between looking and taking over Paul has put something else there."""
    kept = office.upload(LEISE, SPAET)
    seen = intake.preview(kept)
    assert seen.is_sound
    standing = Performance.objects.get(slug="vier-sprachen-ein-fluss")
    publishing.move(standing.pk, Slot("quellen", at("22:50"), at("23:05"), standing.title), ida, NOON)
    before = every_table(PlanningList)
    with pytest.raises(Unsound):
        intake.take_over(kept, seen.fingerprint, office.ida, NOON)
    assert every_table(PlanningList) == before
    assert [problem.column.value for problem in intake.preview(kept).problems if problem.grave] == ["Bühne"]


def test_what_would_happen_now_is_looked_at_again(office, ida):
    """Between looking and taking over Paul has published what the list would have changed."""
    office.take_over(LEISE)
    kept = office.upload([*LEISE[:1], "22:45", *LEISE[2:]])
    seen = intake.preview(kept)
    publishing.publish(Performance.objects.get(title="Leise Lieder").pk, ida, NOON)
    with pytest.raises(SeenOtherwise):
        intake.take_over(kept, seen.fingerprint, office.ida, NOON)
    assert outcomes(intake.preview(kept)) == ["kept"]


def test_taking_over_an_unchanged_or_published_row_writes_nothing(office):
    public = [
        "16.05.2027",
        "19:05",
        "19:35",
        "Die Quellen",
        "Gitarre, Handy, Abendlicht",
        "Jorinde Beispiel",
        "Konzert",
    ]
    before = every_table(PlanningList)
    assert outcomes(office.take_over(public)) == [Outcome.KEPT]
    assert every_table(PlanningList) == before


def test_the_verb_itself_refuses_what_cannot_be(office, ida):
    stage = Performance.objects.get(slug="vier-sprachen-ein-fluss").stage
    other = Performance.objects.filter(stage=stage).first()
    clash = Performance(
        production=other.production, stage=stage, slug="neu", title="Neu", start=other.start, end=other.end
    )
    with pytest.raises(refusals.Conflicting):
        publishing.draft(office.edition, [clash], {}, ida, NOON)
    with pytest.raises(refusals.Refused):
        publishing.draft(office.edition, [], {other.pk: Slot("dom", at("03:00"), at("03:30"), "x")}, ida, NOON)
    assert not Performance.objects.filter(slug="neu").exists()


# --- how long a list is kept ------------------------------------------------------------------------------------------


def test_a_list_is_kept_for_two_hours_and_for_its_owner(office, paul):
    kept = office.upload(LEISE)
    late = NOON + timedelta(hours=2)
    assert intake.find(kept.pk, office.ida, late - timedelta(seconds=1)) == kept
    assert (intake.find(kept.pk, office.ida, late), intake.find(kept.pk, paul, NOON)) == (None, None)
    assert (intake.forget(late - timedelta(seconds=1)), intake.forget(late)) == (0, 1)


def test_a_list_is_gone_when_it_was_taken_over_or_another_came(office):
    office.upload(LEISE)
    office.upload(SPAET)
    assert PlanningList.objects.count() == 1
    office.take_over(LEISE)
    assert PlanningList.objects.count() == 0


def test_the_office_itself_may_be_in_several_places(office):
    Act.objects.filter(name="Duo Quellwärts").update(kind=Act.Kind.OFFICE)
    rows = [[*LEISE[:3], stage, "Ansage", "Duo Quellwärts", "Moderation"] for stage in ("Die Quellen", "Bibliothek")]
    assert outcomes(office.take_over(*rows)) == ["new", "new"]
