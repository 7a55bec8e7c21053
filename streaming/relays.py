"""Which relay holds which stage. Today: the one in this process, or none."""

import asyncio
import contextvars
import logging
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import timezone

from streaming.control_room import ControlRoom
from streaming.relay import Relay, doorbell
from streaming.signalling import fanout

log = logging.getLogger(__name__)


class NoRelay(Exception):
    """This process holds no relay, or it is not open yet."""


@dataclass
class OpenHouse:
    """The relay, its control room and the tasks that belong to no request."""

    relay: Relay
    control_room: ControlRoom
    tasks: set[asyncio.Task[Any]] = field(default_factory=set)

    def keep(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run until the house closes. An empty context: nothing of a request may live on in it."""
        task = asyncio.get_running_loop().create_task(work, context=contextvars.Context())
        self.tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and task.exception():
            log.error("a task of the house ended", exc_info=task.exception())


_house: OpenHouse | None = None


async def open_house() -> OpenHouse:
    """Start the relay of this process and all that watches over it."""
    global _house
    relay = Relay(
        udp_port=settings.UDP_PORT,
        announce=settings.ANNOUNCE,
        doorbell=doorbell.password_of(settings.SECRET_KEY),
        seats=settings.SEATS,
        cap_bps=settings.STAGE_MBIT * 1_000_000,
    )
    await relay.start()
    _house = OpenHouse(relay, ControlRoom(relay))
    listening = asyncio.Event()
    _house.keep(fanout.listen(listening))
    _house.keep(fanout.catch_up())
    _house.keep(_house.control_room.keep_watch())
    await asyncio.wait_for(listening.wait(), timeout=10)
    return _house


async def close_house() -> None:
    """End every session, then the tasks, then the relay."""
    global _house
    house, _house = _house, None
    if house is None:
        return
    await house.control_room.close(timezone.now())
    for task in list(house.tasks):
        task.cancel()
    await asyncio.gather(*house.tasks, return_exceptions=True)
    await house.relay.stop()


def control_room() -> ControlRoom:
    """The control room of this process; raises NoRelay."""
    if _house is None:
        raise NoRelay
    return _house.control_room
