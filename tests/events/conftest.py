"""The cast of the programme's tests: Ida and Paul of the office, Jorinde who sings, and the demo edition's evening."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

import pytest
from django.test import Client

from events import demo, programme
from events.models import Edition, Performance
from events.programme import Concurrency, Kept, OnAir, Usage
from events.schedule import Slot, moment_of
from kultour.accounts.models import User

WHIT_SUNDAY = date(2027, 5, 16)


def at(clock: str, day: date = WHIT_SUNDAY) -> datetime:
    """A time on the town's clocks, before 05:00 in the night after that day."""
    return moment_of(day, time.fromisoformat(clock), demo.ZONE)


class Programme:
    """The demo edition on Whit Sunday 2027, as a test speaks of it."""

    def __init__(self) -> None:
        demo.load(at("12:00"))
        self.edition = Edition.objects.get(slug=demo.SLUG)

    @property
    def closes(self) -> datetime:
        return self.edition.closes

    def __getitem__(self, slug: str) -> Performance:
        return Performance.objects.select_related("stage", "previous_stage").get(slug=slug)

    def slot(self, stage: str, start: str, end: str, title: str) -> Slot:
        return Slot(stage, at(start), at(end), title)

    def where(self, slug: str) -> tuple[str, str, str, str]:
        """Stage, start and end on the wall, state."""
        row = self[slug]
        start, end = (f"{moment.astimezone(demo.ZONE):%H:%M}" for moment in (row.start, row.end))
        return row.stage.slug, start, end, row.status


@pytest.fixture
def evening(db) -> Programme:
    return Programme()


@pytest.fixture
def ida(db) -> User:
    return User.objects.create(username="ida", first_name="Ida", role=User.Role.OFFICE)


@pytest.fixture
def paul(db) -> User:
    return User.objects.create(username="paul", first_name="Paul", role=User.Role.OFFICE)


@pytest.fixture
def jorinde(db) -> User:
    return User.objects.create(username="jorinde", first_name="Jorinde", role=User.Role.ACT)


@pytest.fixture
def idas_browser(ida) -> Client:
    browser = Client()
    browser.force_login(ida)
    return browser


# --- a live side that says what the test tells it ---------------------------------------------------------------------


class OnTheAir:
    """A live side with a fixed answer."""

    def __init__(
        self,
        *on_air: OnAir,
        recordings: Mapping[int, str] | None = None,
        rehearsed: Mapping[int, datetime] | None = None,
        counted: Sequence[Usage] = (),
        together: Concurrency | None = None,
        recorded: Sequence[Kept] = (),
    ) -> None:
        self.stages = {each.stage: each for each in on_air}
        self.watchable, self.tried = recordings or {}, rehearsed or {}
        self.counted, self.together, self.recorded = counted, together, recorded
        self.questions = 0

    def on_air(self) -> Mapping[str, OnAir]:
        self.questions += 1
        return self.stages

    def played(self) -> Mapping[int, OnAir]:
        self.questions += 1
        return {each.performance_id: each for each in self.stages.values() if each.performance_id is not None}

    def recordings(self, performance_ids: Collection[int]) -> Mapping[int, str]:
        self.questions += 1
        return {pk: url for pk, url in self.watchable.items() if pk in performance_ids}

    def usage(self, begins: datetime, ends: datetime) -> Sequence[Usage]:
        return self.counted

    def concurrency(self, begins: datetime, ends: datetime) -> Concurrency | None:
        return self.together

    def kept(self, now: datetime) -> Sequence[Kept]:
        return self.recorded

    def rehearsed(self, act_ids: Collection[int]) -> Mapping[int, datetime]:
        self.questions += 1
        return {pk: moment for pk, moment in self.tried.items() if pk in act_ids}


@pytest.fixture
def live_side(monkeypatch):
    """Lets a test say what is on air."""

    def say(*on_air: OnAir, **told: Any) -> OnTheAir:
        side = OnTheAir(*on_air, **told)
        monkeypatch.setattr(programme, "_live_side", side)
        return side

    say()
    return say


def air(stage: str, performance_id: int | None = None, since: str = "19:00") -> OnAir:
    return OnAir(
        stage=stage,
        since=at(since),
        title="Probe",
        act_name=None,
        rehearsal=performance_id is None,
        stalled=False,
        performance_id=performance_id,
        url=f"/buehne/{stage}",
    )
