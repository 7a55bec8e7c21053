"""What goes on beside the requests: uploading, publishing, forgetting. Owned by `serve` or by the worker."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from streaming import archive, retention
from streaming.relays import OpenHouse
from streaming.threads import in_thread

log = logging.getLogger(__name__)
FORGET_EVERY = 300.0


def begin(house: OpenHouse) -> None:
    """The tasks of a process that holds a relay; the worker's too, where there is none."""
    house.keep(upload())
    if settings.WORKER_INSIDE:
        house.keep(work())


async def upload() -> None:
    """Carry finished segments to S3 while the show runs, for ever."""
    await in_thread(archive.recover_all)(timezone.now())
    while True:
        moved = 0
        try:
            moved = await archive.upload_some(timezone.now())
        except Exception:
            log.exception("the uploader stumbled")
        if not moved:
            await asyncio.sleep(1)


async def work() -> None:
    """Forget what is due, for ever."""
    while True:
        for run in (retention.forget, archive.forget_due):
            await try_once(run)
        await asyncio.sleep(FORGET_EVERY)


async def try_once(run: Callable[[datetime], object]) -> None:
    try:
        await in_thread(run)(timezone.now())
    except Exception:
        log.exception("%s stumbled", run.__qualname__)
