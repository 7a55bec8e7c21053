"""What goes on beside the requests: uploading, publishing, forgetting. Owned by `serve` or by the worker."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from kultour import retention
from streaming import archive, disk, leftovers, recovery, statistics, uploading
from streaming.mediathek import offers, posters, publication
from streaming.relays import OpenHouse
from streaming.threads import in_thread

log = logging.getLogger(__name__)
FORGET_EVERY = 300.0
FOLLOW_EVERY = 20.0
"""With the 30 s a cache may hold a segment, a withdrawal reaches everybody within a minute."""
SWEEP_EVERY = 60.0
LOOK_EVERY = 5.0


def begin(house: OpenHouse) -> None:
    """The tasks of a process that holds a relay, and the worker's where no other process does its work."""
    house.keep(upload())
    house.keep(sweep())
    house.keep(watch_disk())
    house.keep(count(house))
    if settings.WORKER_INSIDE:
        house.keep(work())


async def upload() -> None:
    """Carry finished segments to S3 while the show runs, for ever; first what an earlier program left behind."""
    started = timezone.now()
    recovered = False
    while True:
        if not recovered:
            recovered = await tried(recovery.recover_all, started)
        moved = 0
        try:
            moved = await uploading.upload_some(timezone.now())
        except Exception:
            log.exception("the uploader stumbled")
        if not moved:
            await asyncio.sleep(1)


async def sweep() -> None:
    """Finish what could not be finished at once, free the spool of what is no longer needed here, and draw what was
    published, for ever."""
    await asyncio.sleep(SWEEP_EVERY)
    await repeat(SWEEP_EVERY, archive.finish_rest, recovery.sweep, posters.draw_due)


async def watch_disk() -> None:
    """Keep some of the disk free for what is played next, for ever; tell once when that does not succeed any more."""
    had_room = True
    while True:
        try:
            room = await in_thread(disk.make_room)(timezone.now())
        except Exception:
            log.exception("nobody knows how full the disk is")
        else:
            if had_room and not room:
                log.error("the disk is nearly full; recordings may pause until there is room (KULTOUR_SPOOL_FREE_MB)")
            had_room = room
        await asyncio.sleep(LOOK_EVERY)


async def count(house: OpenHouse) -> None:
    """Look at the front row, and write down each five minutes of the audience when they are over, for ever."""
    began = statistics.window_of(timezone.now())
    try:
        while True:
            await asyncio.sleep(statistics.LOOK_EVERY)
            statistics.audience.look(house.control_room.seats())
            if statistics.window_of(timezone.now()) != began:
                await tried(statistics.close_window, began)
                began = statistics.window_of(timezone.now())
    finally:
        await tried(statistics.close_window, began)


async def work() -> None:
    """Follow the consents, offer what will end to the archive, and forget what is due, for ever."""
    await asyncio.gather(
        repeat(FOLLOW_EVERY, publication.follow, offers.follow),
        repeat(FORGET_EVERY, retention.forget, publication.forget_due),
        # Beside the others: while S3 hangs it lasts for minutes, and nobody's withdrawal may wait for it.
        repeat(SWEEP_EVERY, leftovers.clear_away),
    )


async def repeat(seconds: float, *runs: Callable[[datetime], object]) -> None:
    while True:
        for run in runs:
            await tried(run, timezone.now())
        await asyncio.sleep(seconds)


async def tried(run: Callable[[datetime], object], now: datetime) -> bool:
    """Whether it went well; a failure is told in the log, and the next turn comes."""
    try:
        await in_thread(run)(now)
    except Exception:
        log.exception("%s stumbled", run.__qualname__)
        return False
    return True
