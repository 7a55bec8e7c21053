"""After one press of a button has changed many performances: the offer to take all of it back, for half a minute."""

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone

from events import actions
from events.actions import Action
from events.models import Change
from kultour.accounts.models import User

CHANGE = "aenderung"
"""In the address after such a press: one of the changes that it made."""


def written_at(user: User, now: datetime) -> list[Change]:
    """What one press of this person's has changed."""
    return list(Change.objects.filter(by=user, at=now).order_by("pk"))


def address_of(changes: Sequence[Change]) -> dict[str, int]:
    """What the address says of it."""
    return {CHANGE: changes[-1].pk} if changes else {}


def offered(request: HttpRequest) -> Action | None:
    """What this page may offer to take back."""
    told = request.GET.get(CHANGE, "")
    change = Change.objects.filter(pk=told).first() if told.isdecimal() and len(told) < 19 else None
    action = actions.of(change) if change else None
    return action if action and actions.may_undo(action, timezone.now()) else None
