"""The archive: which transmissions are kept, what is remembered of them while they run, and where their files are.

Every stage on air is packaged; where nobody agreed to keeping, there is no `Recording` row, so nothing to upload, and
the folder goes with the session. A `Segment` row is the job of uploading one file. The files are written before their
rows, and a local copy goes only after the bucket was seen to hold it: whatever dies at any moment, the next start
finds either the row or the file. `uploading` carries them, `recovery` finds them again.
"""

import asyncio
import contextlib
import hashlib
import logging
import secrets
import shutil
import threading
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections
from django.db.models import Sum
from django.utils import timezone

from events.rights import Allowed
from events.signals import incident_noticed
from streaming import storage
from streaming.mediathek import passages
from streaming.models import LiveSession, Recording, Take
from streaming.models import Segment as Row
from streaming.recording import GRACE, LIVE_WINDOW, Init, Packager, Piece, Segment, recover
from streaming.relay import Broadcast
from streaming.threads import in_thread

log = logging.getLogger(__name__)

RECORDINGS = "recordings/"
"""The folder in the bucket that holds the recordings' own."""
PATIENCE = 30
"""Seconds the disk may take for the last segment of a session."""


@dataclass
class Recorder:
    """A live session being packaged in this process."""

    session: LiveSession
    broadcast: Broadcast
    packager: Packager
    folder: Path
    recording_id: int | None
    kept: Allowed | None
    untold: list[Segment] = field(default_factory=list)
    """Segments the database has not heard of yet."""
    ended: datetime | None = None
    """When the session ended; what is left to do then is to finish."""
    finishing: threading.Lock = field(default_factory=threading.Lock)
    rewinds: dict[str, tuple[int, str]] = field(default_factory=dict)
    """The newest playlists for rewinding, by rendition, with the number of their newest segment."""
    rewinding: asyncio.Lock = field(default_factory=asyncio.Lock)


_recorders: dict[int, Recorder] = {}
"""By session."""


def on_air(stage: str) -> Recorder | None:
    """The recorder of what is on air there, in this process."""
    playing = (recorder for recorder in reversed(list(_recorders.values())) if recorder.ended is None)
    return next((recorder for recorder in playing if recorder.session.stage == stage), None)


def recorded_here() -> list[int]:
    """The sessions that are packaged in this process, or not quite finished."""
    return list(_recorders)


def is_open(session_id: int) -> bool:
    """It is being packaged, here or in another process, or not quite finished."""
    return session_id in _recorders or LiveSession.objects.filter(pk=session_id, ended=None).exists()


def spool() -> Path:
    return Path(settings.DATA) / "spool"


def folder_of(session_id: int) -> Path:
    return spool() / str(session_id)


def rewind_window() -> float:
    """Seconds. With the time for which a file outlives its playlist no picture is there for longer than is set."""
    return max(LIVE_WINDOW, settings.REWIND_MINUTES * 60 - GRACE)


def local_copy() -> timedelta:
    """How long a file is needed here after it has been stored: the live audience may still ask for it."""
    return timedelta(seconds=rewind_window() + GRACE + 30)


# --- while the show runs ----------------------------------------------------------------------------------------------


async def begin(session: LiveSession, broadcast: Broadcast, kept: Allowed | None, now: datetime) -> Recorder:
    """Package the broadcast into the session's folder; keep it for as long as is allowed, or (None) not at all."""
    recorder = await in_thread(_begin)(session, broadcast, kept, now)
    _recorders[session.pk] = recorder
    broadcast.add(recorder.packager)
    return recorder


def _begin(session: LiveSession, broadcast: Broadcast, kept: Allowed | None, now: datetime) -> Recorder:
    recording = None
    if kept is not None:
        # It may be there already: when the disk refused, the control room begins once more.
        recording, _made = Recording.objects.get_or_create(
            session=session,
            defaults={
                "slug": free_slug(session),
                "prefix": secrets.token_hex(16),
                "public_until": end_of_publication(kept.public_to(now)),
            },
        )
    folder = folder_of(session.pk)
    untold: list[Segment] = []
    recording_id = recording.pk if recording else None

    def tell(segment: Segment) -> None:
        if recording_id is not None:
            untold.append(segment)
            _remember_all(recording_id, untold)

    packager = Packager(
        broadcast.clock,
        folder,
        began=now,
        on_segment=tell,
        want_picture=broadcast.want_picture,
        window=LIVE_WINDOW if session.rehearsal else rewind_window(),
        keep=recording is not None,
    )
    return Recorder(session, broadcast, packager, folder, recording_id, kept, untold)


