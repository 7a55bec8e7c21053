"""What the relay has to know of H.264 without decoding it (RFC 6184, ITU-T H.264): which packets begin a picture one
can start with, what profile it has, and whether there are B-pictures, which browsers cannot put in order."""

from __future__ import annotations

from collections.abc import Iterator

SLICE, IDR, SPS, STAP_A, FU_A = 1, 5, 7, 24, 28
B_SLICES = (1, 6)
"""Of the slice types in ITU-T H.264 table 7-6."""


def nal_units(payload: bytes) -> Iterator[bytes]:
    """The NAL units (or the first part of one) that begin in this packet; nothing for the middle of a fragment."""
    kind = payload[0] & 0x1F if payload else 0
    if kind == STAP_A:
        at = 1
        while at + 2 < len(payload):
            size = int.from_bytes(payload[at : at + 2], "big")
            yield payload[at + 2 : at + 2 + size]
            at += 2 + size
    elif kind == FU_A:
        if len(payload) > 2 and payload[1] & 0x80:
            yield bytes([(payload[0] & 0xE0) | (payload[1] & 0x1F)]) + payload[2:]
    elif payload:
        yield payload


def begins_unit(payload: bytes) -> bool:
    """Whether a NAL unit begins in this packet; most are the middle of a fragment, and say nothing of it."""
    return payload != b"" and (payload[0] & 0x1F != FU_A or payload[1:2] > b"\x7f")


def begins_keyframe(payload: bytes) -> bool:
    """Whether an IDR picture begins here, or its sequence parameter set stands here."""
    return any(unit and unit[0] & 0x1F in (IDR, SPS) for unit in nal_units(payload))


def profile_level_id(payload: bytes) -> str | None:
    """The true profile, as six hexadecimal digits like ``42e01f``, if this packet holds a parameter set.

    Encoders often declare ``42e01f`` in the offer whatever they send (RFC 6184 section 8.1, profile-level-id).
    """
    for unit in nal_units(payload):
        if len(unit) >= 4 and unit[0] & 0x1F == SPS:
            return unit[1:4].hex()
    return None


def has_b_slice(payload: bytes) -> bool:
    """Whether a slice of a B-picture begins here (ITU-T H.264 section 7.3.3: first_mb_in_slice, slice_type)."""
    return any(unit and unit[0] & 0x1F == SLICE and _slice_type(unit[1:9]) in B_SLICES for unit in nal_units(payload))


def _slice_type(header: bytes) -> int | None:
    """The second of two Exp-Golomb numbers (section 9.1); emulation prevention cannot stand before it."""
    bits, at, value = int.from_bytes(header, "big"), 8 * len(header), None
    for _ in range(2):
        zeros = 0
        while at > 0 and not bits >> (at - 1) & 1:
            at, zeros = at - 1, zeros + 1
        if at < zeros + 1:
            return None
        at -= zeros + 1
        value = (bits >> at & ((1 << zeros + 1) - 1)) - 1
    return value
