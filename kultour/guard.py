"""What is decided before Django sees a request: how large, how many at once, from which page."""

import asyncio
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.conf import settings
from django.http.request import split_domain_port, validate_host

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

OFFER_BYTES = 64 * 1024
BODY_BYTES = 2 * 1024 * 1024
PICTURE_BYTES = 10 * 1024 * 1024 + 64 * 1024
"""A picture of an act with the words of its form."""
TABLE_BYTES = 8 * 1024 * 1024
"""Tables that the office uploads have 5 MB; with a little more there is a page that says so."""
TOO_LARGE = "The request is larger than this address accepts."
TOO_MANY = "Too many requests at this moment. Please try again in a few seconds."
NUL = rb"\000"
"""As a quoted cookie writes it; PostgreSQL takes none, and would end the page with an error."""
PICTURE_PLACE = re.compile(r"(/en)?/buero/mitwirkende/\d+/bild")
AT_ONCE = 200
"""Requests being answered at the same time; the next are told to come back, instead of all becoming slow."""


def guard(inner: Application) -> Application:
    """Wrap the application in the house's bounds."""
    places = asyncio.Semaphore(AT_ONCE)

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            if not is_own_origin(scope):
                await receive()
                await send({"type": "websocket.close", "code": 4403})
                return
            await inner(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        if declared_length(scope) > limit_for(scope["path"]):
            await refuse(send, 413, TOO_LARGE)
        elif any(NUL in value for name, value in scope["headers"] if name == b"cookie"):
            await refuse(send, 400, "No cookie of this house looks like that.")
        elif places.locked():
            await refuse(send, 503, TOO_MANY)
        else:
            # A header of daphne's lets a visitor choose a root path, and with it every link of the page.
            scope["root_path"] = ""
            async with places:
                try:
                    await inner(scope, bounded(receive, limit_for(scope["path"])), send)
                except BodyTooLarge:
                    await refuse(send, 413, TOO_LARGE)

    return guarded


def limit_for(path: str) -> int:
    """Largest body in bytes for this address."""
    if path.startswith(("/whip/", "/whep/", "/chat/", "/watch/", "/zaehlung/")):
        return OFFER_BYTES
    if PICTURE_PLACE.fullmatch(path):
        return PICTURE_BYTES
    return TABLE_BYTES if path.removeprefix("/en") == "/buero/einlesen" else BODY_BYTES


def header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def declared_length(scope: Scope) -> int:
    length = header(scope, b"content-length")
    return int(length) if length.isdecimal() and len(length) < 16 else 0


class BodyTooLarge(Exception):
    """A body that declared no length has become too long."""


def bounded(receive: Receive, limit: int) -> Receive:
    """Lets the application read `limit` bytes of a chunked body; raises BodyTooLarge through it at the next one."""
    seen = 0

    async def receive_some() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise BodyTooLarge
        return message

    return receive_some


def is_own_origin(scope: Scope) -> bool:
    """A WebSocket may only be opened by one of our own pages (ASVS 4.4.2)."""
    origin = header(scope, b"origin")
    scheme, _, host = origin.partition("://")
    if scheme not in {"http", "https"} or not host:
        return False
    domain, _port = split_domain_port(host)
    if host.lower() != header(scope, b"host").lower():
        return False
    return validate_host(domain, settings.ALLOWED_HOSTS)


async def refuse(send: Send, status: int, text: str) -> None:
    """A problem document (RFC 9457), without reading what was sent."""
    body = b'{"type":"about:blank","status":%d,"title":"%s"}' % (status, text.encode())
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"x-content-type-options", b"nosniff"),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    ]
    if status == 503:
        headers.append((b"retry-after", b"3"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
