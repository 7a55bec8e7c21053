"""Each night the worker looks into the bucket: is all there that the rows speak of, is it the same, is there more?

Every file is compared with what a list of the bucket says of it: length, and ETag where that is an MD5, which is what a
HEAD would say, a thousand at a time. A sample is read back to its last byte. What is lost is told to the office at its
recording; what belongs to no recording is counted, and never touched.
"""

import hashlib
import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from streaming import archive, bucket_key, storage, uploading
from streaming.mediathek import playlists, posters
from streaming.mediathek.comparison import Comparison, File, compare, night_of, sample
from streaming.models import Audit, Leftover, Recording, Segment

log = logging.getLogger(__name__)

READ_FILES = 200
READ_BYTES = 300_000_000
"""Of one night's sample, at most."""
EXAMPLES = 20
"""Keys of unknown objects that are kept; all are counted."""
SETTLED = timedelta(hours=1)
"""What is younger may be on its way."""
AGAIN = timedelta(hours=1)
"""Until an audit that came to no end begins anew."""
KEPT = timedelta(days=60)
AT_ONCE = 500
"""Rows in one statement."""
FOLDER = "recordings/"


def follow(now: datetime) -> None:
    """The audit of this night, unless somebody has made it, or makes it."""
    audit = claim(now)
    if audit is None:
        return
    try:
        look(audit, now)
    except storage.StorageError as error:
        log.warning("the archive's audit came to no end: %s", error)
        return
    Audit.objects.filter(began__lt=now - KEPT).delete()
    tell(audit)


def latest() -> Audit | None:
    """The last one that came to its end."""
    return Audit.objects.exclude(ended=None).first()


def claim(now: datetime) -> Audit | None:
    """Whoever made the row, or changed it, looks."""
    night = night_of(now, timezone.get_default_timezone())
    audit, made = Audit.objects.get_or_create(night=night, defaults={"began": now})
    if made:
        return audit
    stale = Audit.objects.filter(pk=audit.pk, ended=None, began__lt=now - AGAIN)
    return audit if stale.update(began=now) else None


def look(audit: Audit, now: datetime) -> None:
    """Compare, note what is lost, and write down what was found. Raises StorageError."""
    storage.ping()
    recordings = list(standing(now))
    # Nothing at all is there: that is another bucket, and no reason to give up every recording.
    audit.doubted = bool(recordings) and not any(_has_any(each) for each in recordings)
    for recording in recordings:
        _look_at(recording, audit, now)
    if not audit.doubted:
        _read_sample(audit, now)
    storage.delete([bucket_key.TRIED])
    _count_unknown(audit, unknown_folders(now))
    audit.ended = timezone.now()
    audit.save()


def tell(audit: Audit) -> None:
    """In the log, once a night."""
    level = logging.ERROR if has_fault(audit) else logging.INFO
    log.log(
        level,
        "the archive's audit: %s files, %s read back; %s missing, %s changed, %s returned; %s unknown objects%s",
        audit.files, audit.read, audit.missing, audit.changed, audit.returned, audit.unknown,
        "; nothing at all is there, is it the right bucket?" if audit.doubted else "",
    )  # fmt: skip


def has_fault(audit: Audit) -> bool:
    return bool(audit.missing or audit.changed or audit.unknown or audit.doubted)


def standing(now: datetime) -> QuerySet[Recording]:
    """Those whose files should all be in the bucket, or are known to be lost."""
    return Recording.objects.filter(
        state__in=[Recording.State.ARCHIVED, Recording.State.FAILED],
        ended__lt=now - SETTLED, withdrawn=None, deleted=None, public_until__gt=now,
    ).select_related("session").order_by("-pk")  # fmt: skip


def _has_any(recording: Recording) -> bool:
    return next(storage.names(archive.folder_key(recording)), None) is not None


# --- one recording ----------------------------------------------------------------------------------------------------


def _look_at(recording: Recording, audit: Audit, now: datetime) -> None:
    stored, seen = compared(recording)
    if not seen.is_clean:
        seen &= compared(recording)[1]
    audit.files += stored
    audit.missing += len(seen.missing)
    audit.changed += len(seen.changed)
    _add_unknown(audit, (f"{archive.folder_key(recording)}{name}" for name in sorted(seen.unknown)))
    if audit.doubted:
        return
    if seen.returned:
        audit.returned += _take_back(recording, seen.returned, now)
    _lose(recording, seen.missing, "missing in the archive", now)
    _lose(recording, seen.changed, "foreign in the archive", now)
    for row in recording.segments.filter(name__in=sorted(seen.doubtful)[:AT_ONCE]).select_related("recording"):
        if audit.read < READ_FILES and audit.bytes_read < READ_BYTES:
            _read(row, audit, now)


