"""Offers, guarded and read (SDP, RFC 8866; RFC 8829, RFC 9725 section 4.4); ``answer`` answers them.

Remote candidates are not looked at: a lite agent learns addresses from checks, so nobody can make us send to an address
by naming it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from aiortc.rtcrtpparameters import RTCRtpCodecParameters as OfferedCodec
from aiortc.sdp import MediaDescription, SessionDescription

from .errors import NoH264, NoOpus, OfferHostile, OfferRefused, OfferTooLarge
from .packet import Kind

Purpose = Literal["publish", "watch"]
DtlsRole = Literal["server", "client"]

MAX_BYTES = 64 << 10
MAX_LINES = 1000
MAX_SECTIONS = 4
MAX_CANDIDATES = 50
MAX_CODECS = 256
"""The parser compares each line of settings and of feedback with each codec; a browser offers about sixty."""

MAX_FEEDBACK = 256
"""Browsers offer about a hundred lines."""

MAX_FINGERPRINTS = 16
"""One a certificate (RFC 8122 section 5); nobody has more than a few, and each is kept while the session lasts."""

PROTOCOL = "UDP/TLS/RTP/SAVPF"
TRANSPORT_WIDE: Final = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
ABS_SEND_TIME: Final = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
PLAYOUT_DELAY: Final = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"

OUR_SETUP: dict[str, DtlsRole] = {"auto": "server", "client": "server", "server": "client"}
"""By the offer's role: actpass and active are answered passive, passive is answered active (RFC 8842 section 5.3)."""

SENDING: dict[Purpose, tuple[str, ...]] = {"publish": ("sendonly", "sendrecv"), "watch": ("recvonly", "sendrecv")}

FEEDBACK: dict[Purpose, tuple[str, ...]] = {
    "publish": ("nack", "nack pli", "ccm fir", "transport-cc", "goog-remb"),
    "watch": ("nack", "nack pli", "ccm fir", "goog-remb"),
}
"""What we ask of an artist's encoder, and what we understand from a viewer (RFC 4585 section 4.2)."""

OPUS_WISH = "minptime=10;useinbandfec=1;stereo=1;maxaveragebitrate=128000"
"""Music, so: stereo, and enough for it (RFC 7587 section 7)."""
OPUS_PROMISE = "minptime=10;useinbandfec=1;stereo=1;sprop-stereo=1"

TOKEN = re.compile(r"[\w!#$%&'*+.^`{|}~/-]{1,256}", re.ASCII)
_TOKENS = re.compile(r"[\w!#$%&'*+.^`{|}~/ -]{1,1024}", re.ASCII)
PASSWORD = re.compile(r"[!-~]{0,256}")
_SHA_256 = re.compile(r"(?:[0-9A-F]{2}:){31}[0-9A-F]{2}", re.IGNORECASE)
_PROFILE = re.compile(r"[0-9a-f]{6}", re.IGNORECASE)
_IGNORED = ("a=candidate:", "a=end-of-candidates", "a=ssrc:", "a=ssrc-group:", "a=remote-candidates:")


@dataclass(frozen=True)
class Codec:
    """The one payload chosen for a section."""

    name: str
    payload_type: int
    fmtp: str
    feedback: tuple[str, ...]
    rtx: int | None = None
    """Payload type of its retransmissions (RFC 4588), if the other side knows them."""


@dataclass(frozen=True)
class Section:
    """An m-line. Without a codec it is refused (port 0)."""

    kind: str
    mid: str
    protocol: str
    formats: str
    codec: Codec | None = None
    extensions: Mapping[str, int] | None = None
    """Header extension ids by their URI, those we use (RFC 8285)."""

    def extension(self, uri: str) -> int | None:
        return (self.extensions or {}).get(uri)


@dataclass(frozen=True)
class Offer:
    purpose: Purpose
    sections: tuple[Section, ...]
    ufrag: str
    password: str
    """Empty where none was said."""
    fingerprints: tuple[str, ...]
    role: DtlsRole
    """Ours."""

    def section(self, kind: Kind) -> Section | None:
        return next((section for section in self.sections if section.kind == kind and section.codec), None)

    def codec(self, kind: Kind) -> Codec | None:
        section = self.section(kind)
        return section.codec if section else None


