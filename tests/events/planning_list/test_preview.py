"""What the office sees of its list before anything is written."""

from datetime import UTC, datetime, timedelta

import pytest

from events.models import Edition, Performance
from events.planning_list.preview import Outcome
from kultour.tables import Unreadable, write_csv
from tests.events.conftest import at
from tests.events.planning_list.conftest import HEADS, LEISE, NOON, SPAET


def with_(row: list, **cells: str) -> list:
    """The row with other cells, by column name."""
    return [cells.get(head, cell) for head, cell in zip(HEADS, row, strict=True)]


def slots(preview) -> list[tuple]:
    return [(row.wish.slot.start, row.wish.slot.end) for row in preview.rows if row.wish]


def test_new_rows_are_told_from_those_that_stand_there(office):
    there = ["16.05.2027", "19:00", "19:30", "Die Quellen", "Gitarre, Handy, Abendlicht", "Jorinde Beispiel", "Konzert"]
    preview = office.look(LEISE, there)
    assert [(row.row, row.outcome) for row in preview.rows] == [(2, Outcome.NEW), (3, Outcome.UNCHANGED)]
    assert len(preview.missing) == Performance.objects.count() - 1
    assert preview.is_sound


def test_nothing_is_written_by_looking(office):
    before = Performance.objects.count()
    office.look(LEISE, SPAET)
    assert Performance.objects.count() == before


def test_every_problem_is_named_by_row_and_column(office):
    wrong = with_(LEISE, Beginn="abends", Bühne="Die Qellen", Titel="", Art="Zirkus")
    found = office.says(LEISE, wrong, heads=[*HEADS[:-1], "Sparte"])
    assert [(row, column, sentence.split(".")[0]) for row, column, sentence in found] == [
        (3, "Beginn", "“abends” is no time of day"),
        (3, "Bühne", "There is no stage “Die Qellen”"),
        (3, "Titel", "Nothing stands here"),
        (3, "Art", "“Zirkus” is no kind of programme item"),
    ]
    assert "Is “Die Quellen” meant?" in found[1][2]


def test_who_is_new_is_told_with_the_name_that_may_be_meant(office):
    assert office.says(with_(LEISE, Mitwirkende="Jorinde Beispil"), SPAET) == [
        (2, "Mitwirkende", "“Jorinde Beispil” is new and will be added. Is “Jorinde Beispiel” meant?"),
        (3, "Mitwirkende", "“Chor der Wachen” is new and will be added."),
    ]


def test_an_end_before_the_start_says_so(office):
    assert office.says(with_(LEISE, Ende="22:10")) == [
        (2, "Ende", "The end lies before the beginning at 22:40, or more than 12 hours after it.")
    ]


def test_after_midnight_the_date_is_that_of_the_evening_before(office):
    after_the_evening = [(at("00:30"), at("01:00"))]
    assert slots(office.look(SPAET)) == after_the_evening
    assert slots(office.look(with_(SPAET, Datum="17.05.2027"))) == after_the_evening
    across = with_(SPAET, Beginn="23:45", Ende="00:15")
    assert slots(office.look(across)) == [(at("23:45"), at("00:15"))]


def test_an_edition_of_one_day_needs_no_dates_and_a_row_may_hold_its_end_in_one_cell(office):
    row = ["22:40–23:10 Uhr", "Die Quellen", "Leise Lieder", "Jorinde Beispiel", "Konzert", ""]
    heads = ["Zeit", "Ort", "Programmpunkt", "Künstler:in", "Sparte", "Dauer"]
    assert slots(office.look(row, heads=heads)) == [(at("22:40"), at("23:10"))]


def test_duration_and_end_must_agree(office):
    heads = [*HEADS, "Dauer"]
    assert slots(office.look([*with_(LEISE, Ende=""), "0:30"], heads=heads)) == [(at("22:40"), at("23:10"))]
    assert office.says([*LEISE, "45"], [*with_(SPAET, Ende=""), ""], heads=heads)[:2] == [
        (2, "Dauer", "From beginning to end it is 30 minutes, but here stand 45."),
        (3, "Ende", "Neither an end nor a duration is given."),
    ]


# --- the nights in which the clocks are changed -----------------------------------------------------------------------


@pytest.fixture
def autumn(office):
    """The edition in the night of 25 October 2026."""
    office.edition.opens, office.edition.closes = (datetime(2026, 10, 24, hour, tzinfo=UTC) for hour in (16, 22))
    office.edition.save()
    return office


