"""Each night the worker looks into the bucket: is all there that the rows speak of, is it the same, is there more?

Every file is compared with what a list of the bucket says of it: length, and ETag where that is an MD5, which is what a
HEAD would say, a hundred at a time. A sample is read back to its last byte. The audit only reads and tells: a wrong
bucket, or an ETag of another kind, can do no harm. What is done about it is the office's (`second_look`).
"""

import logging
import threading
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TypeVar

from django.utils import timezone

from streaming import archive, bucket_key, storage
from streaming.mediathek import findings, playlists, posters
from streaming.mediathek.comparison import Comparison, File, compare, is_another_bucket, night_of, sample
from streaming.mediathek.findings import SETTLED, Wrong, standing
from streaming.models import Audit, Leftover, LiveSession, Recording, Segment

T = TypeVar("T")
log = logging.getLogger(__name__)

READ_FILES = 200
READ_BYTES = 300_000_000
"""Of one night's sample, at most; and once more of what is doubtful by its ETag, or was wrong when it was last read."""
EXAMPLES = 20
"""Keys of unknown objects that are kept; all are counted."""
AGAIN = timedelta(hours=1)
"""Until an audit that came to no end begins anew."""
KEPT = timedelta(days=60)
AT_ONCE = 500
"""Names in one statement."""


class Stopped(Exception):
    """The program ends."""


def follow(now: datetime, stop: threading.Event) -> None:
    """The audit of this night, unless somebody has made it, or makes it. Once `stop` is set it ends with the next
    file; what it has found until then is known."""
    audit = claim(now)
    if audit is None:
        return
    try:
        look(audit, now, stop)
    except Stopped:
        log.info("the archive's audit was interrupted; it begins anew")
        return
    except storage.StorageError as error:
        log.warning("the archive's audit came to no end: %s", error)
        return
    Audit.objects.filter(began__lt=now - KEPT).delete()
    tell(audit)


def latest() -> Audit | None:
    """The last one that came to its end."""
    return Audit.objects.exclude(ended=None).first()


def claim(now: datetime) -> Audit | None:
    """Whoever made the row, or changed it, looks; by night, and while nobody plays."""
    night = night_of(now, timezone.get_default_timezone())
    if night is None or LiveSession.objects.filter(ended=None).exists():
        return None
    audit, made = Audit.objects.get_or_create(night=night, defaults={"began": now})
    if made:
        return audit
    stale = Audit.objects.filter(pk=audit.pk, ended=None, began__lt=now - AGAIN)
    return Audit(pk=audit.pk, night=night, began=now) if stale.update(began=now) else None


def look(audit: Audit, now: datetime, stop: threading.Event) -> None:
    """Compare, and write down what is wrong. Raises Stopped, StorageError."""
    storage.ping()
    # By lot, so that what is doubtful is read in another order each night; but first what should be read again.
    recordings = sorted(standing(now).select_related("finding").order_by("?"), key=lambda one: not _known(one))
    gone = 0
    for recording in until(stop, recordings):
        gone += _look_at(recording, audit, now, stop)
        audit.save()
    audit.doubted = is_another_bucket(audit.files, gone)
    _read_sample(audit, now, stop)
    _clear_trial()
    _count_unknown(audit, unknown_folders(now), stop)
    audit.ended = timezone.now()
    audit.save()


def until(stop: threading.Event, things: Iterable[T]) -> Iterator[T]:
    """Raises Stopped between two of them."""
    for thing in things:
        if stop.is_set():
            raise Stopped()
        yield thing


def tell(audit: Audit) -> None:
    """In the log, once a night."""
    level = logging.ERROR if has_fault(audit) else logging.INFO
    log.log(
        level,
        "the archive's audit: %s files, %s read back; %s missing, %s changed, %s unreadable, %s not sure; "
        "%s unknown objects%s",
        audit.files, audit.read, audit.missing, audit.changed, audit.unreadable, audit.unsure, audit.unknown,
        "; less than half is there, is it the right bucket?" if audit.doubted else "",
    )  # fmt: skip


def has_fault(audit: Audit) -> bool:
    return bool(audit.missing or audit.changed or audit.unreadable or audit.unknown or audit.doubted)


def _clear_trial() -> None:
    """The only object that an audit deletes: what `check` has put to try a key."""
    try:
        storage.delete([bucket_key.TRIED])
    except storage.StorageError as error:
        log.warning("%s cannot be deleted: %s", bucket_key.TRIED, error)


# --- one recording ----------------------------------------------------------------------------------------------------


