"""Room on the disk: what the bucket holds already goes first, long before recordings have to pause."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from streaming import archive
from streaming.models import Segment as Row
from streaming.recording import GRACE, LIVE_WINDOW

KEPT = timedelta(seconds=LIVE_WINDOW + GRACE + 30)
"""Of a transmission under way so much stays in any case: the live playlist names it. Who rewinds may miss some."""


@dataclass(frozen=True)
class Copy:
    """A file on the disk that the bucket holds as well."""

    path: Path
    starts: datetime
    size: int


def make_room(now: datetime) -> bool:
    """Where the disk gets full, free what is stored without waiting; whether there is enough room then."""
    missing = settings.SPOOL_FREE_MB * 1_000_000 - free_space()
    if missing > 0:
        for copy in freed_first(_copies(now), missing):
            copy.path.unlink(missing_ok=True)
    return has_room()


def freed_first(copies: Sequence[Copy], missing: int) -> list[Copy]:
    """The oldest, until so many bytes are free."""
    freed: list[Copy] = []
    for copy in sorted(copies, key=lambda copy: copy.starts):
        if missing <= 0:
            break
        freed.append(copy)
        missing -= copy.size
    return freed


def _copies(now: datetime) -> list[Copy]:
    """Of all sessions; but for what the live audience may still ask for."""
    found = []
    for folder in archive.spool().iterdir() if archive.spool().exists() else []:
        if not folder.name.isdecimal():
            continue
        here = {path.name for path in folder.iterdir()}
        rows = Row.objects.filter(recording__session=int(folder.name), state=Row.State.STORED).exclude(init="")
        if archive.is_open(int(folder.name)):
            rows = rows.filter(starts__lt=now - KEPT)
        found += [Copy(folder / row.name, row.starts, row.size) for row in rows if row.starts and row.name in here]
    return found


def has_room() -> bool:
    return free_space() >= settings.SPOOL_FREE_MB * 1_000_000


def free_space() -> int:
    """Bytes that the spool's disk still takes."""
    return shutil.disk_usage(settings.DATA).free
