"""The only writer of draft → published → moved / cancelled.

Each verb is one transaction: claim the performance, refuse what cannot be, write it with one more version, remember the
state before and after, and after commit tell the house.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from events.collisions import refuse_by_name, refuse_conflicts
from events.models import Change, Edition, Performance
from events.refusals import Refused, TooLate
from events.schedule import Slot
from events.versions import (
    WITH,
    Wording,
    announce,
    change_of,
    claim,
    claim_as_left,
    describe,
    give_reason,
    put,
    remember,
    restore,
    show,
    state_of,
    write,
)
from kultour.accounts.models import User

UNDO_WITHIN = timedelta(seconds=30)
AT_ONCE = 1000
"""As many drafts are published together as a planning list may hold."""
Status = Performance.Status
Kind = Change.Kind


@transaction.atomic
def publish(performance_id: int, by: User | None, now: datetime) -> Change:
    """Show a draft, or bring back what was cancelled."""
    performance = claim(performance_id)
    before = state_of(performance)
    show(performance)
    refuse_conflicts(performance)
    return remember(performance, Kind.PUBLISHED, before, by, now)


@transaction.atomic
def publish_drafts(edition: Edition, by: User | None, now: datetime) -> list[Change]:
    """Show all drafts of an edition, or none: each by the rules of `publish`."""
    Edition.objects.select_for_update().get(pk=edition.pk)
    rows = Performance.objects.filter(production__edition=edition, status=Status.DRAFT).order_by("start", "pk")
    drafts = list(rows.select_related(*WITH)[: AT_ONCE + 1])
    if len(drafts) > AT_ONCE:
        raise Refused(
            _("These are more than {number} drafts. Please publish some of them one by one first.").format(
                number=AT_ONCE
            )
        )
    before = [state_of(each) for each in drafts]
    for each in drafts:
        show(each)
    refuse_by_name(drafts)
    changes = [write(each, Kind.PUBLISHED, state, by, now) for each, state in zip(drafts, before, strict=True)]
    if drafts:
        announce(0, {each.stage.slug for each in drafts}, 0, now)
    return changes


@transaction.atomic
def move(
    performance_id: int,
    to: Slot,
    by: User | None,
    now: datetime,
    *,
    seen: int | None = None,
    wording: Wording | None = None,
) -> Change | None:
    """Give a performance another time, stage, title or wording; None if it stands there already.

    `seen` is the version that the editor had in front of them. Without `wording` the words stay.
    """
    performance = claim(performance_id, seen)
    if performance.status == Status.CANCELLED:
        raise Refused(_("This performance is cancelled. Please publish it again before you move it."))
    before = state_of(performance)
    put(performance, to)
    if wording is not None:
        describe(performance, wording)
    after = state_of(performance)
    if after == before:
        return None
    if any(after[name] != before[name] for name in ("stage", "start", "end")):
        refuse_conflicts(performance)
    return remember(performance, Kind.MOVED, before, by, now)


@transaction.atomic
def cancel(
    performance_id: int, reason: str, by: User | None, now: datetime, *, seen: int | None = None, reason_en: str = ""
) -> Change | None:
    """Cancel a performance, or give another reason; it stays in the programme, with the reason. None if it is cancelled
    with this very reason already."""
    performance = claim(performance_id, seen)
    if performance.status == Status.DRAFT:
        raise Refused(_("A draft is thrown away instead."))
    before = state_of(performance)
    performance.status = Status.CANCELLED
    give_reason(performance, reason, reason_en)
    if state_of(performance) == before:
        return None
    return remember(performance, Kind.CANCELLED, before, by, now)


def undo(change_id: int, by: User | None, now: datetime) -> Change:
    """Put back what a change replaced: within 30 s, and only while nobody has changed it again."""
    (undone,) = undo_together([Change.objects.get(pk=change_id)], by, now)
    return undone


@transaction.atomic
def undo_together(changes: Sequence[Change], by: User | None, now: datetime) -> list[Change]:
    """As `undo`, for several changes of different performances: all of them or none."""
    if any(change.kind == Kind.MADE for change in changes):
        raise Refused(_("A draft is thrown away instead."))
    refuse_late(changes, now)
    performances, undone, stages = claim_as_left(changes), [], set()
    for change in changes:
        performance = performances[change.performance_id]
        before = state_of(performance)
        restore(performance, change.before)
        undone.append(write(performance, Kind.UNDONE, before, by, now))
        stages |= {before["stage"], performance.stage.slug}
    shown = [each for each in performances.values() if each.status not in {Status.DRAFT, Status.CANCELLED}]
    refuse_conflicts(*shown)
    alone = undone[0] if len(undone) == 1 else None
    announce(alone.performance_id if alone else 0, stages, alone.version if alone else 0, now)
    return undone


def refuse_late(changes: Sequence[Change], now: datetime) -> None:
    if any(now - change.at > UNDO_WITHIN for change in changes):
        raise TooLate(_("A change can be undone for 30 seconds only, and they are over. Please change it again."))


@transaction.atomic
def put_on(edition: Edition, slots: Mapping[int, Slot], now: datetime) -> None:
    """Publish these performances of an edition on these slots, as if they had never been moved or cancelled."""
    Edition.objects.select_for_update().get(pk=edition.pk)
    stages = set()
    for performance in Performance.objects.filter(pk__in=slots).select_related(*WITH):
        before = state_of(performance)
        performance.status = Status.DRAFT
        give_reason(performance, "")
        performance.previous_start = performance.previous_stage = None
        put(performance, slots[performance.pk])
        performance.status = Status.PUBLISHED
        write(performance, Kind.PUBLISHED, before, None, now)
        stages |= {before["stage"], performance.stage.slug}
    announce(0, stages, 0, now)


@transaction.atomic
def draft(
    edition: Edition,
    made: Sequence[Performance],
    moved: Mapping[int, Slot],
    by: User | None,
    now: datetime,
    *,
    wordings: Mapping[int, Wording] | None = None,
) -> None:
    """Take new performances into an edition and give drafts other slots: all or nothing, unseen by the audience.

    Where `wordings` has none for a draft, its words stay.
    """
    Edition.objects.select_for_update().get(pk=edition.pk)
    for performance in made:
        performance.status = Status.DRAFT
    Performance.objects.bulk_create(made)
    Change.objects.bulk_create(change_of(performance, Kind.MADE, {}, by, now) for performance in made)
    written, stages = list(made), {performance.stage.slug for performance in made}
    rows = Performance.objects.filter(pk__in=moved, production__edition=edition)
    for performance in rows.select_related(*WITH):
        if performance.status != Status.DRAFT:
            raise Refused(_("“{title}” is published already and is not changed.").format(title=performance.title))
        before = state_of(performance)
        put(performance, moved[performance.pk])
        if wordings and performance.pk in wordings:
            describe(performance, wordings[performance.pk])
        if state_of(performance) != before:
            write(performance, Kind.MOVED, before, by, now)
            written.append(performance)
            stages |= {before["stage"], performance.stage.slug}
    refuse_conflicts(*written)
    if written:
        announce(0, stages, 0, now)
