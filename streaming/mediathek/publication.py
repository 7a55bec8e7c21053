"""Who may see a recording, and until when; and that nothing is left of what is over.

Consent decides at every moment, not once when the show began. The consents are the programme's; what follows from
them is noted at the recording several times a minute, so that pages, playlists and lists all look at one place. What
was over once stays over: its files are deleted, and its row is the record of that.
"""

import logging
import shutil
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from enum import StrEnum

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from events import rights, schedule
from streaming import archive, storage
from streaming.models import Captions, Excerpt, Finding, LiveSession, Passage, Recording, Segment

log = logging.getLogger(__name__)
State = Recording.State
SETTLED = timedelta(hours=1)
"""What was deleted a shorter time ago may be being deleted."""


# --- who may see it ---------------------------------------------------------------------------------------------------


def visible(now: datetime) -> QuerySet[Recording]:
    """The recordings anybody may watch at that moment. Without an end of consent there is no consent."""
    return Recording.objects.filter(state=State.ARCHIVED, withdrawn=None, public_until__gt=now)


def listed(now: datetime) -> QuerySet[Recording]:
    """Those the Mediathek lists, with its search, feeds and sitemap. What may only be watched again right after the
    evening is reached from its performance's page, and by its own address."""
    return visible(now).filter(listed_until__gt=now)


def find(slug: str) -> Recording | None:
    return _with_age().filter(slug=slug).first()


def find_by_id(pk: int) -> Recording | None:
    return _with_age().filter(pk=pk).first()


def _with_age() -> QuerySet[Recording]:
    """For `door`: loaded with what it asks."""
    return Recording.objects.select_related("session__performance__production")


class Way(StrEnum):
    """As what a recording is reached."""

    WATCH = "watch"
    """Page, playlists, pictures, captions: all that shows it here."""
    DOWNLOAD = "download"
    SOUND = "sound"
    """The sound alone, also as a podcast."""
    EXCERPT = "excerpt"


class Door(StrEnum):
    """What whoever asks is told: come in, 410, 404, or 403 until it is night."""

    OPEN = "open"
    OVER = "over"
    CLOSED = "closed"
    ASLEEP = "asleep"


def door(recording: Recording | None, way: Way, now: datetime) -> Door:
    """May this be reached now, as what? The one question behind every address of a recording. Needs its session, with
    performance and production, loaded."""
    agreed = agreed_door(recording, way, now)
    return Door.ASLEEP if recording and agreed == Door.OPEN and is_asleep(age_of(recording), now) else agreed


def is_asleep(age: int, now: datetime) -> bool:
    """What is for 16 or 18 years may be shown in the night only."""
    barred = schedule.barred_from(now, timezone.get_default_timezone())
    return barred is not None and age >= barred


def opens_at(age: int, now: datetime) -> time | None:
    """When the night begins in which it may be shown; None: now it may."""
    if not is_asleep(age, now):
        return None
    return max(begins for barred, begins in schedule.NIGHT_BEGINS.items() if barred <= age)


def sleeps(session_id: int, now: datetime) -> bool:
    """Whether what is on air may be rewound to in the night only. What is live is the plan's matter; what was before is
    on demand."""
    ages = LiveSession.objects.filter(pk=session_id).values_list("performance__production__age", flat=True)
    return is_asleep(ages.first() or 0, now)


def age_of(recording: Recording) -> int:
    """From which it is; a free transmission is for all."""
    performance = recording.session.performance
    return performance.production.age if performance else 0


def agreed_door(recording: Recording | None, way: Way, now: datetime) -> Door:
    """What the consents alone say: for the office, which works by day."""
    if recording is not None and is_over(recording, now):
        return Door.OVER
    if recording is None or recording.state != State.ARCHIVED:
        return Door.CLOSED
    allowed = {
        Way.WATCH: True,
        Way.DOWNLOAD: recording.download,
        Way.SOUND: recording.audio,
        Way.EXCERPT: recording.excerpt,
    }
    return Door.OPEN if allowed[way] else Door.CLOSED


def to_be_heard(now: datetime) -> QuerySet[Recording]:
    """Those of the Mediathek whose sound may be heard alone, for the podcast: its programs fetch at any hour."""
    for_the_night = Q(session__performance__production__age__gte=min(schedule.NIGHT_BEGINS))
    return listed(now).filter(audio=True).exclude(for_the_night)


def is_over(recording: Recording, now: datetime) -> bool:
    """The consent has ended, or was taken back."""
    return recording.withdrawn is not None or recording.public_until is None or recording.public_until <= now


# --- following the consents -------------------------------------------------------------------------------------------


