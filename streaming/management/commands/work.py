"""`python3 -m kultour work`: the worker of a production installation."""

import asyncio
import signal
from typing import Any

from django.core.management.base import BaseCommand

from streaming import tasks


class Command(BaseCommand):
    help = "Forget what is due, and delete what may no longer be kept, until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        asyncio.run(self.work())

    async def work(self) -> None:
        working = asyncio.ensure_future(tasks.work())
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, working.cancel)
        self.stdout.write("working")
        self.stdout.flush()
        await asyncio.gather(working, return_exceptions=True)
