"""What the live side counted and keeps, as the programme asks for it: numbers and days, never a person."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Way(StrEnum):
    """GEMA has a tariff for two of them: VR-OD 15 for what is live, VR-OD 10 for what is on demand."""

    LIVE = "live"
    ON_DEMAND = "on_demand"
    TAKEN = "taken"
    """A whole file: downloaded, or fetched by a podcast program."""


@dataclass(frozen=True)
class Usage:
    """One transmission, or the recording of it, in one month."""

    way: str
    """Of `Way`."""
    month: date
    """Its first day."""
    title: str
    performance_id: int | None
    sessions: int
    """Transmissions that began in this month; 0 on demand."""
    starts: int
    """How often somebody began to watch, to listen, or to take it along."""


@dataclass(frozen=True)
class Concurrency:
    """How many watched at the same time while something was on air."""

    mean: float
    peak: int
    hours: float
    """On air, as far as it was counted."""


@dataclass(frozen=True)
class Kept:
    """A recording that may be watched, or soon may be."""

    slug: str
    title: str
    ended: datetime
    public_until: datetime
    """First moment at which it may not be watched any more."""
    captions_due: datetime
    """A moment of the last day on which it may be without captions."""
    offer_due: datetime
    """From then on the house offers it to the town's archive, by itself."""
    offered: datetime | None = None
    captioned: datetime | None = None
    """When its first captions were uploaded."""
