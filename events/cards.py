"""What the programme answers with: plain frozen values, in the language of the page where somebody has translated."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from events.models import Performance
from events.schedule import programme_day


class Text(str):
    """A text that knows its language, for the attribute `lang`: `{{ item.title.language }}`."""

    __slots__ = ("language",)
    language: str

    def __new__(cls, text: str, language: str) -> "Text":
        self = super().__new__(cls, text)
        self.language = language
        return self

    def __reduce__(self) -> tuple[type["Text"], tuple[str, str]]:
        """So that it can be copied and pickled, as the fields of a message are."""
        return Text, (str(self), self.language)


@dataclass(frozen=True)
class EditionCard:
    id: int
    slug: str
    title: Text
    subtitle: Text
    note: Text
    language: str
    """In which the edition is written; each text knows in which it is shown."""
    zone: ZoneInfo
    opens: datetime
    closes: datetime

    @property
    def first_day(self) -> date:
        return programme_day(self.opens, self.zone)

    @property
    def last_day(self) -> date:
        return programme_day(self.closes, self.zone)


@dataclass(frozen=True)
class VenueCard:
    """A place in town, and how to get in."""

    slug: str
    name: Text
    short_name: Text
    lat: float
    lon: float
    address: str
    access: tuple[str, ...]
    """Codes of `PlaceAccess`."""
    access_note: Text
    rain_slug: str
    """Where it plays when it rains; empty where it stays."""
    rain_name: Text


@dataclass(frozen=True)
class StageCard:
    slug: str
    name: Text
    short_name: Text
    """The venue's short name: how people in town call the place."""
    venue_name: Text
    order: int
    venue: str
    """The venue's slug."""
    place: VenueCard

    @property
    def language(self) -> str:
        return self.name.language


@dataclass(frozen=True)
class PictureCard:
    digest: str
    alt: Text
    author: str
    licence: str
    width: int
    height: int
    small_width: int
    small_height: int


@dataclass(frozen=True)
class ActCard:
    id: int
    slug: str
    name: Text
    blurb: Text
    """Markdown."""
    kind: str

    @property
    def language(self) -> str:
        return self.name.language


@dataclass(frozen=True)
class RouteCard:
    slug: str
    title: Text
    edition: EditionCard
    stations: tuple[StageCard, ...]

    @property
    def language(self) -> str:
        return self.title.language


@dataclass(frozen=True)
class OnAir:
    """What is on air on a stage, as the live side tells it."""

    stage: str
    since: datetime
    title: str
    act_name: str | None
    rehearsal: bool
    """An artist tries it out, or a synthetic one plays (Probebetrieb)."""
    stalled: bool
    performance_id: int | None
    url: str


@dataclass(frozen=True)
class Item:
    """One performance with all that a page shows of it."""

    id: int
    slug: str
    title: Text
    text: Text
    """Markdown."""
    kind: str
    start: datetime
    end: datetime
    stage: StageCard
    act_slug: str
    act_name: Text
    age: int
    access: tuple[str, ...]
    """Codes as printed in the programme: UT, DGS, AD, LS, EV."""
    spoken: tuple[str, ...]
    """Codes of the languages that are spoken or sung; empty where there is none."""
    status: str
    """published, moved or cancelled; draft only on the office's desk."""
    previous_start: datetime | None
    previous_stage: StageCard | None
    hat: bool
    live: OnAir | None
    recording_url: str | None
    version: int
    cancel_reason: Text
    production: int
    """Performances of one production share it."""
    edition: int

    @property
    def language(self) -> str:
        """Of the title; every other text knows its own."""
        return self.title.language

    @property
    def cancelled(self) -> bool:
        return self.status == Performance.Status.CANCELLED

    @property
    def changed_stage(self) -> bool:
        return self.previous_stage is not None and self.previous_stage != self.stage

    @property
    def changed_start(self) -> bool:
        return self.previous_start is not None and self.previous_start != self.start


@dataclass(frozen=True)
class Departure:
    """A performance that was to play on one stage from `start` to `end`, and now plays on another."""

    item: Item
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Today:
    """The present programme day. `on_air` leads it whatever the clock says."""

    edition: EditionCard | None
    """The edition of this day; else the one that comes next; else the last one."""
    day: date
    on_air: list[OnAir]
    now: list[Item]
    soon: list[Item]
    later: list[Item]
    past: list[Item]

    @property
    def is_on(self) -> bool:
        """Whether the edition plays on this day."""
        return self.edition is not None and self.edition.first_day <= self.day <= self.edition.last_day
