"""What a recorder must know of an Opus packet: how long it sounds, and how silence is written (RFC 6716)."""

from __future__ import annotations

from typing import Final

RATE: Final = 48_000
"""Opus counts time in this rate whatever it was made from (RFC 7587 section 4.1)."""

FRAME: Final = 960
"""Samples of the usual 20 ms."""

_FRAME_SIZES: Final = (
    *((480, 960, 1920, 2880) * 3),  # SILK, configurations 0 to 11
    *((480, 960) * 2),  # hybrid, 12 to 15
    *((120, 240, 480, 960) * 4),  # CELT, 16 to 31
)
"""Samples of one frame by the configuration number in the first five bits (RFC 6716 table 2)."""

_LONGEST: Final = 5760
"""Samples of the 120 ms no packet may exceed (RFC 6716 section 3.4, R5)."""

_SILENT_FRAMES: Final = {120: b"\xe4\xff\xfe", 240: b"\xec\xff\xfe", 480: b"\xf4\xff\xfe", 960: b"\xfc\xff\xfe"}
"""CELT, full band, stereo, one frame whose first bit says silence, by samples."""


def duration(packet: bytes) -> int:
    """Samples of a packet (RFC 6716 section 3.1). Raises ValueError if no decoder could read it."""
    if not packet:
        raise ValueError("empty packet")
    frames = (1, 2, 2, 0)[packet[0] & 3]
    if not frames:
        if len(packet) < 2:
            raise ValueError("frame count is missing")
        frames = packet[1] & 0x3F
    samples = frames * _FRAME_SIZES[packet[0] >> 3]
    if not 0 < samples <= _LONGEST:
        raise ValueError(f"{samples} samples in one packet")
    return samples


def silence(samples: int) -> list[tuple[int, bytes]]:
    """Packets of silence, each with its samples. What is less than the shortest frame lengthens the last packet;
    less than 2.5 ms altogether is nothing."""
    packets: list[tuple[int, bytes]] = []
    for size in (960, 480, 240, 120):
        count, samples = divmod(samples, size)
        packets += [(size, _SILENT_FRAMES[size])] * count
    if packets and samples:
        packets[-1] = (packets[-1][0] + samples, packets[-1][1])
    return packets
