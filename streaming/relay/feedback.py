"""RTCP in our words: what others report and ask, and what we report and ask (RFC 3550 section 6, RFC 4585).

Reading never raises: what is not well formed is nothing. The reporters are pure:
they keep counts and are told the time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from struct import pack

from aiortc import rtp
from aiortc.rate import RemoteBitrateEstimator

from .packet import nearest

NTP_1970 = 2_208_988_800
"""Seconds from 1900, where NTP begins, to 1970 (RFC 868)."""


def ntp(wall_clock: float) -> int:
    """64-bit NTP time: seconds and fractions of 2^-32 (RFC 3550 section 4)."""
    return int((wall_clock + NTP_1970) * (1 << 32)) & 0xFFFFFFFFFFFFFFFF


def middle(ntp_time: int) -> int:
    """The middle 32 bits, as reports repeat them (RFC 3550 section 6.4.1, LSR)."""
    return (ntp_time >> 16) & 0xFFFFFFFF


# --- what others tell us ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SenderReport:
    ssrc: int
    ntp: int
    timestamp: int


@dataclass(frozen=True)
class ReceptionReport:
    """How one of our streams arrives (RFC 3550 section 6.4.1)."""

    ssrc: int
    packets_lost: int
    """So far, by the count of whoever reports; may be negative where packets came twice."""
    highest_sequence: int
    """Extended: with a count of the wraps above the sixteen bits."""
    last_report: int = 0
    """The middle 32 bits of our report's NTP time that it has last heard; 0 for none yet ..."""
    since_then: int = 0
    """... and how long that was ago, in units of 2^-16 seconds."""


@dataclass(frozen=True)
class Nack:
    """These sequence numbers are missing, please send them again (RFC 4585 section 6.2.1)."""

    ssrc: int
    lost: tuple[int, ...]


@dataclass(frozen=True)
class PictureRequest:
    """Picture loss indication or full intra request (RFC 4585 section 6.3.1, RFC 5104 section 4.3.1)."""


@dataclass(frozen=True)
class BitrateLimit:
    """REMB: as much as the line carries (draft-alvestrand-rmcat-remb-03)."""

    bits_per_second: int


Report = SenderReport | ReceptionReport | Nack | PictureRequest | BitrateLimit


def read_reports(data: bytes) -> list[Report]:
    """What a compound RTCP packet says, in order; an unreadable one says nothing."""
    try:
        return [report for packet in rtp.RtcpPacket.parse(data) for report in _said(packet)]
    except Exception:  # struct.error and ValueError from whatever strangeness an authenticated sender may send
        return []


def _said(packet: rtp.AnyRtcpPacket) -> Iterator[Report]:
    if isinstance(packet, rtp.RtcpSrPacket):
        yield SenderReport(packet.ssrc, packet.sender_info.ntp_timestamp, packet.sender_info.rtp_timestamp)
    if isinstance(packet, rtp.RtcpSrPacket | rtp.RtcpRrPacket):
        for block in packet.reports:
            yield ReceptionReport(block.ssrc, block.packets_lost, block.highest_sequence, block.lsr, block.dlsr)
    elif isinstance(packet, rtp.RtcpRtpfbPacket) and packet.fmt == rtp.RTCP_RTPFB_NACK:
        yield Nack(packet.media_ssrc, tuple(number & 0xFFFF for number in packet.lost))
    elif isinstance(packet, rtp.RtcpPsfbPacket) and packet.fmt in (rtp.RTCP_PSFB_PLI, rtp.RTCP_PSFB_FIR):
        yield PictureRequest()
    elif isinstance(packet, rtp.RtcpPsfbPacket) and packet.fmt == rtp.RTCP_PSFB_APP:
        yield BitrateLimit(rtp.unpack_remb_fci(packet.fci)[0])


