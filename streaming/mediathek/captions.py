"""The captions of a recording: kept, shown at their right times, read, searched, and missed where there are none.

Recordings are exempt from having captions only for a while: recital 27 of Directive (EU) 2016/2102 speaks of 14 days.
"""

from dataclasses import astuple, dataclass
from datetime import datetime, timedelta, tzinfo

from django.conf.locale import LANG_INFO
from django.db import transaction

from streaming.mediathek import cues, passages
from streaming.mediathek.cues import Cue
from streaming.mediathek.passages import Span
from streaming.models import Captions, Recording

DUE = timedelta(days=14)
LANGUAGES = ("de", "en", "ar", "da", "es", "fr", "it", "nl", "pl", "ru", "tr", "uk")
"""Those in which captions may be uploaded; by the names they have for themselves."""


@dataclass(frozen=True)
class Missing:
    """For how many days a recording has been without captions."""

    days: int

    @property
    def overdue(self) -> bool:
        return self.days > DUE.days


def due(ended: datetime, zone: tzinfo) -> datetime:
    """A moment of the last day, by the town's calendar, on which a recording may be without captions."""
    return ended.astimezone(zone) + DUE


def missing(since: datetime, now: datetime) -> Missing:
    return Missing((now - since).days)


def name_of(language: str) -> str:
    """As those who speak it write it: "Deutsch"."""
    return str(LANG_INFO[language]["name_local"]).capitalize() if language in LANG_INFO else language


def cues_of(captions: Captions) -> list[Cue]:
    """Of the whole recording."""
    return [Cue(*cue) for cue in captions.cues]


def shown(captions: Captions) -> list[Cue]:
    """At the times of what is published, without what is read in a passage that is left out."""
    recording = captions.recording
    hidden = passages.gaps_in(recording)
    left_out = [Span(one.begins, one.ends) for one in recording.passages.all()]
    return cues.retimed(cues_of(captions), hidden, left_out)


@transaction.atomic
def put(recording: Recording, language: str, data: bytes, now: datetime) -> Captions:
    """A file for what the Mediathek shows now takes the place of an earlier one. Raises Faulty."""
    hidden = passages.gaps_in(recording)
    read = cues.read(data, recording.duration - recording.left_out)
    whole = [Cue(_in_whole(cue.begins, hidden), _in_whole(cue.ends, hidden, ends=True), cue.text) for cue in read]
    kept, _made = Captions.objects.update_or_create(
        recording=recording,
        language=language,
        defaults={
            "cues": [astuple(cue) for cue in whole],
            "text": cues.transcript(read),
            "state": Captions.State.UPLOADED,
            "made": now,
        },
    )
    return kept


def _in_whole(milliseconds: int, hidden: list[Span], *, ends: bool = False) -> int:
    return round(passages.in_whole(milliseconds / 1000, hidden, ends=ends) * 1000)


def close_up(recording: Recording, removed: list[Span]) -> None:
    """These parts have left the recording: what is read stays beside what it was written for."""
    for captions in recording.captions.all():
        left = cues.retimed(cues_of(captions), removed, [])
        captions.cues, captions.text = [astuple(cue) for cue in left], cues.transcript(left)
        captions.save(update_fields=["cues", "text"])


def settle(recording: Recording) -> None:
    """Nothing is read or found of what is left out now."""
    for captions in recording.captions.all():
        captions.text = cues.transcript(shown(captions))
        captions.save(update_fields=["text"])
