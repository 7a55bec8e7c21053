"""Answers to offers (SDP, RFC 8866; RFC 8829, RFC 9725 section 4.4).

We always answer, never offer: one bundle, rtcp-mux, ICE-lite, H.264 in packetization mode 1 and Opus.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from .announced import Announced
from .offer import PROTOCOL, Offer, Section
from .packet import Kind


@dataclass(frozen=True)
class Source:
    """A track we send: its synchronisation source, and the one of its retransmissions (RFC 4588 section 4)."""

    ssrc: int
    rtx: int | None = None


@dataclass(frozen=True)
class OurSide:
    """What an answer says about us."""

    ufrag: str
    password: str
    fingerprint: str
    addresses: Sequence[str]
    """Where we are reached, as ``Announced`` reads them; the first one is the default candidate."""
    port: int
    """For those addresses that name none."""
    session: int
    cap_bps: int = 0
    sources: Mapping[Kind, Source] | None = None
    tcp: bool = False
    """The same addresses and ports take TCP connections too."""

    @cached_property
    def reached_at(self) -> list[tuple[str, int]]:
        found = map(Announced.read, self.addresses)
        return [(host, self.port if port is None else port) for host, port in found]


def write_answer(offer: Offer, ours: OurSide) -> str:
    mids = [section.mid for section in offer.sections if section.codec and section.mid]
    lines = ["v=0", f"o=- {ours.session} 1 IN {_typed(ours.reached_at[0][0])}", "s=-", "t=0 0", "a=ice-lite"]
    if mids:
        lines.append(f"a=group:BUNDLE {' '.join(mids)}")
    lines.append("a=msid-semantic: WMS *")
    for section in offer.sections:
        lines += _answered(section, offer, ours) if section.codec else _refused(section)
    return "\r\n".join(lines) + "\r\n"


def _refused(section: Section) -> list[str]:
    lines = [f"m={section.kind} 0 {section.protocol} {section.formats}", "c=IN IP4 0.0.0.0", "a=inactive"]
    return [*lines, f"a=mid:{section.mid}"] if section.mid else lines


def _answered(section: Section, offer: Offer, ours: OurSide) -> list[str]:
    codec = section.codec
    assert codec is not None
    payloads = f"{codec.payload_type} {codec.rtx}" if codec.rtx is not None else str(codec.payload_type)
    host, port = ours.reached_at[0]
    lines = [f"m={section.kind} {port} {PROTOCOL} {payloads}", f"c=IN {_typed(host)}"]
    if offer.purpose == "publish" and section.kind == "video" and ours.cap_bps:
        lines += [f"b=AS:{ours.cap_bps // 1000}", f"b=TIAS:{ours.cap_bps}"]
    lines += [f"a=mid:{section.mid}"] if section.mid else []
    lines += [
        "a=recvonly" if offer.purpose == "publish" else "a=sendonly",
        "a=rtcp-mux",
        f"a=ice-ufrag:{ours.ufrag}",
        f"a=ice-pwd:{ours.password}",
        f"a=fingerprint:sha-256 {ours.fingerprint}",
        f"a=setup:{'passive' if offer.role == 'server' else 'active'}",
        f"a=rtpmap:{codec.payload_type} {codec.name}",
        f"a=fmtp:{codec.payload_type} {codec.fmtp}",
        *(f"a=rtcp-fb:{codec.payload_type} {name}" for name in codec.feedback),
    ]
    if codec.rtx is not None:
        lines += [f"a=rtpmap:{codec.rtx} rtx/90000", f"a=fmtp:{codec.rtx} apt={codec.payload_type}"]
    lines += [f"a=extmap:{number} {uri}" for uri, number in (section.extensions or {}).items()]
    source = (ours.sources or {}).get(cast(Kind, section.kind))
    if source is not None:
        lines += _source(source, section.kind)
    return lines + candidates(ours)


def _source(source: Source, kind: str) -> list[str]:
    """One stream name for both tracks, so that the player keeps lips in sync (RFC 8830)."""
    lines = [f"a=msid:stage {kind}"]
    if source.rtx is not None:
        lines.append(f"a=ssrc-group:FID {source.ssrc} {source.rtx}")
    ssrcs = [ssrc for ssrc in (source.ssrc, source.rtx) if ssrc is not None]
    return lines + [f"a=ssrc:{ssrc} {name}" for ssrc in ssrcs for name in ("cname:stage", f"msid:stage {kind}")]


def candidates(ours: OurSide) -> list[str]:
    """Host candidates in the order given (RFC 8445 section 5.1.2.1: type 126, then our preference, component 1). Those
    for TCP come last and passive, the other side calls (RFC 6544 section 4.5; direction preference 4)."""
    lines = []
    for place, (host, port) in enumerate(ours.reached_at):
        priority = (126 << 24) + ((65535 - place) << 8) + 255
        lines.append(f"a=candidate:{place + 1} 1 udp {priority} {host} {port} typ host")
    for place, (host, port) in enumerate(ours.reached_at if ours.tcp else (), len(lines)):
        priority = (90 << 24) + ((4 << 13 | 8191 - place) << 8) + 255
        lines.append(f"a=candidate:{place + 1} 1 tcp {priority} {host} {port} typ host tcptype passive")
    return [*lines, "a=end-of-candidates"]


def _typed(address: str) -> str:
    return f"IP{ipaddress.ip_address(address).version} {address}"