def read_offer(text: str, purpose: Purpose) -> Offer:
    """What an offer asks for, as far as we can give it; raises OfferRefused or one of its kinds."""
    lines = guard(text)
    try:
        session = SessionDescription.parse("\r\n".join(lines) + "\r\n")
    except Exception:  # AssertionError, KeyError, StopIteration, ValueError: the parser trusts its reader
        raise OfferHostile() from None
    sections = tuple(_sections(session, lines, purpose))
    accepted = [media for media, section in zip(session.media, sections, strict=True) if section.codec]
    if not accepted:
        raise OfferRefused()
    _require_one_transport(session, accepted)
    first = accepted[0]
    return Offer(purpose, sections, _ufrag(first), _password(first), _fingerprints(first), _role(first))


def guard(text: str) -> list[str]:
    """The offer's lines without those that only cost time, counted before any of them is parsed."""
    if len(text) > MAX_BYTES or len(text.encode(errors="replace")) > MAX_BYTES:
        raise OfferTooLarge()
    lines = text.splitlines()
    starts = [line.partition(":")[0] for line in lines]
    limits = {
        "a=candidate": MAX_CANDIDATES, "a=rtpmap": MAX_CODECS, "a=fmtp": MAX_CODECS, "a=rtcp-fb": MAX_FEEDBACK,
    }  # fmt: skip
    if (
        not lines
        or not lines[0].startswith("v=0")
        or len(lines) > MAX_LINES
        or sum(line.startswith("m=") for line in lines) > MAX_SECTIONS
        or any(starts.count(start) > limit for start, limit in limits.items())
    ):
        raise OfferHostile()
    return list(_worth_parsing(lines))


def _worth_parsing(lines: Sequence[str]) -> Iterator[str]:
    """Feedback that we do not know, or that a section says twice, would be noted for every codec."""
    said: set[str] = set()
    for line in lines:
        if line.startswith("m="):
            said.clear()
        elif line.startswith("a=rtcp-fb:"):
            if line in said or line.partition(" ")[2] not in FEEDBACK["publish"]:
                continue
            said.add(line)
        if line and not line.startswith(_IGNORED):
            yield line


def _sections(session: SessionDescription, lines: Sequence[str], purpose: Purpose) -> Iterator[Section]:
    taken: set[str] = set()
    for media, own_lines in zip(session.media, _by_section(lines), strict=True):
        section = Section(*_named(media))
        open_ = media.port != 0 or "a=bundle-only" in own_lines
        if media.kind in ("audio", "video") and open_ and media.kind not in taken:
            if media.profile != PROTOCOL:
                raise OfferHostile()
            if (media.direction or "sendrecv") in SENDING[purpose]:
                taken.add(media.kind)
                section = _accepted(section, media, purpose)
        yield section


def _by_section(lines: Sequence[str]) -> list[list[str]]:
    groups: list[list[str]] = []
    for line in lines:
        if line.startswith("m="):
            groups.append([])
        elif groups:
            groups[-1].append(line)
    return groups


def _named(media: MediaDescription) -> tuple[str, str, str, str]:
    """What the answer repeats of a section, whether it is taken or refused."""
    formats = " ".join(map(str, media.fmt))
    if not (TOKEN.fullmatch(media.kind) and TOKEN.fullmatch(media.profile) and _TOKENS.fullmatch(formats)):
        raise OfferHostile()
    return media.kind, _mid(media), media.profile, formats


def _accepted(section: Section, media: MediaDescription, purpose: Purpose) -> Section:
    codec = _h264(media, purpose) if section.kind == "video" else _opus(media, purpose)
    # What had an extension cannot go out again as it was: only for players that know the stream of repetitions.
    ours = (PLAYOUT_DELAY,) if codec.rtx is not None else ()
    known = (TRANSPORT_WIDE, ABS_SEND_TIME) if purpose == "publish" else ours
    extensions = {
        header.uri: header.id for header in media.rtp.headerExtensions if header.uri in known and 0 < header.id < 15
    }
    if "transport-cc" not in codec.feedback:
        extensions.pop(TRANSPORT_WIDE, None)
    if TRANSPORT_WIDE in extensions:
        extensions.pop(ABS_SEND_TIME, None)
    return Section(section.kind, section.mid, section.protocol, section.formats, codec, extensions)


