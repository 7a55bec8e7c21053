"""SDP: the offer of one Opus and one H.264 track, and what is needed of the answer (RFC 8866, 8829, 9725)."""

import re
from dataclasses import dataclass
from typing import Final

from .line import Address, Remote

AUDIO_TYPE: Final = 111
VIDEO_TYPE: Final = 96


class BadAnswer(ConnectionError):
    """The server's answer cannot be used."""


@dataclass(frozen=True)
class Key:
    """What the server shall know our end by."""

    ufrag: str
    password: str
    fingerprint: str  # SHA-256


HEAD = """\
v=0
o=- {audio_ssrc} 1 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
a=msid-semantic:WMS {name}
"""

MEDIA = """\
m={kind} 9 UDP/TLS/RTP/SAVPF {type}
c=IN IP4 0.0.0.0
a=mid:{mid}
a=sendonly
a=rtcp-mux
a=rtcp-rsize
a=ice-ufrag:{key.ufrag}
a=ice-pwd:{key.password}
a=fingerprint:sha-256 {key.fingerprint}
a=setup:actpass
a=candidate:1 1 udp 2130706431 {own[0]} {own[1]} typ host
a=end-of-candidates
a=msid:{name} {kind}
a=ssrc:{ssrc} cname:{name}
"""

OPUS = f"""\
a=rtpmap:{AUDIO_TYPE} opus/48000/2
a=fmtp:{AUDIO_TYPE} minptime=10
a=ptime:60
"""

H264 = f"""\
a=rtpmap:{VIDEO_TYPE} H264/90000
a=fmtp:{VIDEO_TYPE} level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f
a=rtcp-fb:{VIDEO_TYPE} nack
a=rtcp-fb:{VIDEO_TYPE} nack pli
"""


def offer(key: Key, own: Address, audio_ssrc: int, video_ssrc: int, name: str) -> str:
    """Both tracks on one transport, send only, the DTLS role left to the server."""
    common = {"key": key, "own": own, "name": name}
    text = HEAD.format(audio_ssrc=audio_ssrc, name=name)
    text += MEDIA.format(kind="audio", mid=0, type=AUDIO_TYPE, ssrc=audio_ssrc, **common) + OPUS
    text += MEDIA.format(kind="video", mid=1, type=VIDEO_TYPE, ssrc=video_ssrc, **common) + H264
    return text.replace("\n", "\r\n")


def read_answer(answer: str) -> Remote:
    """The server's end. With BUNDLE all media share the first section's transport."""
    if len(re.findall(r"^m=\w+ [1-9]\d* ", answer, re.M)) != 2:
        raise BadAnswer("the server does not take both sound and picture")
    return Remote(
        ufrag=attribute(answer, "ice-ufrag"),
        password=attribute(answer, "ice-pwd"),
        fingerprints=sorted(set(re.findall(r"^a=fingerprint:(\S+) (\S+)", answer, re.M))),
        candidates=candidates(answer),
        is_active=attribute(answer, "setup") == "active",
    )


def attribute(answer: str, name: str) -> str:
    found = re.search(rf"^a={name}:(\S+)", answer, re.M)
    if found is None:
        raise BadAnswer(f"the server's answer has no {name}")
    return found[1]


def candidates(answer: str) -> list[Address]:
    """Addresses for RTP over UDP, in the server's order, each once; names (mDNS) are left out."""
    found = re.findall(r"^a=candidate:\S+ 1 udp \d+ ([0-9a-fA-F.:]+) (\d+) typ", answer, re.M | re.I)
    if not found:
        raise BadAnswer("the server's answer names no address")
    return list(dict.fromkeys((host, int(port)) for host, port in found))[:16]
