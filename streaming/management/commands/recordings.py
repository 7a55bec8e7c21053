"""`python3 -m kultour recordings [--json]`: what was recorded, how far it is, and what consent says."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from streaming.mediathek import shelf

MOST = 1000
COLUMNS = ("id", "stage", "performance", "start", "duration_s", "bytes", "state", "consent", "reason")


class Command(BaseCommand):
    help = "List the recordings, the newest first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON list instead of a table")
        parser.add_argument("--limit", type=int, default=100, help=f"how many at most (100, never more than {MOST})")

    def handle(self, *args: Any, limit: int, **options: Any) -> None:
        rows = [row_of(one) for one in shelf.listed(timezone.now(), max(0, min(limit, MOST)))]
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
        elif rows:
            self.stdout.write(table([COLUMNS, *([str(row[name]) for name in COLUMNS] for row in rows)]))
        else:
            self.stdout.write("Nothing has been recorded yet.")


def row_of(one: shelf.Listed) -> dict[str, Any]:
    """As in JSON; times in UTC."""
    return {
        "id": one.id,
        "slug": one.slug,
        "stage": one.stage,
        "performance": one.performance,
        "title": one.title,
        "start": one.start.isoformat(timespec="seconds"),
        "duration_s": one.duration_s,
        "bytes": one.bytes,
        "state": one.state,
        "reason": one.reason,
        "consent": one.consent,
        "public_until": one.public_until.isoformat(timespec="seconds") if one.public_until else None,
        "deleted": one.deleted.isoformat(timespec="seconds") if one.deleted else None,
        "offer": one.offer or None,
        "files": {"all": one.files.all, "stored": one.files.stored, "waiting": one.files.waiting},
    }


def table(lines: list[Any]) -> str:
    widths = [max(len(line[column]) for line in lines) for column in range(len(COLUMNS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
