"""Load the demo edition, or move it to today."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from events import demo


class Command(BaseCommand):
    help = "Load the demo edition on today's programme day; what is there already stays."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--move", action="store_true", help="only move it to today if its last item is over")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        if options["move"]:
            moved = demo.move_demo_to_today(now)
            self.stdout.write("The demo edition plays today." if moved else "The demo edition stays where it is.")
        else:
            made = demo.load(now)
            demo.translate()
            self.stdout.write("The demo edition is loaded." if made else "The demo edition was there already.")
