"""What is forgotten, and when: one table, one run.

The privacy page is written from the same numbers. Recordings are forgotten by `publication.forget`, because objects
in S3 go with them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Model, Q, QuerySet

from streaming.models import ChatMessage, IngestKey, LiveSession

CHAT_LIFE = timedelta(hours=4)
SESSION_LIFE = timedelta(days=730)
KEY_LIFE = timedelta(days=14)


@dataclass(frozen=True)
class Rule:
    """`personal`: the fields that say something about a person. `due`: the rows whose time has come."""

    model: type[Model]
    personal: tuple[str, ...]
    life: timedelta
    due: Callable[[datetime], QuerySet]


RULES = (
    Rule(ChatMessage, ("seat", "name", "text"), CHAT_LIFE, lambda limit: ChatMessage.objects.filter(said__lt=limit)),
    Rule(
        IngestKey,
        ("act",),
        KEY_LIFE,
        lambda limit: IngestKey.objects.filter(Q(valid_until__lt=limit) | Q(revoked__lt=limit)),
    ),
    Rule(
        LiveSession,
        ("act",),
        SESSION_LIFE,
        # A synthetic artist's session is of no interest once it is over.
        lambda limit: LiveSession.objects.filter(
            Q(ended__lt=limit) | Q(rehearsal=True, ended__isnull=False), recording__isnull=True
        ),
    ),
)


def forget(now: datetime) -> dict[str, int]:
    """Delete what is due. Returns the number of forgotten rows per model."""
    return {rule.model.__name__: rule.due(now - rule.life).delete()[0] for rule in RULES}
