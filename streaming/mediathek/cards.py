"""A recording as the Mediathek shows it, on its pages and in its feeds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.urls import reverse

from events import programme, schedule
from events.programme import StageCard, Text
from streaming import titles
from streaming.mediathek import posters, publication
from streaming.models import Recording

LOADED = ("session__act", "session__performance__production__edition")
"""What `kept` needs of a recording."""

WRITTEN = "de"
"""What belongs to no edition."""


@dataclass(frozen=True)
class Kept:
    """A recording as the Mediathek shows it."""

    slug: str
    title: Text
    act_name: Text | None
    act_slug: str | None
    stage_name: Text
    started: datetime
    seconds: int
    until: datetime | None
    """A moment of the last day on which it may be watched."""
    performance_slug: str | None
    text: Text
    language: str
    """In which its edition is written, and with it its set list."""
    ready: bool
    has_poster: bool
    age: int
    """From how many years on."""
    is_asleep: bool
    """By day: it may be watched in the night only."""

    @property
    def wakes(self) -> time | None:
        """When in the evening it may be watched."""
        return schedule.NIGHT_BEGINS.get(self.age)

    @property
    def url(self) -> str:
        return reverse("recording", args=[self.slug])

    @property
    def minutes(self) -> int:
        return round(self.seconds / 60)

    @property
    def playlist(self) -> str:
        return reverse("media_recording", args=[self.slug, "index.m3u8"])

    @property
    def poster(self) -> str | None:
        seen = self.has_poster and not self.is_asleep
        return reverse("media_recording", args=[self.slug, posters.NAME]) if seen else None


def kept(recording: Recording, stages: Mapping[str, StageCard], now: datetime) -> Kept:
    """As it is now, in the page's language. Needs `session`, its act and its performance with production and edition
    loaded."""
    session = recording.session
    performance = session.performance
    stage = stages.get(session.stage)
    age = publication.age_of(recording)
    language = performance.production.edition.language if performance else WRITTEN
    title, text = Text(session.title, language), Text("", language)
    if performance:
        called, text = programme.title_and_text(performance)
        # What it was called on the evening stays, whatever the programme calls it since.
        title = called if performance.title == session.title else title
    else:
        title = titles.shown(session.title, session.started, stage.name if stage else None)
    return Kept(
        slug=recording.slug,
        title=title,
        act_name=programme.act_name(session.act) if session.act else None,
        act_slug=session.act.slug if session.act else None,
        stage_name=stage.short_name if stage else Text(session.stage, WRITTEN),
        started=session.started,
        seconds=round(recording.duration - recording.left_out),
        # What ends at midnight was there until the day before.
        until=recording.public_until - timedelta(seconds=1) if recording.public_until else None,
        performance_slug=performance.slug if performance else None,
        text=text,
        language=language,
        ready=recording.state == Recording.State.ARCHIVED,
        has_poster=bool(recording.poster),
        age=age,
        is_asleep=publication.is_asleep(age, now),
    )


def by_slug(stages: Iterable[StageCard]) -> dict[str, StageCard]:
    return {stage.slug: stage for stage in stages}
