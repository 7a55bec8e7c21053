"""The order of stages: all of them along the way through the town, and some of them along a walk."""

from collections.abc import Sequence

from django.db.models import F

from events.models import Route, Stage, Station

FAR = 10_000
"""Orders are unique also while they are given anew: first all move out of the way by this much."""


def of_route(route: Route) -> list[str]:
    """Slugs of a walk's stages, in order."""
    return list(route.stations.order_by("order").values_list("stage__slug", flat=True))


def set_route(route: Route, slugs: Sequence[str]) -> None:
    """Lead the walk along these stages, each once."""
    stages = Stage.objects.in_bulk(slugs, field_name="slug")
    route.stations.all().delete()
    Station.objects.bulk_create(
        Station(route=route, stage=stages[slug], order=order)
        for order, slug in enumerate(dict.fromkeys(slugs), start=1)
        if slug in stages
    )


def before_stage(stage: Stage) -> str:
    """Slug of the stage that comes before it along the way; empty for the first."""
    return Stage.objects.filter(order__lt=stage.order).order_by("order").values_list("slug", flat=True).last() or ""


def place_stage(stage: Stage, after: str) -> None:
    """Give a stage, saved or not, its place behind another one; the others make room."""
    others = list(Stage.objects.select_for_update().exclude(pk=stage.pk).order_by("order"))
    place = next((number for number, other in enumerate(others, start=1) if other.slug == after), 0)
    before, behind = others[:place], others[place:]
    lowest = before[-1].order if before else 0
    if stage.order and lowest < stage.order and all(stage.order < other.order for other in behind):
        return
    if behind:
        moving = [other.pk for other in behind] + ([stage.pk] if stage.pk else [])
        Stage.objects.filter(pk__in=moving).update(order=F("order") + FAR)
        for order, other in enumerate(behind, start=lowest + 2):
            Stage.objects.filter(pk=other.pk).update(order=order)
    stage.order = lowest + 1
