"""Bounds below ASGI, at the real program's door."""

import base64
import json
import re
import socket
from contextlib import closing
from pathlib import Path

import pytest

from kultour.guard import BODY_BYTES
from tests.program import Program, wait_for

pytestmark = pytest.mark.journey

PATIENCE = 20.0
UPGRADE = (
    "Upgrade: websocket",
    "Connection: Upgrade",
    f"Sec-WebSocket-Key: {base64.b64encode(b'sixteen bytes ok').decode()}",
    "Sec-WebSocket-Version: 13",
)


def line_to(house: Program, request: str, *headers: str, small: bool = False) -> socket.socket:
    """A connection on which a request line and headers were sent; `small`: with room for little unread."""
    line = socket.socket()
    if small:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.settimeout(PATIENCE)
    line.connect(("127.0.0.1", house.port))
    head = [request, f"Host: localhost:{house.port}", f"Origin: {house.address}", *headers, "", ""]
    line.sendall("\r\n".join(head).encode("latin-1"))
    return line


def answer_on(line: socket.socket) -> str:
    """The first line of the answer."""
    return line.recv(4096).decode("latin-1").partition("\r\n")[0]


def masked(text: str) -> bytes:
    """A WebSocket frame from a client of fewer than 64 KB (RFC 6455, section 5.2)."""
    body = text.encode()
    return b"\x81" + bytes([0x80 | 126]) + len(body).to_bytes(2, "big") + bytes(4) + body


def upgraded(house: Program) -> socket.socket:
    line = line_to(house, "GET /ws HTTP/1.1", *UPGRADE, small=True)
    assert "101" in answer_on(line)
    return line


def memory(house: Program) -> int:
    """Kilobytes the program holds."""
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{house.process.pid}/status").read_text())[1])


def test_a_declared_body_over_the_largest_is_refused_before_it_is_sent(house):
    with closing(line_to(house, "POST /heute HTTP/1.1", f"Content-Length: {BODY_BYTES + 1}")) as line:
        assert "413" in answer_on(line)


def test_an_endless_body_is_refused_once_it_is_too_large(house):
    with closing(line_to(house, "POST /heute HTTP/1.1", "Transfer-Encoding: chunked")) as line:
        piece = b"%x\r\n" % 65_536 + bytes(65_536) + b"\r\n"
        for _ in range(BODY_BYTES // 65_536 + 1):
            line.sendall(piece)
        assert "413" in answer_on(line)


def test_an_offer_of_unknown_length_is_told_that_it_is_too_large(house):
    with closing(line_to(house, "POST /whep/dom HTTP/1.1", "Transfer-Encoding: chunked")) as line:
        line.sendall(b"%x\r\n" % 70_000 + bytes(70_000) + b"\r\n0\r\n\r\n")
        assert "413" in answer_on(line)


def test_a_page_that_does_not_read_is_let_go(house):
    names = [f"{number:02}{'x' * 190}" for number in range(64)]
    wish = masked(json.dumps({"type": "stage.follow", "stages": names}))
    before = memory(house)

    def is_let_go() -> bool:
        try:
            line.sendall(wish)
        except ConnectionError:
            return True
        return False

    with closing(upgraded(house)) as line:
        wait_for(is_let_go, "the page is let go", PATIENCE, every=0.06)  # no more wishes than the house allows
    assert memory(house) - before < 20_000


@pytest.mark.parametrize(
    "header", ["Sec-WebSocket-Protocol: \xff", "Daphne-Root-Path: \xff", "Host: a b"], ids=["protocol", "path", "host"]
)
def test_what_is_malformed_leaves_no_trace_in_the_log(house, header):
    before = house.printed()
    upgrade = UPGRADE if "Protocol" in header else ()
    with closing(line_to(house, "GET /ws HTTP/1.1", *upgrade, header)) as line:
        assert answer_on(line)
    assert house.printed() == before
