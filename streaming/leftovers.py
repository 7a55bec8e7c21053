"""Objects in the bucket that nobody needs any more. Who finds one may not delete it: that is the worker's, whose key
alone can. The row is the job.
"""

import logging
from collections.abc import Iterable
from datetime import datetime

from streaming import storage
from streaming.models import Leftover, Segment

log = logging.getLogger(__name__)

AT_ONCE = 500
"""Deleted in one turn at most."""


ENOUGH = frozenset({storage.Trouble.KEY, storage.Trouble.AWAY})
"""Troubles that the next one would meet as well."""


def leave(keys: Iterable[str], now: datetime) -> None:
    """Only what is not needed any more. A recorder that knows better puts its row back, and the file stays."""
    Leftover.objects.bulk_create([Leftover(key=key, since=now) for key in keys], batch_size=200)


def clear_away(_now: datetime) -> int:
    """Delete some. Returns how many; what S3 does not delete waits."""
    cleared = 0
    for one in Leftover.objects.order_by("pk")[:AT_ONCE]:
        try:
            if not _is_needed(one.key):
                storage.delete([one.key])
                cleared += 1
        except storage.StorageError as error:
            log.warning("%s cannot be deleted yet: %s", one.key, error)
            if error.trouble in ENOUGH:
                break
            continue
        one.delete()
    return cleared


def _is_needed(key: str) -> bool:
    """A row speaks of it again: the recording noted once more all that its folder on the disk held."""
    folder, _, name = key.rpartition("/")
    return Segment.objects.filter(recording__prefix=folder.rpartition("/")[2], name=name).exists()
