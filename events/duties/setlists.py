"""What GEMA is told of one event: its head, its works in order, and what is still missing. Rules without a database.

The fields are those of GEMA's form (Musikfolge) and of its online portal; GEMA publishes no specification of the file
it takes, so that the office orders the columns itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from events.models import Act, Production, Work
from events.readiness import needs_setlist
from events.schedule import programme_day
from kultour.tables import Value

DUE_AFTER = timedelta(weeks=6)


@dataclass(frozen=True)
class Event:
    """One performance as GEMA sees it. Moments are on the town's clocks."""

    pk: int
    guid: str
    title: str
    organiser: str
    venue: str
    venue_address: str
    kind: str
    start: datetime
    end: datetime
    act: str
    act_kind: str
    leader: str
    leader_address: str
    leader_number: str
    musicians: int | None
    formation: str
    fee: Decimal | None
    """All that the act gets for the edition; None where nothing is written down yet."""
    said: bool
    """The act has said that its set list is complete."""
    works: tuple[Work, ...]

    @property
    def due(self) -> date:
        return programme_day(self.start, self.start.tzinfo) + DUE_AFTER  # type: ignore[arg-type]

    @property
    def without_music(self) -> bool:
        """The act has said so, or nobody expects any."""
        return (self.said and not self.works) or self.assumed_silent

    @property
    def assumed_silent(self) -> bool:
        """A talk, a reading, a tour: without music as long as no work stands in its set list and nobody says so."""
        return not self.said and not needs_setlist(self.kind, len(self.works))

    @property
    def fingerprint(self) -> str:
        """Of the works as the act wrote them. What is empty does not count: a new column changes no list of before."""
        columns = [each for each in Work._meta.concrete_fields if not (each.primary_key or each.is_relation)]
        written = [
            [(column.name, value) for column in columns if (value := column.value_from_object(work))]
            for work in self.works
        ]
        return sha256(repr(written).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Column:
    code: str
    label: str | Promise
    of_event: Callable[[Event], Value] | None = None
    of_work: Callable[[Work], Value] | None = None

    def cell(self, event: Event, work: Work | None) -> Value:
        if self.of_event:
            return self.of_event(event)
        assert self.of_work
        return self.of_work(work) if work else None


# --- words for the form -----------------------------------------------------------------------------------------------


def appearance(event: Event) -> str:
    """“Auftrittsart”, as the portal asks for it."""
    if event.kind in {Production.Kind.THEATRE, Production.Kind.CHILDREN}:
        return _("theatre performance")
    if event.kind == Production.Kind.CONCERT:
        return _("sole band or ensemble") if event.act_kind == Act.Kind.ENSEMBLE else _("soloist")
    return str(Production.Kind(event.kind).label)


def minutes(seconds: int | None) -> str:
    """mm:ss."""
    return "" if seconds is None else f"{seconds // 60:02}:{seconds % 60:02}"


def yes_no(value: bool) -> str:
    return _("yes") if value else _("no")


def cleared(work: Work) -> str:
    """Whether the composition may be recorded (Filmherstellungsrecht)."""
    if work.rights_status in {Work.Rights.OWN, Work.Rights.PUBLIC_DOMAIN, Work.Rights.CLEARED}:
        return _("cleared")
    return _("unknown")


HEAD = (
    Column("event", gettext_lazy("Event"), lambda event: event.title),
    Column("organiser", gettext_lazy("Organiser with address"), lambda event: event.organiser),
    Column("venue", pgettext_lazy("of a set list", "Venue"), lambda event: event.venue),
    Column("venue_address", gettext_lazy("Address of the venue"), lambda event: event.venue_address),
    Column("kind", gettext_lazy("Kind of event"), lambda event: str(Production.Kind(event.kind).label)),
    Column("appearance", gettext_lazy("Kind of appearance"), appearance),
    Column("date", gettext_lazy("Date"), lambda event: event.start.date()),
    Column("start", gettext_lazy("Start"), lambda event: event.start.time()),
    Column("end", pgettext_lazy("of an event", "End"), lambda event: event.end.time()),
    Column("act", gettext_lazy("Name of the ensemble or artist"), lambda event: event.act),
    Column("leader", gettext_lazy("Leader"), lambda event: event.leader),
    Column("leader_address", gettext_lazy("Address of the leader"), lambda event: event.leader_address),
    Column("leader_number", gettext_lazy("GEMA membership number of the leader"), lambda event: event.leader_number),
    Column("musicians", gettext_lazy("Number of musicians"), lambda event: event.musicians),
    Column("formation", gettext_lazy("Formation"), lambda event: event.formation),
    Column("fee", gettext_lazy("Fee in euros"), lambda event: event.fee),
    Column("entrance", gettext_lazy("Entrance in euros"), lambda _event: Decimal("0.00")),
)
WORK = (
    Column("order", gettext_lazy("No."), of_work=lambda work: work.order),
    Column("title", gettext_lazy("Title of the work"), of_work=lambda work: work.title),
    Column("composer", pgettext_lazy("of a set list", "Composer"), of_work=lambda work: work.composer),
    Column("lyricist", gettext_lazy("Lyricist"), of_work=lambda work: work.lyricist),
    Column("arranger", pgettext_lazy("of a set list", "Arranger"), of_work=lambda work: work.arranger),
    Column("publisher", gettext_lazy("Publisher"), of_work=lambda work: work.publisher),
    Column("duration", gettext_lazy("Duration mm:ss"), of_work=lambda work: minutes(work.seconds)),
    Column("times", gettext_lazy("How often"), of_work=lambda work: work.times),
    Column(
        "own",
        gettext_lazy("Own composition"),
        of_work=lambda work: yes_no(work.rights_status == Work.Rights.OWN),
    ),
    Column("gema_number", gettext_lazy("GEMA work number"), of_work=lambda work: work.gema_number),
    Column("iswc", "ISWC", of_work=lambda work: work.iswc),
    Column(
        "public_domain",
        gettext_lazy("Public domain"),
        of_work=lambda work: yes_no(
            work.rights_status in {Work.Rights.PUBLIC_DOMAIN, Work.Rights.PUBLIC_DOMAIN_ARRANGED}
        ),
    ),
    Column(
        "arranged",
        gettext_lazy("Newly arranged"),
        of_work=lambda work: yes_no(work.rights_status == Work.Rights.PUBLIC_DOMAIN_ARRANGED),
    ),
    Column(
        "source",
        pgettext_lazy("of a work", "Source"),
        of_work=lambda work: str(Work.Source(work.source).label),
    ),
    Column("label_code", gettext_lazy("Label code"), of_work=lambda work: work.label_code),
    Column("isrc", "ISRC", of_work=lambda work: work.isrc),
    Column("rights", gettext_lazy("Rights for the recording"), of_work=cleared),
    Column("offset", gettext_lazy("Begins after mm:ss"), of_work=lambda work: minutes(work.offset)),
)
COLUMNS = {column.code: column for column in (*HEAD, *WORK)}


def in_order(codes: Sequence[str]) -> list[Column]:
    """The columns the office wants; all of them where it never said. A column added since comes last."""
    wanted = [COLUMNS[code] for code in codes if code in COLUMNS]
    return wanted or list(COLUMNS.values())


def rows(events: Sequence[Event], columns: Sequence[Column]) -> list[list[Value]]:
    """One row per work, with the head in each; an event without works is no row."""
    return [[column.cell(event, work) for column in columns] for event in events for work in event.works]


# --- what is missing --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Gap:
    """Something GEMA will ask for: in which column, of which work (None: in the head), and in words."""

    column: str
    words: str
    order: int | None = None


def gaps(event: Event) -> list[Gap]:
    """What is missing. Work number, ISWC, publisher and lyricist are optional."""
    if event.without_music:
        return []
    leader_is_known = event.leader_number or (event.leader and event.leader_address)
    needed: list[tuple[object, str, str]] = [
        (event.organiser, "organiser", _("name and address of the organiser")),
        (event.venue_address, "venue_address", _("address of the venue “%(venue)s”") % {"venue": event.venue}),
        (leader_is_known, "leader_address", _("the leader with address, or the GEMA membership number")),
        (event.musicians, "musicians", _("number of musicians")),
        (event.formation, "formation", _("formation")),
        (event.fee is not None, "fee", _("fee")),
        (event.works, "title", _("the set list")),
        (event.said or not event.works, "title", _("the act's word that its set list is complete")),
    ]
    head = [Gap(column, words) for there, column, words in needed if not there]
    return [*head, *(gap for work in event.works for gap in gaps_of(work))]


def gaps_of(work: Work) -> list[Gap]:
    named = {"number": work.order, "title": work.title}
    has_arranger = work.arranger or work.rights_status != Work.Rights.PUBLIC_DOMAIN_ARRANGED
    has_number = work.source != Work.Source.RECORDING or work.label_code or work.isrc
    needed: list[tuple[object, str, str]] = [
        (work.composer, "composer", _("work %(number)d “%(title)s”: composer") % named),
        (work.seconds, "duration", _("work %(number)d “%(title)s”: duration") % named),
        (has_arranger, "arranger", _("work %(number)d “%(title)s”: arranger") % named),
        (has_number, "isrc", _("work %(number)d “%(title)s”: label code or ISRC of the recording") % named),
    ]
    return [Gap(column, words, work.order) for there, column, words in needed if not there]
