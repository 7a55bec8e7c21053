"""Performances before anybody sees them: one more is made, one too many is thrown away. Beside `publishing`."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from events import collisions, versions
from events.models import Change, Consent, Edit, Edition, Performance, Production, Stage
from events.publishing import Kind, Status
from events.refusals import Refused
from events.schedule import Slot
from events.slugs import free_slug
from events.versions import Wording
from kultour.accounts.models import User


def number_of(edition: Edition) -> int:
    """How many drafts an edition has."""
    return Performance.objects.filter(production__edition=edition, status=Status.DRAFT).count()


def to_come(now: datetime) -> Sequence[Edition]:
    """Editions that are not over and have drafts, with their number as `drafts`."""
    draft = Q(productions__performances__status=Status.DRAFT)
    counted = Edition.objects.filter(closes__gte=now).annotate(drafts=Count("productions__performances", filter=draft))
    return counted.filter(drafts__gt=0).order_by("opens", "pk")[:10]


@transaction.atomic
def add(production: Production, slot: Slot, wording: Wording, by: User | None, now: datetime) -> Change:
    """One more performance of a production, as a draft."""
    Edition.objects.select_for_update().get(pk=production.edition_id)
    stage = Stage.objects.get(slug=slot.stage)
    performance = Performance(production=production, stage=stage, version=0, status=Status.DRAFT)
    taken = Performance.objects.all()
    performance.slug = free_slug(slot.title, "auftritt", lambda name: taken.filter(slug=name).exists(), 80)
    versions.put(performance, slot)
    versions.describe(performance, wording)
    collisions.refuse_conflicts(performance)
    change = versions.write(performance, Kind.MADE, {}, by, now)
    versions.announce(performance.pk, {stage.slug}, performance.version, now)
    return change


@transaction.atomic
def discard(performance_id: int, by: User | None, now: datetime, *, seen: int) -> Edit:
    """Throw a draft away. What the audience has seen is cancelled instead, and what has a consent stays."""
    (edit,) = throw_away([versions.claim(performance_id, seen)], by, now)
    return edit


def throw_away(claimed: Sequence[Performance], by: User | None, now: datetime) -> list[Edit]:
    """As `discard`, for several drafts whose edition is locked: all of them or none."""
    if any(each.status != Status.DRAFT or each.previous_start for each in claimed):
        raise Refused(_("Only a draft can be thrown away. Please cancel this performance instead."))
    if Consent.objects.filter(performance__in=claimed).exists():
        raise Refused(_("Something was agreed with the artists about this performance, so it stays."))
    edits = Edit.objects.bulk_create(
        Edit(
            subject=Edit.Subject.PERFORMANCE,
            object_id=each.pk,
            name=each.title,
            kind=Edit.Kind.REMOVED,
            by=by,
            at=now,
            before=versions.state_of(each),
            version=each.version + 1,
        )
        for each in claimed
    )
    Performance.objects.filter(pk__in=[each.pk for each in claimed]).delete()
    versions.announce(0, {each.stage.slug for each in claimed}, 0, now)
    return edits
