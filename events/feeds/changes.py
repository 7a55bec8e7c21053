"""What was published, moved and cancelled, as news."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid5

from django.urls import reverse
from django.utils import formats
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from events import programme
from events.models import Change, Performance
from events.programme import EditionCard
from events.sentences import clock
from kultour.atom import MOST, News

Kind = Change.Kind
HEADLINES = {
    Kind.PUBLISHED: gettext_lazy("In the programme: {title}"),
    Kind.MOVED: gettext_lazy("Changed: {title}"),
    Kind.CANCELLED: gettext_lazy("Cancelled: {title}"),
    Kind.UNDONE: gettext_lazy("As before: {title}"),
}


def news(edition: EditionCard, site: str) -> list[News]:
    """The latest first. What was planned before anybody could see it is no news."""
    stages = {stage.slug: stage.short_name for stage in programme.stages()}
    rows = (
        Change.objects.filter(performance__production__edition=edition.id)
        .exclude(performance__status=Performance.Status.DRAFT)
        .exclude(after__status=Performance.Status.DRAFT)
        .select_related("performance")
        .order_by("-at", "-pk")[:MOST]
    )
    return [
        News(
            id=uuid5(row.performance.guid, str(row.version)),
            title=HEADLINES[Kind(row.kind)].format(title=_said(row.after, "title")),
            text="\n".join(_lines(row, edition, stages)),
            url=site + reverse("performance", args=[row.performance.slug]),
            at=row.at,
        )
        for row in rows
    ]


def _lines(change: Change, edition: EditionCard, stages: Mapping[str, str]) -> list[str]:
    """The reason, how it is now, and how it was."""
    now, before = (_where(state, edition, stages) for state in (change.after, change.before))
    reason = _said(change.after, "cancel_reason")
    lines = [_("Cancelled: {reason}").format(reason=reason)] if reason else []
    lines.append(now)
    if change.kind in {Kind.MOVED, Kind.UNDONE} and before != now:
        lines.append(_("Before: {before}").format(before=before))
    return lines


def _said(state: Mapping[str, Any], field: str) -> str:
    """In the language of the feed; as it was written where nobody has translated it."""
    return state.get(f"{field}_{get_language()}") or state[field]


def _where(state: dict[str, Any], edition: EditionCard, stages: Mapping[str, str]) -> str:
    start, end = (datetime.fromisoformat(state[name]) for name in ("start", "end"))
    return _("“{title}”, {day}, {times}, {place}").format(
        title=_said(state, "title"),
        day=formats.date_format(start.astimezone(edition.zone), "DATE_FORMAT"),
        times=clock(start, end, zone=edition.zone),
        place=stages.get(state["stage"], state["stage"]),
    )
