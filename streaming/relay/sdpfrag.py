"""SDP fragments: what a client says of ICE after its offer, and our answer to a restart (RFC 8840, RFC 9725 section
4.3).

Candidates are passed over: a lite agent learns addresses from checks. What counts is the name and the password.
"""

from __future__ import annotations

from dataclasses import dataclass

from .answer import OurSide, candidates
from .errors import OfferHostile, OfferTooLarge
from .offer import MAX_BYTES, MAX_LINES, PASSWORD, PROTOCOL, TOKEN, Offer

MEDIA_TYPE = "application/trickle-ice-sdpfrag"


@dataclass(frozen=True)
class Fragment:
    """Both empty where the fragment names neither."""

    ufrag: str
    password: str


def read_fragment(text: str) -> Fragment:
    """Raises OfferTooLarge, or OfferHostile where it is no fragment or names two ICE sessions."""
    if len(text) > MAX_BYTES:
        raise OfferTooLarge()
    lines = text.splitlines()
    if not lines or len(lines) > MAX_LINES or not all(line[:2] in ("a=", "m=", "c=", "") for line in lines):
        raise OfferHostile()
    names = {line[12:].strip() for line in lines if line.startswith("a=ice-ufrag:")}
    passwords = {line[10:].strip() for line in lines if line.startswith("a=ice-pwd:")}
    if len(names) > 1 or len(names) != len(passwords):
        raise OfferHostile()
    found = Fragment("".join(names), "".join(passwords))
    if names and not (TOKEN.fullmatch(found.ufrag) and found.password and PASSWORD.fullmatch(found.password)):
        raise OfferHostile()
    return found


def write_fragment(offer: Offer, ours: OurSide) -> str:
    """Our new name, password and candidates, under the section that carries the bundle."""
    accepted = [section for section in offer.sections if section.codec]
    first = accepted[0]
    assert first.codec is not None
    mids = [section.mid for section in accepted if section.mid]
    lines = ["a=ice-lite", *([f"a=group:BUNDLE {' '.join(mids)}"] if mids else [])]
    lines += [f"m={first.kind} 9 {PROTOCOL} {first.codec.payload_type}", "c=IN IP4 0.0.0.0"]
    lines += [f"a=mid:{first.mid}"] if first.mid else []
    lines += [f"a=ice-ufrag:{ours.ufrag}", f"a=ice-pwd:{ours.password}", *candidates(ours)]
    return "\r\n".join(lines) + "\r\n"
