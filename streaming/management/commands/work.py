"""`python3 -m kultour work`: the worker of a production installation."""

from typing import Any

from django.core.management.base import BaseCommand

from streaming import tasks


class Command(BaseCommand):
    help = "Forget what is due, and delete what may no longer be kept, until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        tasks.until_stopped(tasks.work(), lambda: self.stdout.write("working"))
