"""The programme as a table (CSV, RFC 4180 but for the semicolon): one performance a line, for spreadsheets too."""

import csv
import io
from collections.abc import Sequence

from django.urls import reverse

from events.feeds import words
from events.feeds.reading import Entry
from events.models import Performance
from kultour.tables import harmless

MEDIA_TYPE = "text/csv; charset=utf-8; header=present"
COLUMNS = (
    "kennung", "version", "titel", "mitwirkende", "art", "beginn", "ende", "buehne", "spielort", "adresse", "breite",
    "laenge", "stand", "grund_der_absage", "angekuendigt_beginn", "angekuendigt_ort", "alter_ab", "barrierefreiheit",
    "text", "seite", "uebertragung", "aufzeichnung",
)  # fmt: skip
"""Names for programs; they are the same in every language."""


def written(found: Sequence[Entry], site: str) -> bytes:
    """With a byte order mark, without which spreadsheets take umlauts for something else. Numbers are written for
    programs, with a point, which sets it apart from the office's tables."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(value) for value in _line(entry, site)] for entry in found)
    return text.getvalue().encode("utf-8-sig")


def _cell(value: str | float | None) -> str | float | None:
    return harmless(value) if isinstance(value, str) else value


def _line(entry: Entry, site: str) -> list[str | int | float | None]:
    item = entry.item
    moments = (item.start, item.end, item.previous_start)
    start, end, announced = (
        each.astimezone(entry.zone).isoformat(timespec="minutes") if each else "" for each in moments
    )
    return [
        str(entry.guid),
        item.version,
        item.title,
        item.act_name,
        words.kind(entry),
        start,
        end,
        item.stage.name,
        item.stage.venue_name,
        entry.place.address,
        entry.place.lat,
        entry.place.lon,
        str(Performance.Status(item.status).label),
        item.cancel_reason,
        announced,
        item.previous_stage.short_name if item.previous_stage else "",
        item.age,
        words.access(entry),
        item.text,
        site + reverse("performance", args=[item.slug]),
        site + reverse("watch", args=[item.stage.slug]),
        site + item.recording_url if item.recording_url else "",
    ]
