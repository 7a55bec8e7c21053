"""Offers nobody would write but to do harm: too much of everything, and characters that belong in no offer."""

from .offers import AUDIO, CHROMIUM_PUBLISHES, FINGERPRINT, VIDEO, offer, transport

HALF = "\ud800"
"""Half a surrogate pair: no bytes stand for it."""

PASSWORD = "abcdefghijklmnopqrstuvwx"
NAMES = [f"{number:08x}-0000-4000-8000-000000000000.local" for number in range(300)]
"""As browsers name their addresses for each other (mDNS)."""


def candidates(*hosts: str) -> str:
    return "".join(f"a=candidate:{place} 1 udp 1 {host} 9 typ host\n" for place, host in enumerate(hosts))


def replaced(old: str, new: str) -> str:
    assert old in CHROMIUM_PUBLISHES
    return CHROMIUM_PUBLISHES.replace(old, new)


def refused(media: str) -> str:
    """A section that no answer takes, but that it has to repeat."""
    return offer(AUDIO, f"m={media}\na=mid:1\n")


def every_number_many_times() -> str:
    """As much of everything as is allowed: what is compared with each other is multiplied."""
    numbers = [*range(64), *range(96, 128)]
    codecs = "".join(f"a=rtpmap:{number} H264/90000\n" for number in numbers * 2)
    settings = "".join(f"a=fmtp:{number} packetization-mode=1;apt={number}\n" for number in numbers * 2)
    formats = " ".join(map(str, numbers))
    section = f"m=video 9 UDP/TLS/RTP/SAVPF {formats}\na=mid:1\na=sendonly\n{transport()}"
    return offer(AUDIO, section + codecs + settings + "a=rtcp-fb:* nack pli\n" * 230)