def _remember_all(recording_id: int, untold: list[Segment]) -> None:
    """In the packager's thread. While the database is away the segments wait here, and on the disk."""
    with _own_connection():
        try:
            remember(recording_id, untold, timezone.now())
        except DatabaseError:
            log.warning("the database does not answer; %s segments wait to be noted", len(untold))
        else:
            untold.clear()


def remember(recording_id: int, segments: Sequence[Segment], now: datetime) -> None:
    """Rows for the files of these segments; those it knows already stay as they are."""
    takes = {segment.take: segment.starts for segment in reversed(segments)}
    for number, started in takes.items():
        Take.objects.get_or_create(recording_id=recording_id, number=number, defaults={"started": started})
    rows = {row.name: row for segment in segments for row in _rows(segment)}
    for row in rows.values():
        row.recording_id, row.since = recording_id, now
    Row.objects.bulk_create(rows.values(), batch_size=200, ignore_conflicts=True)


def _rows(segment: Segment) -> list[Row]:
    return [*(_init_row(init, segment) for init in segment.inits), *(_row(piece, segment) for piece in segment.pieces)]


def _row(piece: Piece, segment: Segment) -> Row:
    return Row(
        take=segment.take,
        rendition=piece.rendition,
        name=piece.name,
        init=piece.init,
        number=segment.number,
        starts=piece.starts,
        duration=piece.duration,
        discontinuity=piece.discontinuity,
        independent=piece.independent,
        size=piece.size,
        md5=piece.md5,
        sha256=piece.sha256,
    )


def _init_row(init: Init, segment: Segment) -> Row:
    return Row(
        take=segment.take,
        rendition=init.rendition,
        name=init.name,
        codecs=init.codecs,
        width=init.width,
        height=init.height,
        number=segment.number,
        size=init.size,
        md5=init.md5,
        sha256=init.sha256,
    )


async def finish(recorder: Recorder, now: datetime) -> None:
    """The session is over: write the last segment, and forget or publish."""
    recorder.broadcast.remove(recorder.packager)
    recorder.ended = now
    await in_thread(_finish)(recorder, now)


def finish_rest(_now: datetime) -> None:
    """Once more what could not be finished when its session ended: the disk was slow, or the database away."""
    for recorder in list(_recorders.values()):
        if recorder.ended:
            _finish(recorder, recorder.ended)


def _finish(recorder: Recorder, ended: datetime) -> None:
    """In a thread. A recorder that does not come to its end stays known, and its folder untouched."""
    with recorder.finishing:
        if recorder.session.pk not in _recorders:
            return
        if not recorder.packager.close(PATIENCE):
            log.error("the recording of session %s does not end yet", recorder.session.pk)
            return
        try:
            _conclude(recorder, ended)
        except (DatabaseError, OSError):
            log.exception("the recording of session %s cannot be finished yet", recorder.session.pk)
            return
        del _recorders[recorder.session.pk]


def _conclude(recorder: Recorder, ended: datetime) -> None:
    if recorder.recording_id is None:
        shutil.rmtree(recorder.folder, ignore_errors=True)
        return
    # The folder knows all, whatever the disk or the database refused meanwhile.
    remember(recorder.recording_id, recover(recorder.folder), ended)
    recording = Recording.objects.get(pk=recorder.recording_id)
    if recording.state != Recording.State.FAILED:
        conclude(recording, ended, recorder.kept)


def conclude(recording: Recording, ended: datetime, kept: Allowed | None = None) -> None:
    """Nothing follows. A recording of nothing is none; otherwise it is published once all is stored."""
    if not recording.segments.exists() and recording.withdrawn is None and recording.deleted is None:
        recording.delete()
        shutil.rmtree(folder_of(recording.session_id), ignore_errors=True)
        return
    recording.state = Recording.State.RECORDED
    recording.ended = ended
    recording.size = recording.segments.aggregate(Sum("size"))["size__sum"] or 0
    pictures = recording.segments.filter(rendition=Row.Rendition.VIDEO)
    recording.duration = pictures.aggregate(Sum("duration"))["duration__sum"] or 0
    if kept is not None and (until := end_of_publication(kept.public_to(ended))):
        # The act may have said less since the session began.
        recording.public_until = min(until, recording.public_until or until)
    # Not `withdrawn`: it may have been set since this was read.
    recording.save(update_fields=["state", "ended", "size", "duration", "public_until"])
    if recording.passages.exists():
        passages.settle(recording)
    publish(recording.pk)


