"""`python3 -m kultour export RECORDING FOLDER`: a package (RFC 8493) for the town's archive."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from streaming import storage
from streaming.mediathek import bag
from streaming.models import Recording


class Command(BaseCommand):
    help = "Write a recording with all that is known of it into a new folder, as a BagIt package for an archive."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("recording", metavar="RECORDING", help="its short name, as in its address")
        parser.add_argument("folder", metavar="FOLDER", type=Path, help="a folder that does not exist yet")

    def handle(self, *args: Any, recording: str, folder: Path, **options: Any) -> None:
        row = Recording.objects.select_related("session__act", "session__performance").filter(slug=recording).first()
        if row is None:
            raise CommandError(f"There is no recording “{recording}”. `python3 -m kultour recordings` lists them.")
        try:
            size = bag.pack(row, folder, timezone.now())
        except FileExistsError as error:
            raise CommandError(f"{folder} exists already. Please name a new folder.") from error
        except (bag.Incomplete, storage.StorageError, OSError) as error:
            raise CommandError(f"Nothing complete was written: {error}") from error
        self.stdout.write(f"{folder}: {size} bytes")
