"""How many watch: counted here, and nothing about who they are.

A start is reported by our own page once something plays, whichever way it comes by. Whoever has a seat in the front row
is counted by looking. The stalls are behind caches, so that their playlist requests tell nothing: there the page says
every five minutes that it still plays, the first time after a random part of them, so that on average one such beat in
a window is one visitor all through it. Starts and beats carry no name; they can be forged within `Bound`, and a player
of one's own sends none. What is taken along as one file is counted where the file is sent (`mediathek.handing_out`).
"""

import threading
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from time import monotonic
from zoneinfo import ZoneInfo

from django.db.models import ExpressionWrapper, F, FloatField, Max, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from events.programme import Concurrency, Usage
from streaming.models import AudienceSample, LiveSession

LIVE, ON_DEMAND, TAKEN = AudienceSample.Kind.values
WINDOW = timedelta(minutes=5)
LOOK_EVERY = 10.0
"""Seconds between two looks at the front row."""
SHORT = 60
"""On air for fewer seconds than that in a window, beats are too few to say how many sat in the stalls at once."""
PER_SECOND, AT_ONCE = 100.0, 1000.0


# --- counting ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Subject:
    """What somebody watches."""

    kind: str
    stage: str
    session_id: int
    performance_id: int | None


def live(session: LiveSession) -> Subject:
    return Subject(LIVE, session.stage, session.pk, session.performance_id)


def on_demand(session: LiveSession) -> Subject:
    return Subject(ON_DEMAND, session.stage, session.pk, session.performance_id)


def taken(session: LiveSession) -> Subject:
    return Subject(TAKEN, session.stage, session.pk, session.performance_id)


@dataclass
class Tally:
    """Of one subject in one window. `seats`: the sum over all looks; `most`: the largest of them."""

    starts: int = 0
    beats: int = 0
    looks: int = 0
    seats: int = 0
    most: int = 0


