"""`python3 -m kultour key STAGE`: the address on the first line, the token on the second."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from events import programme
from kultour.data_directory import address
from streaming.signalling import keys


class Command(BaseCommand):
    help = "Print a WHIP address and a new bearer token for a stage."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("stage", metavar="STAGE", help="the stage's short name, as in its address")
        parser.add_argument("--act", help="the act's short name (default: who plays there now or next)")
        parser.add_argument("--rotate", action="store_true", help="end the stage's older keys")

    def handle(self, *args: Any, stage: str, act: str | None, rotate: bool, **options: Any) -> None:
        now = timezone.now()
        if programme.stage(stage) is None:
            known = ", ".join(one.slug for one in programme.stages()) or "none yet"
            raise CommandError(f"There is no stage “{stage}”. Stages: {known}")
        act_id = self.act_id(stage, act)
        token = keys.make(stage, now, act_id=act_id, rotate=rotate)
        self.stdout.write(f"{settings.PUBLIC_ADDRESS or address(settings.DATA)}/whip/{stage}")
        self.stdout.write(token)

    def act_id(self, stage: str, act: str | None) -> int | None:
        now = timezone.now()
        slug = act or next((item.act_slug for item in programme.items_of_stage(stage, now) if item.end > now), None)
        if slug is None:
            return None
        found = programme.act_named(slug)
        if found is None:
            raise CommandError(f"There is no act “{slug}”.")
        return found.id