MANY = {
    "10,000 candidates": offer(AUDIO + candidates(*["192.0.2.1"] * 10_000)),
    "300 names to be looked up": offer(AUDIO + candidates(*NAMES)),
    "50 names to be looked up": offer(AUDIO, VIDEO + candidates(*NAMES[:50])),
    "1,000 lines of feedback": offer(AUDIO, VIDEO + "a=rtcp-fb:96 nack\n" * 1000),
    "all that is allowed of everything": every_number_many_times(),
    "600 lines of settings": offer(AUDIO, VIDEO + "".join(f"a=fmtp:109 x{number}=1\n" for number in range(600))),
    "30,000 settings in a line": offer(AUDIO, VIDEO + f"a=fmtp:109 {'a;' * 30_000}\n"),
    "7,000 different settings in a line": offer(
        AUDIO, VIDEO + "a=fmtp:109 " + ";".join(f"a{number}=1" for number in range(7000)) + "\n"
    ),
    "60,000 signs of equality": offer(AUDIO, VIDEO + f"a=fmtp:109 {'=' * 60_000}\n"),
    "100 sections": offer(*[AUDIO] * 100),
    "100 short sections": offer(AUDIO, *["m=audio 9 UDP/TLS/RTP/SAVPF 111\n"] * 99),
    "500 fingerprints": offer(AUDIO + f"a=fingerprint:sha-256 {FINGERPRINT}\n" * 500),
    "900 bundles": offer(AUDIO, session="a=group:BUNDLE 0 1 2 3\n" * 900),
    "a bundle of 30,000": offer(AUDIO, session=f"a=group:BUNDLE {'0 ' * 30_000}\n"),
    "900 header extensions": offer(AUDIO, VIDEO + "".join(f"a=extmap:{number} urn:x\n" for number in range(900))),
    "30,000 sources in a group": offer(AUDIO, VIDEO + f"a=ssrc-group:SIM {'1 ' * 30_000}\n"),
    "500 layers": offer(AUDIO, VIDEO + "".join(f"a=rid:{number} send\n" for number in range(500))),
    "800 data channels": offer(AUDIO, "m=application 9 DTLS/SCTP 5000\n" + "a=sctpmap:5 x 5\n" * 800),
    "15,000 formats": replaced("SAVPF 111", "SAVPF " + "111 " * 15_000),
    "30,000 empty lines": "v=0" + "\r\n" * 30_000,
    "900 lines of nothing": "v=0\r\n" + "a=\r\n" * 900,
    "60,000 colons": "v=0\r\na=" + ":" * 60_000,
    "60,000 blanks": "v=0" + " " * 60_000,
}
LONG = {
    "long password": replaced(f"ice-pwd:{PASSWORD}", f"ice-pwd:{'x' * 50_000}"),
    "long name": replaced("ice-ufrag:abcd", f"ice-ufrag:{'x' * 50_000}"),
    "long protocol": refused(f"application 9 {'X' * 50_000} 0"),
    "long kind": refused(f"{'x' * 50_000} 9 UDP 0"),
    "long format": refused(f"application 9 UDP {'x' * 50_000}"),
    "long stream name": offer(AUDIO, VIDEO + f"a=msid:{'x' * 60_000}\n"),
    "long address": replaced("c=IN IP4 0.0.0.0", f"c=IN IP4 {'1.' * 10_000}"),
    "port of 60,000 digits": replaced("m=audio 9", f"m=audio {'9' * 60_000}"),
    "port of 4,000 digits": replaced("m=audio 9", f"m=audio {'9' * 4000}"),
    "origin of 60,000 digits": replaced("o=- 1 2", f"o=- {'9' * 60_000}"),
}
STRANGE = {
    "NULs alone": "\0" * 1000,
    "NULs behind a good beginning": "v=0\r\n" + "\0" * 60_000,
    "NUL in the name": replaced("ufrag:abcd", "ufrag:ab\0cd"),
    "NUL in the password": replaced(PASSWORD, "\0" * 24),
    "NUL in a refused section": refused("application 9 UDP a\0b"),
    "half a pair alone": HALF,
    "half a pair in the name": replaced("ufrag:abcd", f"ufrag:{HALF}"),
    "half a pair in the password": replaced(PASSWORD, HALF * 24),
    "half a pair in a section's name": replaced("a=mid:1", f"a=mid:{HALF}"),
    "half a pair in the profile": replaced("42e01f", f"{HALF}e01f"),
    "half a pair in a refused format": refused(f"application 9 UDP/DTLS/SCTP {HALF}"),
    "half a pair in a refused kind": refused(f"{HALF} 9 UDP/DTLS/SCTP 0"),
    "half a pair where nobody looks": CHROMIUM_PUBLISHES + f"a=x:{HALF}\r\n",
    "markup for a kind": refused("<script> 9 UDP 0"),
    "line separator in a section's name": replaced("a=mid:1", "a=mid:1\u2028a=x"),
    "line separator in a refused format": refused("application 9 UDP a\u2028b"),
    "Arabic digits": replaced("SAVPF 111", "SAVPF \u0661\u0661\u0661"),
    "number beyond all payload types": replaced("SAVPF 96", "SAVPF 300"),
    "codec's number beyond all payload types": replaced("rtpmap:111", "rtpmap:541"),
    "number that RTCP has": replaced("rtpmap:111", "rtpmap:72"),
    "negative number": replaced("SAVPF 96", "SAVPF -1"),
    "retransmissions of themselves": replaced("apt=109", "apt=110"),
    "fingerprint of nothing": replaced(FINGERPRINT, ":".join(["00"] * 32)),
    "no encryption at all": replaced("UDP/TLS/RTP/SAVPF", "RTP/AVP"),
    "encryption without feedback": replaced("UDP/TLS/RTP/SAVPF", "UDP/TLS/RTP/SAVP"),
    "keys in the offer": replaced("UDP/TLS/RTP/SAVPF", "RTP/SAVPF"),
    "another lite agent": replaced("t=0 0\r\n", "t=0 0\r\na=ice-lite\r\n"),
    "two roles": CHROMIUM_PUBLISHES + "a=setup:active\r\n",
    "UTF-16": CHROMIUM_PUBLISHES.encode("utf-16").decode("latin-1"),
    "byte order mark": "\ufeff" + CHROMIUM_PUBLISHES,
    "JSON": '{"type": "offer", "sdp": "v=0"}',
    "a shell's idea": "v=0\r\ns=$(reboot)\r\n" + CHROMIUM_PUBLISHES[5:],
}
BOMBS = MANY | LONG | STRANGE
