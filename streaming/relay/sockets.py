"""The relay's sockets: for both kinds of addresses, or for IPv4 alone where the kernel has no IPv6."""

from __future__ import annotations

import socket

BUFFER = 4 << 20
"""Bytes that wait in the kernel, of what came and of what goes."""


def bind(number: int) -> socket.socket:
    """A non-blocking UDP socket."""
    made = _of(socket.SOCK_DGRAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
        made.bind(("", number))
    except OSError:
        made.close()
        raise
    return made


def listening(number: int) -> socket.socket:
    """A non-blocking TCP socket that waits to be called."""
    made = _of(socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(("", number))
        made.listen(64)
    except OSError:
        made.close()
        raise
    return made


def _of(kind: socket.SocketKind) -> socket.socket:
    try:
        made = socket.socket(socket.AF_INET6, kind)
    except OSError:
        made = socket.socket(socket.AF_INET, kind)
    else:
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    made.setblocking(False)
    return made