def publish(recording_id: int) -> bool:
    """Into the Mediathek, if it has ended and the bucket holds all of it."""
    unstored = Row.objects.filter(recording_id=recording_id).exclude(state=Row.State.STORED)
    if unstored.exists():
        return False
    ended = Recording.objects.filter(pk=recording_id, state=Recording.State.RECORDED)
    return ended.update(state=Recording.State.ARCHIVED) == 1


def free_slug(session: LiveSession) -> str:
    """The recording's own address: what was played, or else where, and the date; and a number where that is taken."""
    day = timezone.localtime(session.started).date().isoformat()
    played = session.performance.slug if session.performance else session.stage
    slug = f"{played[:60]}-{day}"
    taken = set(Recording.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    candidates = [slug, *(f"{slug}-{number}" for number in range(2, len(taken) + 3))]
    return next(candidate for candidate in candidates if candidate not in taken)


def end_of_publication(last_day: date | None) -> datetime | None:
    """The midnight after it, in the town."""
    zone = timezone.get_default_timezone()
    return datetime.combine(last_day + timedelta(days=1), time(), zone) if last_day else None


# --- reading ----------------------------------------------------------------------------------------------------------


def key_of(row: Row) -> str:
    """recordings/<random folder>/<name>"""
    return f"{folder_key(row.recording)}{row.name}"


def folder_key(recording: Recording) -> str:
    return f"{RECORDINGS}{recording.prefix}/"


def read(row: Row) -> bytes:
    """A file of a recording: from the disk as long as it is there, else from the bucket. Raises StorageError; Damaged
    where something else lies in its place, which nobody is ever shown."""
    with contextlib.suppress(FileNotFoundError):
        return (folder_of(row.recording.session_id) / row.name).read_bytes()
    data = storage.get(key_of(row))
    if hashlib.sha256(data).hexdigest() != row.sha256:
        raise storage.Damaged(row.name)
    return data


def note_foreign(row: Row, now: datetime) -> None:
    """In the bucket lies something else in its place: the office decides whether the rest is published without it."""
    if Row.objects.filter(pk=row.pk, state=Row.State.STORED).update(state=Row.State.FAILED, since=now):
        log.error("%s of recording %s is not the file that was recorded", row.name, row.recording_id)
        note_failed(row.recording_id, f"{row.name}: foreign in the archive", now)


def note_failed(recording_id: int, reason: str, now: datetime) -> None:
    """Something of it is lost: told to the office, and once to the incident log."""
    # The folder of what was withdrawn is gone because it was deleted.
    standing = Recording.objects.filter(pk=recording_id, withdrawn=None, deleted=None)
    stage = standing.exclude(state=Recording.State.FAILED).values_list("session__stage", flat=True).first()
    standing.update(state=Recording.State.FAILED, reason=reason)
    if stage is not None:
        incident_noticed.send_robust(Recording, kind="archive", stage=stage, at=now)


def files(recording: Recording, renditions: Collection[str]) -> dict[str, tuple[list[Row], list[Row]]]:
    """Initialisation segments and pieces, in order, by rendition."""
    rows = list(recording.segments.filter(rendition__in=renditions).order_by("number", "pk"))
    return {
        rendition: (
            [row for row in rows if row.rendition == rendition and not row.init],
            [row for row in rows if row.rendition == rendition and row.init],
        )
        for rendition in renditions
    }


def file(recording: Recording, name: str) -> Row | None:
    return recording.segments.filter(name=name).select_related("recording").first()


@contextlib.contextmanager
def _own_connection() -> Iterator[None]:
    """For threads that are neither a request's nor Django's: connect anew, and leave nothing open."""
    close_old_connections()
    try:
        yield
    finally:
        connections.close_all()
