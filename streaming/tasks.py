"""What goes on beside the requests: uploading, publishing, forgetting. Owned by `serve`, or by the uploader and the
worker, each with a key to the bucket that can do no more than it does."""

import asyncio
import logging
import signal
import sys
import threading
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from kultour import retention
from streaming import archive, disk, leftovers, recovery, statistics, uploading
from streaming.mediathek import audit, offers, posters, publication, undeleted
from streaming.relays import OpenHouse
from streaming.threads import in_thread

log = logging.getLogger(__name__)
FORGET_EVERY = 300.0
FORGET_AGAIN_EVERY = 3600.0
FOLLOW_EVERY = 20.0
"""With the 30 s a cache may hold a segment, a withdrawal reaches everybody within a minute."""
SWEEP_EVERY = 60.0
LOOK_EVERY = 5.0


def begin(house: OpenHouse) -> None:
    """The tasks of a process that holds a relay, and the others' where no other process does their work."""
    house.keep(recover())
    house.keep(sweep())
    house.keep(watch_disk())
    house.keep(watch_deletion())
    house.keep(count(house))
    if settings.UPLOADER_INSIDE:
        house.keep(upload())
    if settings.WORKER_INSIDE:
        house.keep(work())


async def recover() -> None:
    """What an earlier program left behind comes to its end, as soon as the database answers."""
    started = timezone.now()
    while True:
        if await tried(recovery.recover_all, started):
            return
        await asyncio.sleep(1)


async def upload() -> None:
    """Carry to S3 what belongs there, for ever: segments while the show runs, then still pictures and playlists."""
    await asyncio.gather(carry(), draw())


async def carry() -> None:
    await tried(uploading.take_over, timezone.now())
    while True:
        moved = 0
        try:
            moved = await uploading.upload_some(timezone.now())
        except Exception:
            log.exception("the uploader stumbled")
        if not moved:
            await asyncio.sleep(1)


async def draw() -> None:
    await asyncio.sleep(SWEEP_EVERY)
    await repeat(SWEEP_EVERY, posters.draw_due)


async def sweep() -> None:
    """Finish what could not be finished at once, and free the spool of what is no longer needed here, for ever."""
    await asyncio.sleep(SWEEP_EVERY)
    await repeat(SWEEP_EVERY, archive.finish_rest, recovery.sweep)


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


async def watch_deletion() -> None:
    """Whether what is over is deleted, for ever; by a process that also lives where no worker does."""
    told = False
    while True:
        await asyncio.sleep(SWEEP_EVERY)
        try:
            left = await in_thread(undeleted.undeleted)(timezone.now())
        except Exception:
            log.exception("nobody knows what should have been deleted")
            continue
        if left and not told:
            log.error(
                "not deleted for an hour: %s recordings that are over, %s files; does the worker live, and delete?",
                left.recordings,
                left.files,
            )
        told = bool(left)


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
    """Follow the consents, offer what will end to the archive, forget what is due, and look each night whether the
    bucket holds what it should, for ever."""
    await asyncio.gather(
        repeat(FOLLOW_EVERY, publication.follow, offers.follow),
        repeat(FORGET_EVERY, retention.forget, publication.forget_due),
        # Beside the others: while S3 hangs they last for minutes, and nobody's withdrawal may wait for them.
        repeat(SWEEP_EVERY, leftovers.clear_away),
        repeat(FORGET_AGAIN_EVERY, publication.forget_again),
        look_nightly(),
    )


async def look_nightly() -> None:
    """An audit lasts for hours; its thread is told when the program ends, which waits for it."""
    stop = threading.Event()

    def look(now: datetime) -> None:
        audit.follow(now, stop)

    try:
        await repeat(FORGET_EVERY, look)
    finally:
        stop.set()


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


def until_stopped(work: Coroutine[Any, Any, object], tell: Callable[[], object]) -> None:
    """A process that does nothing else, until SIGINT or SIGTERM; `tell` says that it has begun."""

    async def begun() -> None:
        working = asyncio.ensure_future(work)
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, working.cancel)
        tell()
        sys.stdout.flush()
        await asyncio.gather(working, return_exceptions=True)

    asyncio.run(begun())
