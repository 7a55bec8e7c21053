"""A plan of the town, drawn by ourselves from where its venues lie: no tiles, no third party, no script.

Pure functions of positions. The river is the way through the venues in their order, as a smooth line.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from events.cards import VenueCard

WIDTH = 1000
MARGIN = 96
GAP = 96.0
"""Points are drawn no closer than this, in units of the plan."""
STEPS = 40_000
"""Comparisons after which drawing apart is given up."""
EARTH = 6_371_000.0
FLATTEST, TALLEST = 360, 1200

Point = tuple[float, float]


@dataclass(frozen=True)
class PlanPoint:
    number: int
    venue: VenueCard
    x: int
    y: int
    way: str
    """How far from the venue the page is about, in words."""


@dataclass(frozen=True)
class TownPlan:
    width: int
    height: int
    river: str
    """An SVG path."""
    points: tuple[PlanPoint, ...]


def town_plan(venues: Sequence[VenueCard], here: str) -> TownPlan:
    """All venues in their order; distances are told from the one named `here`."""
    places = projected([(venue.lat, venue.lon) for venue in venues])
    drawn, height = fitted(places)
    spot = next((venue for venue in venues if venue.slug == here), None)
    points = tuple(
        PlanPoint(number, venue, round(x), round(y), _way(spot, venue))
        for number, (venue, (x, y)) in enumerate(zip(venues, drawn, strict=True), start=1)
    )
    return TownPlan(WIDTH, height, smooth([(float(point.x), float(point.y)) for point in points]), points)


# --- from the globe to the paper --------------------------------------------------------------------------------------


def projected(positions: Sequence[Point]) -> list[Point]:
    """Metres east and south of the middle; over a town the earth is flat."""
    if not positions:
        return []
    middle_lat = sum(lat for lat, _lon in positions) / len(positions)
    middle_lon = sum(lon for _lat, lon in positions) / len(positions)
    shrink = math.cos(math.radians(middle_lat))
    return [
        (EARTH * math.radians(lon - middle_lon) * shrink, -EARTH * math.radians(lat - middle_lat))
        for lat, lon in positions
    ]


def fitted(places: Sequence[Point]) -> tuple[list[Point], int]:
    """The same on the paper, those close together drawn apart; and the paper's height."""
    if not places:
        return [], FLATTEST
    left, right = min(x for x, _y in places), max(x for x, _y in places)
    top, bottom = min(y for _x, y in places), max(y for _x, y in places)
    room = WIDTH - 2 * MARGIN
    scale = min(room / max(right - left, 1.0), (TALLEST - 2 * MARGIN) / max(bottom - top, 1.0))
    height = max(FLATTEST, round((bottom - top) * scale + 2 * MARGIN))
    across = (WIDTH - (right - left) * scale) / 2
    down = (height - (bottom - top) * scale) / 2
    points = apart([((x - left) * scale + across, (y - top) * scale + down) for x, y in places])
    edge = MARGIN / 2
    lift = min(0.0, min(y for _x, y in points) - edge)
    height = max(height, round(max(y for _x, y in points) - lift + edge))
    return [(min(max(x, edge), WIDTH - edge), y - lift) for x, y in points], height


def apart(points: Sequence[Point], gap: float = GAP) -> list[Point]:
    """Push points that would cover each other apart, each as far as the other."""
    moved = list(points)
    for _round in range(STEPS // max(1, len(moved) ** 2)):
        calm = True
        for one in range(len(moved)):
            for other in range(one + 1, len(moved)):
                dx, dy = moved[other][0] - moved[one][0], moved[other][1] - moved[one][1]
                distance = math.hypot(dx, dy)
                if distance >= gap - 0.5:
                    continue
                calm = False
                # Two on one spot part along a direction of their own.
                ux, uy = (dx / distance, dy / distance) if distance > 0.01 else (math.cos(other), math.sin(other))
                push = (gap - distance) / 2
                moved[one] = (moved[one][0] - ux * push, moved[one][1] - uy * push)
                moved[other] = (moved[other][0] + ux * push, moved[other][1] + uy * push)
        if calm:
            break
    return moved


def smooth(points: Sequence[Point]) -> str:
    """A curve through all points (Catmull-Rom as Bézier)."""
    if len(points) < 2:
        return ""
    ends = [points[0], *points, points[-1]]
    path = f"M{points[0][0]:.0f} {points[0][1]:.0f}"
    for before, start, end, behind in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        first = (start[0] + (end[0] - before[0]) / 6, start[1] + (end[1] - before[1]) / 6)
        second = (end[0] - (behind[0] - start[0]) / 6, end[1] - (behind[1] - start[1]) / 6)
        path += "C" + " ".join(f"{x:.0f} {y:.0f}" for x, y in (first, second, end))
    return path


# --- in words ---------------------------------------------------------------------------------------------------------


def metres(one: Point, other: Point) -> float:
    """Between two positions, as the crow flies (haversine)."""
    lat1, lon1, lat2, lon2 = (math.radians(each) for each in (*one, *other))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH * math.asin(math.sqrt(half))


def _way(here: VenueCard | None, there: VenueCard) -> str:
    """600 m nach Norden."""
    if here is None or here.slug == there.slug:
        return ""
    far = metres((here.lat, here.lon), (there.lat, there.lon))
    east = (there.lon - here.lon) * math.cos(math.radians(here.lat))
    bearing = math.degrees(math.atan2(east, there.lat - here.lat)) % 360
    length = f"{round(far, -1):.0f} m" if far < 995 else _("{number} km").format(number=_decimal(far / 1000))
    return _("{length} to the {direction}").format(length=length, direction=_directions()[round(bearing / 45) % 8])


def _decimal(number: float) -> str:
    return str(number_format(number, 1))


def _directions() -> tuple[str, ...]:
    return (
        pgettext("direction", "north"),
        pgettext("direction", "north-east"),
        pgettext("direction", "east"),
        pgettext("direction", "south-east"),
        pgettext("direction", "south"),
        pgettext("direction", "south-west"),
        pgettext("direction", "west"),
        pgettext("direction", "north-west"),
    )
