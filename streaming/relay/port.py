"""The relay's one port: tells STUN, DTLS and SRTP apart (RFC 7983) and knows which address is whose. Datagrams come by
UDP, or by TCP in frames (``tcp``), and are the same from here on.

ICE-lite (RFC 8445 section 2.5): we only answer checks. An address belongs to a party once a check with that party's
password came from it; whatever else comes from an address without one is counted and dropped here, so that a stranger
reaches neither DTLS nor SRTP. Nobody who did not prove to know a password gets a single byte back.
"""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import logging
import secrets
import socket
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from aioice.ice import get_host_addresses

from . import stun
from .announced import Announced
from .homes import Homes, Party
from .packet import MAX_DATAGRAM, SHORTEST_DATAGRAM
from .sieve import Sieve
from .sockets import bind
from .stun import Address
from .tcp import TcpAddress, TcpDoor

log = logging.getLogger(__name__)

DRAIN, STRETCH = 64, 0.002
"""Datagrams read at a stretch, and seconds of it, before other tasks of the loop have their turn."""

IN_VAIN = 50
"""Reads a second that brought nothing but junk, after which the port rests after each of them ..."""
REST = 0.012
"""... for so many seconds. What costs most about a flood of junk is waking up for it; the kernel keeps what comes."""

ASK_AGAIN = 1.0


