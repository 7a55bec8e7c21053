"""Whether too many seats are taken from one place (pure): the front row is a town's, not one machine's."""

from __future__ import annotations

from .stun import Address, plain_host

SHARE, AT_LEAST = 4, 50
"""One place has the fourth part of all seats at most, but fifty where there are few: a school may watch together."""


def place_of(address: Address) -> str:
    """An IPv4 address, or the 64 bits of an IPv6 one that a household has to itself (RFC 6177 section 2)."""
    host = plain_host(address[0])
    if ":" not in host:
        return host
    head, gap, tail = host.partition("::")
    groups = head.split(":") if head else []
    rest = tail.split(":") if tail else []
    filled = [*groups, *["0"] * (8 - len(groups) - len(rest)), *rest] if gap else groups
    return ":".join(filled[:4])


def is_too_many(taken: int, seats: int) -> bool:
    """Whether so many from one place are more than its share."""
    return taken > max(AT_LEAST, seats // SHARE)
