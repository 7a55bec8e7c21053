"""`python3 -m kultour reseal`: after a change of the secret key, before the old one goes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kultour.accounts.second_factor import seal_anew


class Command(BaseCommand):
    help = "Seal the keys of apps and recovery codes with the present secret key, so that the old one is not needed."

    def handle(self, *args: Any, **options: Any) -> None:
        done, lost = seal_anew()
        self.stdout.write(f"{done} sealed with the present key.")
        if lost:
            raise CommandError(f"{lost} cannot be opened by any key of ours: name the old one, or set them up anew.")
