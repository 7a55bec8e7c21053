"""What a recorder must know of an H.264 stream: its parameter sets, their picture size, and how a picture begins.

Nothing is decoded. Section numbers are those of ITU-T H.264 (08/2021) where nothing else is named.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

SLICE: Final = 1
IDR_SLICE: Final = 5
SEI: Final = 6
SPS: Final = 7
PPS: Final = 8
DELIMITER: Final = 9
FILLER: Final = 12
SLICES: Final = frozenset({SLICE, 2, 3, 4, IDR_SLICE})
NOT_IN_FILES: Final = frozenset({SPS, PPS, DELIMITER, FILLER})
"""Parameter sets stand in the initialisation segment (14496-15, 5.3.2: sample entry avc1), the others say nothing."""

DEEPEST: Final = 14
"""Bits of a sample (7.4.2.1.1, bit_depth_luma_minus8)."""
LONGEST_SET: Final = 0xFFFF
MOST_SETS: Final = 0xFF
"""What a file can count: bytes of a parameter set, and sets (14496-15, 5.3.3.1)."""

_WITH_CHROMA_FORMAT: Final = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135})
"""Values of profile_idc whose sequence parameter set names the chroma format (7.3.2.1.1)."""


def kind(nal: bytes) -> int:
    """nal_unit_type (7.3.1)."""
    return nal[0] & 0x1F


def begins_picture(nal: bytes) -> bool:
    """Whether nothing of the same picture can stand before this unit, but for parameter sets and messages.

    A slice tells by first_mb_in_slice = 0, which Exp-Golomb writes as a single one bit (7.3.3).
    """
    if kind(nal) in (SLICE, IDR_SLICE):
        return len(nal) > 1 and nal[1] & 0x80 != 0
    return kind(nal) in (SPS, DELIMITER)


class Bits:
    """Reads the bits of a raw byte sequence payload (7.2, 9.1). Raises ValueError beyond its end."""

    def __init__(self, nal: bytes) -> None:
        payload = nal.replace(b"\0\0\3", b"\0\0")
        self._bits = int.from_bytes(payload)
        self._left = 8 * len(payload)

    def u(self, count: int) -> int:
        if count > self._left:
            raise ValueError("parameter set ends early")
        self._left -= count
        return self._bits >> self._left & ((1 << count) - 1)

    def ue(self) -> int:
        zeros = 0
        while not self.u(1):
            zeros += 1
            if zeros > 32:
                raise ValueError("no Exp-Golomb number")
        return (1 << zeros) - 1 + self.u(zeros)

    def se(self) -> int:
        number = self.ue()
        return (number + 1) // 2 if number % 2 else -(number // 2)


@dataclass(frozen=True)
class Format:
    """What a sequence parameter set says about the pictures."""

    width: int
    height: int
    chroma: int = 1
    """chroma_format_idc: 0 grey, 1 4:2:0, 2 4:2:2, 3 4:4:4."""
    luma_depth: int = 8
    chroma_depth: int = 8


def read_sps(sps: bytes) -> Format:
    """Picture size after cropping, and how colours are stored (7.3.2.1.1). Raises ValueError on nonsense."""
    bits = Bits(sps)
    bits.u(8)
    profile = bits.u(8)
    bits.u(16)
    bits.ue()
    chroma, luma_depth, chroma_depth, planes_apart = 1, 8, 8, 0
    if profile in _WITH_CHROMA_FORMAT:
        chroma = bits.ue()
        planes_apart = bits.u(1) if chroma == 3 else 0
        luma_depth, chroma_depth = 8 + bits.ue(), 8 + bits.ue()
        bits.u(1)
        if bits.u(1):
            _skip_scaling_lists(bits, 12 if chroma == 3 else 8)
    bits.ue()
    _skip_picture_order(bits)
    bits.ue()
    bits.u(1)
    width, height = 16 * (bits.ue() + 1), 16 * (bits.ue() + 1)
    frames_only = bits.u(1)
    if not frames_only:
        height *= 2
        bits.u(1)
    bits.u(1)
    if bits.u(1):
        left, right, top, bottom = bits.ue(), bits.ue(), bits.ue(), bits.ue()
        across = 2 if chroma in (1, 2) and not planes_apart else 1
        down = (2 if chroma == 1 and not planes_apart else 1) * (2 - frames_only)
        width -= across * (left + right)
        height -= down * (top + bottom)
    if not (0 < width <= 8192 and 0 < height <= 8192):
        raise ValueError(f"no picture is {width}x{height}")
    if chroma > 3 or max(luma_depth, chroma_depth) > DEEPEST:
        raise ValueError("no colours are stored like that")
    return Format(width, height, chroma, luma_depth, chroma_depth)


def _skip_scaling_lists(bits: Bits, lists: int) -> None:
    """7.3.2.1.1.1"""
    for index in range(lists):
        if not bits.u(1):
            continue
        last = following = 8
        for _ in range(16 if index < 6 else 64):
            if following:
                following = (last + bits.se()) % 256
            last = following or last


def _skip_picture_order(bits: Bits) -> None:
    order = bits.ue()
    if order == 0:
        bits.ue()
    elif order == 1:
        bits.u(1)
        bits.se()
        bits.se()
        for _ in range(min(bits.ue(), 255)):
            bits.se()


@dataclass(frozen=True)
class Parameters:
    """The parameter sets a decoder needs before the first picture."""

    sps: bytes
    pps: tuple[bytes, ...]

    @cached_property
    def format(self) -> Format:
        return read_sps(self.sps)

    @property
    def codec(self) -> str:
        """RFC 6381 section 3.3: profile, constraints and level in hex."""
        return f"avc1.{self.sps[1:4].hex()}"


def read_parameters(sps: bytes, pps: tuple[bytes, ...]) -> Parameters:
    """Parameter sets that a file can hold. Raises ValueError."""
    read_sps(sps)
    if len(pps) > MOST_SETS or max(map(len, (sps, *pps))) > LONGEST_SET:
        raise ValueError("more parameters than a file can hold")
    return Parameters(sps, pps)


DARK_PARAMETERS: Final = Parameters(
    bytes.fromhex("6742c00bdc1419f9e1000003000100000300048f142b80"), (bytes.fromhex("68ce044b20"),)
)
DARK_PICTURES: Final = tuple(
    bytes.fromhex(pattern)
    for pattern in (
        "6588843a262800086f" + "df7df7" * 4 + "df7df5" + "d75d75" * 54 + "d75d78",
        "6588820e898a00021b" + "f7df7d" * 5 + "75d75d" * 54 + "75d75e",
    )
)
"""A black picture of 320x180, where there is sound and no picture. Two, since neighbouring IDR pictures must differ
in idr_pic_id (7.4.3); made once with x264 (Constrained Baseline, level 1.1)."""
