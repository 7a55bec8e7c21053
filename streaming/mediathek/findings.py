"""What is wrong in the bucket now, by recording: the audit writes it down, the office and machines are told."""

import hashlib
import logging
from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Count, QuerySet, Sum

from streaming import archive, storage
from streaming.models import Finding, Recording, Segment

log = logging.getLogger(__name__)

KEPT = 500
"""Names at one recording; all are counted."""
EXAMPLES = 20
"""Of these are shown."""
SETTLED = timedelta(hours=1)
"""What is younger may be on its way."""


class Wrong(StrEnum):
    MISSING = "missing"
    CHANGED = "changed"
    UNREADABLE = "unreadable"
    """It is listed, and S3 does not give it."""


def standing(now: datetime) -> QuerySet[Recording]:
    """Those whose files should all be in the bucket, or are known to be lost."""
    return Recording.objects.filter(
        state__in=[Recording.State.ARCHIVED, Recording.State.FAILED],
        ended__lt=now - SETTLED, withdrawn=None, deleted=None, public_until__gt=now,
    )  # fmt: skip


def inspect(row: Segment) -> Wrong | None:
    """Read from the bucket to the last byte, whatever lies on the disk. Raises StorageError where S3 gives nothing."""
    try:
        data = storage.get(archive.key_of(row))
    except storage.StorageError as error:
        storage.ping()
        if isinstance(error, storage.NotThere):
            return Wrong.MISSING
        log.warning("%s of recording %s cannot be read back: %s", row.name, row.recording_id, error)
        return Wrong.UNREADABLE
    return None if hashlib.sha256(data).hexdigest() == row.sha256 else Wrong.CHANGED


def note(recording: Recording, wrong: Mapping[str, Wrong], now: datetime) -> None:
    """All that is wrong with it, instead of what was known."""
    if not wrong:
        Finding.objects.filter(recording=recording).delete()
        return
    kept = {name: wrong[name] for name in sorted(wrong, key=_by_moment)[:KEPT]}
    figures = Counter(wrong.values())
    told = {kind.value: figures[kind] for kind in Wrong}
    Finding.objects.update_or_create(recording=recording, defaults={**told, "files": kept, "seen": now})


def add(recording: Recording, name: str, wrong: Wrong, now: datetime) -> bool:
    """One thing more. False: it was known."""
    found, _made = Finding.objects.get_or_create(recording=recording, defaults={"seen": now})
    if name in found.files:
        return False
    if len(found.files) < KEPT:
        found.files[name] = wrong
    setattr(found, wrong, getattr(found, wrong) + 1)
    found.save()
    return True


def settle(recording: Recording, names: Collection[str]) -> None:
    """Something has been done about these."""
    found = Finding.objects.filter(recording=recording).first()
    if found is None:
        return
    for name in found.files.keys() & set(names):
        wrong = found.files.pop(name)
        setattr(found, wrong, getattr(found, wrong) - 1)
    if any(getattr(found, kind) for kind in Wrong):
        found.save()
    else:
        found.delete()


def examples(found: Finding) -> list[str]:
    """Some of the files, as far as they are known by name, in the order of their moments."""
    return sorted(found.files, key=_by_moment)[:EXAMPLES]


def latest(now: datetime) -> list[Finding]:
    """Of recordings that somebody could miss, a hundred at most."""
    found = Finding.objects.filter(recording__in=standing(now)).select_related("recording")
    return list(found.order_by("-recording")[:100])


def total(now: datetime) -> dict[str, int]:
    """Over all recordings that somebody could miss: `recordings`, and files by what is wrong with them."""
    sums = {kind.value: Sum(kind, default=0) for kind in Wrong}
    return Finding.objects.filter(recording__in=standing(now)).aggregate(recordings=Count("pk"), **sums)


def _by_moment(name: str) -> tuple[str, str]:
    """What is left out is a moment, in every rendition: video-0000-000007.m4s stands beside opus-0000-000007.m4s."""
    return name.partition("-")[2], name
