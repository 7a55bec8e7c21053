"""RTP as a sender needs it: payloads cut (RFC 6184), headers, sender reports, lost packets read (RFC 3550, 4585)."""

from collections.abc import Iterable, Iterator
from struct import pack, unpack_from

MAX_PAYLOAD = 1200  # bytes; with header and SRTP tag below every usual path's limit
SENDER_REPORT, SOURCE_DESCRIPTION, GOODBYE, TRANSPORT_FEEDBACK = 200, 202, 203, 205
STAP_A, FU_A = 24, 28


def payloads(units: Iterable[bytes]) -> list[bytes]:
    """NAL units as RTP payloads: small ones together (5.7.1), large ones in pieces (5.8)."""
    ready: list[bytes] = []
    together: list[bytes] = []
    for unit in units:
        if together and 1 + sum(2 + len(one) for one in [*together, unit]) > MAX_PAYLOAD:
            ready.append(aggregate(together))
            together = []
        if len(unit) > MAX_PAYLOAD:
            ready.extend(fragments(unit))
        else:
            together.append(unit)
    return [*ready, aggregate(together)] if together else ready


def aggregate(units: list[bytes]) -> bytes:
    if len(units) == 1:
        return units[0]
    importance = max(unit[0] & 0x60 for unit in units)
    return bytes([importance | STAP_A]) + b"".join(pack("!H", len(unit)) + unit for unit in units)


def fragments(unit: bytes) -> Iterator[bytes]:
    """Pieces of nearly equal size."""
    count = -(-(len(unit) - 1) // (MAX_PAYLOAD - 2))
    size = -(-(len(unit) - 1) // count)
    for number in range(count):
        edges = (0x80 if number == 0 else 0) | (0x40 if number == count - 1 else 0)
        piece = unit[1 + number * size : 1 + (number + 1) * size]
        yield bytes([unit[0] & 0x60 | FU_A, edges | unit[0] & 0x1F]) + piece


def packet(payload_type: int, sequence: int, timestamp: int, ssrc: int, payload: bytes, *, marker: bool) -> bytes:
    second = payload_type | (0x80 if marker else 0)
    return pack("!BBHII", 0x80, second, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc) + payload


def sender_report(ssrc: int, unix_time: float, timestamp: int, packets: int, octets: int, name: str) -> bytes:
    """A report that ties RTP time to the wall clock, and the canonical name that ties picture to sound (6.4.1, 6.5)."""
    ntp = int((unix_time + 2_208_988_800) * 2**32)
    mask = 0xFFFFFFFF
    counts = (timestamp & mask, packets & mask, octets & mask)
    report = pack("!BBHIQIII", 0x80, SENDER_REPORT, 6, ssrc, ntp & 0xFFFFFFFFFFFFFFFF, *counts)
    chunk = pack("!IBB", ssrc, 1, len(name)) + name.encode()
    chunk += bytes(4 - len(chunk) % 4)
    return report + pack("!BBH", 0x81, SOURCE_DESCRIPTION, len(chunk) // 4) + chunk


def goodbye(ssrcs: list[int]) -> bytes:
    """An empty receiver report, as a compound packet must begin, and BYE (6.6)."""
    report = pack("!BBHI", 0x80, 201, 1, ssrcs[0])
    return report + pack(f"!BBH{len(ssrcs)}I", 0x80 | len(ssrcs), GOODBYE, len(ssrcs), *ssrcs)


def lost_packets(compound: bytes) -> Iterator[tuple[int, int]]:
    """SSRC and sequence number of every packet that generic NACKs ask for (RFC 4585, 6.2.1)."""
    at = 0
    while at + 4 <= len(compound):
        first, kind, words = unpack_from("!BBH", compound, at)
        end = at + 4 + 4 * words
        if first >> 6 != 2 or end > len(compound):
            return
        if (kind, first & 0x1F) == (TRANSPORT_FEEDBACK, 1) and words >= 3:
            (ssrc,) = unpack_from("!I", compound, at + 8)
            for place in range(at + 12, end, 4):
                base, following = unpack_from("!HH", compound, place)
                yield ssrc, base
                yield from ((ssrc, base + 1 + bit & 0xFFFF) for bit in range(16) if following >> bit & 1)
        at = end
