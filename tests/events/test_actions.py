"""What one press of a button did is taken back together."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from events import actions, next_edition, planning, publishing
from events.models import Act, Change, Edit, Edition, Performance, PlanningList, Production, Route
from events.next_edition import Wish
from events.refusals import ChangedMeanwhile, TooLate
from events.signals import programme_changed
from tests.events.every_table import every_table
from tests.events.planning_list.conftest import HEADS, LEISE, NOON, SPAET, Office
from tests.events.test_publishing import ABENDLICHT, RAIN, TITLE, as_drafts

STUEHLE = "zwei-stuehle-streiten"
SOON = RAIN + timedelta(seconds=30)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def published(evening, ida) -> list[Change]:
    """Ida has published two drafts with one press."""
    as_drafts(evening, ABENDLICHT, STUEHLE)
    return publishing.publish_drafts(evening.edition, ida, RAIN)


def states(evening) -> tuple[str, str]:
    return evening[ABENDLICHT].status, evening[STUEHLE].status


def test_what_was_published_together_is_hidden_together_and_told_once(
    evening, ida, published, django_capture_on_commit_callbacks
):
    heard = []

    def hear(**said):
        heard.append((said["performance_id"], said["stages"], said["version"]))

    programme_changed.connect(hear)
    with django_capture_on_commit_callbacks(execute=True):
        actions.undo(published[0], ida, SOON)
    programme_changed.disconnect(hear)
    assert states(evening) == ("draft", "draft")
    assert heard == [(0, {"quellen", "theater"}, 0)]
    assert [each.kind for each in Change.objects.filter(by=ida).order_by("pk")] == ["published"] * 2 + ["undone"] * 2


def test_what_paul_has_moved_since_keeps_all_of_it(evening, ida, paul, published):
    publishing.move(evening[ABENDLICHT].pk, evening.slot("quellen", "19:05", "19:30", TITLE), paul, RAIN)
    with pytest.raises(ChangedMeanwhile) as refusal:
        actions.undo(published[0], ida, SOON)
    said = f"“{TITLE}” was changed once more in the meantime. Nothing is undone."
    assert (refusal.value.sentences, states(evening)) == ((said,), ("moved", "published"))


def test_after_half_a_minute_all_of_it_stays(evening, ida, published):
    with pytest.raises(TooLate):
        actions.undo(published[0], ida, SOON + timedelta(seconds=1))
    assert states(evening) == ("published", "published")


def test_it_is_offered_to_whoever_did_it_and_only_once(evening, ida, paul, published):
    assert actions.last_of(paul, SOON) is None
    offered = actions.last_of(ida, SOON)
    assert offered and offered.changes == tuple(published)
    actions.undo(published[0], ida, SOON)
    assert actions.last_of(ida, SOON) is None


def test_one_move_is_an_action_too(evening, ida):
    before = evening.where(ABENDLICHT)
    change = publishing.move(evening[ABENDLICHT].pk, evening.slot("quellen", "19:05", "19:30", TITLE), ida, RAIN)
    actions.undo(change, ida, SOON)
    assert evening.where(ABENDLICHT) == before


# --- a planning list --------------------------------------------------------------------------------------------------


@pytest.fixture
def office(evening, ida) -> Office:
    return Office(evening.edition, ida)


def test_a_list_taken_over_by_mistake_leaves_nothing_but_its_history(office, ida):
    before = every_table(PlanningList, Edit)
    office.take_over(LEISE, SPAET)
    assert Act.objects.filter(name="Chor der Wachen").exists()
    actions.undo(Change.objects.latest("pk"), ida, NOON + timedelta(seconds=20))
    assert every_table(PlanningList, Edit) == before
    told = Edit.objects.filter(at=NOON + timedelta(seconds=20)).values_list("subject", "kind")
    assert sorted(told) == [
        *[("act", "undone")],
        *[("performance", "removed")] * 2,
        *[("production", "undone")] * 2,
    ]


def test_what_a_list_changed_is_as_it_was(office, ida):
    wachen = [*SPAET, "ab 12", "Zwölf Stimmen."]
    heads = [*HEADS, "Alter", "Text"]
    office.take_over(wachen, heads=heads)
    Change.objects.update(at=NOON - timedelta(days=1))
    Edit.objects.update(at=NOON - timedelta(days=1))

    def stands() -> tuple:
        row = Performance.objects.get(title="Nachtwache")
        return row.start, row.end, row.text, Production.objects.get(title="Nachtwache").age

    before = stands()
    office.take_over([*SPAET[:1], "00:45", "01:15", *SPAET[3:], "ab 16", "Dreizehn Stimmen."], heads=heads)
    assert stands() != before
    actions.undo(Change.objects.latest("pk"), ida, NOON + timedelta(seconds=20))
    assert stands() == before


@pytest.fixture
def next_year(evening, ida) -> Edition:
    wish = Wish("Paderkultour 2028", date(2028, 6, 4), {evening[ABENDLICHT].pk, evening[STUEHLE].pk}, set())
    return next_edition.make(evening.edition, wish, ida, RAIN)


def test_an_edition_made_by_mistake_is_taken_back_whole(evening, ida):
    before = every_table(Edit)
    wish = Wish(
        "Paderkultour 2028", date(2028, 6, 4), {evening[ABENDLICHT].pk}, {route.pk for route in Route.objects.all()}
    )
    next_edition.make(evening.edition, wish, ida, RAIN)
    assert Route.objects.count() == 6
    offered = actions.last_of(ida, SOON)
    actions.undo(offered.last, ida, SOON)
    assert every_table(Edit) == before
    told = Edit.objects.filter(at=SOON).values_list("subject", "kind")
    assert sorted(told) == [("edition", "undone"), ("performance", "removed")]


def test_an_edition_with_which_paul_has_gone_on_stays(evening, ida, paul, next_year):
    made = Change.objects.filter(by=ida, kind="made")
    production = Production.objects.get(edition=next_year, performances__changes=made[0])
    planning.change("production", production.pk, {"text": "Neu"}, paul, RAIN + timedelta(seconds=5), seen=1)
    with pytest.raises(ChangedMeanwhile):
        actions.undo(made[0], ida, SOON)
    assert next_year.productions.count() == 2
    assert Performance.objects.filter(production__edition=next_year).count() == 2
