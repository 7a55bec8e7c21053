"""A viewer: renumbers, sends, sends again on request; may hop to another stage in the same session."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .broadcast import Broadcast
from .clock import Line as ClockLine
from .congestion import Line
from .crowd import place_of
from .engine import Outlet, Sending
from .feedback import BitrateLimit, Nack, PictureRequest, ReceptionReport, read_reports, round_trip, sender_report
from .hurry import Hurry
from .layer import BURST, PAUSE, Batch, Part
from .offer import PLAYOUT_DELAY, Offer
from .packet import CLOCK_RATE, Kind, Packet, nearest
from .peer import House, Peer
from .renumber import Numbering, squeezed
from .stun import Address
from .track import Track

YOUNG_ENOUGH_TO_JOIN = 3.0
YOUNG_ENOUGH_TO_HOP = 1.0
"""Seconds: with an older keyframe the pictures since are too many to catch up with, and a new one is asked for."""

QUEUE = 2048
"""Packets that may wait for one viewer; beyond, its picture stops until the next keyframe."""

REPEATS_PER_SECOND = 500
"""Packets sent again to one viewer, so that nobody turns small requests into a flood."""

PICTURE_REQUESTS_APART = 1.0


@dataclass(frozen=True)
class ViewerStats:
    connected: bool
    picture: bool
    """The picture is sent; else sound alone."""
    packets: int
    bytes: int
    repeated: int
    """Packets sent again on request."""
    fraction_lost: float
    """Of the picture, or of sound alone, lately, by the viewer's reports; 0 to 1."""
    limit: int | None
    """Bits per second the viewer's line carries, by its own estimate."""


