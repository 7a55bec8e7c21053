"""The picture that viewers are shown while an artist's line is down.

It was encoded once, beforehand, as a single keyframe (``standby.h264``, Annex B), and is sent again and again as if an
artist sent it, so that every player shows it, also those that know nothing of our pages. No sound goes with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from re import split
from typing import Final

from .keyframe import FU_A, begins_keyframe
from .packet import CLOCK_RATE, Packet

TAKE: Final = 0
"""Its take: those of artists count from one."""

EVERY = 0.5
"""Seconds between two of the same: so long does somebody wait who comes meanwhile, and some players show a picture only
when the next one begins."""

LARGEST = 1188
"""Bytes of a payload: with all headers it passes where a publisher's packets pass."""


def picture(showing: int, now: float) -> list[Packet]:
    """The packets of one showing; showings are counted so that the packets' numbers go on from one to the next."""
    payloads = _payloads()
    first, last, timestamp = showing * len(payloads), len(payloads) - 1, int(now * CLOCK_RATE["video"])
    return [
        Packet("video", TAKE, first + place, timestamp, place == last, payload, now, begins_keyframe(payload))
        for place, payload in enumerate(payloads)
    ]


@cache
def _payloads() -> list[bytes]:
    access_unit = (files(__package__) / "standby.h264").read_bytes()
    units = [unit for unit in split(rb"\x00*\x00\x00\x01", access_unit) if unit]
    return [payload for unit in units for payload in _fragments(unit)]


def _fragments(unit: bytes) -> Iterator[bytes]:
    """A NAL unit as it is, or in fragments of equal size (RFC 6184 section 5.8)."""
    if len(unit) <= LARGEST:
        yield unit
        return
    indicator, kind, body = unit[0] & 0xE0 | FU_A, unit[0] & 0x1F, unit[1:]
    size = LARGEST - 2
    for start in range(0, len(body), size):
        flags = (0x80 if start == 0 else 0) | (0x40 if start + size >= len(body) else 0)
        yield bytes([indicator, flags | kind]) + body[start : start + size]
