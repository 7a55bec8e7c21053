"""A line between a party and the relay, as bad as wanted: loses, delays, is narrow, breaks off, and moves to another
address. Plain asyncio over real sockets; whoever is told the line's address instead of the relay's goes through it.

Theory. Each direction is a `Way`: loss first, then a bucket of tokens that fills at the line's rate, with a bounded
queue before it (what does not fit is dropped, as routers do), then the time of flight. A way never overtakes itself.
Towards the relay each party has a socket of its own, as behind a router with NAT.
"""

import asyncio
import contextlib
import random
import socket
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from typing import Any, Self

from streaming.relay.port import own_addresses

HEADERS = 28
"""Bytes of IPv4 and UDP around each datagram; they take their share of the line."""
BUFFER = 4 << 20
AT_ONCE = 256

Address = tuple[str, int]


@dataclass
class Way:
    """One direction; what is set by `set` holds for the datagrams that come from then on."""

    seed: int = 1
    loss: float = 0.0
    """Share of the datagrams that is lost, by dice thrown from the seed."""
    pattern: str = ""
    """Instead of dice: `..x` loses every third."""
    delay: float = 0.0
    """Seconds of flight."""
    rate: float = 0.0
    """Bits per second; 0: no limit."""
    bucket: int = 3000
    """Bytes that pass at once after a pause."""
    queue: int = 60_000
    """Bytes that may wait for the line."""
    carried: int = 0
    lost: int = 0
    """By dice, pattern or a cut."""
    dropped: int = 0
    """Because the queue was full."""
    _free_at: float = field(default=0.0, init=False)
    """When the line has sent all that waits, less what the bucket gives in advance."""
    _arrives_at: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self.set()

    def set(self, **settings: Any) -> None:
        """Loss, pattern, delay, rate, bucket, queue; dice and pattern begin anew."""
        for name, value in settings.items():
            if name not in ("seed", "loss", "pattern", "delay", "rate", "bucket", "queue"):
                raise TypeError(f"a way has no {name}")
            setattr(self, name, value)
        self._dice = random.Random(self.seed)
        self._marks = cycle(self.pattern)

    def arrival(self, size: int, now: float) -> float | None:
        """When a datagram that enters now comes out; None if it never does."""
        if next(self._marks) == "x" if self.pattern else self._dice.random() < self.loss:
            self.lost += 1
            return None
        sent_at = self._sent(size + HEADERS, now)
        if sent_at is None:
            self.dropped += 1
            return None
        self.carried += 1
        self._arrives_at = max(self._arrives_at, sent_at + self.delay)
        return self._arrives_at

    def _sent(self, size: int, now: float) -> float | None:
        if not self.rate:
            return now
        bytes_a_second = self.rate / 8
        free_at = max(self._free_at, now - self.bucket / bytes_a_second)
        if (free_at - now) * bytes_a_second > self.queue - size:
            return None
        self._free_at = free_at + size / bytes_a_second
        return max(now, self._free_at)


@dataclass
class Flight:
    """Datagrams under way in one direction."""

    way: Way
    _under_way: deque[tuple[float, Callable[[bytes], None], bytes]] = field(default_factory=deque)
    _timer: asyncio.TimerHandle | None = None

    def start(self, datagram: bytes, land: Callable[[bytes], None]) -> None:
        now = asyncio.get_running_loop().time()
        arrives_at = self.way.arrival(len(datagram), now)
        if arrives_at is None:
            return
        if arrives_at <= now and not self._under_way:
            land(datagram)
            return
        self._under_way.append((arrives_at, land, datagram))
        self._wait()

    def end(self) -> None:
        self._under_way.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wait(self) -> None:
        if self._timer is None and self._under_way:
            self._timer = asyncio.get_running_loop().call_at(self._under_way[0][0], self._land)

    def _land(self) -> None:
        self._timer = None
        now = asyncio.get_running_loop().time()
        while self._under_way and self._under_way[0][0] <= now:
            _, land, datagram = self._under_way.popleft()
            land(datagram)
        self._wait()


class Line:
    """To be used as `async with Line(relay.port) as line`; `line.address` is what the party is told."""

    def __init__(self, port: int, *, relay_host: str = "127.0.0.1", seed: int = 1) -> None:
        self.up = Way(2 * seed)
        """Towards the relay."""
        self.down = Way(2 * seed + 1)
        """Towards the party."""
        self.is_cut = False
        self._relay = (relay_host, port)
        self._host = ""
        self._flights = {way: Flight(getattr(self, way)) for way in ("up", "down")}
        self._outside: dict[Any, socket.socket] = {}
        """By the party's address: the socket whose address the relay sees."""
        self._sockets: list[socket.socket] = []

    async def __aenter__(self) -> Self:
        # A browser leaves out candidates on the loopback address.
        self._party_side = self._open((own_addresses(ipv6=False)[0], 0), self._hear_party)
        return self

    async def __aexit__(self, *_: object) -> None:
        for flight in self._flights.values():
            flight.end()
        for one in self._sockets:
            asyncio.get_running_loop().remove_reader(one)
            one.close()

    @property
    def address(self) -> Address:
        return self._party_side.getsockname()

    @property
    def announced(self) -> str:
        """As the relay's `announce` wants it."""
        return f"{self.address[0]}:{self.address[1]}"

    def set(self, **settings: Any) -> None:
        """Both directions alike, but for their dice."""
        self.up.set(**settings)
        self.down.set(**settings)

    def cut(self) -> None:
        """Nothing passes until `mend`, and what is under way is lost."""
        self.is_cut = True
        for flight in self._flights.values():
            flight.end()

    def mend(self) -> None:
        self.is_cut = False

    def move(self, host: str = "") -> None:
        """From now on every party comes from another port, or from another host of this machine too: a router forgot
        its mapping, a phone left the house. What still comes to the old address goes nowhere."""
        self._host = host
        for left in self._outside.values():
            asyncio.get_running_loop().remove_reader(left)
        self._outside.clear()

    # --- datagrams ------------------------------------------------------------------------------------------------

    def _open(self, address: Address, hear: Callable[[socket.socket], None]) -> socket.socket:
        one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sockets.append(one)
        one.setblocking(False)
        for size in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            one.setsockopt(socket.SOL_SOCKET, size, BUFFER)
        one.bind(address)
        asyncio.get_running_loop().add_reader(one, hear, one)
        return one

    def _hear_party(self, one: socket.socket) -> None:
        for _ in range(AT_ONCE):
            try:
                datagram, party = one.recvfrom(1 << 16)
            except OSError:
                return
            self._carry("up", datagram, partial(self._to_relay, party))

    def _to_relay(self, party: Any, datagram: bytes) -> None:
        if party not in self._outside:
            self._outside[party] = self._open((self._host, 0), partial(self._hear_relay, party))
            self._outside[party].connect(self._relay)
        with contextlib.suppress(OSError):  # a full buffer loses datagrams too, and the relay may be gone
            self._outside[party].send(datagram)

    def _hear_relay(self, party: Any, one: socket.socket) -> None:
        for _ in range(AT_ONCE):
            try:
                datagram = one.recv(1 << 16)
            except OSError:
                return
            self._carry("down", datagram, partial(self._to_party, party))

    def _to_party(self, party: Any, datagram: bytes) -> None:
        with contextlib.suppress(OSError):
            self._party_side.sendto(datagram, party)

    def _carry(self, way: str, datagram: bytes, land: Callable[[bytes], Any]) -> None:
        flight = self._flights[way]
        if self.is_cut:
            flight.way.lost += 1
        else:
            flight.start(datagram, land)
