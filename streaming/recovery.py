"""What a program that was killed has left: sessions end at their last fragment, uploads go on, the disk is swept."""

import shutil
from datetime import datetime

from django.db.models import Q, QuerySet

from streaming.archive import conclude, folder_of, local_copy, recorded_here, remember, spool
from streaming.models import LiveSession, Recording
from streaming.models import Segment as Row
from streaming.recording import recover
from streaming.uploading import STALE, take_over


def recover_all(now: datetime) -> None:
    """What a program that was killed has left: every session ends at its last fragment, every upload goes on.

    Sessions that began after `now` are this program's own; but not so long after, on a machine whose clock was put
    back or starts in the past.
    """
    spool().mkdir(parents=True, exist_ok=True)
    take_over(now)
    for recording in _left_open(now):
        _recover(recording, now)
    of_another = Q(started__lt=now) | Q(started__gt=now + STALE)
    for session in LiveSession.objects.filter(of_another, ended=None).exclude(pk__in=recorded_here()):
        session.ended, session.why_ended = session.heard, "interrupted"
        session.save(update_fields=["ended", "why_ended"])
    sweep(now)


def _left_open(now: datetime) -> QuerySet[Recording]:
    of_another = Q(session__started__lt=now) | Q(session__started__gt=now + STALE)
    unfinished = Recording.objects.filter(of_another, state=Recording.State.RECORDING)
    return unfinished.exclude(session__in=recorded_here()).select_related("session")


def _recover(recording: Recording, now: datetime) -> None:
    session, folder = recording.session, folder_of(recording.session_id)
    segments = recover(folder) if folder.exists() else []
    remember(recording.pk, segments, now)
    ended = segments[-1].ends if segments else session.heard
    if session.ended is None:
        session.ended, session.why_ended = ended, "interrupted"
        session.save(update_fields=["ended", "why_ended"])
    conclude(recording, ended)


def sweep(now: datetime) -> None:
    """Delete what is on the disk and not needed there: folders of sessions that are not kept or wholly stored, and
    files that have been stored for a while."""
    for folder in [folder for folder in spool().iterdir() if folder.is_dir()] if spool().exists() else []:
        session = LiveSession.objects.filter(pk=int(folder.name)).first() if folder.name.isdecimal() else None
        if session is None or (session.ended and session.pk not in recorded_here() and not _is_unstored(session)):
            shutil.rmtree(folder, ignore_errors=True)
            continue
        stored = Row.objects.filter(recording__session=session, state=Row.State.STORED, since__lt=now - local_copy())
        for name in stored.exclude(init="").values_list("name", flat=True):
            (folder / name).unlink(missing_ok=True)


def _is_unstored(session: LiveSession) -> bool:
    """It has files the bucket does not hold, or may have some nobody has noted yet. What failed stays on the disk,
    for somebody to look at."""
    recording = Recording.objects.filter(session=session, withdrawn=None).first()
    if recording is None:
        return False
    unstored = recording.segments.exclude(state=Row.State.STORED)
    return recording.state == Recording.State.RECORDING or unstored.exists()
