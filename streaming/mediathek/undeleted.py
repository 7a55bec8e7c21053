"""What is over, and still in the bucket: the worker's key cannot delete, or no worker lives. Nobody may see it, but it
was promised to be gone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from streaming.models import Leftover, Recording, Segment

LATE = timedelta(hours=1)
"""By then even what S3 did not do at once is usually done."""


@dataclass(frozen=True)
class Undeleted:
    recordings: int = 0
    """Withdrawn, or the consent has ended."""
    files: int = 0
    """Single ones that nobody needs."""

    def __bool__(self) -> bool:
        return bool(self.recordings or self.files)


def undeleted(now: datetime) -> Undeleted:
    """What should have been deleted for more than an hour. Two queries."""
    due = now - LATE
    over = Q(public_until__lte=due) | Q(withdrawn__lte=due)
    # While its session goes on, new files come to one that was deleted before.
    left = Q(deleted=None) | Exists(Segment.objects.filter(recording=OuterRef("pk"), since__lte=due))
    return Undeleted(Recording.objects.filter(over, left).count(), Leftover.objects.filter(since__lte=due).count())
