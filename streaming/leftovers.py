"""Objects in the bucket that nobody needs any more. Who finds one may not delete it: that is the worker's, whose key
alone can. The row is the job.
"""

import logging
from collections.abc import Iterable
from datetime import datetime

from streaming import storage
from streaming.models import Leftover

log = logging.getLogger(__name__)

AT_ONCE = 500
"""Deleted in one turn at most."""


def leave(keys: Iterable[str], now: datetime) -> None:
    """Only what is never put again under the same key: the worker asks nobody whether it has become needed."""
    Leftover.objects.bulk_create([Leftover(key=key, since=now) for key in keys], batch_size=200)


def clear_away(_now: datetime) -> int:
    """Delete some. Returns how many; while S3 is away they wait."""
    cleared = 0
    for one in Leftover.objects.order_by("pk")[:AT_ONCE]:
        try:
            storage.delete([one.key])
        except storage.StorageError as error:
            log.warning("%s cannot be deleted yet: %s", one.key, error)
            break
        one.delete()
        cleared += 1
    return cleared
