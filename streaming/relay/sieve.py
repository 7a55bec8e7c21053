"""What the kernel throws away before it wakes us: junk from strangers, who cannot be a party of the port.

A classic BPF program (``SO_ATTACH_FILTER`` of Linux; it takes no privilege) looks at each datagram as it comes. It
drops only what the port would drop if it read it at once, and the port looks at all it keeps as if there were no
program: where the kernel takes none, a flood costs more, and nothing else is different.

Making the program anew takes up to 0.2 ms, too long for what anybody may bring about by a datagram. So when somebody
comes, the program is taken away, which is one call, and the next round of the relay fits a new one.
"""

from __future__ import annotations

import socket
import sys
from array import array
from collections.abc import Iterable, Iterator
from struct import Struct, pack

from .packet import MAX_DATAGRAM, SHORTEST_DATAGRAM
from .stun import ANSWER, COOKIE, LONGEST, REQUEST, USERNAME

SO_ATTACH_FILTER, SO_DETACH_FILTER, SO_MEMINFO = 26, 27, 55
"""Of <asm-generic/socket.h>; Python does not name them."""
_DROPS = 8
"""Place of SK_MEMINFO_DROPS in <linux/sock_diag.h>."""

MOST = 1000
"""Names and numbers it can tell apart: the old program and the new one, at eight bytes a step, must fit into
``net.core.optmem_max``, which was 20 kB for long."""

_UDP = 8
"""Bytes of the header before the datagram: the program sees both, with IPv4 as with IPv6."""
_SOURCE = 0

# Operations of <linux/bpf_common.h>.
_BYTE, _HALF, _WORD, _LENGTH = 0x30, 0x28, 0x20, 0x80
"""Load what stands there; beyond the end the datagram is dropped."""
_MINUS, _TO_X = 0x14, 0x07
_IS, _IS_X, _ABOVE, _AT_LEAST = 0x15, 0x1D, 0x25, 0x35
"""Compare, and go on so many steps further on yes and on no."""
_GO, _END = 0x05, 0x06
_DROP, _KEEP = 0, 0xFFFF

_STEP = Struct("=HBBI")
_RUN = 200
"""A comparison reaches 255 steps ahead."""


def _step(operation: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return _STEP.pack(operation, yes, no, value)


def _only(comparison: int, value: int = 0) -> bytes:
    return _step(comparison, value, yes=1) + _step(_END, _DROP)


def _never(comparison: int, value: int) -> bytes:
    return _step(comparison, value, no=1) + _step(_END, _DROP)


def _any_of(values: list[int]) -> Iterator[bytes]:
    """Keep what is one of them, or else go on."""
    for start in range(0, len(values), _RUN):
        run = values[start : start + _RUN]
        yield from (_step(_IS, value, yes=len(run) - place) for place, value in enumerate(run))
        yield _step(_GO, 1) + _step(_END, _KEEP)


def _check(names: list[int]) -> bytes:
    """Checks and answers in their true length (RFC 8489 section 5); checks only for a name that begins like one here,
    as far as the name comes first: that is where those who play by ICE put it."""
    return b"".join([
        _step(_WORD, _UDP + 4),
        _only(_IS, COOKIE),
        _step(_HALF, _UDP + 2),
        _step(_TO_X, 0),
        _step(_LENGTH, 0),
        _never(_ABOVE, _UDP + LONGEST),
        _step(_MINUS, _UDP + 20),
        _only(_IS_X),
        _step(_HALF, _UDP),
        _step(_IS, REQUEST, yes=3),
        _only(_IS, ANSWER),
        _step(_END, _KEEP),
        _step(_HALF, _UDP + 20),
        _step(_IS, USERNAME, yes=1),
        _step(_END, _KEEP),
        _step(_WORD, _UDP + 24),
        *_any_of(names),
        _step(_END, _DROP),
    ])  # fmt: skip


def program(names: Iterable[bytes], numbers: Iterable[int] | None) -> bytes:
    """Keep checks for one of these names (their first four bytes), and anything else from these port numbers, or
    (None) from any."""
    check = _check([int.from_bytes(name, "big") for name in names])
    return b"".join([
        _step(_LENGTH, 0),
        _only(_AT_LEAST, _UDP + SHORTEST_DATAGRAM),
        _never(_ABOVE, _UDP + MAX_DATAGRAM),
        _step(_BYTE, _UDP),
        _step(_AT_LEAST, 4, no=1),
        _step(_GO, len(check) // _STEP.size),
        check,
        _step(_HALF, _SOURCE),
        *_any_of(list(numbers or ())),
        _step(_END, _KEEP if numbers is None else _DROP),
    ])  # fmt: skip


class Sieve:
    """The program at one socket."""

    def __init__(self, at: socket.socket) -> None:
        self._socket = at
        self._names: set[bytes] = set()
        self._numbers: set[int] = set()
        self._dropped = 0
        self.is_attached = False
        self.is_fit = False
        """It was made for those who are there; otherwise they are still to be told to ``fit``."""
        self.fit((), ())

    def know(self, name: str) -> None:
        """Checks for names that begin like this one are kept from now on."""
        if _start_of(name) not in self._names:
            self._keep_everything()

    def let_in(self, number: int) -> None:
        """Whatever comes from this number is kept from now on."""
        if number not in self._numbers:
            self._keep_everything()

    def somebody_left(self) -> None:
        """The next one who fits it leaves them out."""
        self.is_fit = False

    def fit(self, names: Iterable[str], numbers: Iterable[int]) -> None:
        """Checks for these names and whatever comes from these numbers are kept, and nothing else; of too many numbers
        anything."""
        self._names, self._numbers = set(map(_start_of, names)), set(numbers)
        few = len(self._names) + len(self._numbers) <= MOST
        if not self._attach(program(self._names, self._numbers if few else None)):
            self._keep_everything()
        self.is_fit = True

    def _keep_everything(self) -> None:
        self.is_fit = False
        if self.is_attached:
            self._socket.setsockopt(socket.SOL_SOCKET, SO_DETACH_FILTER, 0)
            self.is_attached = False

    def _attach(self, steps: bytes) -> bool:
        """Whether the kernel has taken it."""
        if sys.platform != "linux":
            return False
        kept = array("B", steps)
        address, size = kept.buffer_info()
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, pack("HP", size // _STEP.size, address))
        except OSError:
            return False
        self.is_attached = True
        return True

    def newly_dropped(self) -> int:
        """Datagrams that the kernel dropped since it was last asked: junk, and what came faster than it was read, which
        it counts together. 0 where it does not tell."""
        before, self._dropped = self._dropped, self._dropped_so_far()
        return (self._dropped - before) % 2**32

    def _dropped_so_far(self) -> int:
        try:
            told = self._socket.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, 4 * (_DROPS + 1))
        except OSError:
            return self._dropped
        return int.from_bytes(told[4 * _DROPS :], sys.byteorder)


def _start_of(name: str) -> bytes:
    """Four bytes: the shortest name there is (RFC 8839 section 5.4)."""
    return name.encode()[:4]
