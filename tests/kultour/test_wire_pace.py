"""An answer in several parts is sent as fast as it is read, for as long as it goes on."""

import asyncio
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from twisted.internet.testing import StringTransport

from kultour import wire
from kultour.wire import BoundedHTTPFactory, BoundedRequest, paced


class Daphne:
    """As much of its server as a request speaks to."""

    server_name, root_path, http_timeout = "kultour", "", 120
    proxy_forwarded_address_header, request_buffer_size = None, 100

    def __init__(self) -> None:
        self.asked: list[BoundedRequest] = []
        self.gone: list[BoundedRequest] = []

    def create_application(self, request: BoundedRequest, _scope: object) -> Any:
        self.asked.append(request)
        return SimpleNamespace(put_nowait=lambda _message: None)

    def protocol_connected(self, _request: object) -> None: ...

    def protocol_disconnected(self, request: BoundedRequest) -> None:
        self.gone.append(request)

    def log_action(self, *_told: object) -> None: ...

    async def handle_reply(self, request: BoundedRequest, message: dict[str, Any]) -> None:
        request.handle_reply(message)


class Line(StringTransport):
    aborted = False

    def abortConnection(self) -> None:
        self.aborted = True


@pytest.fixture
def asked() -> Iterator[tuple[BoundedRequest, Line, Any]]:
    """Somebody asks for a film; the first part has been sent."""
    server, line = paced(Daphne)(), Line()
    channel = BoundedHTTPFactory(server).buildProtocol(None)
    channel.makeConnection(line)
    channel.dataReceived(b"GET /film HTTP/1.1\r\nHost: localhost\r\n\r\n")
    [request] = server.asked
    request.handle_reply({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})
    yield request, line, server
    channel._channel.setTimeout(None)


def part(content: bytes, more: bool = True) -> dict[str, Any]:
    return {"type": "http.response.body", "body": content, "more_body": more}


async def test_the_next_part_waits_until_there_is_room(asked):
    request, line, server = asked
    await server.handle_reply(request, part(b"one"))
    line.producer.pauseProducing()
    waiting = asyncio.ensure_future(server.handle_reply(request, part(b"two")))
    await asyncio.sleep(0)
    assert not waiting.done()
    line.producer.resumeProducing()
    await waiting
    await server.handle_reply(request, part(b"end", more=False))
    assert line.value().endswith(b"onetwoend")
    assert server.gone == [request]


async def test_who_has_hung_up_keeps_nobody_waiting(asked):
    request, line, server = asked
    await server.handle_reply(request, part(b"one"))
    line.producer.pauseProducing()
    waiting = asyncio.ensure_future(server.handle_reply(request, part(b"two")))
    await asyncio.sleep(0)
    request.connectionLost(ConnectionError())
    await asyncio.wait_for(waiting, 1)


async def test_a_long_answer_may_go_on_and_one_that_stands_still_may_not(asked, monkeypatch):
    request, line, server = asked
    request.request_start -= 1000
    await server.handle_reply(request, part(b"one"))
    request.check_timeouts()
    assert not line.aborted
    now = wire.monotonic() + 121
    monkeypatch.setattr(wire, "monotonic", lambda: now)
    request.check_timeouts()
    assert line.aborted


async def test_what_breaks_off_is_not_taken_for_the_whole(asked):
    request, line, server = asked
    await server.handle_reply(request, part(b"one"))
    request.handle_exception(RuntimeError("S3 is away"))
    assert line.aborted
    assert b"500" not in line.value()
