"""Which events GEMA has to be told about, read from the programme with a fixed number of questions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Prefetch, QuerySet, Sum
from django.utils.translation import gettext as _

from events.duties import settling
from events.duties.lights import Light, in_words, light
from events.duties.money import CENT
from events.duties.setlists import Event, Gap, gaps
from events.duties.settling import NO_MUSIC, SETLIST
from events.models import Edition, Engagement, Fee, Performance, Setlist, SetlistColumns, Settled, Work

ANSWERS = (SETLIST, NO_MUSIC)


@dataclass(frozen=True)
class Reported:
    """An event, and how it stands with GEMA."""

    event: Event
    settled: Settled | None
    now: datetime

    @property
    def today(self) -> date:
        return self.now.astimezone(self.event.start.tzinfo).date()

    @property
    def gaps(self) -> list[Gap]:
        return gaps(self.event)

    @property
    def is_over(self) -> bool:
        return self.event.end <= self.now

    @property
    def owes_nothing(self) -> bool:
        """Nobody plays music there, and nobody has written it down as a duty done."""
        return self.settled is None and self.event.without_music

    @property
    def done_on(self) -> date | None:
        """Without music the event itself settles it, once it is over: until then a song may still come in."""
        if self.settled:
            return self.settled.on
        return self.event.end.date() if self.owes_nothing and self.is_over else None

    @property
    def changed_since(self) -> bool:
        """The act has edited what was handed in."""
        return bool(self.settled and self.settled.told not in {"", self.event.fingerprint})

    @property
    def is_owed(self) -> bool:
        return self.done_on is None and not self.owes_nothing

    @property
    def light(self) -> Light:
        if self.owes_nothing and not self.is_over:
            return Light.LATER
        return light(self.event.due, self.today, self.done_on)

    @property
    def words(self) -> str:
        if self.owes_nothing and not self.is_over:
            return _("nothing to hand in")
        return in_words(self.event.due, self.today, self.done_on)


def reported(edition: Edition, now: datetime) -> list[Reported]:
    """Every event of the edition that takes or took place, by time."""
    done = settling.done(ANSWERS)

    def settled(event: Event) -> Settled | None:
        return done.get((SETLIST, event.guid)) or done.get((NO_MUSIC, event.guid))

    return [Reported(event, settled(event), now) for event in events_of(edition)]


def events_of(edition: Edition) -> list[Event]:
    playing = Performance.objects.filter(
        production__edition=edition, status__in=[Performance.Status.PUBLISHED, Performance.Status.MOVED]
    )
    return events_among(playing)


def events_among(performances: QuerySet[Performance]) -> list[Event]:
    setlists = Prefetch("production__setlist", Setlist.objects.prefetch_related("works"))
    rows = list(
        performances.select_related("production__act", "production__edition", "stage__venue")
        .prefetch_related(setlists)
        .order_by("start", "stage__order", "pk")
    )
    editions = {row.production.edition_id for row in rows}
    engagements = {(each.edition_id, each.act_id): each for each in Engagement.objects.filter(edition__in=editions)}
    fees = _fees(engagements.values())
    return [_event(row, engagements.get((row.production.edition_id, row.production.act_id)), fees) for row in rows]


def _fees(engagements: Iterable[Engagement]) -> dict[int, Decimal]:
    """By engagement: all that is agreed."""
    rows = Fee.objects.filter(engagement__in=list(engagements)).order_by().values_list("engagement")
    # SQLite sums in floating point.
    return {engagement: amount.quantize(CENT) for engagement, amount in rows.annotate(Sum("amount"))}


def _event(row: Performance, engagement: Engagement | None, fees: dict[int, Decimal]) -> Event:
    production, venue = row.production, row.stage.venue
    zone = production.edition.zone
    setlist: Setlist | None = getattr(production, "setlist", None)
    agreed = engagement or Engagement()
    return Event(
        pk=row.pk,
        guid=str(row.guid),
        title=row.title,
        organiser=production.edition.organiser,
        venue=venue.name,
        venue_address=venue.address,
        kind=production.kind,
        start=row.start.astimezone(zone),
        end=row.end.astimezone(zone),
        act=production.act.name,
        act_kind=production.act.kind,
        leader=agreed.leader_name,
        leader_address=agreed.leader_address,
        leader_number=agreed.leader_gema_number,
        musicians=agreed.musicians,
        formation=agreed.formation,
        fee=fees.get(engagement.pk) if engagement else None,
        said=bool(setlist and setlist.filled_at),
        works=tuple(_works(setlist)) if setlist else (),
    )


def _works(setlist: Setlist) -> list[Work]:
    return sorted(setlist.works.all(), key=lambda work: work.order)


# --- the order of the columns -----------------------------------------------------------------------------------------


def column_codes() -> list[str]:
    row = SetlistColumns.objects.first()
    return row.codes if row else []


def order_columns(codes: list[str]) -> None:
    SetlistColumns.objects.update_or_create(pk=1, defaults={"codes": codes})
