"""The programme as a calendar: iCalendar (RFC 5545 and 7986). Nothing vanishes; what is cancelled says so.

Without METHOD: with it every event would need an ORGANIZER (RFC 5546, 3.2.1).
"""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import NAMESPACE_URL, uuid5

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vText, vUri

from events.feeds import words
from events.feeds.clocks import time_zone
from events.feeds.reading import LONG_AGO, Entry, last_change
from events.programme import EditionCard
from events.whit_sunday import whit_sunday
from kultour.answers import tidy

MEDIA_TYPE = "text/calendar; charset=utf-8"
ASK_AGAIN = timedelta(minutes=5)
YEARS_AHEAD = 4


def of_performances(title: str, found: Sequence[Entry], site: str, address: str, *, blocks: bool) -> bytes:
    """`site`: https://…; `address`: path of this calendar; `blocks`: whether its events fill one's own time."""
    calendar = _calendar(title, site, address)
    calendar.add("last-modified", last_change(found))
    for zone in dict.fromkeys(entry.zone for entry in found):
        years = [moment.year for entry in found for moment in (entry.item.start, entry.item.end) if entry.zone == zone]
        calendar.add_component(time_zone(zone, min(years) - 1, max(years)))
    for entry in found:
        calendar.add_component(_event(entry, found, site, blocks=blocks))
    return calendar.to_ical()


def _calendar(title: str, site: str, address: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", f"-//Kultour//{get_language()}")
    calendar.add("version", "2.0")
    for name in ("name", "x-wr-calname"):
        # The library takes neither for TEXT by itself, and would write commas and lines as they are.
        calendar.add(name, vText(tidy(title)))
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT5M")
    calendar.add("source", vUri(site + address), parameters={"VALUE": "URI"})
    return calendar


def _event(entry: Entry, found: Sequence[Entry], site: str, *, blocks: bool) -> Event:
    item = entry.item
    page = site + reverse("performance", args=[item.slug])
    event = Event()
    event.add("uid", str(entry.guid))
    event.add("sequence", item.version)
    event.add("dtstamp", entry.changed)
    event.add("last-modified", entry.changed)
    event.add("dtstart", item.start.astimezone(entry.zone))
    event.add("dtend", item.end.astimezone(entry.zone))
    event.add("summary", words.headline(entry), parameters={"LANGUAGE": item.language})
    event.add("description", "\n\n".join([*words.paragraphs(entry), page]))
    event.add("status", "CANCELLED" if item.cancelled else "CONFIRMED")
    event.add("transp", "OPAQUE" if blocks and not item.cancelled else "TRANSPARENT")
    event.add("location", tidy(words.place(item.stage, entry.place.address)))
    event.add("geo", (entry.place.lat, entry.place.lon))
    event.add("categories", [words.kind(entry)])
    event.add("url", vUri(page))
    if not item.cancelled:
        watch = vUri(site + reverse("watch", args=[item.stage.slug]))
        features = {"VALUE": "URI", "FEATURE": ["AUDIO", "VIDEO", "CHAT"], "LABEL": _("Watch live")}
        event.add("conference", watch, parameters=features)
    for other in found:
        if other.item.production == item.production and other is not entry:
            event.add("related-to", str(other.guid), parameters={"RELTYPE": "SIBLING"})
    return event


# --- the coming editions ----------------------------------------------------------------------------------------------


def of_editions(
    title: str, known: Sequence[EditionCard], today: date, site: str, address: str, *, on_whit_sunday: bool
) -> bytes:
    """Each edition that is not over; and, where they are on Whit Sunday, the years that nobody has planned yet."""
    calendar = _calendar(title, site, address)
    for edition in known:
        if edition.last_day >= today:
            calendar.add_component(_edition(edition, site))
    days = coming_whit_sundays(today, {edition.first_day.year for edition in known}) if on_whit_sunday else []
    if days:
        calendar.add_component(_expected(title, days, site))
    return calendar.to_ical()


def coming_whit_sundays(today: date, planned: set[int]) -> list[date]:
    """Those of the next years without an edition."""
    days = [whit_sunday(year) for year in range(today.year, today.year + YEARS_AHEAD + 1) if year not in planned]
    return [day for day in days if day >= today][:YEARS_AHEAD]


def _edition(edition: EditionCard, site: str) -> Event:
    event = _whole_days(edition.slug, tidy(edition.title), edition.first_day, edition.last_day, site)
    event.add("description", tidy("\n\n".join(text for text in (edition.subtitle, edition.note) if text)))
    event.add("status", "CONFIRMED")
    event.add("url", vUri(site + reverse("programme")))
    return event


def _expected(title: str, days: Sequence[date], site: str) -> Event:
    """One event for all years. What is computed is not announced: tentative."""
    event = _whole_days("whit-sunday", title, days[0], days[0], site)
    if days[1:]:
        event.add("rdate", list(days[1:]), parameters={"VALUE": "DATE"})
    event.add("description", _("On Whit Sunday, as every year; not announced yet."))
    event.add("status", "TENTATIVE")
    return event


def _whole_days(name: str, summary: str, first: date, last: date, site: str) -> Event:
    event = Event()
    event.add("uid", str(uuid5(NAMESPACE_URL, f"{site}/ausgaben/{name}")))
    # No change of an edition is on record, and the same question must have the same answer.
    event.add("dtstamp", LONG_AGO)
    event.add("dtstart", first)
    event.add("dtend", last + timedelta(days=1))
    event.add("summary", summary)
    event.add("transp", "TRANSPARENT")
    return event
