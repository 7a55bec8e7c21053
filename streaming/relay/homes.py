"""Whose an address is: his whose valid check came from there last.

Without this a stranger's datagram would reach DTLS and SRTP; and who knows one password could take another's place.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Protocol

from .stun import Address

PER_PARTY: Final = 8
"""Addresses of a party; beyond, the one proved longest ago goes."""

GUARDED: Final = 10.0
"""Seconds after a valid check, or after the last sign of life of a party that is there, during which an address is
not given to another party: some encoders send no checks once they are on air."""


class Party(Protocol):
    """Somebody at the other end, as far as the port needs to know them."""

    local_ufrag: str
    local_password: str
    remote_ufrag: str
    remote_password: str
    address: Address | None
    heard_at: float
    takes_tcp: bool

    def checked(self, address: Address, nominated: bool, now: float) -> None: ...

    def go_to(self, address: Address) -> None: ...

    def take_dtls(self, data: bytes, now: float) -> None: ...

    def take_srtp(self, data: bytes, now: float) -> None: ...


class Homes:
    """All addresses, each with its party."""

    def __init__(self) -> None:
        self._owners: dict[Address, tuple[Party, float]] = {}
        """Whose each is, and when it was last proved."""
        self._of: dict[Party, dict[Address, None]] = {}
        """The same by party, the one proved last at the end."""

    def __contains__(self, address: object) -> bool:
        return address in self._owners

    def __iter__(self) -> Iterator[Address]:
        return iter(self._owners)

    def __len__(self) -> int:
        return len(self._owners)

    def owner(self, address: Address) -> Party | None:
        found = self._owners.get(address)
        return found and found[0]

    def prove(self, address: Address, party: Party, now: float) -> bool:
        """Note that a valid check of this party came from there, unless the address is somebody else's."""
        owner = self._owners.get(address)
        if owner is not None and owner[0] is not party and now - _last_heard(*owner, address) < GUARDED:
            return False
        self.leave(address)
        self._owners[address] = (party, now)
        homes = self._of.setdefault(party, {})
        homes[address] = None
        if len(homes) > PER_PARTY:
            self.leave(next(iter(homes)))
        return True

    def leave(self, address: Address) -> None:
        if found := self._owners.pop(address, None):
            self._of[found[0]].pop(address, None)

    def forget(self, party: Party) -> None:
        for address in self._of.pop(party, ()):
            del self._owners[address]


def _last_heard(party: Party, checked_at: float, address: Address) -> float:
    """When something of this party last came from there, as far as is known."""
    return max(checked_at, party.heard_at) if party.address == address else checked_at
