"""Where to find us, as browsers and encoders are told: an address, and a port where it is another than ours (pure)."""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple, Self

_WITH_PORT = re.compile(r"(?:\[([0-9a-f:.]+)\]|([0-9.]+)):([0-9]{1,5})", re.ASCII | re.IGNORECASE)
"""The brackets of RFC 3986 section 3.2.2: without them an IPv6 address's last group and a port look alike."""


class Announced(NamedTuple):
    """An address under which our UDP port is reached."""

    host: str
    port: int | None = None
    """None: the same port as ours."""

    @classmethod
    def read(cls, entry: str) -> Self:
        """Of `192.0.2.1`, `192.0.2.1:40001`, `2001:db8::1` or `[2001:db8::1]:40001`; ValueError names the entry."""
        with_port = _WITH_PORT.fullmatch(entry)
        bracketed, plain, port = with_port.groups() if with_port else (None, None, None)
        try:
            host = ipaddress.IPv6Address(bracketed) if bracketed else ipaddress.ip_address(plain or entry)
        except ValueError:
            raise ValueError(f"{entry!r} is no IP address, with or without a port") from None
        if port is not None and not 0 < int(port) < 1 << 16:
            raise ValueError(f"{entry!r} names no port from 1 to 65535")
        return cls(str(host), None if port is None else int(port))

    def __str__(self) -> str:
        if self.port is None:
            return self.host
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