class Viewer(Peer):
    """One session of somebody in the audience of one broadcast at a time."""

    def __init__(
        self,
        broadcast: Broadcast,
        offer: Offer,
        house: House,
        on_change: Callable[[Any], None] | None = None,
        *,
        find: Callable[[str], Broadcast],
    ) -> None:
        super().__init__(broadcast.stage, offer, house, on_change)
        self._broadcast = broadcast
        self._find = find
        self.wanted = True
        """The viewer wants the picture."""
        self.on_line: Callable[[Viewer], None] | None = None
        """Called when ``picture`` or ``wanted`` has changed."""
        self.place = ""
        """Where it connected from, see ``crowd``."""
        self._tracks: dict[Kind, Track] = {}
        for kind in CLOCK_RATE:
            if codec := offer.codec(kind):
                self._tracks[kind] = Track(kind, codec)
        self._outlet: Outlet | None = None
        self._queue: deque[Packet] = deque()
        self._pause: asyncio.TimerHandle | None = None
        self._hurry: Hurry | None = None
        """The viewer has just hopped."""
        self._take = 0
        self._shift = -self.began
        """Seconds from the relay's monotonic time to this viewer's time line; one for sound and picture."""
        self._repeats_left, self._repeats_at = float(REPEATS_PER_SECOND), self.began
        self._picture_requested_at = 0.0
        self._repeated = 0
        self._limit: int | None = None
        self._line = Line(self.began)
        self._octets, self._octets_at, self._rate = 0, self.began, 0.0
        """For the bits per second that were sent lately."""
        self.answer = self._write_answer({kind: track.source for kind, track in self._tracks.items()})

    # --- where the viewer is --------------------------------------------------------------------------------------

    def connected(self) -> None:
        assert self.keys is not None and self.address is not None
        place = place_of(self.address)
        if self._house.is_crowded(place):
            self._house.port.counts["crowd"] += 1
            self.close("crowd")
            return
        self.place = place
        self._outlet = Outlet(self.keys, self.address)
        self._attend(YOUNG_ENOUGH_TO_JOIN)

    def called(self, address: Address) -> None:
        """A stream follows only to where somebody answers. The address of a datagram is easily forged, and a hundred
        bytes would send a whole stage to whoever really lives there."""
        if self.remote_password:
            self._house.port.ask(self, address, self._house.monotonic())

    def moved(self, address: Address) -> None:
        if self._outlet is not None:
            self._outlet.address = address

    def closed(self) -> None:
        self._broadcast.layer.unseat(self)
        self._queue.clear()
        if self._pause is not None:
            self._pause.cancel()

    def leave(self) -> None:
        self.close("ended")

    def hop(self, stage: str) -> None:
        """Watch another stage in the same session. Nothing of the old one is sent after this call.

        Raises NotOnAir if that stage has no broadcast; the viewer then stays where it is.
        """
        broadcast = self._find(stage)
        if broadcast is self._broadcast:
            return
        self._broadcast.layer.unseat(self)
        self._broadcast, self.stage = broadcast, stage
        video = self._offer.section("video")
        if self.picture and video and (number := video.extension(PLAYOUT_DELAY)):
            self._hurry = Hurry(number, self._house.monotonic())
        if self.state == "connected":
            self._attend(YOUNG_ENOUGH_TO_HOP)

    def _attend(self, age: float) -> None:
        """Listen to the present broadcast: sound from now on, the picture from its last keyframe if that is young."""
        self._turn_to(self._broadcast.source)
        self._queue.clear()
        coming = self._broadcast.seat(self)
        video = self._tracks.get("video")
        if video is None or not self.picture:
            return
        kept = self._broadcast.since_keyframe(self._house.monotonic() - age)
        if not kept:
            self._broadcast.want_picture()
        elif burst := [packet for packet in kept if packet.sequence not in coming]:
            self._number_burst(video, burst)
            self._queue.extend(burst)
            self._house.dirty(self)

    # --- picture or sound alone -----------------------------------------------------------------------------------

    @property
    def picture(self) -> bool:
        """The picture is sent: it is wanted, and the line carries it."""
        return self.wanted and self._line.picture

    def choose_picture(self, wanted: bool) -> None:
        """The viewer wants the picture, or sound alone."""
        before, self.wanted = self.picture, wanted
        self._change_picture(before)

    def _change_picture(self, before: bool) -> None:
        video = self._tracks.get("video")
        if self.picture != before and video is not None:
            self._broadcast.layer_changes += 1
            self.skip_to_next_keyframe()
            if self.picture:
                self._broadcast.want_picture()
        if self.on_line is not None:
            self.on_line(self)

    def _judge_line(self, before: bool) -> None:
        """After a report, and once a second: draw the consequence."""
        if self.picture != before:
            self._change_picture(before)

    # --- numbering ------------------------------------------------------------------------------------------------

    def _turn_to(self, take: int) -> None:
        """Another source from here on. Our time line stays as it stands now: a source's clock may have run ahead of
        ours for hours, and no player likes to jump back."""
        places = [self._tracks[kind].place() for kind in ("audio", "video") if kind in self._tracks]
        self._shift = next((place for place in places if place is not None), self._shift)
        self._take = take
        for track in self._tracks.values():
            track.wait()
            track.line = None

    def _offset(self, track: Track, line: ClockLine, timestamp: int) -> int:
        """What maps the source's timestamps to our time line, never back behind what was sent."""
        offset = round((line.place(timestamp) + self._shift) * track.rate) + track.base
        return offset if track.newest is None else max(offset, track.newest + 1 - timestamp)

    def _number(self, track: Track, packet: Packet) -> Numbering | None:
        """Begin with this packet, if one can begin with it."""
        if track.kind == "video" and not (packet.keyframe and self.picture):
            return None
        track.line = self._broadcast.clock.line(packet.take, packet.kind)
        offset = self._offset(track, track.line, packet.timestamp)
        return track.begin(Numbering(packet.sequence, track.top + 1, offset))

    def _number_burst(self, track: Track, kept: list[Packet]) -> None:
        line = track.line = self._broadcast.clock.line(kept[0].take, "video")
        edge = max(packet.timestamp for packet in kept)
        offset = round((line.place(edge) + self._shift) * track.rate) + track.base
        track.begin(
            squeezed(
                first=kept[0].sequence,
                index=track.top + 1,
                start=min(packet.timestamp for packet in kept),
                edge=edge,
                edge_out=edge + offset,
                after=track.newest,
            )
        )

    # --- sending --------------------------------------------------------------------------------------------------

    def take(self, batch: Batch) -> None:
        """What everybody in the layer gets: at once if this viewer is in step, else after what it still has to get."""
        outlet = self._outlet
        if outlet is None:
            return
        hurries = self._hurry and self.picture and batch.parts[0].kind == "video"
        if self._queue or batch.take != self._take or hurries:
            self._catch_up(batch.packets)
            return
        for part in batch.parts:
            track = self._tracks.get(part.kind)
            if track is None:
                continue
            stream = track.take(part)
            if stream is not None:
                self._house.engine.send_runs(outlet, stream, part.runs)
            elif track.numbering is not None or self._may_begin_with(part):
                self._catch_up(packet for packet in batch.packets if packet.kind == part.kind)

    def _may_begin_with(self, part: Part) -> bool:
        return part.kind == "audio" or (part.keyframe and self.picture)

    def _catch_up(self, packets: Iterable[Packet]) -> None:
        if len(self._queue) >= QUEUE:
            self.skip_to_next_keyframe()
        if not self._queue:
            self._house.dirty(self)
        self._queue.extend(packet for packet in packets if packet.kind in self._tracks)

    def skip_to_next_keyframe(self) -> None:
        """Of the picture, nothing more of what waits; of the sound as much as may wait."""
        self._queue = deque((packet for packet in self._queue if packet.kind == "audio"), QUEUE // 2)
        if video := self._tracks.get("video"):
            video.wait()

    def flush(self) -> None:
        """Send what waits, as much as one stretch allows."""
        if self._outlet is None or self._pause is not None:
            return
        batch, first_of = [], []
        for _ in range(min(BURST, len(self._queue))):
            packet = self._queue.popleft()
            track = self._tracks[packet.kind]
            if packet.take != self._take:
                self._turn_to(packet.take)
            numbering = track.numbering
            if numbering is None and (numbering := self._number(track, packet)):
                first_of.append(track)
            if numbering is None or packet.sequence < numbering.first:
                continue
            sending = track.sending(packet, numbering)
            if self._hurry and packet.kind == "video":
                sending = sending._replace(extension=self._hurried(self._hurry, packet))
            track.packets += 1
            track.octets += len(sending.payload)
            if sending.packet_index > track.top:
                track.top = sending.packet_index
            if track.newest is None or sending.timestamp > track.newest:
                track.newest = sending.timestamp
            batch.append(sending)
        if batch:
            self._house.engine.send(self._outlet, batch)
        if first_of:
            self._report(first_of)
        if self._queue:
            self._pause = asyncio.get_running_loop().call_later(PAUSE, self._go_on)

    def _hurried(self, hurry: Hurry, packet: Packet) -> bytes:
        extension = hurry.extension(self._house.monotonic(), packet.marker)
        if hurry.is_over:
            self._hurry = None
        return extension

    def _go_on(self) -> None:
        self._pause = None
        # Not at once: the pauses of a whole audience end in the same turn of the loop, and it has a limit per turn.
        self._house.dirty(self)

    def _report(self, tracks: Iterable[Track]) -> None:
        """Sender reports: what each track's timestamp is now. The first one goes with the first packet, so that sound
        and picture are in step from the first second (RFC 6051)."""
        now, wall_clock = self._house.monotonic(), self._house.wall_clock()
        reports = []
        for track in tracks:
            if track.numbering is not None and track.line is not None:
                timestamp = round(track.line.timestamp_at(now)) + track.numbering.offset
                reports.append(sender_report(track.source.ssrc, wall_clock, timestamp, track.packets, track.octets))
        if reports:
            self.send_rtcp(b"".join(reports))

    def tick(self, now: float) -> None:
        """Called once a second."""
        if self.state != "connected":
            return
        self._report(self._tracks.values())
        before = self.picture
        self._line.look(now)
        self._judge_line(before)
        video = self._tracks.get("video")
        if video is not None and video.numbering is None and self.picture:
            self._broadcast.want_picture()
        octets = sum(track.octets for track in self._tracks.values())
        self._rate = 8 * (octets - self._octets) / max(now - self._octets_at, 0.1)
        self._octets, self._octets_at = octets, now

    # --- what the viewer says to us -------------------------------------------------------------------------------

    def take_rtp(self, data: bytes, size: int, now: float) -> None:
        self._house.port.counts["unasked"] += 1

    def take_rtcp(self, data: bytes, now: float) -> None:
        before = self.picture
        for report in read_reports(data):
            if isinstance(report, Nack):
                self._repeat(report, now)
            elif isinstance(report, PictureRequest):
                if now - self._picture_requested_at >= PICTURE_REQUESTS_APART:
                    self._picture_requested_at = now
                    self._broadcast.want_picture()
            elif isinstance(report, ReceptionReport):
                self._note_reception(report, now)
            elif isinstance(report, BitrateLimit):
                self._limit = report.bits_per_second
                self._line.estimated(report.bits_per_second, self._rate, now)
        self._judge_line(before)

    def _note_reception(self, report: ReceptionReport, now: float) -> None:
        """How the picture arrives, or the sound where there is no picture."""
        track = self._tracks.get("video" if self.picture and "video" in self._tracks else "audio")
        if track is not None and report.ssrc == track.source.ssrc:
            trip = round_trip(report, self._house.wall_clock())
            self._line.reported(report.packets_lost, report.highest_sequence, trip, now)

    def _repeat(self, request: Nack, now: float) -> None:
        track = self._tracks.get("video")
        if track is None or self._outlet is None or request.ssrc != track.source.ssrc:
            return
        self._repeats_left += (now - self._repeats_at) * REPEATS_PER_SECOND
        self._repeats_left, self._repeats_at = min(self._repeats_left, REPEATS_PER_SECOND), now
        batch = []
        for number in request.lost[: int(self._repeats_left)]:
            if sent := self._sent(track, number):
                batch.append(track.again(sent))
        self._repeats_left -= len(batch)
        self._repeated += len(batch)
        self._broadcast.repeated += len(batch)
        self._house.engine.send(self._outlet, batch)

    def _sent(self, track: Track, number: int) -> Sending | None:
        """The packet that went out under this 16-bit sequence number, if it is of the present source and still kept."""
        numbering = track.numbering
        index = nearest(number, track.top, 16)
        if numbering is None or not numbering.index <= index <= track.top or self._broadcast.source != self._take:
            return None
        packet = self._broadcast.recent.get(numbering.sequence_of(index))
        return track.sending(packet, numbering) if packet is not None else None

    def stats(self, now: float) -> ViewerStats:
        return ViewerStats(
            connected=self.state == "connected",
            picture=self.picture,
            packets=sum(track.packets for track in self._tracks.values()),
            bytes=sum(track.octets for track in self._tracks.values()),
            repeated=self._repeated,
            fraction_lost=self._line.fraction_lost,
            limit=self._limit,
        )
