"""Recordings on offer to the town's archive (§ 10 ArchivG NRW: even what is due to be deleted is offered first).

The offer comes 90 days before consent ends, or at once where less is left, so that nothing ever waits for an answer:
what may not be kept any longer is deleted on its day. Where a consent is taken back there is no offer, and an open one
ends: the archive cannot be given what its artists do not give any more. It is no setting, because a town that chose a
shorter time would have its archive answer too late.
"""

from datetime import datetime, timedelta

from django.db.models import F, QuerySet

from streaming.mediathek import publication
from streaming.models import ArchiveOffer, Recording

AHEAD = timedelta(days=90)
State = ArchiveOffer.State


def follow(now: datetime) -> int:
    """Offer what is due, and end what was not answered. Returns how many offers have changed."""
    due = publication.visible(now).filter(public_until__lte=now + AHEAD, offer=None)
    made = ArchiveOffer.objects.bulk_create(
        (ArchiveOffer(recording=recording, offered=now) for recording in due), ignore_conflicts=True
    )
    open_ones = ArchiveOffer.objects.filter(state=State.OFFERED)
    revoked = open_ones.filter(recording__withdrawn__isnull=False).update(state=State.REVOKED, answered=now)
    lapsed = open_ones.filter(recording__public_until__lte=now).update(state=State.LAPSED, answered=now)
    return len(made) + revoked + lapsed


def answer(offer: int, state: str, now: datetime) -> bool:
    """The archive's word, while there is still something to be had. Whether it counted."""
    still = publication.visible(now).values("pk")
    standing = ArchiveOffer.objects.filter(pk=offer, state=State.OFFERED, recording__in=still)
    return standing.update(state=state, answered=now) == 1


def to_be_answered_first() -> QuerySet[ArchiveOffer]:
    """Those that wait for a word, the most urgent first; then the answered ones, the latest first."""
    urgent = F("answered").desc(nulls_first=True)
    return ArchiveOffer.objects.select_related("recording__session__act").order_by(
        urgent, "recording__public_until", "pk"
    )


def packable(recording: Recording, now: datetime) -> bool:
    """The archive has accepted it, and it is still there."""
    accepted = ArchiveOffer.objects.filter(recording=recording, state=State.ACCEPTED).exists()
    return accepted and publication.agreed_door(recording, publication.Way.WATCH, now) == publication.Door.OPEN
