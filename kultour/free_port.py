"""A number for a door of our own that nobody asked for by number: the embedded S3 server's, a test's."""

import random
import socket

NUMBERS = range(20_000, 32_768)
"""Below those the kernel gives to outgoing connections (ip_local_port_range): what is free now is not taken by a call
of somebody else's before our program opens it."""

TRIES = 100


_given: set[int] = set()


def free_port() -> int:
    """A number that is free by TCP and by UDP, and never the same twice. OSError when a hundred were taken."""
    for number in random.sample(NUMBERS, TRIES):
        if number not in _given and _is_free(number):
            _given.add(number)
            return number
    raise OSError(f"{TRIES} ports from {NUMBERS.start} on are taken")


def _is_free(number: int) -> bool:
    try:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            with socket.socket(socket.AF_INET, kind) as probe:
                probe.bind(("", number))
    except OSError:
        return False
    return True
