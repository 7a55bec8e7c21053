"""What the tests of the artists share: tapes instead of lines, decoders, pieces of pictures."""

from dataclasses import dataclass, field
from struct import unpack_from

import av

from streaming.artists.whip_client import Track

START = b"\0\0\0\1"


@dataclass
class Tape:
    """Stands where a session stands, and keeps the packets instead of sending them."""

    video: Track = field(default_factory=lambda: Track(96))
    audio: Track = field(default_factory=lambda: Track(111))
    packets: list[bytes] = field(default_factory=list)
    reports: list[tuple[float, int, int]] = field(default_factory=list)

    @property
    def line(self):
        return self

    def send(self, packet: bytes) -> bytes:
        self.packets.append(packet)
        return packet

    def report(self, unix_time: float, video_time: int, audio_time: int) -> None:
        self.reports.append((unix_time, video_time, audio_time))

    def of(self, track: Track) -> list[tuple[int, int, bool, bytes]]:
        """Sequence number and time since the beginning, marker, payload of each of the track's packets."""
        read = [(*unpack_from("!xBHII", packet), packet[12:]) for packet in self.packets]
        return [
            (sequence, (time - track.base) % 2**32, bool(kind & 0x80), payload)
            for kind, sequence, time, ssrc, payload in read
            if ssrc == track.ssrc
        ]

    def pictures(self) -> list[bytes]:
        """Access units, put together again at the markers."""
        units, ready = b"", []
        for _, _, marker, payload in self.of(self.video):
            units += b"".join(depacketised(payload))
            if marker:
                ready.append(units)
                units = b""
        return ready


def depacketised(payload: bytes) -> list[bytes]:
    """RFC 6184: single NAL units, STAP-A, FU-A; as pieces of a byte stream."""
    kind = payload[0] & 0x1F
    if kind == 28:
        is_first = payload[1] & 0x80
        return [START + bytes([payload[0] & 0xE0 | payload[1] & 0x1F]) + payload[2:]] if is_first else [payload[2:]]
    if kind != 24:
        return [START + payload]
    units, at = [], 1
    while at < len(payload):
        (length,) = unpack_from("!H", payload, at)
        units.append(START + payload[at + 2 : at + 2 + length])
        at += 2 + length
    return units


def decode(pictures: list[bytes]) -> list[av.VideoFrame]:
    """Every picture, strictly: a damaged one raises."""
    decoder = av.CodecContext.create("h264", "r")
    decoder.options = {"err_detect": "explode"}
    frames = [frame for picture in pictures for frame in decoder.decode(av.Packet(picture))]
    return frames + decoder.decode(None)


def lines(frame: av.VideoFrame, first: int, end: int) -> list[bytes]:
    """Some lines of a picture, plane by plane."""
    return [
        b"".join(
            bytes(plane)[y * plane.line_size : y * plane.line_size + plane.width]
            for y in range(first // scale, end // scale)
        )
        for plane, scale in zip(frame.planes, (1, 2, 2), strict=True)
    ]
