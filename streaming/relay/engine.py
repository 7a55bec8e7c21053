"""The hot path: header, seal, send many at once. SRTP by RFC 3711 and RFC 7714, in Python on cryptography's AES.

Theory. Every packet of a stream has a 48-bit index: rollover counter and sequence number. With the key and the SSRC it
makes the cipher's nonce, so **one index must never carry two different packets**: whoever sees two can undo the
encryption. Callers therefore count the index of each stream up and never reuse one but for the very same bytes.

Packets of equal size to one address go to the kernel in one call, which cuts them apart (UDP_SEGMENT, Linux udp(7)):
all segments equal, only the last may be shorter. Where a network card or path refuses that, packets go singly.

Two ways in: ``send`` for whatever one viewer gets alone, and ``send_runs`` for what a whole audience gets, where all
that is the same for everybody was worked out once. A microsecond saved there is a tenth of a core for 400 viewers.
"""

from __future__ import annotations

import errno
import hmac
import os
import socket
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from struct import Struct
from typing import NamedTuple, Protocol

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from .packet import MAX_DATAGRAM
from .stun import Address

KEY = 16
"""Bytes of a master key: both profiles are AES-128."""

HEADER = Struct("!BBHLL")
"""RTP without extensions (RFC 3550 section 5.1)."""

MAX_SEGMENTS = 64
"""UDP_MAX_SEGMENTS of kernels before 6.9."""
MAX_SEND = 65_000
"""Bytes of one call, below what an IP packet can say about its length."""
MOST_OVERHEAD = 28
"""Header and tag of the longer seal."""

UDP_SEGMENT = 103
_SEGMENT_SIZE = Struct("=H")

GIVE_UP_GSO = (errno.EMSGSIZE, errno.EINVAL, errno.EIO, errno.ENOPROTOOPT, errno.EOPNOTSUPP)


class Sending(NamedTuple):
    """One packet on its way to one viewer."""

    payload_type: int
    """With the marker bit on top: the second byte of the header."""
    ssrc: int
    packet_index: int
    """Rollover counter and sequence number, 48 bits."""
    timestamp: int
    payload: bytes
    extension: bytes = b""
    """A header extension (RFC 8285), whole words behind its own head. **Never in what may go out again under its
    index**: those bytes would be others."""


class Piece(NamedTuple):
    """One packet of a run: what of it is the same for every viewer."""

    payload: bytes
    size: int
    """Of the payload."""
    marker: int
    """0x80 or 0, as the second byte of the header has it."""
    sequence: int
    timestamp: int


class Stream(NamedTuple):
    """How one viewer gets a track: what is added to, or put beside, the artist's own numbers."""

    payload_type: int
    ssrc: int
    index_step: int
    time_step: int


Run = Sequence[Piece]
"""Pieces that fit one call: equal sizes, only the last may be shorter."""


def runs_of(pieces: Iterable[Piece]) -> list[Run]:
    """Cut into runs, in order."""
    runs: list[list[Piece]] = []
    segment = last = room = 0
    for piece in pieces:
        if (
            not runs
            or piece.size > segment
            or last < segment
            or len(runs[-1]) >= MAX_SEGMENTS
            or room < piece.size + MOST_OVERHEAD
        ):
            runs.append([])
            segment, room = piece.size, MAX_SEND
        runs[-1].append(piece)
        last, room = piece.size, room - piece.size - MOST_OVERHEAD
    return list(runs)


@dataclass(frozen=True)
class Keys:
    """What a DTLS handshake gave: master key and salt in each direction (RFC 5764 section 4.2)."""

    gcm: bool
    """AEAD_AES_128_GCM, else AES128_CM_HMAC_SHA1_80."""
    ours: bytes
    theirs: bytes


class Seal(Protocol):
    """Encrypts packets with one party's key."""

    overhead: int

    def packet(self, sending: Sending) -> bytes:
        """The sealed packet."""

    def run(self, stream: Stream, run: Run) -> bytes:
        """The sealed packets of a run, one behind the other."""


def derive(master: bytes, label: int, length: int) -> bytes:
    """A session key from a master key and salt (RFC 3711 section 4.3.1, key derivation rate 0)."""
    key, salt = master[:KEY], master[KEY:].ljust(14, b"\0")
    start = int.from_bytes(salt, "big") ^ (label << 48)
    stream = Cipher(AES(key), CTR((start << 16).to_bytes(16, "big"))).encryptor()
    return stream.update(bytes(length))


class GcmSeal:
    """RFC 7714 section 8: nonce = (0 || SSRC || index) xor salt, the header is authenticated."""

    __slots__ = ("_encrypt", "_salt")
    overhead = 16

    def __init__(self, master: bytes) -> None:
        self._encrypt = AESGCM(derive(master, 0, KEY)).encrypt
        self._salt = int.from_bytes(derive(master, 2, 12), "big")

    def packet(self, sending: Sending) -> bytes:
        payload_type, ssrc, index, timestamp, payload, extension = sending
        first = 0x90 if extension else 0x80
        header = HEADER.pack(first, payload_type, index & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc) + extension
        return header + self._encrypt((self._salt ^ (ssrc << 48 | index)).to_bytes(12, "big"), payload, header)

    def run(self, stream: Stream, run: Run) -> bytes:
        payload_type, ssrc, index_step, time_step = stream
        pack, encrypt, nonces = HEADER.pack, self._encrypt, self._salt ^ ssrc << 48
        parts: list[bytes] = []
        # Joined at the end: a packet written into its place in a buffer costs two slices of it, a tenth of the whole.
        for payload, _, marker, sequence, timestamp in run:
            index = sequence + index_step
            header = pack(0x80, payload_type | marker, index & 0xFFFF, timestamp + time_step & 0xFFFFFFFF, ssrc)
            parts += header, encrypt((nonces ^ index).to_bytes(12, "big"), payload, header)
        return b"".join(parts)


