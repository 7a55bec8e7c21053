"""Sound or picture towards one viewer: one stream of its own numbers and times, whatever source feeds it."""

from __future__ import annotations

from .answer import Source
from .clock import Line as ClockLine
from .engine import Sending, Stream, random_first_index, random_ssrc
from .layer import Part
from .offer import Codec
from .packet import CLOCK_RATE, Kind, Packet
from .renumber import Numbering


class Track:
    """Sound or picture towards one viewer: its stream goes on over takes and hops."""

    __slots__ = (
        "base", "codec", "kind", "line", "newest", "numbering", "octets", "packets", "rate", "rtx_top", "source",
        "stream", "top",
    )  # fmt: skip

    def __init__(self, kind: Kind, codec: Codec) -> None:
        self.kind = kind
        self.codec = codec
        self.rate = CLOCK_RATE[kind]
        self.source = Source(random_ssrc(), random_ssrc() if codec.rtx is not None else None)
        self.base = random_ssrc()
        self.top = random_first_index()
        """The highest index used."""
        self.rtx_top = random_first_index()
        self.newest: int | None = None
        """The highest timestamp sent."""
        self.numbering: Numbering | None = None
        """None while waiting: for the first packet, or for a keyframe."""
        self.stream = Stream(0, 0, 0, 0)
        """What the numbering comes to from its live edge on."""
        self.line: ClockLine | None = None
        self.packets = self.octets = 0

    def begin(self, numbering: Numbering) -> Numbering:
        self.numbering = numbering
        step = numbering.index - numbering.first
        self.stream = Stream(self.codec.payload_type, self.source.ssrc, step, numbering.offset)
        return numbering

    def wait(self) -> None:
        """Nothing more is sent until there is a new beginning."""
        self.numbering = None

    def take(self, part: Part) -> Stream | None:
        """How to send the part, which then counts as sent; None unless all of it is after the beginning, and none of it
        before the live edge."""
        numbering = self.numbering
        _, _, first, top, oldest, newest, packets, octets, _ = part
        if numbering is None or first < numbering.first or oldest < numbering.edge:
            return None
        self.packets += packets
        self.octets += octets
        _, _, index_step, time_step = stream = self.stream
        if top + index_step > self.top:
            self.top = top + index_step
        if self.newest is None or newest + time_step > self.newest:
            self.newest = newest + time_step
        return stream

    def place(self) -> float | None:
        """Where the track stands now against its source, in seconds."""
        if self.numbering is None or self.line is None:
            return None
        return (self.numbering.offset - self.base) / self.rate - self.line.place(self.line.newest)

    def sending(self, packet: Packet, numbering: Numbering) -> Sending:
        payload_type = self.codec.payload_type | (0x80 if packet.marker else 0)
        index, timestamp = numbering.index_of(packet.sequence), numbering.timestamp_of(packet.timestamp)
        return Sending(payload_type, self.source.ssrc, index, timestamp, packet.payload)

    def again(self, sent: Sending) -> Sending:
        """A packet sent before, as a retransmission (RFC 4588 section 4), or for players without those as the very
        same packet: same index, so same bytes."""
        if self.codec.rtx is None or self.source.rtx is None:
            return sent
        self.rtx_top += 1
        original = (sent.packet_index & 0xFFFF).to_bytes(2, "big")
        payload_type = self.codec.rtx | (sent.payload_type & 0x80)
        return Sending(payload_type, self.source.rtx, self.rtx_top, sent.timestamp, original + sent.payload)
