"""Door: the HTTP side of WHIP (RFC 9725), one request at a time in a thread."""

import asyncio
import contextlib
import http.client
import ipaddress
import json
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

HTTP_SECONDS: Final = 10
GOODBYE_SECONDS: Final = 2
MAX_ANSWER: Final = 64 * 1024
MAX_REDIRECTS: Final = 3


class Refused(Exception):
    """The door said no."""

    def __init__(self, status: int, reason: str, retry_after: float | None = None) -> None:
        super().__init__(f"{status} {reason}".strip())
        self.status = status
        self.retry_after = retry_after

    @property
    def is_final(self) -> bool:
        """Asking again would not help: the key, the address or the offer is wrong."""
        return 400 <= self.status < 500 and self.status not in (408, 409, 425, 429)


@dataclass(frozen=True)
class Reply:
    status: int
    reason: str
    text: str
    location: str
    retry_after: float | None

    @property
    def complaint(self) -> str:
        """Why not: from a problem document (RFC 9457), or the first words of whatever came."""
        with contextlib.suppress(ValueError):
            problem = json.loads(self.text)
            if isinstance(problem, dict):
                return str(problem.get("detail") or problem.get("title") or self.reason)
        return self.text.strip()[:300] or self.reason


def is_here(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


@dataclass(frozen=True)
class Door:
    """Where a stage takes WHIP offers, and the bearer token that opens it."""

    address: str
    token: str
    cafile: Path | None = None  # certificates to trust instead of the system's

    @property
    def host(self) -> str:
        return urlsplit(self.address).hostname or ""

    async def post(self, offer: str) -> tuple[str, str]:
        """The session's address and the answer; Refused, or OSError when nobody answers."""
        address = self.address
        for _ in range(1 + MAX_REDIRECTS):
            reply = await asyncio.to_thread(self._request, "POST", address, offer.encode(), HTTP_SECONDS)
            if reply.status not in (307, 308):
                break
            address = self._in_this_house(urljoin(address, reply.location))
        if reply.status != 201:
            raise Refused(reply.status, reply.complaint, reply.retry_after)
        return self._in_this_house(urljoin(address, reply.location)), reply.text

    async def delete(self, session: str) -> None:
        """End the session; a house that is gone has ended it already."""
        with contextlib.suppress(OSError):
            await asyncio.shield(asyncio.to_thread(self._request, "DELETE", session, b"", GOODBYE_SECONDS))

    def _in_this_house(self, address: str) -> str:
        """The token is for one house: an address elsewhere is refused."""
        here, there = urlsplit(self.address), urlsplit(address)
        if (here.scheme, here.netloc) != (there.scheme, there.netloc):
            raise Refused(502, f"the door points to another house: {there.netloc}")
        return address

    def _request(self, method: str, address: str, body: bytes, seconds: float) -> Reply:
        """One HTTP request, in a thread."""
        url = urlsplit(address)
        connection = self._connection(url, seconds)
        headers = {"Authorization": f"Bearer {self.token}"}
        if body:
            headers["Content-Type"] = "application/sdp"
        try:
            target = url.path + (f"?{url.query}" if url.query else "")
            connection.request(method, target, body or None, headers)
            response = connection.getresponse()
            text = response.read(MAX_ANSWER).decode("utf-8", "replace")
            after = response.headers.get("Retry-After", "")
            location = response.headers.get("Location", "")
            return Reply(response.status, response.reason, text, location, float(after) if after.isdigit() else None)
        except http.client.HTTPException as error:
            raise ConnectionError(f"not a proper HTTP answer: {error!r}") from error
        finally:
            connection.close()

    def _connection(self, url: SplitResult, seconds: float) -> http.client.HTTPConnection:
        host = url.hostname or ""
        if url.scheme != "https":
            return http.client.HTTPConnection(host, url.port, timeout=seconds)
        context = ssl.create_default_context(cafile=str(self.cafile) if self.cafile else None)
        # The house's own certificate may name only its address in the network, but this is the same machine.
        context.check_hostname = not (self.cafile and is_here(host))
        return http.client.HTTPSConnection(host, url.port, timeout=seconds, context=context)
