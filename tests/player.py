"""The synthetic artists' line as a player uses it, and as people do who have no manners."""

import asyncio

from streaming.artists import sdp
from streaming.artists.line import Address, Line

RTX = 97
REPAIR = f"a=rtpmap:{RTX} rtx/90000\r\na=fmtp:{RTX} apt={sdp.VIDEO_TYPE}\r\na=rtcp-fb:{sdp.VIDEO_TYPE} goog-remb\r\n"


def watching_offer(line: Line, own: Address) -> str:
    """As a player offers: receive only, with a stream for retransmissions."""
    key = sdp.Key(line.ufrag, line.password, line.fingerprint)
    lines = sdp.offer(key, own, 0, 0, "-").replace("a=sendonly", "a=recvonly").splitlines(keepends=True)
    offer = "".join(one for one in lines if not one.startswith(("a=ssrc:", "a=msid")))
    return offer.replace(f"SAVPF {sdp.VIDEO_TYPE}\r", f"SAVPF {sdp.VIDEO_TYPE} {RTX}\r") + REPAIR


def is_media(datagram: bytes | bytearray) -> bool:
    """RTP, not RTCP, STUN or DTLS (RFC 7983, RFC 5761)."""
    return 127 < datagram[0] < 192 and not 191 < datagram[1] < 224


def vanish(line: Line) -> None:
    """As a battery ends: no goodbye of any kind, and nobody at home from now on."""
    for task in (line._consent_task, line._dtls._task):
        if task is not None:
            task.cancel()
    loop = asyncio.get_running_loop()
    for one in line._sockets.values():
        loop.remove_reader(one)
        one.close()
    line._sockets.clear()
    line._socket = None
    line.lost.cancel()