class CmSeal:
    """RFC 3711 sections 4.1.1 and 4.2: counter mode, then HMAC-SHA1 over packet and rollover counter."""

    overhead = 10

    def __init__(self, master: bytes) -> None:
        self._cipher = AES(derive(master, 0, KEY))
        self._auth = derive(master, 1, 20)
        self._salt = int.from_bytes(derive(master, 2, 14), "big") << 16

    def packet(self, sending: Sending) -> bytes:
        payload_type, ssrc, index, timestamp, payload, extension = sending
        counter = (self._salt ^ (ssrc << 64) ^ (index << 16)).to_bytes(16, "big")
        first = 0x90 if extension else 0x80
        sealed = HEADER.pack(first, payload_type, index & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc) + extension
        sealed += Cipher(self._cipher, CTR(counter)).encryptor().update(payload)
        tag = hmac.digest(self._auth, sealed + (index >> 16).to_bytes(4, "big"), "sha1")
        return sealed + tag[:10]

    def run(self, stream: Stream, run: Run) -> bytes:
        payload_type, ssrc, index_step, time_step = stream
        return b"".join(
            self.packet(Sending(payload_type | marker, ssrc, sequence + index_step, timestamp + time_step, payload))
            for payload, _, marker, sequence, timestamp in run
        )


class Outlet:
    """Where one viewer's packets go: address and key."""

    __slots__ = ("address", "overhead", "seal", "segments")

    def __init__(self, keys: Keys, address: Address) -> None:
        self.address = address
        self.seal: Seal = GcmSeal(keys.ours) if keys.gcm else CmSeal(keys.ours)
        self.overhead = 12 + self.seal.overhead
        self.segments = MAX_SEGMENTS if sys.platform == "linux" else 1
        """How many packets a call may carry; 1 once the path to this viewer refused more."""


class Engine:
    """Seals and sends. A compiled one could stand in its place: it has ``send``, ``send_runs`` and the counters."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self.packets = 0
        self.bytes = 0
        self.unsent = 0
        """Packets the kernel did not take: its buffer was full, or there is no way to the address."""

    def send(self, outlet: Outlet, batch: Iterable[Sending]) -> None:
        """Seal the packets and send them, runs of equal size together; never waits."""
        seal, sealed = outlet.seal, list[bytes]()
        segment = last = room = 0
        for sending in batch:
            packet = seal.packet(sending)
            size = len(packet)
            if sealed and (size > segment or last < segment or len(sealed) >= outlet.segments or size > room):
                self._hand_over(outlet, b"".join(sealed), segment, len(sealed))
                sealed = []
            if not sealed:
                segment, room = size, MAX_SEND
            sealed.append(packet)
            last, room = size, room - size
        if sealed:
            self._hand_over(outlet, b"".join(sealed), segment, len(sealed))

    def send_runs(self, outlet: Outlet, stream: Stream, runs: Iterable[Run]) -> None:
        """Seal and send what was cut by ``runs_of``; never waits."""
        for run in runs:
            self._hand_over(outlet, outlet.seal.run(stream, run), run[0].size + outlet.overhead, len(run))

    def _hand_over(self, outlet: Outlet, sealed: bytes, segment: int, count: int) -> None:
        try:
            if count == 1:
                self._socket.sendto(sealed, outlet.address)
            elif count <= outlet.segments:
                self._socket.sendmsg((sealed,), _cut(segment), 0, outlet.address)
            else:
                self._singly(outlet, sealed, segment)
                return
        except OSError as problem:
            if count > 1 and problem.errno in GIVE_UP_GSO:
                outlet.segments = 1
                self._singly(outlet, sealed, segment)
                return
            self.unsent += count
            return
        self.packets += count
        self.bytes += len(sealed)

    def _singly(self, outlet: Outlet, sealed: bytes, segment: int) -> None:
        for start in range(0, len(sealed), segment):
            try:
                self.bytes += self._socket.sendto(sealed[start : start + segment], outlet.address)
                self.packets += 1
            except OSError:
                self.unsent += 1


@lru_cache(MAX_DATAGRAM)
def _cut(segment: int) -> list[tuple[int, int, bytes]]:
    """What tells the kernel where to cut."""
    return [(socket.IPPROTO_UDP, UDP_SEGMENT, _SEGMENT_SIZE.pack(segment))]


def random_ssrc() -> int:
    """RFC 3550 section 8.1; never 0, which some players take for none."""
    return int.from_bytes(os.urandom(4), "big") or 1


def random_first_index() -> int:
    """Where a stream's index starts: in the low half, so that a receiver guesses the rollover counter 0 rightly
    even if the first packets are lost (RFC 3711 section 3.3.1)."""
    return int.from_bytes(os.urandom(2), "big") & 0x7FFF or 1
