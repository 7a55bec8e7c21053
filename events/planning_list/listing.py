"""The planning list to download: empty as a template, or filled with what an edition has."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.utils import translation

from events.models import Edition, Performance, Production
from events.planning_list.sheet import Column
from events.planning_list.taking import ENGLISH
from events.programme import StageCard, stages
from events.schedule import programme_day, wall_moments
from kultour.tables import Value

HEADS = [column.value for column in Column]


def rows_of(edition: Edition) -> list[list[Value]]:
    """One row for each performance that is not cancelled; read again, it changes nothing."""
    rows = Performance.objects.filter(production__edition=edition).exclude(status=Performance.Status.CANCELLED)
    names = _stage_names(stages())
    with translation.override("de"):
        kinds = {code: str(label) for code, label in Production.Kind.choices}
    return [
        _row(row, names[row.stage.slug], kinds[row.production.kind], edition.zone)
        for row in rows.select_related("stage", "production__act").order_by("start", "stage__order", "pk")
    ]


def _stage_names(all_stages: list[StageCard]) -> dict[str, str]:
    """As people in town call the place, where it has only one stage."""
    venues = [stage.venue for stage in all_stages]
    return {stage.slug: stage.short_name if venues.count(stage.venue) == 1 else stage.name for stage in all_stages}


def _row(row: Performance, stage: str, kind: str, zone: ZoneInfo) -> list[Value]:
    english = row.translations.get(ENGLISH, {})
    cells: dict[Column, Value] = {
        Column.DAY: programme_day(row.start, zone),
        Column.START: _clock(row.start, zone),
        Column.END: _clock(row.end, zone),
        Column.STAGE: stage,
        Column.TITLE: row.title,
        Column.ACT: row.production.act.name,
        Column.KIND: kind,
        Column.AGE: row.production.age,
        Column.ACCESS: ", ".join(row.access),
        Column.SPOKEN: row.production.spoken,
        Column.TEXT: row.text,
        Column.TITLE_EN: english.get("title", ""),
        Column.TEXT_EN: english.get("text", ""),
    }
    return [cells.get(column) for column in Column]


def _clock(moment: datetime, zone: ZoneInfo) -> time | str:
    """With a word beside it in the hour that comes twice."""
    wall = moment.astimezone(zone)
    if len(wall_moments(wall.date(), wall.time(), zone)) == 1:
        return wall.time()
    return f"{wall:%H:%M} {'Winterzeit' if wall.fold else 'Sommerzeit'}"