NIGHT = with_(SPAET, Datum="24.10.2026")


def hours(preview) -> list[tuple[str, str]]:
    return [tuple(f"{moment:%H:%M}" for moment in slot) for slot in slots(preview)]


def test_a_time_that_comes_twice_asks_which(autumn):
    twice = (
        "The clocks show this time twice that night. Please write “02:30 Sommerzeit” for the first one or "
        "“02:30 Winterzeit” for the second one."
    )
    assert autumn.says(with_(NIGHT, Beginn="02:30", Ende="03:30"))[0] == (2, "Beginn", twice)
    assert autumn.says(with_(NIGHT, Beginn="01:30", Ende="02:30"))[0] == (2, "Ende", twice)


def test_both_of_them_can_be_written(autumn):
    first = with_(NIGHT, Beginn="02:30 Sommerzeit", Ende="02:15")
    second = with_(NIGHT, Beginn="02:30 Winterzeit", Ende="03:00", Titel="Noch einmal")
    assert hours(autumn.look(first, second)) == [("00:30", "01:15"), ("01:30", "02:00")]


def test_a_time_that_is_skipped_is_refused(office):
    office.edition.opens, office.edition.closes = (datetime(2027, 3, 27, hour, tzinfo=UTC) for hour in (16, 22))
    office.edition.save()
    skipped = "The clocks skip this time that night. Please choose an earlier or a later one."
    spring = with_(SPAET, Datum="27.03.2027")
    assert office.says(with_(spring, Beginn="02:30", Ende="03:30"))[0] == (2, "Beginn", skipped)
    assert office.says(with_(spring, Beginn="01:30", Ende="02:30"))[0] == (2, "Ende", skipped)
    assert hours(office.look(with_(spring, Beginn="01:30", Ende="03:30"))) == [("00:30", "01:30")]


# --- what cannot be ---------------------------------------------------------------------------------------------------


def test_rows_that_overlap_name_each_other(office):
    other = with_(LEISE, Titel="Laute Lieder", Mitwirkende="Duo Quellwärts", Beginn="23:00", Ende="23:20")
    assert office.says(LEISE, other) == [
        (2, "Bühne", "Row 3: “Laute Lieder” plays on this stage, 23:00–23:20. The stage is free for long enough from "
         "23:25 on."),
        (3, "Bühne", "Row 2: “Leise Lieder” plays on this stage, 22:40–23:10. The stage is free for long enough from "
         "23:15 on."),
    ]  # fmt: skip


def test_a_row_that_overlaps_with_the_programme_says_with_what(office):
    (row, column, sentence), *rest = office.says(with_(LEISE, Bühne="Bibliothek", Beginn="19:10", Ende="19:30"))
    assert (row, column, sentence.split(".")[0]) == (
        *(2, "Bühne"),
        "“Eine Geschichte für die ganze Couch” plays on this stage, 19:00–19:30",
    )
    assert [column for _row, column, _sentence in rest] == ["Mitwirkende"]


def test_what_is_for_16_years_belongs_into_the_night(office):
    heads = [*HEADS, "Alter"]
    early = [*with_(LEISE, Bühne="Schlosshof", Beginn="17:45", Ende="18:00"), "ab 16"]
    assert office.says(early, [*SPAET, "16"], heads=heads)[:1] == [
        (2, "Alter", "What is for people of 16 years and older may only be shown between 22:00 and 06:00 (§ 5 JMStV). "
         "Please choose a slot within these hours."),
    ]  # fmt: skip


def test_a_day_outside_the_edition_is_named(office):
    assert office.says(with_(LEISE, Datum="18.05.2027")) == [
        (2, "Datum", "This edition takes place on 16 May 2027. Please choose that day or the night after it.")
    ]


def test_the_same_row_twice_is_one_too_many(office):
    assert office.says(LEISE, LEISE) == [
        (3, "Titel", "The same stands in row 2 already. Please delete one of the two.")
    ]


def test_one_programme_item_is_the_same_each_time(office):
    again = with_(LEISE, Bühne="Schlosshof", Beginn="17:45", Ende="18:00", Art="Lesung")
    assert office.says(LEISE, again) == [
        (3, "Art", "Row 2 says something else of the same programme item. Please make them agree.")
    ]


