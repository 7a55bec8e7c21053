"""Is the relay's port reached from there? Whoever knows the installation's secret may ring, by UDP or TCP.

A ring is an ordinary check (RFC 8445 section 7.2.2) for a name that belongs to no viewer and no artist. What comes back
tells that firewall, provider and announced address are right, which nothing inside the machine can tell.
"""

from __future__ import annotations

import asyncio
import hmac
import socket
from contextlib import closing
from typing import Final

from .stun import Address, Message, is_answer, question

NAME: Final = "doorbell"
PATIENCE: Final = 2.0
"""Seconds an answer is waited for."""
RING_EVERY: Final = 0.5
"""Seconds between two rings: a datagram may be lost."""


def password_of(secret: str) -> str:
    """The doorbell's own password: it opens nothing else, and tells nothing about the secret."""
    return hmac.digest(secret.encode(), b"kultour doorbell", "sha256").hex()[:32]


class Doorbell:
    """A party of the port that is never anybody: checks are answered, nothing else is heard."""

    takes_tcp = True
    local_ufrag = remote_ufrag = NAME
    remote_password = ""
    address: Address | None = None
    heard_at = 0.0

    def __init__(self, password: str) -> None:
        self.local_password = password

    def checked(self, address: Address, nominated: bool, now: float) -> None:
        pass

    def go_to(self, address: Address) -> None:
        pass

    def take_dtls(self, data: bytes, now: float) -> None:
        pass

    def take_srtp(self, data: bytes, now: float) -> None:
        pass


def ring(password: str) -> Message:
    return question(f"{NAME}:{NAME}", password.encode(), "ICE-CONTROLLING")


async def ring_by_udp(host: str, number: int, password: str, patience: float = PATIENCE) -> bool:
    """Whether the relay at that IP address answers; OSError where there is no way to it at all."""
    loop, request = asyncio.get_running_loop(), ring(password)
    with closing(socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)) as bell:
        bell.setblocking(False)
        bell.connect((host, number))
        end = loop.time() + patience
        while loop.time() < end:
            await loop.sock_sendall(bell, bytes(request))
            try:
                if is_answer(
                    await asyncio.wait_for(loop.sock_recv(bell, 2048), RING_EVERY), request, password.encode()
                ):
                    return True
            except (TimeoutError, ConnectionRefusedError):
                await asyncio.sleep(0.05)
        return False


async def ring_by_tcp(host: str, number: int, password: str, patience: float = PATIENCE) -> bool:
    """The same by TCP; False also where nobody listens."""
    request = ring(password)
    try:
        async with asyncio.timeout(patience):
            reader, writer = await asyncio.open_connection(host, number)
            with closing(writer):
                writer.write(len(bytes(request)).to_bytes(2, "big") + bytes(request))
                length = int.from_bytes(await reader.readexactly(2), "big")
                return is_answer(await reader.readexactly(length), request, password.encode())
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        return False
