"""The still picture of each recording: made after it was published, stored beside its files with the playlists of what
is published, and deleted with them.

The process that uploads draws; the row of the recording is the job. Its key to the bucket may put, and not delete:
where nothing may be shown any more, nothing is put in its place.
"""

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from streaming import archive, leftovers, storage
from streaming.mediathek import passages, playlists, publication
from streaming.models import Recording
from streaming.models import Segment as Row
from streaming.recording import poster
from streaming.recording.hls import MEDIA_TYPES

log = logging.getLogger(__name__)

NAME = "poster.jpg"
AT_ONCE = 8
"""Drawn in one turn at most; each takes a tenth of a second of a core."""
FIRST_PART = 0.1
"""Of the recording: before that somebody is still tuning."""


def draw_due(now: datetime) -> int:
    """Draw those of recordings that have none yet, the latest first. Returns how many were tried; while S3 is away
    one is enough to know."""
    tried = 0
    for recording in publication.visible(now).filter(drawn=None).order_by("-ended")[:AT_ONCE]:
        if _row(recording).filter(drawn=None).update(drawn=now) != 1:
            continue
        tried += 1
        try:
            draw(recording, now)
        except (storage.NotThere, storage.Damaged):
            log.exception("the picture of recording %s cannot be drawn", recording.pk)
        except storage.StorageError as error:
            log.warning("the picture of recording %s waits for S3: %s", recording.pk, error)
            _row(recording).update(drawn=None)
            break
    return tried


def draw(recording: Recording, now: datetime) -> None:
    """Draw and store it, and the playlists. What is withdrawn meanwhile keeps nothing: whoever forgets may have looked
    before us, and taken away what we draw from; it is told to look again."""
    try:
        playlists.store(recording)
        _draw_picture(recording, now)
    finally:
        recording.refresh_from_db()
        if recording.deleted or publication.is_over(recording, now):
            leftovers.leave([key_of(recording), *playlists.keys_of(recording)], now)


def _draw_picture(recording: Recording, now: datetime) -> None:
    picture = poster.draw(film(recording))
    if picture is None:
        _row(recording).filter(drawn=now).update(poster="")
        _put_nothing(recording)
        return
    storage.put(key_of(recording), picture, MEDIA_TYPES["jpg"])
    # Not where a passage was left out meanwhile: then it is drawn once more.
    _row(recording).filter(drawn=now).update(poster=hashlib.sha256(picture).hexdigest())
    recording.refresh_from_db()
    if not recording.poster:
        _put_nothing(recording)


def _put_nothing(recording: Recording) -> None:
    storage.put(key_of(recording), b"", MEDIA_TYPES["jpg"])


def film(recording: Recording) -> bytes:
    """What has to be decoded: the initialisation segment and the piece with the keyframe; empty where there is none."""
    inits, pieces = archive.files(recording, ["video"])["video"]
    hidden = {number for number, _span in passages.hidden_in(recording)}
    piece = piece_to_draw(passages.shown(pieces, hidden))
    init = next((init for init in inits if piece and init.name == piece.init), None)
    return archive.read(init) + archive.read(piece) if init and piece else b""


def piece_to_draw(pieces: Sequence[Row]) -> Row | None:
    """The first one after a tenth of the recording that begins with a keyframe; else the last before."""
    due = FIRST_PART * sum(piece.duration for piece in pieces)
    found, begins = None, 0.0
    for piece in pieces:
        if piece.independent:
            found = piece
            if begins >= due:
                return found
        begins += piece.duration
    return found


def read(recording: Recording) -> bytes:
    """Raises StorageError; Damaged where something else lies in its place: it was taken away a moment ago, or is not
    ours."""
    picture = storage.get(key_of(recording))
    if hashlib.sha256(picture).hexdigest() != recording.poster:
        raise storage.Damaged(NAME)
    return picture


def key_of(recording: Recording) -> str:
    return f"{archive.folder_key(recording)}{NAME}"


def _row(recording: Recording) -> QuerySet[Recording]:
    return Recording.objects.filter(pk=recording.pk)
