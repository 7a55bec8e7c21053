"""The deadlines as a calendar that the office's own program fetches (RFC 5545, RFC 7986). Without METHOD: with it every
entry would need an ORGANIZER (RFC 5546, 3.2.1).

Its address is the key: a token of 256 bits of chance, of which only the SHA-256 is kept. A new address ends the old.
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vText

from events.duties.deadlines import Deadline
from events.models import CalendarAddress
from kultour.answers import tidy

MEDIA_TYPE = "text/calendar; charset=utf-8"


@transaction.atomic
def new_token(now: datetime) -> str:
    """Shown once; the calendar's former address is not known any more."""
    token = secrets.token_urlsafe(32)
    CalendarAddress.objects.all().delete()
    CalendarAddress.objects.create(token_hash=_digest(token), made_at=now)
    return token


def is_known(token: str) -> bool:
    return CalendarAddress.objects.filter(token_hash=_digest(token)).exists()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def calendar(deadlines: Iterable[Deadline], now: datetime, today: date, host: str) -> bytes:
    """Whole days; what is done is left out."""
    feed = Calendar()
    feed.add("prodid", "-//Kultour//Fristen//DE")
    feed.add("version", "2.0")
    for name in ("name", "x-wr-calname"):
        feed.add(name, vText(_("Deadlines")))
    feed.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    for deadline in deadlines:
        if deadline.done is None:
            feed.add_component(_entry(deadline, now, today, host))
    return feed.to_ical()


def _entry(deadline: Deadline, now: datetime, today: date, host: str) -> Event:
    entry = Event()
    entry.add("uid", f"{deadline.duty}-{deadline.subject}@{host}")
    entry.add("dtstamp", now)
    entry.add("dtstart", deadline.due)
    entry.add("dtend", deadline.due + timedelta(days=1))
    entry.add("summary", tidy(deadline.what))
    entry.add("description", deadline.in_words(today))
    entry.add("transp", "TRANSPARENT")
    return entry
