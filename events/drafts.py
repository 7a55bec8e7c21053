"""Performances before anybody sees them: one more is made, one too many is thrown away. Beside `publishing`."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from events import collisions, versions
from events.models import Change, Edit, Edition, Performance, Production, Stage
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
    return versions.write(performance, Kind.MADE, {}, by, now)


@transaction.atomic
def discard(performance_id: int, by: User | None, now: datetime, *, seen: int) -> Edit:
    """Throw a draft away. What the audience has seen is cancelled instead, and what has a consent stays."""
    performance = versions.claim(performance_id, seen)
    if performance.status != Status.DRAFT or performance.previous_start:
        raise Refused(_("Only a draft can be thrown away. Please cancel this performance instead."))
    if performance.consents.exists():
        raise Refused(_("Something was agreed with the artists about this performance, so it stays."))
    edit = Edit.objects.create(
        subject=Edit.Subject.PERFORMANCE,
        object_id=performance_id,
        name=performance.title,
        kind=Edit.Kind.REMOVED,
        by=by,
        at=now,
        before=versions.state_of(performance),
        version=performance.version + 1,
    )
    performance.delete()
    return edit
