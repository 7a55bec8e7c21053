"""Checks of connectivity and their answers (STUN, RFC 8489; RFC 8445 section 7). Reading is aioice's; what strangers
send is looked at here first, and the answer that every party wants every few seconds is written here."""

from __future__ import annotations

import hmac
import socket
from struct import Struct, pack
from typing import Any
from zlib import crc32

from aioice.stun import COOKIE, Class, Method, parse_message
from aioice.stun import Message as Message

_COOKIE = COOKIE.to_bytes(4, "big")
_ATTRIBUTE = Struct("!HH")

Address = tuple[Any, ...]
"""As the socket gives it: (host, port), with IPv6 also flow and scope."""

REQUEST, ANSWER = 0x0001, 0x0101
"""Binding request and success response (RFC 8489 section 5)."""

USERNAME = 0x0006

FEW = 20
"""Attributes of a check that anybody sends; browsers send about eight."""

LONGEST = 548
"""Bytes of a message that gets through anywhere by UDP (RFC 8489 section 6.1); a check has about a hundred."""


def kind_of(data: bytes) -> int | None:
    """The message type, None if this is no STUN message at all."""
    if not 20 <= len(data) <= LONGEST or data[4:8] != _COOKIE or len(data) != 20 + int.from_bytes(data[2:4], "big"):
        return None
    return int.from_bytes(data[:2], "big")


def name_in(data: bytes) -> str:
    """The USERNAME, found without reading the rest; empty if there is none among the first attributes."""
    at = 20
    for _ in range(FEW):
        if at + 4 > len(data):
            break
        kind, length = _ATTRIBUTE.unpack_from(data, at)
        if kind == USERNAME:
            return data[at + 4 : at + 4 + length].decode(errors="replace")
        at += 4 + length + -length % 4
    return ""


def read(data: bytes) -> Message | None:
    """The whole message; None where something in it is misshapen."""
    try:
        return parse_message(data)
    except Exception:  # short attributes raise struct.error, wrong text UnicodeDecodeError, and so on
        return None


def is_signed(message: Message, key: bytes) -> bool:
    """Whether it proves to know the password (RFC 8489 section 14.5)."""
    try:
        return bool(message.check_message_integrity(key))
    except Exception:  # what was read may still be impossible to sign
        return False


def question(user: str, key: bytes, role: str = "ICE-CONTROLLED") -> Message:
    """A check of ours: whoever answers it is there (RFC 8445 section 7.2.2)."""
    request = Message(message_method=Method.BINDING, message_class=Class.REQUEST)
    request.attributes = {"USERNAME": user, "PRIORITY": 1, role: 0}
    request.add_message_integrity(key)
    return request


def is_answer(data: bytes, request: Message, key: bytes) -> bool:
    """Whether a datagram is the signed answer to our check."""
    answer = read(data)
    return answer is not None and answer.transaction_id == request.transaction_id and is_signed(answer, key)


def success(request: Message, address: Address, key: bytes) -> bytes:
    """The answer to a check: what address it came from, signed (RFC 8489 sections 6.3.1.1, 14.2, 14.5 and 14.7).

    Written here and not by aioice, which takes five times as long: every browser checks each of its ways every few
    seconds.
    """
    body = _mapped(address, request.transaction_id)
    body += pack("!HH", 0x0008, 20) + hmac.digest(key, _head(request, len(body) + 24) + body, "sha1")
    return (signed := _head(request, len(body) + 8) + body) + pack("!HHL", 0x8028, 4, crc32(signed) ^ 0x5354554E)


def _head(request: Message, length: int) -> bytes:
    """Binding, success; the length that a signature covers counts up to its own end."""
    return pack("!HHL12s", 0x0101, length, COOKIE, request.transaction_id)


def _mapped(address: Address, transaction_id: bytes) -> bytes:
    """XOR-MAPPED-ADDRESS."""
    host, number = plain_host(address[0]), address[1] ^ COOKIE >> 16
    family, size = (2, 16) if ":" in host else (1, 4)
    mask = (pack("!L", COOKIE) + transaction_id)[:size]
    plain = socket.inet_pton(socket.AF_INET6 if family == 2 else socket.AF_INET, host)
    masked = (int.from_bytes(plain, "big") ^ int.from_bytes(mask, "big")).to_bytes(size, "big")
    return pack("!HHBBH", 0x0020, 4 + size, 0, family, number) + masked


def plain_host(host: str) -> str:
    """An IPv4 address as itself, where the socket writes it the IPv6 way (``::ffff:192.0.2.1``)."""
    plain = host.partition("%")[0].lower()
    return plain[7:] if plain.startswith("::ffff:") and "." in plain else plain