def _h264(media: MediaDescription, purpose: Purpose) -> Codec:
    """One H.264 payload in packetization mode 1 (RFC 6184 section 8.1).

    From an artist the plainest profile, which every player shows. To a viewer on the richest: a decoder for it shows
    the others too, and matching a stage's profile exactly would refuse browsers and forbid hopping.
    """
    order = {"42e": 0, "42": 1, "4d": 2, "64": 3, "f4": 4} if purpose == "publish" else {"64": 0, "4d": 1, "42e": 2}
    candidates: list[tuple[int, OfferedCodec, str]] = []
    for codec in media.rtp.codecs:
        settings = _settings(codec)
        profile = settings.get("profile-level-id", "")
        if codec.mimeType.lower() != "video/h264" or settings.get("packetization-mode") != "1":
            continue
        if profile and not _PROFILE.fullmatch(profile):
            raise OfferHostile()
        family = profile[:2].lower()
        if family == "42" and int(profile[2:4], 16) & 0x40:
            family = "42e"
        if purpose == "watch" or family != "f4":
            candidates.append((order.get(family, 5), codec, profile))
    if not candidates:
        raise NoH264()
    _, codec, profile = min(candidates, key=lambda candidate: candidate[0])
    fmtp = "level-asymmetry-allowed=1;packetization-mode=1" + (f";profile-level-id={profile}" if profile else "")
    number = _payload_type(codec)
    return Codec("H264/90000", number, fmtp, _feedback(codec, purpose), _rtx_of(media, number))


def _opus(media: MediaDescription, purpose: Purpose) -> Codec:
    for codec in media.rtp.codecs:
        if codec.mimeType.lower() == "audio/opus" and codec.clockRate == 48000:
            feedback = tuple(name for name in _feedback(codec, purpose) if name == "transport-cc")
            fmtp = OPUS_WISH if purpose == "publish" else OPUS_PROMISE
            return Codec("opus/48000/2", _payload_type(codec), fmtp, feedback)
    raise NoOpus()


def _payload_type(codec: OfferedCodec) -> int:
    """A number that fits a packet's header and is not taken for RTCP there (RFC 5761 section 4)."""
    number = codec.payloadType
    if number is None or not (0 <= number < 64 or 96 <= number < 128):
        raise OfferHostile()
    return number


def _settings(codec: OfferedCodec) -> dict[str, str]:
    return {str(key).strip().lower(): str(value).strip() for key, value in codec.parameters.items()}


def _feedback(codec: OfferedCodec, purpose: Purpose) -> tuple[str, ...]:
    offered = {f"{one.type} {one.parameter}" if one.parameter else one.type for one in codec.rtcpFeedback}
    chosen = [name for name in FEEDBACK[purpose] if name in offered]
    if "transport-cc" in chosen and "goog-remb" in chosen:
        chosen.remove("goog-remb")
    return tuple(chosen)


def _rtx_of(media: MediaDescription, payload_type: int) -> int | None:
    for codec in media.rtp.codecs:
        if codec.mimeType.lower() == "video/rtx" and _settings(codec).get("apt") == str(payload_type):
            return _payload_type(codec)
    return None


def _mid(media: MediaDescription) -> str:
    mid = str(media.rtp.muxId or "")
    if mid and not TOKEN.fullmatch(mid):
        raise OfferHostile()
    return mid


def _require_one_transport(session: SessionDescription, accepted: Sequence[MediaDescription]) -> None:
    bundled = {str(item) for group in session.group if group.semantic == "BUNDLE" for item in group.items}
    if len(accepted) > 1 and not all(media.rtp.muxId in bundled for media in accepted):
        raise OfferRefused()
    if not all(media.rtcp_mux for media in accepted):
        raise OfferRefused()


def _ufrag(media: MediaDescription) -> str:
    ufrag = media.ice.usernameFragment if media.ice else None
    if not ufrag or not TOKEN.fullmatch(ufrag):
        raise OfferHostile()
    return ufrag


def _password(media: MediaDescription) -> str:
    password = str((media.ice and media.ice.password) or "")
    if not PASSWORD.fullmatch(password):
        raise OfferHostile()
    return password


def _fingerprints(media: MediaDescription) -> tuple[str, ...]:
    """Those we check: SHA-256, as RFC 8122 section 5 prescribes for new implementations."""
    offered = media.dtls.fingerprints if media.dtls else []
    found = tuple(str(one.value).upper() for one in offered if one.algorithm.lower() == "sha-256")
    if not 0 < len(found) <= MAX_FINGERPRINTS or not all(_SHA_256.fullmatch(value) for value in found):
        raise OfferHostile()
    return found


def _role(media: MediaDescription) -> DtlsRole:
    assert media.dtls is not None, "a fingerprint was found"
    return OUR_SETUP[media.dtls.role]
