"""A publisher: an artist's browser or encoder. Decrypts, mends, reports back, and hands packets to the broadcast."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from .broadcast import Broadcast
from .engine import random_ssrc
from .feedback import (
    BitrateEstimate,
    Holes,
    Reception,
    SenderReport,
    TransportFeedback,
    nack,
    picture_request,
    read_reports,
    receiver_report,
)
from .keyframe import begins_keyframe, begins_unit, has_b_slice, profile_level_id
from .offer import ABS_SEND_TIME, TRANSPORT_WIDE, Offer, Section
from .packet import CLOCK_RATE, Kind, Packet, Rtp, Unwrapped, element, nearest, read
from .peer import House, Peer
from .tcp import TcpAddress

log = logging.getLogger(__name__)

ARRIVING = 2.0
"""Seconds without a packet after which a track is no longer said to arrive."""

PATIENCE = 1.0
"""Seconds a straggler of a track without retransmission is waited for."""

TOO_RARE = 3.9
"""Seconds without a keyframe, though asked for one, after which the encoder is said to send too few. The artist is told
of it with the next report, once a second, and so within five. From then on it is, until a keyframe comes in time: with
one every four seconds the fault would else come and go with each."""

B_PICTURES_FORGIVEN = 10.0
"""Seconds after the last B-picture until the encoder is taken to be mended."""

Fault = Literal["b_frames", "keyframes"]
"""What an encoder does that viewers suffer from: B-pictures, or keyframes too rarely."""

SMALLEST_CHARGE = 200
"""Bytes a packet costs of the allowance at least, so that a flood of tiny ones is a flood."""


@dataclass(frozen=True)
class PublisherStats:
    connected: bool
    video: bool
    """Picture is arriving now."""
    audio: bool
    """Sound is arriving now."""
    picture_age: float | None
    """Seconds since the last whole picture; None before the first."""
    keyframe_age: float | None
    packets: int
    bytes: int
    lost: int
    """Packets that never came, after all repair."""
    repaired: int
    """Packets that came again on request."""
    over_cap: int
    """Packets thrown away because the stage exceeded its bitrate."""
    bitrate: int
    """Bits per second over the last second."""
    profile: str | None
    """H.264 profile-level-id of the stream itself, six hexadecimal digits."""
    path: Literal["udp", "tcp"] | None
    """By which way the artist is connected; None while it is not."""
    fault: Fault | None


class Allowance:
    """The stage's bitrate cap: a bucket that fills at the cap and holds one second of it.

    Once it is empty the picture stops until the next keyframe, since pictures with holes help nobody.
    """

    def __init__(self, bits_per_second: int, now: float) -> None:
        self._rate = bits_per_second / 8
        self._left = self._rate
        self._at = now
        self.choked = False

    def spend(self, size: int, kind: Kind, keyframe: bool, now: float) -> bool:
        """Whether this packet may pass."""
        left = self._left + (now - self._at) * self._rate
        self._left, self._at = left if left < self._rate else self._rate, now
        if keyframe and self._left > self._rate / 2:
            self.choked = False
        if size < SMALLEST_CHARGE:
            size = SMALLEST_CHARGE
        if size > self._left or (self.choked and kind == "video"):
            self.choked = self.choked or kind == "video"
            return False
        self._left -= size
        return True


class Track:
    """One sound or picture of an artist: its source, counters unwrapped, what is missing of it."""

    def __init__(self, kind: Kind, section: Section) -> None:
        assert section.codec is not None
        self.kind = kind
        self.codec = section.codec
        self.mends = "nack" in section.codec.feedback
        self.transport_wide = section.extension(TRANSPORT_WIDE)
        self.abs_send_time = section.extension(ABS_SEND_TIME)
        self.ssrc: int | None = None
        self.rtx_ssrc: int | None = None
        self.heard_at: float | None = None
        self.reception = Reception(CLOCK_RATE[kind])
        self.holes = Holes()
        self.sequence = Unwrapped(16)
        self.timestamp = Unwrapped(32)

    def is_own(self, rtp: Rtp, *, again: bool) -> bool:
        """One source per track and one for its retransmissions: the first heard. A second one is dropped, since two
        streams under one number would meet at the viewers with the same index."""
        if again:
            self.rtx_ssrc = rtp.ssrc if self.rtx_ssrc is None else self.rtx_ssrc
            return rtp.ssrc == self.rtx_ssrc
        self.ssrc = rtp.ssrc if self.ssrc is None else self.ssrc
        return rtp.ssrc == self.ssrc


class Publisher(Peer):
    """One connection of an artist, one take of the broadcast."""

    takes_tcp = True

    def __init__(
        self,
        broadcast: Broadcast,
        offer: Offer,
        house: House,
        on_change: Callable[[Any], None] | None = None,
    ) -> None:
        super().__init__(broadcast.stage, offer, house, on_change)
        self._broadcast = broadcast
        self._ssrc = random_ssrc()
        self._tracks: dict[Kind, Track] = {}
        self._by_payload: dict[int, tuple[Track, bool]] = {}
        for kind in CLOCK_RATE:
            if section := offer.section(kind):
                self._admit(Track(kind, section))
        self._transport = TransportFeedback()
        self._estimate = BitrateEstimate(house.cap_bps)
        self._allowance = Allowance(house.cap_bps, self.began)
        self._profile: str | None = None
        self._picture_at: float | None = None
        self._pictures_since: float | None = None
        """When they began to arrive, or did so again after a pause."""
        self._keyframes_are_rare = False
        self._b_picture_at: float | None = None
        self._packets = self._bytes = self._repaired = self._over_cap = 0
        self._second = (self.began, 0)
        self._bitrate = 0
        self._reported_at = 0.0
        self.take = broadcast.begin_take(self)
        self.answer = self._write_answer()

    def _admit(self, track: Track) -> None:
        self._tracks[track.kind] = track
        self._by_payload[track.codec.payload_type] = (track, False)
        if track.codec.rtx is not None:
            self._by_payload[track.codec.rtx] = (track, True)

    # --- media ----------------------------------------------------------------------------------------------------

    def take_rtp(self, data: bytes, size: int, now: float) -> None:
        rtp = read(data)
        track, again = self._by_payload.get(rtp.payload_type, (None, False)) if rtp else (None, False)
        if rtp is None or track is None:
            self._house.port.counts["unasked"] += 1
            return
        self._packets += 1
        self._bytes += size
        if not track.is_own(rtp, again=again):
            self._house.port.counts["second source"] += 1
            return
        self._note_arrival(track, rtp, size, now)
        if again and (len(rtp.payload) < 2 or track.ssrc is None):
            return  # padding to probe the line, on the stream for retransmissions
        if again:
            rtp.sequence = int.from_bytes(rtp.payload[:2], "big")  # RFC 4588 section 4
            rtp.payload = rtp.payload[2:]
        self._take_in(track, rtp, again=again, size=size, now=now)

    def _note_arrival(self, track: Track, rtp: Rtp, size: int, now: float) -> None:
        if track.transport_wide is not None:
            number = element(rtp, track.transport_wide)
            if number is not None and len(number) == 2:
                self._transport.heard(int.from_bytes(number, "big"), now)
        elif track.abs_send_time is not None:
            sent = element(rtp, track.abs_send_time)
            if sent is not None and len(sent) == 3:
                self._estimate.heard(int.from_bytes(sent, "big"), size, rtp.ssrc, now)

    def _take_in(self, track: Track, rtp: Rtp, *, again: bool, size: int, now: float) -> None:
        sequence, timestamp = track.sequence(rtp.sequence), track.timestamp(rtp.timestamp)
        if not track.holes.take(sequence, now):
            if not again:  # browsers repeat what came already to probe their line
                self._house.port.counts["twice"] += 1
            return
        track.heard_at = now
        self._repaired += again
        if track.mends and track.holes.are_open:
            self._house.dirty(self)
        if not again:
            track.reception.heard(sequence, timestamp, now)
        begins = track.kind == "video" and begins_unit(rtp.payload)
        keyframe = begins and begins_keyframe(rtp.payload)
        if not self._allowance.spend(size, track.kind, keyframe, now):
            self._over_cap += 1
            return
        if keyframe:
            self._profile = profile_level_id(rtp.payload) or self._profile
            self._keyframes_are_rare = self._keyframes_are_rare and self._broadcast.is_deaf
        if begins and has_b_slice(rtp.payload):
            self._b_picture_at = now
        if track.kind == "video":
            self._note_picture(rtp, now)
        self._broadcast.publish(
            Packet(track.kind, self.take, sequence, timestamp, rtp.marker, rtp.payload, now, keyframe)
        )

    def _note_picture(self, rtp: Rtp, now: float) -> None:
        if self._picture_at is None or now - self._picture_at >= ARRIVING:
            self._pictures_since = now
        if rtp.marker:
            self._picture_at = now

    # --- what we say to the artist --------------------------------------------------------------------------------

    def request_picture(self) -> bool:
        """Ask the encoder for a keyframe; False if there is no picture to ask for yet."""
        track = self._tracks.get("video")
        if self.state != "connected" or track is None or track.ssrc is None:
            return False
        self.send_rtcp(receiver_report(self._ssrc, []) + picture_request(self._ssrc, track.ssrc))
        return True

    def flush(self) -> None:
        """Ask for what is missing, once the datagrams at hand are read: those swapped by the way are no loss."""
        self._ask_again(self._house.monotonic())

    def _ask_again(self, now: float) -> None:
        for track in self._tracks.values():
            given_up = track.holes.given_up
            if not track.mends:
                track.holes.forget(now - PATIENCE)
            elif track.ssrc is not None and (lost := track.holes.due(now)):
                self.send_rtcp(receiver_report(self._ssrc, []) + nack(self._ssrc, track.ssrc, lost))
            if track.kind == "video" and track.holes.given_up > given_up:
                self._broadcast.want_picture()

    def tick(self, now: float) -> None:
        """Called twenty times a second: feedback about all packets, requests that are due."""
        if self.state != "connected":
            return
        self._ask_again(now)
        self._broadcast.ask_for_picture(now)
        self._keyframes_are_rare = self._keyframes_are_rare or self._misses_keyframes(now)
        ssrcs = [track.ssrc for track in self._tracks.values() if track.ssrc is not None]
        if ssrcs and (feedback := self._transport.due(self._ssrc, ssrcs[0])):
            self.send_rtcp(receiver_report(self._ssrc, []) + feedback)
        if now - self._reported_at >= 1:
            self._reported_at = now
            self._report(ssrcs, now)

    def _report(self, ssrcs: list[int], now: float) -> None:
        seconds = now - self._second[0]
        self._bitrate = int((self._bytes - self._second[1]) * 8 / seconds) if seconds > 0 else 0
        self._second = (now, self._bytes)
        blocks = [track.reception.block(track.ssrc, now) for track in self._tracks.values() if track.ssrc is not None]
        report = receiver_report(self._ssrc, blocks)
        if ssrcs and (limit := self._estimate.due(self._ssrc, ssrcs)):
            report += limit
        self.send_rtcp(report)

    # --- what the artist says to us -------------------------------------------------------------------------------

    def take_rtcp(self, data: bytes, now: float) -> None:
        for report in read_reports(data):
            if isinstance(report, SenderReport):
                self._note_clock(report, now)

    def _note_clock(self, report: SenderReport, now: float) -> None:
        for kind, track in self._tracks.items():
            line = self._broadcast.clock.take(self.take).lines.get(kind)
            if track.ssrc == report.ssrc and line is not None:
                track.reception.reported(report.ntp, now)
                timestamp = nearest(report.timestamp, line.newest, 32)
                self._broadcast.clock.take(self.take).reported(kind, timestamp, report.ntp / (1 << 32))

    @property
    def path(self) -> Literal["udp", "tcp"]:
        return "tcp" if isinstance(self.address, TcpAddress) else "udp"

    # --- the whole ------------------------------------------------------------------------------------------------

    def closed(self) -> None:
        if self._broadcast.publisher is self:
            self._broadcast.publisher = None

    def stats(self, now: float) -> PublisherStats:
        def arrives(kind: Kind) -> bool:
            track = self._tracks.get(kind)
            return track is not None and track.heard_at is not None and now - track.heard_at < ARRIVING

        keyframe_at = self._broadcast.keyframe_at if self._is_heard else None
        return PublisherStats(
            connected=self.state == "connected",
            video=arrives("video"),
            audio=arrives("audio"),
            picture_age=None if self._picture_at is None else now - self._picture_at,
            keyframe_age=None if keyframe_at is None else now - keyframe_at,
            packets=self._packets,
            bytes=self._bytes,
            lost=sum(track.holes.given_up for track in self._tracks.values()),
            repaired=self._repaired,
            over_cap=self._over_cap,
            bitrate=self._bitrate,
            profile=self._profile,
            path=None if self.state != "connected" else self.path,
            fault=self._fault(now),
        )

    @property
    def _is_heard(self) -> bool:
        """The broadcast's keyframes are ours."""
        return self._broadcast.publisher is self and not self._broadcast.is_standing_by

    def _fault(self, now: float) -> Fault | None:
        if self._b_picture_at is not None and now - self._b_picture_at < B_PICTURES_FORGIVEN:
            return "b_frames"
        rare = self._keyframes_are_rare or self._misses_keyframes(now)
        return "keyframes" if rare and self._is_heard and self._pictures_arrive(now) else None

    def _misses_keyframes(self, now: float) -> bool:
        """They should have come by now, while pictures did."""
        if not (self._is_heard and self._broadcast.is_deaf and self._pictures_arrive(now)):
            return False
        since = max(self._broadcast.keyframe_at or 0.0, self._pictures_since or now)
        return now - since > TOO_RARE

    def _pictures_arrive(self, now: float) -> bool:
        return self._picture_at is not None and now - self._picture_at < ARRIVING
