"""What the programme forgets, and when. The worker runs it beside that of the live side."""

from datetime import datetime

from events.planning_list import intake


def forget(now: datetime) -> dict[str, int]:
    """Delete what is due. Returns the number of forgotten rows per model."""
    return {"PlanningList": intake.forget(now)}