def follow(now: datetime) -> int:
    """Note at every recording what the consents say now. Returns how many have changed."""
    standing = Recording.objects.filter(withdrawn=None, deleted=None).select_related("session")
    recordings = [one for one in standing if not _has_run_out(one, now)]
    rules = rights.rules_now([(one.session.performance_id, one.session.act_id) for one in recordings])
    return sum(_note(one, rule, now) for one, rule in zip(recordings, rules, strict=True))


def _has_run_out(recording: Recording, now: datetime) -> bool:
    return recording.public_until is not None and recording.public_until <= now


def _note(recording: Recording, allowed: rights.Allowed, now: datetime) -> bool:
    session = recording.session
    until = archive.end_of_publication(allowed.public_to(recording.ended or session.heard))
    if until is None:
        return withdraw([recording.pk], now) == 1
    if session.performance_id is None and recording.public_until is not None:
        # Its performance may have been deleted, and with it a narrower word than the act's word about everything.
        until = min(until, recording.public_until)
    noted = {
        "public_until": until,
        "listed_until": _listed_until(recording, allowed, until, now),
        "download": allowed.download,
        "audio": allowed.audio,
        "excerpt": allowed.excerpt,
    }
    if all(getattr(recording, field) == value for field, value in noted.items()):
        return False
    return Recording.objects.filter(pk=recording.pk, withdrawn=None).update(**noted) == 1


def _listed_until(recording: Recording, allowed: rights.Allowed, until: datetime, now: datetime) -> datetime | None:
    listed = archive.end_of_publication(allowed.listed_to(recording.ended or recording.session.heard))
    if listed is not None:
        return min(until, listed)
    # What the Mediathek has listed so far says when it left: newsreaders are told.
    return min(recording.listed_until, now) if recording.listed_until else None


def withdraw(recordings: Sequence[int], now: datetime) -> int:
    """Out of the Mediathek at once and for good. Returns how many were still in it."""
    return Recording.objects.filter(pk__in=recordings, withdrawn=None).update(withdrawn=now)


# --- deleting ---------------------------------------------------------------------------------------------------------


def forget_due(now: datetime) -> int:
    """Delete what may not be shown any longer. Returns of how many recordings."""
    over = Q(public_until__lte=now) | Q(withdrawn__isnull=False)
    # While its session goes on, new files come to one that was forgotten before.
    # So does what the office saves at the very moment in which it is forgotten.
    left = Q(deleted=None)
    for part in (Segment, Captions, Passage, Excerpt):
        left |= Exists(part._default_manager.filter(recording=OuterRef("pk")))
    due = list(Recording.objects.filter(over, left))
    return sum(_forgotten(recording, now) for recording in due)


def forget_again(now: datetime) -> int:
    """What came into the folder of a recording after it was deleted: an uploader had it in hand, and died before it
    could say so. It is ours, and its consent is over. Returns of how many recordings."""
    found = 0
    try:
        for place in storage.inside(archive.RECORDINGS):
            recording = _deleted_before(place, now - SETTLED)
            # Some servers show a folder that is empty; nothing was deleted from it today.
            if recording is not None and any(storage.names(archive.folder_key(recording))):
                found += _forgotten(recording, now)
    except storage.StorageError as error:
        log.warning("nobody knows whether deleted recordings have left anything: %s", error)
    return found


def _deleted_before(place: str, moment: datetime) -> Recording | None:
    """Whose folder that is."""
    prefix = place.removeprefix(archive.RECORDINGS)
    return Recording.objects.filter(deleted__lt=moment, prefix=prefix.removesuffix("/")).first()


def _forgotten(recording: Recording, now: datetime) -> bool:
    """One that cannot be deleted now does not stop the others."""
    try:
        forget(recording, now)
    except storage.StorageError as error:
        log.warning("recording %s cannot be deleted yet: %s", recording.pk, error)
        return False
    return True


def forget(recording: Recording, now: datetime) -> None:
    """Delete a recording's objects, files and rows. Its own row stays: its address answers 410, and it says when its
    files were deleted, and how many they were."""
    # The rows first: an upload that arrives from now on finds none, and takes its object back.
    recording.segments.all().delete()
    names = list(storage.names(archive.folder_key(recording)))
    storage.delete(names)
    if any(storage.names(archive.folder_key(recording))):
        raise storage.StorageError("something of it came while it was deleted")
    recording.takes.all().delete()
    recording.passages.all().delete()
    recording.captions.all().delete()
    Excerpt.objects.filter(recording=recording).delete()
    Finding.objects.filter(recording=recording).delete()
    if not archive.is_open(recording.session_id):
        shutil.rmtree(archive.folder_of(recording.session_id), ignore_errors=True)
    Recording.objects.filter(pk=recording.pk).update(size=0, deleted=now, deleted_files=F("deleted_files") + len(names))
