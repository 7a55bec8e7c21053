"""The only writer of draft → published → moved / cancelled.

Each verb is one transaction: claim the performance, refuse what cannot be, write it with one more version, remember the
state before and after, and after commit tell the house.
"""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from events.models import Access, Act, Change, Edition, Performance, Production, Stage
from events.schedule import Booking, Conflict, Plan, Rule, Slot, all_conflicts, programme_day
from events.sentences import clock, explain
from events.signals import programme_changed
from kultour.accounts.models import User

UNDO_WITHIN = timedelta(seconds=30)
AT_ONCE = 1000
"""As many drafts are published together as a planning list may hold."""
REASONS = 20
"""So many of what is in the way of many drafts are told at once."""
Status = Performance.Status
Kind = Change.Kind
WITH = ("stage__venue", "previous_stage", "production__act", "production__edition")
"""What the verbs want to know of a performance beside itself."""


# --- refusals ---------------------------------------------------------------------------------------------------------


class Refused(Exception):
    """Something cannot be done to the programme; the sentences say why, and what can be done instead."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


class Conflicting(Refused):
    """The wish collides with the rest of the programme or with a rule; `rules` in the order of the sentences."""

    def __init__(self, rules: tuple[Rule, ...], *sentences: str) -> None:
        super().__init__(*sentences)
        self.rules = rules


class ChangedMeanwhile(Refused):
    """Somebody else has changed the performance since it was looked at."""


class TooLate(Refused):
    """The half-minute for undoing is over."""


# --- the verbs --------------------------------------------------------------------------------------------------------


@transaction.atomic
def publish(performance_id: int, by: User | None, now: datetime) -> Change:
    """Show a draft, or bring back what was cancelled."""
    performance = _claim(performance_id)
    before = _state(performance)
    _show(performance)
    _refuse_conflicts(performance)
    return _remember(performance, Kind.PUBLISHED, before, by, now)


@transaction.atomic
def publish_drafts(edition: Edition, by: User | None, now: datetime) -> int:
    """Show all drafts of an edition, or none: each by the rules of `publish`. How many there were."""
    Edition.objects.select_for_update().get(pk=edition.pk)
    rows = Performance.objects.filter(production__edition=edition, status=Status.DRAFT).order_by("start", "pk")
    drafts = list(rows.select_related(*WITH)[: AT_ONCE + 1])
    if len(drafts) > AT_ONCE:
        raise Refused(
            _("These are more than {number} drafts. Please publish some of them one by one first.").format(
                number=AT_ONCE
            )
        )
    before = [_state(each) for each in drafts]
    for each in drafts:
        _show(each)
    _refuse_by_name(drafts)
    for each, state in zip(drafts, before, strict=True):
        _write(each, Kind.PUBLISHED, state, by, now)
    if drafts:
        _announce(0, {each.stage.slug for each in drafts}, 0, now)
    return len(drafts)


@dataclass(frozen=True)
class Wording:
    """What is said of a performance beside its title: text, access features, and both texts in English."""

    text: str = ""
    access: tuple[str, ...] = ()
    title_en: str = ""
    text_en: str = ""


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
    performance = _claim(performance_id, seen)
    if performance.status == Status.CANCELLED:
        raise Refused(_("This performance is cancelled. Please publish it again before you move it."))
    before = _state(performance)
    _put(performance, to)
    if wording is not None:
        _describe(performance, wording)
    after = _state(performance)
    if after == before:
        return None
    if any(after[name] != before[name] for name in ("stage", "start", "end")):
        _refuse_conflicts(performance)
    return _remember(performance, Kind.MOVED, before, by, now)


@transaction.atomic
def cancel(performance_id: int, reason: str, by: User | None, now: datetime, *, seen: int | None = None) -> Change:
    """Cancel a performance; it stays in the programme, with the reason."""
    performance = _claim(performance_id, seen)
    before = _state(performance)
    performance.status = Status.CANCELLED
    performance.cancel_reason = reason
    return _remember(performance, Kind.CANCELLED, before, by, now)


@transaction.atomic
def undo(change_id: int, by: User | None, now: datetime) -> Change:
    """Put back what a change replaced: within 30 s, and only while nobody has changed it again."""
    change = Change.objects.get(pk=change_id)
    if change.kind == Kind.MADE:
        raise Refused(_("A draft is thrown away instead."))
    if now - change.at > UNDO_WITHIN:
        raise TooLate(_("A change can be undone for 30 seconds only, and they are over. Please change it again."))
    performance = _claim(change.performance_id, seen=change.version)
    before = _state(performance)
    _restore(performance, change.before)
    if performance.status not in {Status.DRAFT, Status.CANCELLED}:
        _refuse_conflicts(performance)
    return _remember(performance, Kind.UNDONE, before, by, now)


@transaction.atomic
def put_on(edition: Edition, slots: Mapping[int, Slot], now: datetime) -> None:
    """Publish these performances of an edition on these slots, as if they had never been moved or cancelled."""
    Edition.objects.select_for_update().get(pk=edition.pk)
    stages = set()
    for performance in Performance.objects.filter(pk__in=slots).select_related("stage", "previous_stage"):
        before = _state(performance)
        performance.status, performance.cancel_reason = Status.DRAFT, ""
        performance.previous_start = performance.previous_stage = None
        _put(performance, slots[performance.pk])
        performance.status = Status.PUBLISHED
        _write(performance, Kind.PUBLISHED, before, None, now)
        stages |= {before["stage"], performance.stage.slug}
    _announce(0, stages, 0, now)


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
    Change.objects.bulk_create(_change(performance, Kind.MADE, {}, by, now) for performance in made)
    written, stages = list(made), {performance.stage.slug for performance in made}
    rows = Performance.objects.filter(pk__in=moved, production__edition=edition)
    for performance in rows.select_related(*WITH):
        if performance.status != Status.DRAFT:
            raise Refused(_("“{title}” is published already and is not changed.").format(title=performance.title))
        before = _state(performance)
        _put(performance, moved[performance.pk])
        if wordings and performance.pk in wordings:
            _describe(performance, wordings[performance.pk])
        if _state(performance) != before:
            _write(performance, Kind.MOVED, before, by, now)
            written.append(performance)
            stages |= {before["stage"], performance.stage.slug}
    _refuse_conflicts(*written)
    if written:
        _announce(0, stages, 0, now)


# --- claiming and refusing --------------------------------------------------------------------------------------------


def _claim(performance_id: int, seen: int | None = None) -> Performance:
    """The performance, with its edition locked: two editors cannot fill the same gap at the same moment."""
    Edition.objects.select_for_update(of=("self",)).get(productions__performances=performance_id)
    performance = Performance.objects.select_related(*WITH).get(pk=performance_id)
    if seen is not None and seen != performance.version:
        raise ChangedMeanwhile(_what_happened(performance))
    return performance


def as_seen(performance: Performance, version: int) -> Performance:
    """The performance as it was when it had this version; nothing is written."""
    earlier = copy(performance)
    change = performance.changes.filter(version__gt=version).order_by("version").first()
    if change and change.before:
        _restore(earlier, change.before)
    return earlier


def _what_happened(performance: Performance) -> str:
    last = performance.changes.select_related("by").last()
    zone = performance.production.edition.zone
    return _(
        "{who} changed this performance at {at}; it is now “{title}”, {times}, {stage}. "
        "Your entries are not saved: please compare them and save again."
    ).format(
        who=last.by.display_name if last and last.by else _("Somebody else"),
        at=clock(last.at, zone=zone) if last else "–",
        title=performance.title,
        times=clock(performance.start, performance.end, zone=zone),
        stage=performance.stage.venue.short_name,
    )


def refuse_conflicts_of(production: Production) -> None:
    """Refuse what its performances in the programme may not become, as when it is for older people from now on."""
    shown = production.performances.exclude(status__in=[Status.DRAFT, Status.CANCELLED])
    _refuse_conflicts(*shown.select_related("stage__venue", "production__act", "production__edition"))


def _refuse_conflicts(*written: Performance) -> None:
    """Hold what was written in one edition against all that stands in the programme now."""
    found = _conflicts(written)
    if found:
        plan = plan_of(written[0].production.edition)
        raise Conflicting(
            tuple(each.rule for _wish, each in found), *(explain(each, wish, plan) for wish, each in found)
        )


def _refuse_by_name(written: Sequence[Performance]) -> None:
    """As `_refuse_conflicts`, for many: each sentence names whose it is, and there is an end to them."""
    found = _conflicts(written)
    if not found:
        return
    plan, named = plan_of(written[0].production.edition), _("“{title}”, {at}: {reason}")
    sentences = [
        named.format(
            title=wish.title,
            at=clock(wish.start, zone=plan.zone),
            reason=explain(each, wish, plan),
        )
        for wish, each in found[:REASONS]
    ]
    if len(found) > REASONS:
        sentences.append(_("And {number} more.").format(number=len(found) - REASONS))
    raise Refused(_("Nothing is published yet: something is in the way."), *sentences)


def _conflicts(written: Sequence[Performance]) -> list[tuple[Booking, Conflict]]:
    if not written:
        return []
    plan = plan_of(written[0].production.edition)
    near = bookings_between(min(each.start for each in written), max(each.end for each in written))
    change_over = {each.stage.slug: timedelta(minutes=each.stage.change_over_minutes) for each in written}
    wishes = [booking_of(each) for each in written]
    return [(wish, each) for wish, against in all_conflicts(wishes, near, plan, change_over) for each in against]


def plan_of(edition: Edition) -> Plan:
    """What holds for every performance of an edition."""
    return Plan(
        zone=edition.zone,
        first_day=programme_day(edition.opens, edition.zone),
        last_day=programme_day(edition.closes, edition.zone),
        travel=timedelta(minutes=edition.travel_minutes),
    )


def bookings_between(first: datetime, last: datetime) -> list[Booking]:
    """What stands in the programme between these moments or within a day of them, whatever the edition."""
    near = Performance.objects.exclude(status=Status.CANCELLED).filter(
        start__lt=last + timedelta(days=1), end__gt=first - timedelta(days=1)
    )
    return [booking_of(row) for row in near.select_related("stage__venue", "production__act")]


def booking_of(performance: Performance) -> Booking:
    """A performance as the rules of the timetable want it; its stage, venue and act are read with it."""
    act = performance.production.act
    return Booking(
        id=performance.pk,
        title=performance.title,
        stage=performance.stage.slug,
        venue=performance.stage.venue.slug,
        act=None if act.kind == Act.Kind.OFFICE else act.pk,
        act_name=act.name,
        start=performance.start,
        end=performance.end,
        age=performance.production.age,
    )


# --- writing ----------------------------------------------------------------------------------------------------------


def _show(performance: Performance) -> None:
    performance.cancel_reason = ""
    performance.status = Status.MOVED if performance.previous_start else Status.PUBLISHED


def _put(performance: Performance, to: Slot) -> None:
    """Set the slot. Against what was announced it is a move; back where it was announced it is none any more."""
    announced = (
        (performance.previous_stage, performance.previous_start)
        if performance.status == Status.MOVED
        else (performance.stage, performance.start)
    )
    performance.stage = Stage.objects.select_related("venue").get(slug=to.stage)
    performance.start, performance.end, performance.title = to.start, to.end, to.title
    if performance.status == Status.DRAFT:
        return
    back = (performance.stage, performance.start) == announced
    performance.status = Status.PUBLISHED if back else Status.MOVED
    performance.previous_stage, performance.previous_start = (None, None) if back else announced


def _describe(performance: Performance, wording: Wording) -> None:
    performance.text = wording.text
    performance.access = [code for code in Access.values if code in wording.access]
    performance.put_words("en", {"title": wording.title_en, "text": wording.text_en})


def _remember(performance: Performance, kind: object, before: dict[str, Any], by: User | None, now: datetime) -> Change:
    change = _write(performance, kind, before, by, now)
    _announce(performance.pk, {before["stage"], performance.stage.slug}, performance.version, now)
    return change


def _write(performance: Performance, kind: object, before: dict[str, Any], by: User | None, now: datetime) -> Change:
    performance.version += 1
    performance.save()
    change = _change(performance, kind, before, by, now)
    change.save()
    return change


def _change(performance: Performance, kind: object, before: dict[str, Any], by: User | None, now: datetime) -> Change:
    return Change(
        performance=performance,
        kind=kind,
        by=by,
        at=now,
        before=before,
        after=_state(performance),
        version=performance.version,
    )


def _announce(performance_id: int, stages: set[str], version: int, now: datetime) -> None:
    tell = partial(
        programme_changed.send_robust,
        Performance,
        performance_id=performance_id,
        stages=stages,
        version=version,
        now=now,
    )
    transaction.on_commit(tell)


def _state(performance: Performance) -> dict[str, Any]:
    """What a verb can change, as the history keeps it."""
    english = performance.translations.get("en", {})
    return {
        "stage": performance.stage.slug,
        "start": performance.start.isoformat(),
        "end": performance.end.isoformat(),
        "title": performance.title,
        "text": performance.text,
        "access": list(performance.access),
        "title_en": english.get("title", ""),
        "text_en": english.get("text", ""),
        "status": str(performance.status),
        "cancel_reason": performance.cancel_reason,
        "previous_stage": performance.previous_stage.slug if performance.previous_stage else None,
        "previous_start": performance.previous_start.isoformat() if performance.previous_start else None,
    }


def _restore(performance: Performance, state: dict[str, Any]) -> None:
    stages = {stage.slug: stage for stage in Stage.objects.select_related("venue")}
    performance.stage = stages[state["stage"]]
    performance.start = datetime.fromisoformat(state["start"])
    performance.end = datetime.fromisoformat(state["end"])
    performance.title = state["title"]
    if "text" in state:  # older changes knew of the slot only
        words = (state["text"], tuple(state["access"]), state["title_en"], state["text_en"])
        _describe(performance, Wording(*words))
    performance.status = state["status"]
    performance.cancel_reason = state["cancel_reason"]
    performance.previous_stage = stages.get(state["previous_stage"])
    performance.previous_start = datetime.fromisoformat(state["previous_start"]) if state["previous_start"] else None