class Audience:
    """What this process has counted in the present window. Requests count in threads of their own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tallies: dict[Subject, Tally] = {}

    def start(self, subject: Subject) -> None:
        with self._lock:
            self._of(subject).starts += 1

    def beat(self, subject: Subject) -> None:
        with self._lock:
            self._of(subject).beats += 1

    def look(self, seats: Mapping[Subject, int]) -> None:
        """At everything on air, empty or not."""
        with self._lock:
            for subject, taken in seats.items():
                tally = self._of(subject)
                tally.looks += 1
                tally.seats += taken
                tally.most = max(tally.most, taken)

    def take(self) -> dict[Subject, Tally]:
        """All that was counted; from here on it is counted anew."""
        with self._lock:
            taken, self._tallies = self._tallies, {}
            return taken

    def _of(self, subject: Subject) -> Tally:
        return self._tallies.setdefault(subject, Tally())


class Bound:
    """How many reports per second this process believes; a crowd at the full hour fits, a flood does not."""

    def __init__(self, per_second: float = PER_SECOND, at_once: float = AT_ONCE, now: float | None = None) -> None:
        self.per_second, self.at_once = per_second, at_once
        self._left = at_once
        self._at = monotonic() if now is None else now
        self._lock = threading.Lock()

    def admits(self, now: float) -> bool:
        with self._lock:
            self._left = min(self.at_once, self._left + (now - self._at) * self.per_second)
            self._at = now
            if self._left < 1:
                return False
            self._left -= 1
            return True


audience = Audience()
unwritten: deque[tuple[datetime, dict[Subject, Tally]]] = deque(maxlen=timedelta(days=1) // WINDOW)
"""Windows that the database has not taken yet, the oldest first, each with its first moment."""
bound = Bound()


# --- remembering ------------------------------------------------------------------------------------------------------


def window_of(now: datetime) -> datetime:
    """The first moment of its five minutes."""
    return now - (now - datetime(2020, 1, 1, tzinfo=UTC)) % WINDOW


def sample(subject: Subject, tally: Tally, began: datetime) -> AudienceSample:
    """A window as it is remembered; not saved yet."""
    seconds = round(tally.looks * LOOK_EVERY)
    stalls = tally.beats * WINDOW.total_seconds() / seconds if seconds else 0.0
    at_once = stalls if seconds >= SHORT else tally.beats
    return AudienceSample(
        kind=subject.kind,
        stage=subject.stage,
        session_id=subject.session_id,
        performance_id=subject.performance_id,
        began=began,
        starts=tally.starts,
        seconds=seconds,
        mean=tally.seats / tally.looks + stalls if tally.looks else 0.0,
        peak=round(tally.most + at_once) if tally.looks else 0,
    )


def remember(tallies: Mapping[Subject, Tally], began: datetime) -> None:
    """Write a window down. A session or performance that is gone meanwhile takes nothing with it."""
    sessions = set(
        LiveSession.objects.filter(pk__in=[each.session_id for each in tallies]).values_list("pk", "performance_id")
    )
    there = dict(sessions)
    rows = [sample(subject, tally, began) for subject, tally in tallies.items()]
    for row in rows:
        row.performance_id = there.get(row.session_id)
        row.session_id = row.session_id if row.session_id in there else None
    AudienceSample.objects.bulk_create(rows)


def close_window(began: datetime) -> None:
    """What this process counted since then is written down, behind what the database would not take before."""
    unwritten.append((began, audience.take()))
    while unwritten:
        since, tallies = unwritten[0]
        remember(tallies, since)
        unwritten.popleft()


# --- telling ----------------------------------------------------------------------------------------------------------


def usage(begins: datetime, ends: datetime, zone: ZoneInfo | None = None) -> list[Usage]:
    """Accesses by month, way and performance; what has none, by its title. Synthetic artists are not counted."""
    month = {"month": TruncMonth("began", tzinfo=zone or timezone.get_default_timezone())}
    samples = AudienceSample.objects.filter(began__gte=begins, began__lt=ends).order_by()
    counted = samples.annotate(**month).values_list(
        "month", "kind", "performance", "performance__title", "session__title", "stage"
    )
    found: dict[tuple[date, str, int | None, str], list[int]] = {}
    for when, kind, performance, title, session_title, stage, starts in counted.annotate(Sum("starts")):
        key = (when.date(), kind, performance, title or session_title or stage)
        found.setdefault(key, [0, 0])[1] += starts
    for key in _sessions(begins, ends, zone or timezone.get_default_timezone()):
        found.setdefault(key, [0, 0])[0] += 1
    return [
        Usage(kind, when, title, performance, sessions, starts)
        for (when, kind, performance, title), (sessions, starts) in found.items()
        if sessions or starts
    ]


def _sessions(begins: datetime, ends: datetime, zone: ZoneInfo) -> Iterable[tuple[date, str, int | None, str]]:
    rows = LiveSession.objects.filter(started__gte=begins, started__lt=ends, rehearsal=False)
    for started, performance, title, own in rows.values_list("started", "performance", "performance__title", "title"):
        yield started.astimezone(zone).date().replace(day=1), LIVE, performance, title or own


def concurrency(begins: datetime, ends: datetime) -> Concurrency | None:
    """How many watched live at the same time, over all stages, while something was on air (§ 54 MStV: the mean of six
    months). Where stages were on air at different times within five minutes, the shorter counts as in the longer one,
    so that the mean is rather too high than too low."""
    seen = AudienceSample.objects.filter(kind=LIVE, seconds__gt=0, began__gte=begins, began__lt=ends)
    watched_seconds = ExpressionWrapper(F("mean") * F("seconds"), output_field=FloatField())
    found = list(
        seen.order_by()
        .values_list("began")
        .annotate(watched=Sum(watched_seconds), longest=Max("seconds"), at_most=Sum("peak"))
    )
    if not found:
        return None
    on_air = sum(seconds for _began, _watched, seconds, _peak in found)
    watched = sum(watched for _began, watched, _seconds, _peak in found)
    return Concurrency(watched / on_air, max(peak for *_rest, peak in found), on_air / 3600)
