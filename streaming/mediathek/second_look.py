"""Publish the rest: what the office does where files of a recording are missing, or are not what was recorded.

Exactly those files are looked at once more, and only what is still wrong is left out: somebody may have put a file
back, and an audit may have looked into another bucket.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from streaming import archive, storage, uploading
from streaming.mediathek import findings
from streaming.mediathek.findings import Wrong
from streaming.models import Finding, Recording, Segment

LOOKS = 500
"""Files in one request, which somebody waits for. What was given up, and is more, stays given up."""
READ_BYTES = 100_000_000
"""Of files that are there, with their length: whether they are right, only reading tells."""
WITNESSES = 3

State = Segment.State


class AnotherBucket(Exception):
    """Nothing else of the recording is there either: what is missing may well lie elsewhere."""


@dataclass
class Looked:
    """Names, after the second look."""

    wrong: set[str] = field(default_factory=set)
    right: set[str] = field(default_factory=set)
    undrawn: set[str] = field(default_factory=set)
    """Picture or playlists, which are made of the files and can be made anew."""


def publish_the_rest(recording: Recording, now: datetime) -> bool:
    """Whether anything had to be left out. Raises StorageError, AnotherBucket, and what `leave_out_missing` raises;
    then nothing has changed."""
    if archive.is_open(recording.session_id):
        raise uploading.StillPlaying()
    looked = look_again(recording)
    with transaction.atomic():
        return _decide(recording, looked, now)


def look_again(recording: Recording) -> Looked:
    """Only reads. Raises StorageError, AnotherBucket."""
    storage.ping()
    found = Finding.objects.filter(recording=recording).first()
    named = found.files if found else {}
    suspects = recording.segments.filter(Q(state=State.FAILED) | Q(state=State.STORED, name__in=named))
    looked, left = Looked(), READ_BYTES
    for row in suspects.select_related("recording")[:LOOKS]:
        wrong = _at_a_glance(row)
        if wrong is None:
            if row.size > left:
                continue
            left -= row.size
            wrong = findings.inspect(row)
        (looked.wrong if wrong else looked.right).add(row.name)
    of_rows = set(recording.segments.filter(name__in=named).values_list("name", flat=True))
    for name in named.keys() - of_rows:
        (looked.right if _is_there(f"{archive.folder_key(recording)}{name}") else looked.undrawn).add(name)
    if looked.wrong or looked.undrawn:
        _ask_witnesses(recording, looked.wrong)
    return looked


def _at_a_glance(row: Segment) -> Wrong | None:
    try:
        size, _etag = storage.head(archive.key_of(row))
    except storage.NotThere:
        return Wrong.MISSING
    return None if size == row.size else Wrong.CHANGED


def _is_there(key: str) -> bool:
    try:
        storage.head(key)
    except storage.NotThere:
        return False
    return True


def _ask_witnesses(recording: Recording, wrong: set[str]) -> None:
    """Some of its other files, if it has others."""
    others = recording.segments.filter(state=State.STORED).exclude(name__in=wrong)
    witnesses = list(others.select_related("recording").order_by("?")[:WITNESSES])
    if witnesses and all(findings.inspect(row) for row in witnesses):
        raise AnotherBucket()


def _decide(recording: Recording, looked: Looked, now: datetime) -> bool:
    rows = recording.segments
    rows.filter(name__in=looked.right, state=State.FAILED).update(state=State.STORED, since=now)
    rows.filter(name__in=looked.wrong, state=State.STORED).update(state=State.FAILED, since=now)
    lost = rows.filter(state=State.FAILED).exists()
    if lost:
        # Then all its figures are added up anew.
        recording.state = Recording.State.FAILED
        uploading.leave_out_missing(recording, now)
    else:
        uploading.mended(recording)
    if looked.undrawn:
        Recording.objects.filter(pk=recording.pk).update(drawn=None)
    findings.settle(recording, looked.wrong | looked.right | looked.undrawn)
    return lost or bool(looked.undrawn)
