"""`python3 -m kultour link ACT`: a personal link for an act."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils import timezone

from events import invitations
from events.models import Act, Stage
from kultour.data_directory import address


class Command(BaseCommand):
    help = "Print a new personal link with which an act comes backstage."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", metavar="ACT", help="the act's short name, as in its address")
        parser.add_argument("--stage", help="bind the link to this stage")
        parser.add_argument("--renew", action="store_true", help="end the act's older links")

    def handle(self, *args: Any, act: str, stage: str | None, renew: bool, **options: Any) -> None:
        invite = invitations.renew if renew else invitations.make
        token = invite(self.find(Act, act), self.find(Stage, stage) if stage else None, timezone.now())
        self.stdout.write((settings.PUBLIC_ADDRESS or address(settings.DATA)) + reverse("invitation", args=[token]))

    def find(self, model: Any, slug: str) -> Any:
        found = model.objects.filter(slug=slug).first()
        if found is None:
            raise CommandError(f"There is no {model._meta.model_name} “{slug}”.")
        return found
