"""Packets as the relay hands them on, and the arithmetic of counters that wrap at 2^16 and 2^32 (RFC 3550)."""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct
from typing import Final, Literal

Kind = Literal["video", "audio"]

CLOCK_RATE: Final[dict[Kind, int]] = {"video": 90_000, "audio": 48_000}
"""RTP units per second: H.264 by RFC 6184 section 8.2.1, Opus by RFC 7587 section 4.1."""

MAX_DATAGRAM: Final = 1500
"""Bytes; longer ones were never sent by a media sender and do not fit pylibsrtp's buffer."""

SHORTEST_DATAGRAM: Final = 13
"""A DTLS record header (RFC 6347 section 4.1); every SRTP packet and STUN message is longer."""

_HEADER = Struct("!BBHLL")
_EXTENSION = Struct("!HH")


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet of an artist's sound or picture, decrypted, counters unwrapped; shared by all listeners.

    Packets come in the order of their arrival: a repaired one comes late, none comes twice. An empty payload is
    padding the sender used to probe its line; it carries nothing, but its sequence number is no gap.
    """

    kind: Kind
    take: int
    """Counts the publisher connections of a broadcast; each take has its own timestamps and sequence numbers."""
    sequence: int
    """Unwrapped: grows by one for each packet sent, never negative."""
    timestamp: int
    """Unwrapped, in RTP units (``CLOCK_RATE``), never negative."""
    marker: bool
    """Video: the last packet of its picture (RFC 6184 section 5.1)."""
    payload: bytes
    """H.264 as in RFC 6184 (single NAL unit, STAP-A, FU-A), or one Opus frame (RFC 7587)."""
    arrived: float
    """The relay's monotonic seconds."""
    keyframe: bool = False
    """This packet begins an IDR picture or carries its sequence parameter set."""


@dataclass(slots=True)
class Rtp:
    """The fields of an RTP packet as on the wire (RFC 3550 section 5.1), header extensions and padding apart."""

    payload_type: int
    marker: bool
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes
    profile: int = 0
    extension: bytes = b""


def read(data: bytes) -> Rtp | None:
    """The packet in ``data``, or None if it is not well formed."""
    if len(data) < 12:
        return None
    first, second, sequence, timestamp, ssrc = _HEADER.unpack_from(data)
    start, end = 12 + 4 * (first & 0x0F), len(data)
    profile, extension = 0, b""
    if first >> 6 != 2 or start > end:
        return None
    if first & 0x10:
        if start + 4 > end:
            return None
        profile, words = _EXTENSION.unpack_from(data, start)
        start += 4
        extension = data[start : start + 4 * words]
        start += 4 * words
        if start > end:
            return None
    if first & 0x20:
        padding = data[-1]
        if not 0 < padding <= end - start:
            return None
        end -= padding
    return Rtp(second & 0x7F, second > 127, sequence, timestamp, ssrc, data[start:end], profile, extension)


def element(rtp: Rtp, number: int) -> bytes | None:
    """The header extension element with that id (RFC 8285 section 4.2, one-byte form), or None."""
    if rtp.profile != 0xBEDE:
        return None
    data, at = rtp.extension, 0
    while at < len(data):
        found, length = data[at] >> 4, (data[at] & 0x0F) + 1
        if data[at] == 0:
            at += 1
            continue
        if found == 15:
            return None
        if found == number:
            value = data[at + 1 : at + 1 + length]
            return value if len(value) == length else None
        at += 1 + length
    return None


def nearest(value: int, reference: int, bits: int) -> int:
    """The number nearest to ``reference`` whose low ``bits`` bits are ``value``."""
    span = 1 << bits
    distance = (value - reference) & (span - 1)
    return reference + (distance if distance < span >> 1 else distance - span)


class Unwrapped:
    """A wrapping counter made to grow for ever. Starts one cycle up, so that stragglers are never negative."""

    __slots__ = ("_bits", "_last")

    def __init__(self, bits: int) -> None:
        self._bits = bits
        self._last: int | None = None

    def __call__(self, value: int) -> int:
        last = self._last
        if last is None:
            self._last = found = value + (1 << self._bits)
            return found
        found = nearest(value, last, self._bits)
        if found > last:
            self._last = found
        return found