def compared(recording: Recording) -> tuple[int, Comparison]:
    """How many files should be there, and what is. The rows are read first: what comes meanwhile is missed nowhere."""
    folder = archive.folder_key(recording)
    rows = list(recording.segments.values_list("name", "state", "size", "md5"))
    stored = {name: File(size, md5) for name, state, size, md5 in rows if state == Segment.State.STORED}
    given_up = {name: File(size, md5) for name, state, size, md5 in rows if state == Segment.State.FAILED}
    leftover = Leftover.objects.filter(key__startswith=folder).values_list("key", flat=True)
    drawn = [posters.key_of(recording), *playlists.keys_of(recording)]
    others = frozenset(key.removeprefix(folder) for key in (*leftover, *drawn)) | {name for name, *_file in rows}
    found = _files_in(folder)
    _draw_again_if_gone(recording, drawn, found)
    return len(stored), compare(stored, given_up, others, found)


def _files_in(folder: str) -> dict[str, File]:
    return {found.key.removeprefix(folder): File(found.size, found.etag) for found in storage.objects(folder)}


def _draw_again_if_gone(recording: Recording, drawn: Iterable[str], found: Mapping[str, File]) -> None:
    """Picture and playlists are made of the files: what is lost of them is made anew, and no fault."""
    names = {key.rpartition("/")[2] for key in drawn} - ({posters.NAME} if not recording.poster else set())
    if recording.drawn and not names <= found.keys():
        Recording.objects.filter(pk=recording.pk, drawn=recording.drawn).update(drawn=None)


def _lose(recording: Recording, names: Iterable[str], why: str, now: datetime) -> None:
    """The office decides whether the rest is published without them."""
    lost = sorted(names)
    for start in range(0, len(lost), AT_ONCE):
        rows = recording.segments.filter(name__in=lost[start : start + AT_ONCE], state=Segment.State.STORED)
        if rows.update(state=Segment.State.FAILED, since=now):
            archive.note_failed(recording.pk, f"{lost[start]}: {why}", now)


def _take_back(recording: Recording, names: Iterable[str], now: datetime) -> int:
    """Somebody has put them back. Once nothing else is lost the recording is in the Mediathek again."""
    back, taken = sorted(names), 0
    for start in range(0, len(back), AT_ONCE):
        rows = recording.segments.filter(name__in=back[start : start + AT_ONCE], state=Segment.State.FAILED)
        taken += rows.update(state=Segment.State.STORED, since=now)
    if not recording.segments.filter(state=Segment.State.FAILED).exists():
        recording.refresh_from_db()
        uploading.mended(recording)
    return taken


# --- the sample -------------------------------------------------------------------------------------------------------


def _read_sample(audit: Audit, now: datetime) -> None:
    stored = Segment.objects.filter(state=Segment.State.STORED, recording__in=standing(now).values("pk"))
    by_lot = list(stored.select_related("recording").order_by("?")[:READ_FILES])
    for row in sample(by_lot, [row.size for row in by_lot], READ_BYTES):
        _read(row, audit, now)


def _read(row: Segment, audit: Audit, now: datetime) -> None:
    """From the bucket to the last byte, whatever lies on the disk. One that S3 does not give does not stop the others;
    whether it is gone, the next night's list says."""
    try:
        data = storage.get(archive.key_of(row))
    except storage.StorageError as error:
        storage.ping()
        log.warning("%s of recording %s cannot be read back: %s", row.name, row.recording_id, error)
        return
    audit.read += 1
    audit.bytes_read += len(data)
    if hashlib.sha256(data).hexdigest() != row.sha256:
        audit.changed += 1
        archive.note_foreign(row, now)


# --- what belongs to nobody -------------------------------------------------------------------------------------------


def unknown_folders(now: datetime) -> list[str]:
    """Folders and objects that no recording has; those of recordings whose files have been deleted, too."""
    return [place for place in storage.inside("") if place != FOLDER] + [
        place for place in storage.inside(FOLDER) if not _is_known(place, now)
    ]


def _is_known(place: str, now: datetime) -> bool:
    recording = Recording.objects.filter(prefix=place.removeprefix(FOLDER).rstrip("/")).first()
    if recording is None or not place.endswith("/"):
        return False
    return recording.deleted is None or recording.deleted > now - SETTLED


def _count_unknown(audit: Audit, places: Iterable[str]) -> None:
    waiting = set(Leftover.objects.values_list("key", flat=True))
    for place in places:
        keys = storage.names(place) if place.endswith("/") else [place]
        _add_unknown(audit, (key for key in keys if key not in waiting))


def _add_unknown(audit: Audit, keys: Iterable[str]) -> None:
    for key in keys:
        audit.unknown += 1
        if len(audit.examples) < EXAMPLES:
            audit.examples.append(key)
