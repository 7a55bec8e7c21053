"""People who send junk to the relay's port, from many addresses at a steady rate, and count what comes back."""

import asyncio
import contextlib
import itertools
import random
import socket
import sys
from collections.abc import Callable
from struct import pack
from typing import Any

from aioice import stun
from OpenSSL import SSL

from tests.bench.children import answer_questions

ADDRESSES = 50
BURSTS_PER_SECOND = 50
DIFFERENT = 200
"""Datagrams of each kind that are made in advance."""
SCRATCH = bytearray(2048)


def noise(dice: random.Random, user: str) -> bytes:
    return dice.randbytes(dice.randint(1, 1200))


def check_of_nobody(dice: random.Random, user: str) -> bytes:
    """A check with names out of thin air."""
    return wrong_check(dice, f"{dice.randbytes(4).hex()}:{dice.randbytes(4).hex()}")


def wrong_check(dice: random.Random, user: str) -> bytes:
    """A check with the names of somebody who is there, and another password."""
    request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST, dice.randbytes(12))
    request.attributes = {"USERNAME": user, "PRIORITY": 1, "ICE-CONTROLLING": 7, "USE-CANDIDATE": None}
    request.add_message_integrity(dice.randbytes(16))
    return bytes(request)


def longest_check(dice: random.Random, user: str) -> bytes:
    """As many addresses as a datagram holds: nothing else takes a STUN parser so long."""
    attributes = (pack("!HH", 0x0020, 20) + b"\0\2" + dice.randbytes(18)) * 60
    return pack("!HHI12s", 1, len(attributes), stun.COOKIE, dice.randbytes(12)) + attributes


def hello(dice: random.Random, user: str) -> bytes:
    """What begins a DTLS handshake."""
    connection = SSL.Connection(SSL.Context(SSL.DTLS_METHOD))
    connection.set_connect_state()
    with contextlib.suppress(SSL.WantReadError):
        connection.do_handshake()
    return connection.bio_read(1500)


def srtp(dice: random.Random, user: str) -> bytes:
    return pack("!BBHLL", 0x80, 96, dice.getrandbits(16), dice.getrandbits(32), 7) + dice.randbytes(1100)


KINDS: dict[str, Callable[[random.Random, str], bytes]] = {
    "noise": noise,
    "STUN of nobody": check_of_nobody,
    "STUN with a wrong password": wrong_check,
    "DTLS": hello,
    "SRTP": srtp,
    "STUN with 60 addresses": longest_check,
}


class Strangers:
    def __init__(self, port: int) -> None:
        self.sockets = [opened(port) for _ in range(ADDRESSES)]

    async def send(self, seconds: float, rate: int, kinds: list[str], user: str) -> dict[str, Any]:
        """So many a second, of each kind as many; `user`: both names of somebody who is there. Bytes sent and
        answered, and datagrams."""
        dice = random.Random(1)
        junk = itertools.cycle([KINDS[kind](dice, user) for _ in range(DIFFERENT) for kind in kinds])
        sockets, clock = itertools.cycle(self.sockets), asyncio.get_running_loop().time
        began, sent, size, answered = clock(), 0, 0, 0
        while (passed := clock() - began) < seconds:
            while sent < passed * rate:
                size += send_one(next(sockets), next(junk))
                sent += 1
            await asyncio.sleep(1 / BURSTS_PER_SECOND)
            answered += sum(map(arrived, self.sockets))
        return {"sent": sent, "bytes": size, "answered": answered}


def opened(port: int) -> socket.socket:
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.setblocking(False)
    one.connect(("127.0.0.1", port))
    return one


def send_one(one: socket.socket, datagram: bytes) -> int:
    with contextlib.suppress(OSError):
        return one.send(datagram)
    return 0


def arrived(one: socket.socket) -> int:
    """Bytes that waited there."""
    size = 0
    with contextlib.suppress(OSError):
        while True:
            size += one.recv_into(SCRATCH)
    return size


async def bother(port: str) -> None:
    await answer_questions({}, send=Strangers(int(port)).send)


if __name__ == "__main__":
    asyncio.run(bother(*sys.argv[1:]))
