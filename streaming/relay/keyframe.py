"""Which packets of H.264 begin a picture one can start with, and what profile it has (RFC 6184, ITU-T H.264)."""

from __future__ import annotations

from collections.abc import Iterator

IDR, SPS, STAP_A, FU_A = 5, 7, 24, 28


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
