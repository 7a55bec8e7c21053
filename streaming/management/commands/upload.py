"""`python3 -m kultour upload`: the uploader of a production installation."""

from typing import Any

from django.core.management.base import BaseCommand

from streaming import tasks


class Command(BaseCommand):
    help = "Carry recordings from the data directory to S3, until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        tasks.until_stopped(tasks.upload(), lambda: self.stdout.write("uploading"))
