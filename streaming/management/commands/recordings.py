"""`python3 -m kultour recordings [--json]`: what was recorded, how far it is, and what consent says."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from streaming.mediathek import audit, findings, shelf
from streaming.models import Audit, Finding

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
        wrong = [wrong_of(found) for found in findings.latest(timezone.now())]
        if as_json:
            self.stdout.write(json.dumps(facts and {**facts, "wrong": wrong}, ensure_ascii=False, indent=2))
        elif facts is None:
            self.stdout.write("Nobody has looked into the bucket to the end yet.")
        else:
            lines = [f"{name}: {value}" for name, value in facts.items() if name != "examples"]
            lines += [f"unknown, among others: {key}" for key in facts["examples"]]
            self.stdout.write("\n".join(lines))
        if not as_json:
            for each in wrong:
                self.stdout.write(", ".join(f"{name}: {value}" for name, value in each.items() if name != "files"))
                for name, kind in each["files"].items():
                    self.stdout.write(f"  {name}: {kind}")


def wrong_of(found: Finding) -> dict[str, Any]:
    """What is wrong now with one recording's files in the bucket, some of them by name."""
    figures = {kind.value: getattr(found, kind) for kind in findings.Wrong}
    names = {name: found.files[name] for name in findings.examples(found)}
    return {"recording": found.recording.slug, **figures, "files": names}


def facts_of(last: Audit) -> dict[str, Any]:
    """As in JSON; times in UTC."""
    names = (
        "files",
        "read",
        "bytes_read",
        "missing",
        "changed",
        "unreadable",
        "unsure",
        "unknown",
        "examples",
        "doubted",
    )
    ended = last.ended.isoformat(timespec="seconds") if last.ended else None
    return {"ended": ended, **{name: getattr(last, name) for name in names}}


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
