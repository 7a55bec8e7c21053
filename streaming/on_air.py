"""What is on air, as any process can tell it from the database: a few seconds late, but always true in the end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from streaming.models import LiveSession
from streaming.signalling import messages

HEARD_EVERY = 3
"""Seconds between two notes in the database that a session is still heard."""
AUDIBLE = timedelta(seconds=3 * HEARD_EVERY)
"""How old such a note may be before the pages call the stage stalled."""


@dataclass(frozen=True)
class StageState:
    """How it stands with a stage, as shown to the audience. `state`: off, on_air or stalled."""

    stage: str
    state: str = "off"
    since: datetime | None = None
    title: str = ""
    act_name: str | None = None
    rehearsal: bool = False
    session_id: int | None = None
    performance_id: int | None = None

    def as_message(self) -> messages.StageState:
        since = self.since.isoformat(timespec="seconds") if self.since else None
        return messages.StageState(self.stage, self.state, since, self.title, self.act_name, self.rehearsal)


def state_of(stages: Iterable[str], now: datetime | None = None) -> dict[str, StageState]:
    """From the database: what any process can tell of these stages, a few seconds late."""
    moment = now or timezone.now()
    wanted = list(stages)
    found = {
        session.stage: StageState(
            session.stage,
            "on_air" if moment - session.heard < AUDIBLE else "stalled",
            session.started,
            session.title,
            session.act.name if session.act else None,
            session.rehearsal,
            session.pk,
            session.performance_id,
        )
        for session in LiveSession.objects.filter(ended=None, stage__in=wanted).select_related("act")
    }
    return {stage: found.get(stage, StageState(stage)) for stage in wanted}