def round_trip(report: ReceptionReport, wall_clock: float) -> float | None:
    """Seconds from us to them and back (RFC 3550 section 6.4.1); None if that report of ours has not come to them, or
    the figures are nonsense."""
    if not report.last_report:
        return None
    units = (middle(ntp(wall_clock)) - report.last_report - report.since_then) & 0xFFFFFFFF
    return units / 65536 if units < 60 << 16 else None


# --- what we tell others ------------------------------------------------------------------------------------------


def nack(ours: int, ssrc: int, lost: Sequence[int]) -> bytes:
    """Ask for packets again, by unwrapped numbers in ascending order: a number and a bitmap of the sixteen after it
    (RFC 4585 section 6.2.1; aiortc's own writer fails where the numbers wrap)."""
    entries: list[list[int]] = []
    for number in lost:
        if entries and number - entries[-1][0] <= 16:
            entries[-1][1] |= 1 << (number - entries[-1][0] - 1)
        else:
            entries.append([number, 0])
    body = pack("!LL", ours, ssrc) + b"".join(pack("!HH", first & 0xFFFF, bitmap) for first, bitmap in entries)
    return rtp.pack_rtcp_packet(rtp.RTCP_RTPFB, rtp.RTCP_RTPFB_NACK, body)


def picture_request(ours: int, ssrc: int) -> bytes:
    return bytes(rtp.RtcpPsfbPacket(fmt=rtp.RTCP_PSFB_PLI, ssrc=ours, media_ssrc=ssrc))


def bitrate_limit(ours: int, bits_per_second: int, ssrcs: Sequence[int]) -> bytes:
    fci = rtp.pack_remb_fci(bits_per_second, list(ssrcs))
    return bytes(rtp.RtcpPsfbPacket(fmt=rtp.RTCP_PSFB_APP, ssrc=ours, media_ssrc=0, fci=fci))


def receiver_report(ours: int, blocks: Sequence[rtp.RtcpReceiverInfo]) -> bytes:
    return bytes(rtp.RtcpRrPacket(ssrc=ours, reports=list(blocks)))


_NAME = b"\x01\x05stage\x00"
"""A chunk's item: canonical name (RFC 3550 section 6.5.1), and the end of the list."""


def sender_report(ssrc: int, wall_clock: float, timestamp: int, packets: int, octets: int) -> bytes:
    """What our stream's timestamp is at this moment, and our name (RFC 3550 sections 6.4.1 and 6.5). Written here and
    not by aiortc: every viewer gets two of them a second."""
    counts = timestamp & 0xFFFFFFFF, packets & 0xFFFFFFFF, octets & 0xFFFFFFFF
    report = pack("!BBHLQLLL", 0x80, rtp.RTCP_SR, 6, ssrc, ntp(wall_clock), *counts)
    return report + pack("!BBHL", 0x81, rtp.RTCP_SDES, 3, ssrc) + _NAME


