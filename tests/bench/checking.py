"""What a decrypting viewer heard, checked: that nothing is missing, and that every picture decodes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile, groupby, pairwise

import av
from aiortc.codecs.h264 import H264PayloadDescriptor

from streaming.artists import h264
from streaming.relay.packet import Rtp, Unwrapped


@dataclass(frozen=True)
class Heard:
    at: float
    rtp: Rtp


def in_order(heard: Iterable[Heard]) -> dict[int, Rtp]:
    """Packets by their unwrapped sequence number."""
    number = Unwrapped(16)
    return dict(sorted((number(one.rtp.sequence), one.rtp) for one in heard))


def missing(heard: Iterable[Heard]) -> int:
    numbers = list(in_order(heard))
    return sum(after - before - 1 for before, after in pairwise(numbers))


def pictures(heard: Iterable[Heard]) -> Iterator[bytes]:
    """Whole pictures as a decoder takes them; the last one may still be arriving and is left out."""
    for _, packets in groupby(in_order(heard).values(), key=lambda rtp: rtp.timestamp):
        parts = list(packets)
        if parts[-1].marker:
            yield b"".join(H264PayloadDescriptor.parse(part.payload)[1] for part in parts if part.payload)


def from_keyframe(whole: Iterable[bytes]) -> list[bytes]:
    """Without what a decoder cannot begin with; our encoder puts the parameters before each keyframe."""
    return list(dropwhile(lambda picture: not begins_with_parameters(picture), whole))


def begins_with_parameters(picture: bytes) -> bool:
    return any(h264.nal_type(unit) == h264.SPS for unit in h264.nal_units(picture)[:1])


def decoded(whole: Sequence[bytes]) -> int:
    """How many of the pictures a decoder shows."""
    codec = av.CodecContext.create("h264", "r")
    shown = 0
    for picture in [*whole, None]:
        try:
            shown += len(codec.decode(av.Packet(picture) if picture else None))
        except av.error.InvalidDataError:
            continue
    return shown


# --- a hop --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Hop:
    """When whole pictures came around a hop."""

    last_old: float
    first_new: float
    step: float
    """Seconds that the stream's own time went on meanwhile."""


def find_hop(heard: Sequence[Heard], parameters: bytes) -> Hop | None:
    """Around the first picture that begins with these sequence parameters; None while it is not whole."""
    begins = next((place for place, one in enumerate(heard) if parameters in one.rtp.payload), None)
    if not begins:
        return None
    timestamp, old = heard[begins].rtp.timestamp, heard[begins - 1]
    ends = next((one for one in heard[begins:] if one.rtp.marker and one.rtp.timestamp == timestamp), None)
    return ends and Hop(old.at, ends.at, ((timestamp - old.rtp.timestamp) & 0xFFFFFFFF) / 90_000)
