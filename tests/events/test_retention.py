"""What the programme forgets, the worker forgets."""

from datetime import timedelta

from events.models import PlanningList
from kultour.retention import forget
from tests.events.conftest import at


def test_a_planning_list_is_forgotten_after_two_hours(evening, ida):
    read = at("12:00")
    late = read + timedelta(hours=2)
    PlanningList.objects.create(
        edition=evening.edition, by=ida, name="liste.csv", sheet={}, made_at=read, expires_at=late
    )
    assert forget(late)["PlanningList"] == 0
    assert forget(late + timedelta(seconds=1))["PlanningList"] == 1