class Reception:
    """Counts how one source arrives, for receiver reports (RFC 3550 appendix A.3 and A.8)."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._first: int | None = None
        self._highest = 0
        self.received = 0
        self._jitter = 0.0
        self._transit: float | None = None
        self._before = (0, 0)
        self._report: tuple[int, float] | None = None

    def heard(self, sequence: int, timestamp: int, arrived: float) -> None:
        if self._first is None:
            self._first = self._highest = sequence
        if sequence > self._highest:
            self._highest = sequence
        self.received += 1
        transit = arrived * self._rate - timestamp
        if self._transit is not None:
            self._jitter += (abs(transit - self._transit) - self._jitter) / 16
        self._transit = transit

    def reported(self, ntp_time: int, arrived: float) -> None:
        self._report = (middle(ntp_time), arrived)

    @property
    def expected(self) -> int:
        return 0 if self._first is None else self._highest - self._first + 1

    @property
    def lost(self) -> int:
        return max(0, self.expected - self.received)

    def block(self, ssrc: int, now: float) -> rtp.RtcpReceiverInfo:
        expected, received = self.expected - self._before[0], self.received - self._before[1]
        self._before = (self.expected, self.received)
        fraction = max(0, (expected - received) * 256 // expected) if expected > 0 else 0
        return rtp.RtcpReceiverInfo(
            ssrc=ssrc,
            fraction_lost=min(255, fraction),
            packets_lost=rtp.clamp_packets_lost(self.lost),
            highest_sequence=self._highest & 0xFFFFFFFF,
            jitter=int(self._jitter) & 0xFFFFFFFF,
            lsr=self._report[0] if self._report else 0,
            dlsr=min(0xFFFFFFFF, int((now - self._report[1]) * 65536)) if self._report else 0,
        )


# --- what is missing from an artist -------------------------------------------------------------------------------


@dataclass(slots=True)
class _Hole:
    since: float
    asked_at: float | None = None
    asked: int = 0


class Holes:
    """Which sequence numbers are missing, and when to ask for them again. Also finds what comes twice: a number that
    is neither new nor missing was here before."""

    RETRY = 0.06
    """Seconds between two requests for one packet; more than a round trip on most lines."""
    TRIES = 10
    LIMIT = 250
    """Holes kept, as many as one request can name; a longer gap is not worth mending, a new picture is asked for."""

    def __init__(self) -> None:
        self._highest: int | None = None
        self._missing: dict[int, _Hole] = {}
        self.given_up = 0

    def take(self, sequence: int, now: float) -> bool:
        """Whether this packet is new; False for one that was here before or is too old to tell."""
        highest = self._highest
        if highest is None or sequence == highest + 1:
            self._highest = sequence
            return True
        if sequence <= highest:
            return self._missing.pop(sequence, None) is not None
        gap = range(highest + 1, sequence)
        self.given_up += max(0, len(gap) - self.LIMIT)
        self._missing.update((number, _Hole(now)) for number in gap[-self.LIMIT :])
        self._highest = sequence
        while len(self._missing) > self.LIMIT:
            del self._missing[next(iter(self._missing))]
            self.given_up += 1
        return True

    @property
    def are_open(self) -> bool:
        return bool(self._missing)

    def due(self, now: float) -> list[int]:
        """The numbers to ask for now; those asked for often enough are given up."""
        asked = []
        for number, hole in list(self._missing.items()):
            if hole.asked_at is not None and now - hole.asked_at < self.RETRY:
                continue
            if hole.asked >= self.TRIES:
                del self._missing[number]
                self.given_up += 1
                continue
            hole.asked, hole.asked_at = hole.asked + 1, now
            asked.append(number)
        return asked

    def forget(self, before: float) -> None:
        """Give up what is missing since before that time; for tracks nobody asks again for."""
        late = [number for number, hole in self._missing.items() if hole.since < before]
        self.given_up += len(late)
        for number in late:
            del self._missing[number]


# --- transport-wide feedback --------------------------------------------------------------------------------------


class TransportFeedback:
    """When each packet of a connection came, all tracks together, so that the sender can find its line's capacity
    (draft-holmer-rmcat-transport-wide-cc-extensions-01). Without it Chromium stays near 300 kbit/s."""

    MAX_STATUSES = 500
    """Packets told of in one feedback, so that it fits a datagram; a jump beyond that begins anew."""

    def __init__(self) -> None:
        self._arrivals: dict[int, float] = {}
        self._next: int | None = None
        self._count = 0

    def heard(self, number: int, arrived: float) -> None:
        """A packet with this 16-bit transport-wide number came."""
        reference = self._next if self._next is not None else number + (1 << 16)
        found = nearest(number, reference, 16)
        if abs(found - reference) > self.MAX_STATUSES or len(self._arrivals) >= self.MAX_STATUSES:
            self._arrivals.clear()
            self._next = None
        if self._next is None:
            self._next = found
        self._arrivals.setdefault(found, arrived)

    def due(self, ours: int, ssrc: int) -> bytes | None:
        """The feedback about all packets since the last one, or None if none came."""
        if not self._arrivals or self._next is None:
            return None
        base = min(self._next, min(self._arrivals))
        statuses = [self._arrivals.get(number) for number in range(base, max(self._arrivals) + 1)]
        self._next = max(self._arrivals) + 1
        self._arrivals.clear()
        self._count = (self._count + 1) & 0xFF
        return transport_feedback(ours, ssrc, base, statuses, (self._count - 1) & 0xFF)


def transport_feedback(ours: int, ssrc: int, base: int, arrivals: Sequence[float | None], count: int) -> bytes:
    """Feedback about the packets from number ``base`` on; None stands for one that did not come (section 3.1).

    Times are told in steps of 250 us, each from the one before; the reference in steps of 64 ms.
    """
    reference = int(next(time for time in arrivals if time is not None) / 0.064)
    symbols, deltas, clock = [], b"", reference * 256
    for position, arrived in enumerate(arrivals):
        if arrived is None:
            symbols.append(0)
            continue
        delta = round(arrived * 4000) - clock
        if not -0x8000 <= delta < 0x8000:
            # The feedback cannot say a step this long; what came after goes untold, which costs nothing.
            del symbols[position:]
            break
        clock += delta
        symbols.append(1 if 0 <= delta < 256 else 2)
        deltas += bytes([delta]) if 0 <= delta < 256 else pack("!h", delta)
    body = pack("!LLHHL", ours, ssrc, base & 0xFFFF, len(symbols), (reference & 0xFFFFFF) << 8 | count)
    body += b"".join(_chunks(symbols)) + deltas
    return _with_padding(15, rtp.RTCP_RTPFB, body)


def _chunks(symbols: Sequence[int]) -> Iterator[bytes]:
    """Runs of equal symbols where they are long, else seven two-bit symbols a chunk (sections 3.1.3 and 3.1.4)."""
    at = 0
    while at < len(symbols):
        run = at
        while run < len(symbols) and symbols[run] == symbols[at] and run - at < 0x1FFF:
            run += 1
        if run - at >= 7 or run == len(symbols):
            yield pack("!H", symbols[at] << 13 | (run - at))
            at = run
            continue
        vector = 0b11
        for symbol in [*symbols[at : at + 7], *[0] * 7][:7]:
            vector = vector << 2 | symbol
        yield pack("!H", vector)
        at += 7


def _with_padding(fmt: int, packet_type: int, body: bytes) -> bytes:
    """An RTCP packet filled up to 32 bits; the last byte says by how much (RFC 3550 section 6.4.1)."""
    padding = -len(body) % 4
    if padding:
        body += bytes(padding - 1) + bytes([padding])
    return pack("!BBH", 0x80 | (0x20 if padding else 0) | fmt, packet_type, len(body) // 4) + body


# --- for artists without it ---------------------------------------------------------------------------------------


@dataclass
class BitrateEstimate:
    """How much an artist's line carries, by the time each packet was sent; for senders without transport-wide feedback
    (aiortc's estimator; draft-alvestrand-rmcat-remb-03)."""

    limit: int
    _estimator: RemoteBitrateEstimator = field(default_factory=RemoteBitrateEstimator)
    _found: int | None = None

    def heard(self, abs_send_time: int, size: int, ssrc: int, arrived: float) -> None:
        estimate = self._estimator.add(
            abs_send_time=abs_send_time, arrival_time_ms=int(arrived * 1000), payload_size=size, ssrc=ssrc
        )
        if estimate is not None:
            self._found = int(estimate[0])

    def due(self, ours: int, ssrcs: Sequence[int]) -> bytes | None:
        if self._found is None:
            return None
        found, self._found = min(self._found, self.limit), None
        return bitrate_limit(ours, found, ssrcs)
