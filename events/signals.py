"""What the programme tells the rest of the house."""

from django.dispatch import Signal

programme_changed = Signal()
"""Sent after commit by `events.publishing`, which alone writes the programme.

Arguments: `performance_id: int` (0: the whole edition), `stages: set[str]` (slugs of the stages it leaves and enters),
`version: int` of the performance (0 for a whole edition), `now: datetime`.
"""

incident_noticed = Signal()
"""Sent by the live side when something went wrong that the office should know of afterwards.

Arguments: `kind: str` (`line`: an artist was not heard for a minute; `archive`: a recording failed), `stage: str` (its
slug), `at: datetime`.
"""
