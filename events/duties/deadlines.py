"""Which duty is due on which day. A function of values; who reads them out of the database stands below it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from django.utils import timezone
from django.utils.translation import gettext as _

from events import programme
from events.duties import fees, gema, settling
from events.duties.levy import report_day
from events.duties.lights import Light, in_words, light
from events.duties.setlists import Event
from events.duties.settling import ARCHIVE_OFFER, CAPTIONS, LEVY, NO_MUSIC, SETLIST, STATEMENT
from events.figures import Kept
from events.models import Performance, Settled

CONSENT_END = "consent_end"
"""Nothing to be done: the house takes the recording away by itself."""
LOOK_BACK = timedelta(days=400)
"""Older editions are not asked about any more."""
NEVER = "never"


@dataclass(frozen=True)
class Deadline:
    """One duty and its day."""

    due: date
    duty: str
    """Of `Settled.Duty`, or CONSENT_END."""
    subject: str
    what: str
    done: date | None = None
    event: int | None = None
    """The performance that a set list belongs to."""
    seen: bool = False
    """The house has seen itself that it is done; nobody has to say so, and nobody can take it back here."""

    @property
    def may_be_settled(self) -> bool:
        """Here, by one press; set lists have a page of their own, and offers go out by themselves."""
        return self.duty not in {CONSENT_END, SETLIST, ARCHIVE_OFFER} and not self.seen

    def light(self, today: date) -> Light:
        return light(self.due, today, self.done)

    def in_words(self, today: date) -> str:
        return in_words(self.due, today, self.done)


Settlements = Mapping[tuple[str, str], date]
"""By duty and subject: when it was done."""


def deadlines(
    now: datetime,
    zone: tzinfo,
    *,
    events: Iterable[Event] = (),
    years: Iterable[int] = (),
    kept: Iterable[Kept] = (),
    settled: Settlements | None = None,
) -> list[Deadline]:
    """Everything owed, by day. `years`: those in which fees were paid."""
    done = settled or {}
    found = [
        *(each for event in events for each in _of_event(event, now, done)),
        *(_of_year(year, done) for year in years),
        *(each for one in kept for each in _of_recording(one, zone, done)),
        _of_statement(now.astimezone(zone).date(), done),
    ]
    return sorted(found, key=lambda each: (each.due, each.duty, each.what))


def _of_event(event: Event, now: datetime, done: Settlements) -> list[Deadline]:
    """Without music nothing is owed, and before the end nothing is done."""
    on = done.get((SETLIST, event.guid)) or done.get((NO_MUSIC, event.guid))
    if on is None and event.without_music:
        if event.end > now:
            return []
        on = event.end.date()
    what = _("Set list to GEMA: %(title)s") % {"title": event.title}
    if event.assumed_silent:
        what = _("Set list to GEMA: %(title)s (no music assumed)") % {"title": event.title}
    return [Deadline(event.due, SETLIST, event.guid, what, on, event.pk)]


def _of_year(year: int, done: Settlements) -> Deadline:
    what = _("Fees of %(year)d to the Künstlersozialkasse") % {"year": year}
    return Deadline(report_day(year), LEVY, str(year), what, done.get((LEVY, str(year))))


def _of_recording(kept: Kept, zone: tzinfo, done: Settlements) -> list[Deadline]:
    def day(moment: datetime) -> date:
        return moment.astimezone(zone).date()

    ended, last = day(kept.ended), day(kept.public_until - timedelta(seconds=1))
    named = {"title": kept.title}
    return [
        Deadline(
            day(kept.captions_due),
            CAPTIONS,
            kept.slug,
            _("Captions of the recording: %(title)s") % named,
            day(kept.captioned) if kept.captioned else done.get((CAPTIONS, kept.slug)),
            seen=kept.captioned is not None,
        ),
        Deadline(
            max(ended, day(kept.offer_due)),
            ARCHIVE_OFFER,
            kept.slug,
            _("Offer to the municipal archive: %(title)s") % named,
            day(kept.offered) if kept.offered else done.get((ARCHIVE_OFFER, kept.slug)),
            seen=kept.offered is not None,
        ),
        Deadline(last, CONSENT_END, kept.slug, _("The consent ends, the recording is deleted: %(title)s") % named),
    ]


def _of_statement(today: date, done: Settlements) -> Deadline:
    reviews = [on for (duty, _subject), on in done.items() if duty == STATEMENT]
    if not reviews:
        return Deadline(today, STATEMENT, NEVER, _("Review the accessibility statement for the first time"))
    return Deadline(
        max(reviews) + timedelta(days=365),
        STATEMENT,
        max(reviews).isoformat(),
        _("Review the accessibility statement, as every year"),
    )


# --- read -------------------------------------------------------------------------------------------------------------


def all_of_them(now: datetime) -> list[Deadline]:
    """What the house owes now, and what was settled lately. A fixed number of questions."""
    recent = Performance.objects.filter(
        production__edition__closes__gt=now - LOOK_BACK,
        status__in=[Performance.Status.PUBLISHED, Performance.Status.MOVED],
    )
    rows = settling.done(Settled.Duty.values)
    return deadlines(
        now,
        timezone.get_default_timezone(),
        events=gema.events_among(recent),
        years=[year for year in fees.years_paid() if report_day(year) > now.date() - LOOK_BACK],
        kept=programme.kept(now),
        settled={key: row.on for key, row in rows.items()},
    )
