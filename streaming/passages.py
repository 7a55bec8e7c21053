"""Rights cut: passages that are not cleared are left out of what is published, on segment borders.

No file is touched. A segment of which any part lies in a passage is left out of all renditions and cannot be fetched;
what follows it is marked as a break, and times in the recording move up. The objects stay in the private bucket until
the recording is deleted, so that a passage can be cleared after all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from streaming.models import Passage, Recording, Segment

MOST = 50
"""Passages of one recording."""


@dataclass(frozen=True)
class Span:
    """A part of a recording, in seconds from its beginning, the end not included."""

    begins: float
    ends: float

    def meets(self, other: "Span") -> bool:
        return self.begins < other.ends and other.begins < self.ends


# --- pure -------------------------------------------------------------------------------------------------------------


def spans_of(pieces: Iterable[Segment]) -> list[tuple[int, Span]]:
    """Number and place of each piece of the picture, in order."""
    found, at = [], 0.0
    for piece in pieces:
        found.append((piece.number, Span(at, at + piece.duration)))
        at += piece.duration
    return found


def hidden_spans(pieces: Iterable[Segment], passages: Sequence[Span]) -> list[tuple[int, Span]]:
    """What has to be left out: every piece that any passage meets."""
    return [(number, span) for number, span in spans_of(pieces) if any(span.meets(one) for one in passages)]


def moved_up(second: float, hidden: Iterable[Span]) -> float | None:
    """Where a moment of the recording is in what is published; None if it is left out."""
    before = 0.0
    for span in hidden:
        if span.begins <= second < span.ends:
            return None
        if span.ends <= second:
            before += span.ends - span.begins
    return second - before


# --- of one recording -------------------------------------------------------------------------------------------------


def hidden_in(recording: Recording) -> list[tuple[int, Span]]:
    """Number and place of the pieces of picture that are left out."""
    passages = [Span(one.begins, one.ends) for one in recording.passages.all()]
    if not passages:
        return []
    pictures = recording.segments.filter(rendition=Segment.Rendition.VIDEO).exclude(init="").order_by("number", "pk")
    return hidden_spans(pictures, passages)


def shown(pieces: Iterable[Segment], hidden: set[int]) -> list[Segment]:
    """The pieces of one rendition that are published, what follows something left out marked as a break."""
    found: list[Segment] = []
    broken = False
    for piece in pieces:
        if piece.number in hidden:
            broken = True
            continue
        piece.discontinuity = piece.discontinuity or broken
        broken = False
        found.append(piece)
    return found


class TooMany(Exception):
    """The recording has as many passages as it may have."""


@transaction.atomic
def leave_out(recording: Recording, span: Span, reason: str, now: datetime) -> Passage:
    """Raises TooMany."""
    if recording.passages.count() >= MOST:
        raise TooMany()
    passage = recording.passages.create(begins=span.begins, ends=span.ends, reason=reason, made=now)
    settle(recording)
    return passage


@transaction.atomic
def clear(passage: Passage) -> None:
    """The passage may be shown after all."""
    recording = passage.recording
    passage.delete()
    settle(recording)


def settle(recording: Recording) -> None:
    """Note how much is left out; a still picture that may show something of it is drawn anew."""
    left_out = sum(span.ends - span.begins for _number, span in hidden_in(recording))
    Recording.objects.filter(pk=recording.pk).update(left_out=left_out, poster="", drawn=None)