def test_two_drafts_of_one_programme_item_agree_whatever_their_titles(office):
    office.take_over(LEISE)
    first = Performance.objects.get(title="Leise Lieder")
    slot = {"stage": first.stage, "start": at("23:40"), "end": at("23:55")}
    Performance.objects.create(production=first.production, slug="zugabe", title="Zugabe", **slot)
    encore = with_(LEISE, Titel="Zugabe", Beginn="23:40", Ende="23:55", Art="Lesung")
    assert office.says(LEISE, encore) == [
        (3, "Art", "Row 2 says something else of the same programme item. Please make them agree.")
    ]


def test_what_is_too_long_is_named(office):
    heads = [*HEADS, "Titel (englisch)"]
    assert office.says([*with_(LEISE, Titel="L" * 201), "L" * 201], heads=heads) == [
        (2, "Titel", "This has more than 200 characters. Please shorten it."),
        (2, "Titel (englisch)", "This has more than 200 characters. Please shorten it."),
    ]


def test_formulas_are_named(office):
    csv = write_csv(HEADS, [LEISE]).replace(b"Leise Lieder", b"=1+1")
    from events.planning_list import intake

    kept = intake.receive(office.edition, "liste.csv", csv, office.ida, NOON)
    assert [(each.column, each.sentence, each.grave) for each in intake.preview(kept).problems] == [
        ("Titel", "A formula without a value stands here. Please paste it as a value.", True)
    ]


def test_a_performance_that_is_published_is_not_changed_by_a_list(office):
    later = ["16.05.2027", "19:05", "19:35", "Die Quellen", "Gitarre, Handy, Abendlicht", "Jorinde Beispiel", "Konzert"]
    preview = office.look(later)
    assert [row.outcome for row in preview.rows] == [Outcome.KEPT]
    assert [(each.sentence, each.grave) for each in preview.problems] == [
        ("This performance is published already. The list does not change it; it differs in: Beginn, Ende.", False)
    ]


def test_a_further_performance_of_what_is_published_must_be_the_same(office):
    more = ["16.05.2027", "23:00", "23:15", "Die Quellen", "Gitarre, Handy, Abendlicht", "Jorinde Beispiel", "Lesung"]
    first = ["16.05.2027", "19:00", "19:30", *more[3:6], "Konzert"]
    assert (3, "Art", "This programme item is published already, and with something else here.") in office.says(
        first, more
    )


# --- the whole file ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heads", "sentence"),
    [
        (["a", "b", "c"], "The names of the columns are missing, such as Beginn, Bühne, Titel, Mitwirkende, Art. They "
         "belong into the first row."),
        (["Datum", "Titel", "Bühne"], "These columns are missing: Beginn, Mitwirkende, Art, Ende or Dauer."),
        ([*HEADS, "Ort"], "The column “Bühne” stands there twice. Please delete one of the two."),
    ],
)  # fmt: skip
def test_a_list_without_its_columns_is_refused(office, heads, sentence):
    with pytest.raises(Unreadable) as refusal:
        office.upload(["x"] * len(heads), heads=heads)
    assert str(refusal.value) == sentence


def test_columns_nobody_knows_are_named_and_a_title_above_the_heads_does_no_harm(office):
    kept = office.upload([*HEADS, "Gage"], [*LEISE, "300"], heads=["Programm 2027", *[""] * 7])
    assert (kept.sheet["unknown"], [line[0] for line in kept.sheet["lines"]]) == (["Gage"], [3])


def test_a_list_has_an_end(office):
    with pytest.raises(Unreadable, match="at most 1000 performances"):
        office.upload(*[LEISE] * 1_001)
    with pytest.raises(Unreadable, match="at most 1000 performances"):
        office.upload(*[[*LEISE, "x" * 2_000]] * 600, heads=[*HEADS, "Text"])


def test_a_crowded_list_is_looked_through_in_seconds(office):
    rows = [with_(LEISE, Titel=f"Lied {number}", Beginn="22:00", Ende="22:30") for number in range(500)]
    begun = datetime.now(UTC)
    assert len(office.look(*rows).of(Outcome.REFUSED)) == 500
    assert datetime.now(UTC) - begun < timedelta(seconds=20)


def test_an_edition_without_an_end_is_not_planned(office):
    Edition.objects.update(closes=datetime(2099, 1, 1, tzinfo=UTC))
    office.edition.refresh_from_db()
    with pytest.raises(Unreadable, match="lasts longer than 100 days"):
        office.upload(LEISE)
