"""From one mouth to many ears: rooms inside the process, one subscription to the channel layer per process.

A `group_send` to every socket costs the layer hundreds of microseconds per delivery; one per process, and direct
sends from there, cost a few (figures in DESIGN.md, decisions).
"""

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from channels.layers import get_channel_layer

from streaming.signalling.wire import encode

log = logging.getLogger(__name__)
HOUSE = "kultour.house"
EVERYWHERE = "everywhere"
RETRY_EVERY = 1.0
PATIENCE = 2.0
"""Seconds until a channel layer that does not answer counts as away."""
MOST_UNTOLD = 1000
"""Then the oldest goes; who comes back to a room asks for its history anyway."""


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
    await _send(names, encode(message))


@dataclass(eq=False)
class Untold:
    """Waits for the channel layer."""

    names: list[str]
    frame: str
    is_heard_here: bool = False


_untold: deque[Untold] = deque(maxlen=MOST_UNTOLD)


async def tell_surely(names: Iterable[str], message: Any) -> None:
    """As `tell`, but never in vain: what the channel layer does not take is told by `catch_up`. May be heard twice."""
    told = Untold(list(names), encode(message))
    # Behind what waits already: whoever hears of a message's return before its end loses it for good.
    if _untold or not await _is_told(told):
        _untold.append(told)


async def catch_up() -> None:
    """Tell what could not be told, for ever."""
    while True:
        await tell_rest()
        await asyncio.sleep(RETRY_EVERY)


async def tell_rest() -> None:
    """Tell what waits, in order: the rooms of this process at once, the others as far as the channel layer is back.
    Here it is not waited for, because pub/sub forgets what is said before a subscription is renewed."""
    for told in list(_untold):
        if not told.is_heard_here:
            rooms.deliver(told.names, told.frame)
            told.is_heard_here = True
    while _untold and await _is_told(told := _untold[0]):
        # Others may have pushed it out at the full end meanwhile.
        if _untold and _untold[0] is told:
            _untold.popleft()


async def _is_told(told: Untold) -> bool:
    try:
        async with asyncio.timeout(PATIENCE):
            await _send(told.names, told.frame)
    except Exception as error:
        log.warning("channel layer away (%s), telling again later", type(error).__name__)
        return False
    return True


async def _send(names: Iterable[str], frame: str) -> None:
    await get_channel_layer().group_send(HOUSE, {"type": "tell", "rooms": list(names), "frame": frame})


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
