"""Rights cut: passages that are not cleared are left out of what is published, on segment borders.

No file is touched. A segment of which any part lies in a passage is left out of all renditions and cannot be fetched;
what follows it is marked as a break, and times in the recording move up. The objects stay in the private bucket until
the recording is deleted, so that a passage can be cleared after all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db import transaction

from streaming.models import Excerpt, Passage, Recording, Segment

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


def spans_of(pieces: Iterable[tuple[int, float]]) -> list[tuple[int, Span]]:
    """Number and place of each piece of the picture, in order, from their numbers and durations."""
    found, at = [], 0.0
    for number, duration in pieces:
        found.append((number, Span(at, at + duration)))
        at += duration
    return found


def hidden_spans(pieces: Iterable[tuple[int, float]], passages: Sequence[Span]) -> list[tuple[int, Span]]:
    """What has to be left out: every piece that any passage meets."""
    return [(number, span) for number, span in spans_of(pieces) if any(span.meets(one) for one in passages)]


def merged(spans: Iterable[Span]) -> list[Span]:
    """Neighbours made one. Half an hour is a thousand pieces, and each caption is moved past all of them."""
    found: list[Span] = []
    for span in spans:
        if found and found[-1].ends == span.begins:
            found[-1] = Span(found[-1].begins, span.ends)
        else:
            found.append(span)
    return found


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


def hidden_in(recording: Recording) -> Sequence[tuple[int, Span]]:
    """Number and place of the pieces of picture that are left out."""
    passages = tuple(Span(one.begins, one.ends) for one in recording.passages.all())
    if not passages:
        return ()
    if recording.state != Recording.State.ARCHIVED:
        return hidden_spans(_pictures(recording), passages)
    return _remembered(recording.prefix, recording.size, recording.duration, passages)


@lru_cache(maxsize=32)
def _remembered(prefix: str, _size: int, _duration: float, passages: tuple[Span, ...]) -> Sequence[tuple[int, Span]]:
    """Every segment that is fetched asks. The pieces of an archived recording change with its size only."""
    return tuple(hidden_spans(_pictures(Recording.objects.get(prefix=prefix)), passages))


def gaps_in(recording: Recording) -> list[Span]:
    """Where something is left out."""
    return merged(span for _number, span in hidden_in(recording))


def _pictures(recording: Recording) -> Iterable[tuple[int, float]]:
    pieces = recording.segments.filter(rendition=Segment.Rendition.VIDEO).exclude(init="").order_by("number", "pk")
    return pieces.values_list("number", "duration")


def close_up(recording: Recording, numbers: set[int]) -> list[Span]:
    """These pieces are about to leave the recording: its passages and its excerpt stay on what they were set for.
    Returns where the pieces are."""
    removed = [span for number, span in spans_of(_pictures(recording)) if number in numbers]
    for part in [*recording.passages.all(), *Excerpt.objects.filter(recording=recording)]:
        part.begins, part.ends = closed_up(part.begins, removed), closed_up(part.ends, removed)
        if part.ends > part.begins:
            part.save(update_fields=["begins", "ends"])
        else:
            part.delete()
    return merged(removed)


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


def in_whole(second: float, hidden: Iterable[Span], *, ends: bool = False) -> float:
    """The moment of the whole recording that is published at this second: the inverse of `moved_up`. At a cut there are
    two: what ends there ends before it, what begins there begins after it."""
    for span in hidden:
        if second > span.begins or (second == span.begins and not ends):
            second += span.ends - span.begins
    return second


def closed_up(second: float, removed: Iterable[Span]) -> float:
    """Where a moment is once these parts are no longer in the recording at all."""
    return second - sum(max(0.0, min(second, span.ends) - span.begins) for span in removed)


class TooMany(Exception):
    """The recording has as many passages as it may have."""


class Nowhere(Exception):
    """There is nothing of the recording in that passage."""


@transaction.atomic
def leave_out(recording: Recording, span: Span, reason: str, now: datetime) -> Passage:
    """The span is one of the whole recording. Raises TooMany, and Nowhere once the recording has ended."""
    if recording.passages.count() >= MOST:
        raise TooMany()
    if recording.ended and not any(place.meets(span) for _number, place in spans_of(_pictures(recording))):
        raise Nowhere()
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
