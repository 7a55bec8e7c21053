"""Checks of connectivity and their answers (STUN, RFC 8489; RFC 8445 section 7).

What may come from strangers by the thousand, and what every party sends every few seconds, is looked at in place and
answered here; our own questions are aioice's."""

from __future__ import annotations

import hmac
import socket
from functools import partial
from hashlib import sha1
from struct import Struct, pack
from typing import Any
from zlib import crc32

from aioice.stun import COOKIE as COOKIE
from aioice.stun import Class, Method
from aioice.stun import Message as Message

_COOKIE = COOKIE.to_bytes(4, "big")
_ATTRIBUTE = Struct("!HH")
_sha1 = partial(sha1, usedforsecurity=False)  # where it is forbidden it still is what the signature is made of
_BLOCK = 64
_INNER, _OUTER = (bytes(pad ^ byte for byte in range(256)) for pad in (0x36, 0x5C))

Address = tuple[Any, ...]
"""As the socket gives it: (host, port), with IPv6 also flow and scope."""

REQUEST, ANSWER = 0x0001, 0x0101
"""Binding request and success response (RFC 8489 section 5)."""

USERNAME, MESSAGE_INTEGRITY, USE_CANDIDATE = 0x0006, 0x0008, 0x0025

FEW = 20
"""Attributes of a check that anybody sends; browsers send about eight."""

LONGEST = 548
"""Bytes of a message that gets through anywhere by UDP (RFC 8489 section 6.1); a check has about a hundred."""


def kind_of(data: bytes) -> int | None:
    """The message type, None if this is no STUN message at all."""
    if not 20 <= len(data) <= LONGEST or data[4:8] != _COOKIE or len(data) != 20 + int.from_bytes(data[2:4], "big"):
        return None
    return int.from_bytes(data[:2], "big")


def _place_of(wanted: int, data: bytes) -> tuple[int, int]:
    """Where the value of that attribute begins and ends, found without reading the rest; (0, 0) if there is none among
    the first attributes."""
    at = 20
    for _ in range(FEW):
        if at + 4 > len(data):
            break
        kind, length = _ATTRIBUTE.unpack_from(data, at)
        if kind == wanted:
            return at + 4, at + 4 + length
        at += 4 + length + -length % 4
    return 0, 0


def name_in(data: bytes) -> str:
    """The USERNAME; empty if there is none."""
    start, end = _place_of(USERNAME, data)
    return data[start:end].decode(errors="replace")


class Key:
    """A password, and what signing with it begins with: HMAC-SHA1 as RFC 2104 section 4 proposes, in two thirds of the
    time of ``hmac.digest``, and half where the processor's caches are cold, as they are for what comes now and then."""

    def __init__(self, password: bytes) -> None:
        block = (_sha1(password).digest() if len(password) > _BLOCK else password).ljust(_BLOCK, b"\0")
        self._inner, self._outer = _sha1(block.translate(_INNER)), _sha1(block.translate(_OUTER))

    def has_signed(self, data: bytes) -> bool:
        """Whether it proves to know the password (RFC 8489 section 14.5): a digest of all before it, where the header's
        length counts up to its own end. Looked at before the message is read, which takes five times as long."""
        start, end = _place_of(MESSAGE_INTEGRITY, data)
        if end - start != 20:
            return False
        covered = data[:2] + (end - 20).to_bytes(2, "big") + data[4 : start - 4]
        return hmac.compare_digest(self.signature(covered), data[start:end])

    def signature(self, text: bytes) -> bytes:
        """20 bytes."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(text)
        outer.update(inner.digest())
        signed: bytes = outer.digest()
        return signed


def transaction_of(data: bytes) -> bytes:
    return data[8:20]


def nominates(data: bytes) -> bool:
    """Whether a signed check chooses this way (RFC 8445 section 7.2.5.3.2); what stands behind the signature says
    nothing."""
    return 0 < _place_of(USE_CANDIDATE, data)[0] < _place_of(MESSAGE_INTEGRITY, data)[0]


def question(user: str, key: bytes, role: str = "ICE-CONTROLLED") -> Message:
    """A check of ours: whoever answers it is there (RFC 8445 section 7.2.2)."""
    request = Message(message_method=Method.BINDING, message_class=Class.REQUEST)
    request.attributes = {"USERNAME": user, "PRIORITY": 1, role: 0}
    request.add_message_integrity(key)
    return request


def is_answer(data: bytes, request: Message, key: bytes) -> bool:
    """Whether a datagram is the signed answer to our check."""
    return kind_of(data) == ANSWER and transaction_of(data) == request.transaction_id and Key(key).has_signed(data)


def success(transaction_id: bytes, address: Address, key: Key) -> bytes:
    """The answer to a check: what address it came from, signed (RFC 8489 sections 6.3.1.1, 14.2, 14.5 and 14.7).

    Written here and not by aioice, which takes five times as long: every browser checks each of its ways every few
    seconds.
    """
    body = _mapped(address, transaction_id)
    signature = key.signature(_head(transaction_id, len(body) + 24) + body)
    body += pack("!HH", MESSAGE_INTEGRITY, 20) + signature
    return (signed := _head(transaction_id, len(body) + 8) + body) + pack("!HHL", 0x8028, 4, crc32(signed) ^ 0x5354554E)


def _head(transaction_id: bytes, length: int) -> bytes:
    """Binding, success; the length that a signature covers counts up to its own end."""
    return pack("!HHL12s", ANSWER, length, COOKIE, transaction_id)


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
