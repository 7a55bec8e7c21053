"""`python3 -m kultour recordings [--json]`: what was recorded, how far it is, and what consent says."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from streaming.mediathek import audit, shelf
from streaming.models import Audit

MOST = 1000
COLUMNS = ("id", "stage", "performance", "start", "duration_s", "bytes", "state", "consent", "reason")


class Command(BaseCommand):
    help = "List the recordings, the newest first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON list instead of a table")
        parser.add_argument(
            "--audit", action="store_true", help="instead: what the last look into the bucket has found"
        )
        parser.add_argument("--limit", type=int, default=100, help=f"how many at most (100, never more than {MOST})")

    def handle(self, *args: Any, limit: int, **options: Any) -> None:
        if options["audit"]:
            self.tell_audit(audit.latest(), as_json=options["json"])
            return
        rows = [row_of(one) for one in shelf.listed(timezone.now(), max(0, min(limit, MOST)))]
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
        elif rows:
            self.stdout.write(table([COLUMNS, *([str(row[name]) for name in COLUMNS] for row in rows)]))
        else:
            self.stdout.write("Nothing has been recorded yet.")

    def tell_audit(self, last: Audit | None, *, as_json: bool) -> None:
        facts = last and facts_of(last)
        if as_json:
            self.stdout.write(json.dumps(facts, ensure_ascii=False, indent=2))
        elif facts is None:
            self.stdout.write("Nobody has looked into the bucket yet.")
        else:
            lines = [f"{name}: {value}" for name, value in facts.items() if name != "examples"]
            lines += [f"unknown, among others: {key}" for key in facts["examples"]]
            self.stdout.write("\n".join(lines))


def facts_of(last: Audit) -> dict[str, Any]:
    """As in JSON; times in UTC."""
    return {
        "ended": last.ended.isoformat(timespec="seconds") if last.ended else None,
        "files": last.files,
        "read": last.read,
        "bytes_read": last.bytes_read,
        "missing": last.missing,
        "changed": last.changed,
        "returned": last.returned,
        "unknown": last.unknown,
        "examples": last.examples,
        "doubted": last.doubted,
    }


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
        "files": {name: getattr(one.files, name) for name in ("all", "stored", "waiting", "lost")},
    }


def table(lines: list[Any]) -> str:
    widths = [max(len(line[column]) for line in lines) for column in range(len(COLUMNS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