def _look_at(recording: Recording, audit: Audit, now: datetime, stop: threading.Event) -> int:
    """Returns how many of its files are gone."""
    stored, seen = compared(recording, stop)
    if not seen.is_clean:
        seen &= compared(recording, stop)[1]
    # While the list was read the worker may have begun to delete it.
    if not standing(now).filter(pk=recording.pk).exists():
        return 0
    wrong = dict.fromkeys(seen.missing, Wrong.MISSING) | dict.fromkeys(seen.changed, Wrong.CHANGED)
    # What was missing is there once more; of what had been read and was wrong, the list says nothing new.
    read = {name: Wrong(kind) for name, kind in _known(recording).items() if kind != Wrong.MISSING}
    before = {name: kind for name, kind in read.items() if name in stored - wrong.keys()}
    wrong |= _doubts(recording, before, seen.doubtful, audit, stop)
    findings.note(recording, wrong, now)
    audit.files += len(stored)
    for kind in wrong.values():
        _count(audit, kind)
    _add_unknown(audit, (f"{archive.folder_key(recording)}{name}" for name in sorted(seen.unknown)))
    return len(seen.missing & stored)


def _known(recording: Recording) -> dict[str, str]:
    return recording.finding.files if hasattr(recording, "finding") else {}


def compared(recording: Recording, stop: threading.Event) -> tuple[frozenset[str], Comparison]:
    """The files that should be there, and what is. The rows are read first: what comes meanwhile is missed nowhere."""
    folder = archive.folder_key(recording)
    rows = list(recording.segments.values_list("name", "state", "size", "md5"))
    stored = {name: File(size, md5) for name, state, size, md5 in rows if state == Segment.State.STORED}
    leftover = Leftover.objects.filter(key__startswith=folder).values_list("key", flat=True)
    drawn = frozenset(key.removeprefix(folder) for key in [posters.key_of(recording), *playlists.keys_of(recording)])
    others = frozenset(key.removeprefix(folder) for key in leftover) | {name for name, *_file in rows} | drawn
    due = drawn - (frozenset() if recording.poster else {posters.NAME}) if recording.drawn else frozenset[str]()
    found = {each.key.removeprefix(folder): File(each.size, each.etag) for each in until(stop, storage.objects(folder))}
    return frozenset(stored), compare(stored, due, others, found)


def _doubts(
    recording: Recording, before: dict[str, Wrong], doubtful: frozenset[str], audit: Audit, stop: threading.Event
) -> dict[str, Wrong]:
    """What only reading tells. What was wrong when it was last read stays so until it is read again."""
    names, room = before.keys() | doubtful, max(0, READ_FILES - audit.read)
    first = [*before, *(doubtful - before.keys())][:AT_ONCE] if room else []
    rows = list(recording.segments.filter(name__in=first).select_related("recording")) if first else []
    rows.sort(key=lambda row: row.name not in before)
    within = sample(rows, [row.size for row in rows], READ_BYTES - audit.bytes_read)
    wrong = dict(before)
    for row in within[:room]:
        names -= {row.name}
        wrong.pop(row.name, None)
        if kind := _read(row, audit, stop):
            wrong[row.name] = kind
    audit.unsure += len(names - wrong.keys())
    return wrong


def _read(row: Segment, audit: Audit, stop: threading.Event) -> Wrong | None:
    if stop.is_set():
        raise Stopped()
    kind = findings.inspect(row)
    audit.read += 1
    audit.bytes_read += row.size
    return kind


def _count(audit: Audit, kind: Wrong) -> None:
    setattr(audit, kind, getattr(audit, kind) + 1)


# --- the sample -------------------------------------------------------------------------------------------------------


def _read_sample(audit: Audit, now: datetime, stop: threading.Event) -> None:
    stored = Segment.objects.filter(state=Segment.State.STORED, recording__in=standing(now).values("pk"))
    by_lot = list(stored.select_related("recording__finding").order_by("?")[:READ_FILES])
    for row in sample(by_lot, [row.size for row in by_lot], READ_BYTES):
        if row.name in _known(row.recording):
            continue
        kind = _read(row, audit, stop)
        if kind and findings.add(row.recording, row.name, kind, now):
            _count(audit, kind)


# --- what belongs to nobody -------------------------------------------------------------------------------------------


def unknown_folders(now: datetime) -> list[str]:
    """Folders and objects that no recording has; those of recordings whose files have been deleted, too."""
    return [place for place in storage.inside("") if place != archive.RECORDINGS] + [
        place for place in storage.inside(archive.RECORDINGS) if not _is_known(place, now)
    ]


def _is_known(place: str, now: datetime) -> bool:
    recording = Recording.objects.filter(prefix=place.removeprefix(archive.RECORDINGS).rstrip("/")).first()
    if recording is None or not place.endswith("/"):
        return False
    return recording.deleted is None or recording.deleted > now - SETTLED


def _count_unknown(audit: Audit, places: Iterable[str], stop: threading.Event) -> None:
    waiting = set(Leftover.objects.values_list("key", flat=True))
    for place in until(stop, places):
        keys = storage.names(place) if place.endswith("/") else [place]
        _add_unknown(audit, (key for key in until(stop, keys) if key not in waiting))


def _add_unknown(audit: Audit, keys: Iterable[str]) -> None:
    for key in keys:
        audit.unknown += 1
        if len(audit.examples) < EXAMPLES:
            audit.examples.append(key)
