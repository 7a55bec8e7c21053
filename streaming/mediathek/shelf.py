"""The shelf: what the house knows of its recordings, for the office and for the command line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast

from django.db.models import Count, Min, Q, Sum

from streaming.mediathek import captions, findings, publication
from streaming.models import Captions, Finding, Recording, Segment

Progress = Literal["recording", "recorded", "uploading", "archived", "failed"]
Consent = Literal["given", "ended", "withdrawn"]
Texts = Literal["none", "uploaded", "checked"]

LATE = timedelta(minutes=2)
"""A file that waits longer for S3 is told to the office."""


@dataclass(frozen=True)
class Files:
    """How many of a recording's files are where."""

    all: int = 0
    stored: int = 0
    waiting: int = 0
    """On the disk, and not in S3 yet."""
    lost: int = 0
    """On the disk or in S3, where something is missing or damaged."""
    waiting_since: datetime | None = None
    """When the first of those was played."""
    seconds: float = 0.0
    bytes: int = 0


@dataclass(frozen=True)
class Listed:
    """One recording."""

    id: int
    slug: str
    stage: str
    act_name: str
    performance: str
    """Its short name; empty for a free transmission."""
    title: str
    start: datetime
    duration_s: float
    bytes: int
    state: Progress
    reason: str
    """Why it failed."""
    consent: Consent
    public_until: datetime | None
    deleted: datetime | None
    deleted_files: int
    offer: str
    """What became of its offer to the town's archive: a state; empty where there was none."""
    offer_words: str
    files: Files
    refused: str
    """Why S3 did not take something last: `storage.Trouble`; empty where it has taken something since."""
    is_late: bool
    """Something has been waiting for S3 for a while."""
    found: Finding | None
    """What the audit has found wrong with its files in the bucket."""
    may_be_quoted: bool
    """The act allows an excerpt for the press."""
    texts: Texts
    missing: captions.Missing | None
    """Where it may be watched and has no captions."""

    @property
    def is_faulty(self) -> bool:
        return self.found is not None and self.deleted is None and self.consent == "given"

    @property
    def found_names(self) -> list[str]:
        return findings.examples(self.found) if self.found else []


def progress_of(state: str, files: Files) -> Progress:
    """The state as people think of it: what has ended is on its way as soon as something of it is stored."""
    if state == Recording.State.RECORDED and files.stored:
        return "uploading"
    return cast(Progress, str(state))


def consent_of(withdrawn: datetime | None, is_over: bool) -> Consent:
    if withdrawn is not None:
        return "withdrawn"
    return "ended" if is_over else "given"


def texts_of(all_of_them: int, unchecked: int) -> Texts:
    """A recording whose captions somebody has checked counts as that in one language already."""
    if not all_of_them:
        return "none"
    return "uploaded" if unchecked == all_of_them else "checked"


def listed(now: datetime, limit: int, offset: int = 0) -> list[Listed]:
    """The newest first; always two queries."""
    rows = list(
        Recording.objects.select_related("session__act", "session__performance", "offer", "finding")
        .annotate(
            texts=Count("captions"), unchecked=Count("captions", filter=Q(captions__state=Captions.State.UPLOADED))
        )
        .order_by("-session__started", "-pk")[offset : offset + limit]
    )
    files = files_of([row.pk for row in rows if row.state != Recording.State.ARCHIVED])
    return [_listed(row, files.get(row.pk, Files()), now) for row in rows]


def count() -> int:
    return Recording.objects.count()


def files_of(recordings: Sequence[int]) -> dict[int, Files]:
    # Also what is being tried: while S3 hangs, that is most of the time.
    waiting = Q(state__in=[Segment.State.SPOOLED, Segment.State.UPLOADING])
    counted = (
        Segment.objects.filter(recording__in=recordings)
        .order_by()
        .values("recording")
        .annotate(
            all=Count("pk"),
            stored=Count("pk", filter=Q(state=Segment.State.STORED)),
            waiting=Count("pk", filter=waiting),
            lost=Count("pk", filter=Q(state=Segment.State.FAILED)),
            since=Min("starts", filter=waiting),
            seconds=Sum("duration", filter=Q(rendition=Segment.Rendition.VIDEO)),
            bytes=Sum("size"),
        )
    )
    return {
        row["recording"]: Files(
            row["all"],
            row["stored"],
            row["waiting"],
            row["lost"],
            row["since"],
            row["seconds"] or 0.0,
            row["bytes"] or 0,
        )
        for row in counted
    }


def _listed(row: Recording, files: Files, now: datetime) -> Listed:
    session = row.session
    texts = texts_of(row.texts, row.unchecked)
    shown = publication.agreed_door(row, publication.Way.WATCH, now) == publication.Door.OPEN
    return Listed(
        id=row.pk,
        slug=row.slug,
        stage=session.stage,
        act_name=session.act.name if session.act else "",
        performance=session.performance.slug if session.performance else "",
        title=session.title,
        start=session.started,
        # Added up at its end; until then as far as it has come.
        duration_s=round(row.duration or files.seconds, 3),
        bytes=row.size or files.bytes,
        state=progress_of(row.state, files),
        reason=row.reason,
        consent=consent_of(row.withdrawn, publication.is_over(row, now)),
        public_until=row.public_until,
        deleted=row.deleted,
        deleted_files=row.deleted_files,
        offer=row.offer.state if hasattr(row, "offer") else "",
        offer_words=row.offer.get_state_display() if hasattr(row, "offer") else "",
        files=files,
        refused=row.refused,
        is_late=files.waiting_since is not None and now - files.waiting_since > LATE,
        found=row.finding if hasattr(row, "finding") else None,
        may_be_quoted=row.excerpt,
        texts=texts,
        missing=captions.missing(row.ended, now) if texts == "none" and shown and row.ended else None,
    )
