"""From one mouth to many ears: rooms inside the process, one subscription to the channel layer per process.

A `group_send` to every socket costs the layer hundreds of microseconds per delivery; one per process, and direct
sends from there, cost a few (figures in DESIGN.md, decisions).
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Protocol

from channels.layers import get_channel_layer

from streaming.signalling.wire import encode

log = logging.getLogger(__name__)
HOUSE = "kultour.house"
EVERYWHERE = "everywhere"


def stage_room(stage: str) -> str:
    return f"stage:{stage}"


class Ear(Protocol):
    def hear(self, frame: str) -> None:
        """Take one text frame for sending; returns at once."""


class Rooms:
    """Who is in which room of this process."""

    def __init__(self) -> None:
        self._ears: dict[str, set[Ear]] = defaultdict(set)

    def enter(self, room: str, ear: Ear) -> None:
        self._ears[room].add(ear)

    def leave(self, room: str, ear: Ear) -> None:
        self._ears[room].discard(ear)
        if not self._ears[room]:
            del self._ears[room]

    def leave_all(self, ear: Ear) -> None:
        for room in [room for room, ears in self._ears.items() if ear in ears]:
            self.leave(room, ear)

    def deliver(self, names: Iterable[str], frame: str) -> None:
        """Each ear hears the frame once, however many of the rooms it is in."""
        for ear in set().union(*(self._ears.get(name, ()) for name in names)):
            ear.hear(frame)


rooms = Rooms()


async def tell(names: Iterable[str], message: Any) -> None:
    """Say a message of the catalogue in these rooms of every process."""
    await get_channel_layer().group_send(HOUSE, {"type": "tell", "rooms": list(names), "frame": encode(message)})


async def listen(started: asyncio.Event | None = None) -> None:
    """Deliver what any process tells to the sockets of this one, until cancelled."""
    layer = get_channel_layer()
    while True:
        try:
            channel = await layer.new_channel()
            await layer.group_add(HOUSE, channel)
            if started:
                started.set()
            while True:
                told = await layer.receive(channel)
                rooms.deliver(told["rooms"], told["frame"])
        except (OSError, ConnectionError, TimeoutError) as error:
            log.warning("channel layer away (%s), trying again", type(error).__name__)
            await asyncio.sleep(1)
