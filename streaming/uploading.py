"""The uploader: files of recordings on their way from the spool to the bucket, and what is done where one is lost.

A `Segment` row is the job of uploading one file; whoever changed it may work. A local copy goes only after the bucket
was seen to hold it (`recovery.sweep`).
"""

import asyncio
import hashlib
import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from streaming import leftovers, storage
from streaming.archive import conclude, folder_of, is_open, key_of, note_failed, publish
from streaming.mediathek import captions, passages
from streaming.models import Recording
from streaming.models import Segment as Row
from streaming.recording.hls import MEDIA_TYPES
from streaming.threads import in_thread

log = logging.getLogger(__name__)

AT_ONCE = 4
"""Uploads at the same time."""
STALE = timedelta(minutes=3)
"""A claim so old belongs to an uploader that is gone: no upload takes so long."""
LONGEST_WAIT = 60
"""Seconds between two tries at most. Nobody gives up: what S3 does not take stays on the disk."""


async def upload_some(now: datetime, limit: int = 16) -> int:
    """One step of the uploader: carry some files to the bucket. Returns how many arrived."""
    jobs = await in_thread(claim)(now, limit)
    places = asyncio.Semaphore(AT_ONCE)

    async def in_turn(job: Row) -> bool:
        async with places:
            return await upload(job, now)

    return sum(await asyncio.gather(*(in_turn(job) for job in jobs)))


async def upload(job: Row, now: datetime) -> bool:
    """Carry one claimed file to the bucket; whether it arrived."""
    try:
        await storage.in_pool(_carry, job)
    except Exception as error:
        await in_thread(put_back)(job, now, error)
        return False
    if not await in_thread(settle)(job, now):
        await in_thread(leftovers.leave)([key_of(job)], now)
    return True


def claim(now: datetime, limit: int) -> list[Row]:
    """Files that are now ours to upload. Whoever changed the row may work."""
    # Nobody waits so long: the clock was put back, or was wrong when the machine started.
    wrong = Q(next_try__gt=now + timedelta(seconds=LONGEST_WAIT))
    due = Q(state=Row.State.SPOOLED) & (Q(next_try=None) | Q(next_try__lte=now) | wrong)
    orphaned = Q(state=Row.State.UPLOADING) & (Q(since__lt=now - STALE) | Q(since__gt=now + STALE))
    lasting = Q(recording__withdrawn=None, recording__public_until__gt=now)
    rows = Row.objects.filter(due | orphaned, lasting).order_by("pk")
    mine = []
    for row in rows.select_related("recording")[:limit]:
        unchanged = Row.objects.filter(pk=row.pk, state=row.state, attempts=row.attempts)
        if unchanged.update(state=Row.State.UPLOADING, since=now, attempts=F("attempts") + 1) == 1:
            row.attempts += 1
            mine.append(row)
    return mine


def take_over(now: datetime) -> None:
    """What a program that was killed had claimed waits no longer. Where another uploader lives, some files are put
    twice, which changes nothing."""
    of_another = Q(since__lt=now) | Q(since__gt=now + STALE)
    Row.objects.filter(of_another, state=Row.State.UPLOADING).update(state=Row.State.SPOOLED, next_try=None)


def _carry(row: Row) -> None:
    """In a thread without a database. Raises FileNotFoundError, CorruptFile, StorageError."""
    data = (folder_of(row.recording.session_id) / row.name).read_bytes()
    if hashlib.sha256(data).hexdigest() != row.sha256:
        raise CorruptFile(row.name)
    storage.put(key_of(row), data, MEDIA_TYPES[row.name.rpartition(".")[2]])


class CorruptFile(Exception):
    """The file on the disk is not the one that was written."""


def settle(row: Row, now: datetime) -> bool:
    """It has arrived. The last one of a recording that has ended publishes it. False: the recording was forgotten
    meanwhile, or is published without this file, and nobody else knows of the object."""
    if not _mine(row).update(state=Row.State.STORED, since=now, next_try=None):
        return Row.objects.filter(pk=row.pk).exists()
    if row.recording.refused:
        Recording.objects.filter(pk=row.recording_id).update(refused="")
    publish(row.recording_id)
    return True


def put_back(row: Row, now: datetime, error: Exception) -> None:
    """It has not. Again later; never, where there is nothing left to send."""
    if isinstance(error, FileNotFoundError | CorruptFile):
        log.error("%s of recording %s cannot be uploaded: %r", row.name, row.recording_id, error)
        if _mine(row).update(state=Row.State.FAILED, since=now):
            what = "missing" if isinstance(error, FileNotFoundError) else "damaged"
            note_failed(row.recording_id, f"{row.name}: {what} on the disk", now)
        return
    log.warning("%s of recording %s waits for S3: %s", row.name, row.recording_id, error)
    trouble = error.trouble if isinstance(error, storage.StorageError) else storage.Trouble.OTHER
    Recording.objects.filter(pk=row.recording_id).update(refused=trouble)
    wait = timedelta(seconds=min(2**row.attempts, LONGEST_WAIT))
    _mine(row).update(state=Row.State.SPOOLED, since=now, next_try=now + wait)


def try_again(recording: Recording) -> None:
    """Everything that waits or was given up goes to the uploader now."""
    unstored = recording.segments.filter(state__in=[Row.State.SPOOLED, Row.State.FAILED])
    unstored.update(state=Row.State.SPOOLED, next_try=None)
    mended(recording)


class NothingLeft(Exception):
    """Without what is missing there would be no recording."""


class StillPlaying(Exception):
    """At its end the recorder notes all its files once more: what was left out before would be back."""


@transaction.atomic
def leave_out_missing(recording: Recording, now: datetime) -> None:
    """Publish what there is: a moment of which one file is gone is left out in all renditions, and what follows it is
    marked as a break. Raises StillPlaying, NothingLeft."""
    if is_open(recording.session_id):
        raise StillPlaying()
    pieces = recording.segments.exclude(init="")
    failed = recording.segments.filter(state=Row.State.FAILED)
    inits = list(failed.filter(init="").values_list("name", flat=True))
    broken = pieces.filter(Q(state=Row.State.FAILED) | Q(init__in=inits))
    numbers = set(broken.values_list("number", flat=True))
    if not pieces.exclude(number__in=numbers).exists():
        raise NothingLeft()
    removed = passages.close_up(recording, numbers)
    captions.close_up(recording, removed)
    for number in numbers:
        after = pieces.filter(number__gt=number).exclude(number__in=numbers).order_by("number").first()
        if after is not None:
            pieces.filter(number=after.number).update(discontinuity=True)
    unneeded = recording.segments.filter(Q(number__in=numbers) & ~Q(init="") | Q(name__in=inits))
    leftovers.leave([key_of(row) for row in unneeded.select_related("recording")], now)
    unneeded.delete()
    # Its still picture may show what is gone, and the playlists in the bucket name it.
    Recording.objects.filter(pk=recording.pk).update(drawn=None)
    captions.settle(recording)
    mended(recording)


def mended(recording: Recording) -> None:
    """No longer failed; as far as it had come."""
    if recording.state != Recording.State.FAILED:
        return
    recording.reason = ""
    if recording.session.ended is None:
        recording.state = Recording.State.RECORDING
        recording.save(update_fields=["state", "reason"])
        return
    recording.save(update_fields=["reason"])
    conclude(recording, recording.ended or recording.session.ended)


def _mine(row: Row) -> QuerySet[Row]:
    """The row, if nobody took the claim over meanwhile."""
    return Row.objects.filter(pk=row.pk, state=Row.State.UPLOADING, attempts=row.attempts)