class Port:
    """Reads datagrams and hands them to the party whose address they come from."""

    def __init__(
        self, number: int, *, monotonic: Callable[[], float], drained: Callable[[], None] = lambda: None
    ) -> None:
        self.counts: Counter[str] = Counter()
        """Datagrams dropped here, by reason; ask ``dropped`` for all."""
        self._wanted = number
        self._monotonic = monotonic
        self._drained = drained
        self.is_draining = False
        """Datagrams at hand are being read; ``drained`` is called after the last one."""
        self._socket: socket.socket | None = None
        self._sieve: Sieve | None = None
        self._is_sieved = False
        self._begins = secrets.token_hex(2)
        self._in_vain = 0
        self._resting: asyncio.TimerHandle | None = None
        self._by_ufrag: dict[str, Party] = {}
        self._keys: dict[str, stun.Key] = {}
        """Of the same names."""
        self._homes = Homes()
        self._asked_at: dict[Party, float] = {}
        self._asked: dict[Party, tuple[bytes, Address]] = {}
        """Our own last check to a party, while it waits for an answer: its number and where it went."""
        self._told: Counter[str] = Counter()
        self.tcp = TcpDoor(self._take_frames, self._homes.__contains__, self._homes.leave)

    # --- open and close -------------------------------------------------------------------------------------------

    def open(self) -> None:
        self._socket = bind(self._wanted)
        self._sieve = Sieve(self._socket)
        asyncio.get_running_loop().add_reader(self._socket.fileno(), self._drain)

    def close(self) -> None:
        self.tcp.close()
        if self._resting is not None:
            self._resting.cancel()
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket.fileno())
            self._socket.close()
            self._socket = self._sieve = None

    @property
    def socket(self) -> socket.socket:
        assert self._socket is not None, "the port is not open"
        return self._socket

    @property
    def number(self) -> int:
        return int(self.socket.getsockname()[1])

    # --- who is who -----------------------------------------------------------------------------------------------

    def new_name(self) -> str:
        """For a party here. All begin alike, so that the kernel need not know each of them."""
        return self._begins + secrets.token_hex(4)

    def welcome(self, party: Party) -> None:
        self._by_ufrag[party.local_ufrag] = party
        self._keys[party.local_ufrag] = stun.Key(party.local_password.encode())
        if self._sieve is not None:
            self._sieve.know(party.local_ufrag)

    def forget_name(self, party: Party) -> None:
        """Checks by its present name are not answered any more; the addresses stay its own."""
        self._by_ufrag.pop(party.local_ufrag, None)
        self._keys.pop(party.local_ufrag, None)

    def forget(self, party: Party) -> None:
        self.forget_name(party)
        self._homes.forget(party)
        if self._sieve is not None:
            self._sieve.somebody_left()
        self._asked.pop(party, None)
        self._asked_at.pop(party, None)

    def fit_sieve(self) -> None:
        """Tell the kernel who is there, if that has changed."""
        if self._sieve is None or self._sieve.is_fit:
            return
        was_attached = self._is_sieved
        self._sieve.fit(self._by_ufrag, (address[1] for address in self._homes if not isinstance(address, TcpAddress)))
        self._is_sieved = self._sieve.is_attached
        if self._is_sieved != was_attached:
            log.info("The kernel %s junk from strangers", "drops" if self._is_sieved else "cannot drop")

    @property
    def is_sieved(self) -> bool:
        """Whether the kernel took the program when it was last given one."""
        return self._is_sieved

    # --- in and out -----------------------------------------------------------------------------------------------

    def send(self, data: bytes, address: Address) -> None:
        """Send one datagram; what the kernel cannot take now is lost, as on any line."""
        if isinstance(address, TcpAddress):
            address.line.send(data)
            return
        if self._socket is None:
            return
        try:
            self._socket.sendto(data, address)
        except OSError as problem:
            self.counts["unsent"] += 1
            if problem.errno not in (errno.EAGAIN, errno.ENOBUFS):
                self.counts["unreachable"] += 1

    def _drain(self) -> None:
        dropped = self.counts.total()
        with self._draining():
            read = self._read_all()
        if 0 < read <= self.counts.total() - dropped:
            self._in_vain += 1
            if self._in_vain > IN_VAIN:
                self._rest()

    def _rest(self) -> None:
        """Look again in a moment, and only then."""
        if self._socket is not None:
            loop = asyncio.get_running_loop()
            loop.remove_reader(self._socket.fileno())
            self._resting = loop.call_later(REST, self._end_rest)

    def _end_rest(self) -> None:
        self._resting = None
        try:
            self._drain()
        finally:
            if self._resting is None and self._socket is not None:
                asyncio.get_running_loop().add_reader(self._socket.fileno(), self._drain)

    def _take_frames(self, frames: list[bytes], address: TcpAddress) -> None:
        """Whoever has not proved to be somebody may only try to; anything else is no artist's browser."""
        with self._draining():
            for frame in frames:
                if frame[0] > 3 and address not in self._homes:
                    self.counts["stranger"] += 1
                    address.line.abort()
                    return
                self._sort(frame, address, self._monotonic())

    @contextmanager
    def _draining(self) -> Iterator[None]:
        self.is_draining = True
        try:
            yield
        finally:
            self.is_draining = False
        self._drained()

    def _read_all(self) -> int:
        """How many datagrams were there."""
        until = self._monotonic() + STRETCH
        for read in range(DRAIN):
            if self._socket is None:
                return read
            try:
                data, address = self._socket.recvfrom(MAX_DATAGRAM + 1)
            except BlockingIOError:
                return read
            except OSError:
                self.counts["unreadable"] += 1
                return read
            now = self._monotonic()
            self._sort(data, address, now)
            if now > until:
                return read + 1
        return DRAIN

    def _sort(self, data: bytes, address: Address, now: float) -> None:
        """RFC 7983 section 7, after what is too short or too long is gone."""
        if not SHORTEST_DATAGRAM <= len(data) <= MAX_DATAGRAM:
            self.counts["misshapen"] += 1
            return
        first = data[0]
        try:
            if first < 4:
                self._check(data, address, now)
            elif (party := self._homes.owner(address)) is None:
                self.counts["stranger"] += 1
            elif 127 < first < 192:
                party.take_srtp(data, now)
            elif 19 < first < 64:
                party.take_dtls(data, now)
            else:
                self.counts["misshapen"] += 1
        except Exception:
            self.counts["failed"] += 1
            if self.counts["failed"] == 1:
                log.exception("A datagram could not be handled; further ones are only counted")

    # --- STUN -----------------------------------------------------------------------------------------------------

    def _check(self, data: bytes, address: Address, now: float) -> None:
        """A connectivity check (RFC 8445 section 7.3), answered only if it proves to know the password. Strangers' junk
        ends at the name, before it costs more than a look."""
        kind = stun.kind_of(data)
        if kind == stun.ANSWER:
            self._hear_answer(data, address)
            return
        if kind != stun.REQUEST:
            self.counts["unasked" if kind else "misshapen"] += 1
            return
        local, _, remote = stun.name_in(data).partition(":")
        party = self._by_ufrag.get(local)
        if party is None or party.remote_ufrag != remote:
            self.counts["unknown"] += 1
            return
        key = self._keys[local]
        if not key.has_signed(data):
            self.counts["forged"] += 1
            return
        if isinstance(address, TcpAddress) and not party.takes_tcp:
            self.counts["unasked"] += 1
            return
        if not self._homes.prove(address, party, now):
            self.counts["taken"] += 1
            return
        if self._sieve is not None and not isinstance(address, TcpAddress):
            self._sieve.let_in(address[1])
        self.send(stun.success(stun.transaction_of(data), address, key), address)
        party.checked(address, stun.nominates(data), now)

    def _hear_answer(self, data: bytes, address: Address) -> None:
        """Only somebody we have asked has anything to answer."""
        party = self._homes.owner(address)
        if party is None or not self._is_answer_of(party, data, address):
            self.counts["unasked"] += 1

    def ask(self, party: Party, address: Address, now: float) -> None:
        """Send a check of ours; once it is answered the party goes there. Once a second at most, since it may go to
        somebody who knows nothing of it."""
        if now - self._asked_at.get(party, float("-inf")) < ASK_AGAIN:
            return
        self._asked_at[party] = now
        check = stun.question(f"{party.remote_ufrag}:{party.local_ufrag}", party.remote_password.encode())
        self._asked[party] = (check.transaction_id, address)
        self.send(bytes(check), address)

    def _is_answer_of(self, party: Party, data: bytes, address: Address) -> bool:
        if self._asked.get(party) != (stun.transaction_of(data), address):
            return False
        if not stun.Key(party.remote_password.encode()).has_signed(data):
            return False
        del self._asked[party]
        party.go_to(address)
        return True

    # --- what was dropped -----------------------------------------------------------------------------------------

    def dropped(self) -> Counter[str]:
        """Datagrams by reason, and by now; ``kernel``: what never came here (see ``Sieve.newly_dropped``)."""
        if self._sieve is not None:
            self.counts["kernel"] += self._sieve.newly_dropped()
        return self.counts.copy()

    def tell(self) -> None:
        """One line about what was dropped since the last; called once a second, so that junk cannot fill a log."""
        self._in_vain = 0
        now = self.dropped()
        dropped = now - self._told
        if dropped:
            self._told = now
            log.info("Datagrams dropped: %s", ", ".join(f"{count} {reason}" for reason, count in dropped.items()))


def own_addresses(announced: Sequence[str] = (), *, ipv6: bool = True) -> list[str]:
    """What candidates name: the announced addresses, some with a port of their own (see ``Announced``), or else every
    address of this machine, loopback last.

    Chromium does not connect to a 127.0.0.1 candidate unless told to, and Firefox fails on it as the first one.
    """
    if announced:
        return [str(Announced.read(entry)) for entry in announced]
    return [*_reachable(get_host_addresses(use_ipv4=True, use_ipv6=ipv6)), "127.0.0.1"]


def _reachable(addresses: Iterable[str]) -> list[str]:
    found = [ipaddress.ip_address(address) for address in dict.fromkeys(addresses)]
    usable = [address for address in found if not address.is_loopback and not address.is_link_local]
    return [str(address) for address in sorted(usable, key=lambda address: address.version)]
