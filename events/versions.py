"""A performance from one version to the next: claimed, changed, written, remembered and announced.

The verbs that use it are in `publishing` and `drafts`; nobody else writes performances.
"""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from events.models import Access, Change, Edition, Performance, Stage
from events.refusals import ChangedMeanwhile
from events.schedule import Slot
from events.sentences import clock
from events.signals import programme_changed
from kultour.accounts.models import User

Status = Performance.Status
WITH = ("stage__venue", "previous_stage", "production__act", "production__edition")
"""What is read of a performance beside itself."""


@dataclass(frozen=True)
class Wording:
    """What is said of a performance beside its title: text, access features, and both texts in English."""

    text: str = ""
    access: tuple[str, ...] = ()
    title_en: str = ""
    text_en: str = ""


def claim(performance_id: int, seen: int | None = None) -> Performance:
    """The performance, with its edition locked: two editors cannot fill the same gap at the same moment."""
    Edition.objects.select_for_update(of=("self",)).get(productions__performances=performance_id)
    performance = Performance.objects.select_related(*WITH).get(pk=performance_id)
    if seen is not None and seen != performance.version:
        raise ChangedMeanwhile(what_happened(performance))
    return performance


def claim_as_left(changes: Iterable[Change]) -> dict[int, Performance]:
    """The performances of these changes by number, locked, and each as its change has left it."""
    made = {change.performance_id: change.version for change in changes}
    editions = Performance.objects.filter(pk__in=made).values("production__edition")
    list(Edition.objects.select_for_update(of=("self",)).filter(pk__in=editions).order_by("pk"))
    performances = Performance.objects.select_related(*WITH).in_bulk(made)
    for pk, performance in performances.items():
        if performance.version != made[pk]:
            raise ChangedMeanwhile(
                _("“{title}” was changed once more in the meantime. Nothing is undone.").format(title=performance.title)
            )
    return performances


def as_seen(performance: Performance, version: int) -> Performance:
    """The performance as it was when it had this version; nothing is written."""
    earlier = copy(performance)
    change = performance.changes.filter(version__gt=version).order_by("version").first()
    if change and change.before:
        restore(earlier, change.before)
    return earlier


def what_happened(performance: Performance) -> str:
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


def show(performance: Performance) -> None:
    give_reason(performance, "")
    performance.status = Status.MOVED if performance.previous_start else Status.PUBLISHED


def put(performance: Performance, to: Slot) -> None:
    """Set the slot. Against what was announced it is a move; back where it was announced it is none any more."""
    announced = (
        (performance.previous_stage, performance.previous_start)
        if performance.status == Status.MOVED
        else (performance.stage, performance.start)
    )
    if to.stage != performance.stage.slug:
        performance.stage = Stage.objects.select_related("venue").get(slug=to.stage)
    performance.start, performance.end, performance.title = to.start, to.end, to.title
    if performance.status == Status.DRAFT:
        return
    back = (performance.stage, performance.start) == announced
    performance.status = Status.PUBLISHED if back else Status.MOVED
    performance.previous_stage, performance.previous_start = (None, None) if back else announced


def describe(performance: Performance, wording: Wording) -> None:
    performance.text = wording.text
    performance.access = [code for code in Access.values if code in wording.access]
    performance.put_words("en", {"title": wording.title_en, "text": wording.text_en})


def give_reason(performance: Performance, reason: str, reason_en: str = "") -> None:
    """Why it is cancelled, in both languages; empty where it is not."""
    performance.cancel_reason = reason
    performance.put_words("en", {"cancel_reason": reason_en})


def remember(performance: Performance, kind: object, before: dict[str, Any], by: User | None, now: datetime) -> Change:
    change = write(performance, kind, before, by, now)
    announce(performance.pk, {before["stage"], performance.stage.slug}, performance.version, now)
    return change


def write(performance: Performance, kind: object, before: dict[str, Any], by: User | None, now: datetime) -> Change:
    performance.version += 1
    performance.save()
    change = change_of(performance, kind, before, by, now)
    change.save()
    return change


def change_of(performance: Performance, kind: object, before: dict[str, Any], by: User | None, now: datetime) -> Change:
    return Change(
        performance=performance,
        kind=kind,
        by=by,
        at=now,
        before=before,
        after=state_of(performance),
        version=performance.version,
    )


def announce(performance_id: int, stages: set[str], version: int, now: datetime) -> None:
    tell = partial(
        programme_changed.send_robust,
        Performance,
        performance_id=performance_id,
        stages=stages,
        version=version,
        now=now,
    )
    transaction.on_commit(tell)


def state_of(performance: Performance) -> dict[str, Any]:
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
        "cancel_reason_en": english.get("cancel_reason", ""),
        "previous_stage": performance.previous_stage.slug if performance.previous_stage else None,
        "previous_start": performance.previous_start.isoformat() if performance.previous_start else None,
    }


def restore(performance: Performance, state: dict[str, Any]) -> None:
    stages = {stage.slug: stage for stage in Stage.objects.select_related("venue")}
    performance.stage = stages[state["stage"]]
    performance.start = datetime.fromisoformat(state["start"])
    performance.end = datetime.fromisoformat(state["end"])
    performance.title = state["title"]
    if "text" in state:  # older changes knew of the slot only
        words = (state["text"], tuple(state["access"]), state["title_en"], state["text_en"])
        describe(performance, Wording(*words))
    performance.status = state["status"]
    give_reason(performance, state["cancel_reason"], state.get("cancel_reason_en", ""))
    performance.previous_stage = stages.get(state["previous_stage"])
    performance.previous_start = datetime.fromisoformat(state["previous_start"]) if state["previous_start"] else None
