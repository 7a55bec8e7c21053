"""Bounds below ASGI, at the real program's door."""

import base64
import contextlib
import json
import re
import socket
from contextlib import closing
from pathlib import Path

import pytest

from kultour.guard import BODY_BYTES
from tests.packets import packets
from tests.program import Program, wait_for
from tests.streaming.relay.hostile import BOMBS
from tests.streaming.relay.test_offer import HOSTILE

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


def binary(body: bytes) -> bytes:
    """A masked binary frame of fewer than 126 bytes."""
    return b"\x82" + bytes([0x80 | len(body)]) + bytes(4) + body


def frame_on(line: socket.socket) -> dict[str, object]:
    """What the house says in its next frame, of fewer than 64 KB."""
    length = line.recv(2, socket.MSG_WAITALL)[1]
    if length == 126:
        length = int.from_bytes(line.recv(2, socket.MSG_WAITALL))
    return json.loads(line.recv(length, socket.MSG_WAITALL))


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


def test_no_offer_however_hostile_is_an_error_of_the_house(house):
    _, token = house.key("kulturwerkstatt")
    bearer = f"Authorization: Bearer {token}"
    bombs = [text for text, _ in HOSTILE.values()] + list(BOMBS.values())
    before, statuses, session = house.printed(), set(), ""
    for offer in [*(text.encode(errors="surrogatepass") for text in bombs), *packets("offers")]:
        length = f"Content-Length: {len(offer)}"
        post = line_to(house, "POST /whip/kulturwerkstatt HTTP/1.1", "Content-Type: application/sdp", bearer, length)
        with closing(post) as line, contextlib.suppress(ConnectionError):  # refused by its length, while it is sent
            line.sendall(offer)
            answer = line.recv(4096).decode("latin-1")
            statuses.add(answer.split()[1])
            session = "".join(re.findall(r"Location: (\S+)", answer)) or session
    with closing(line_to(house, f"DELETE {session} HTTP/1.1", bearer)) as line:
        assert "200" in answer_on(line), "each that was answered replaced the one before"
    assert {"201", "400"} <= statuses <= {"201", "400", "406", "413"}
    assert house.printed() == before


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "", "http://localhost.evil.example"])
def test_pages_of_others_open_no_socket_here(house, origin):
    """Finding F11 of the threat model; ASVS 4.4.2."""
    with closing(socket.create_connection(("127.0.0.1", house.port), PATIENCE)) as line:
        head = ["GET /ws HTTP/1.1", f"Host: localhost:{house.port}", f"Origin: {origin}", *UPGRADE, "", ""]
        line.sendall("\r\n".join(head).encode())
        assert answer_on(line).split()[1] in {"400", "403"}


@pytest.mark.parametrize(
    "frame",
    [
        binary(b"\0\xff"),
        binary(b"{}"),
        masked("[" * 60_000),
        masked('{"type": ' + "9" * 60_000 + "}"),
        masked("\0" * 200),
    ],
    ids=["binary", "binary JSON", "deep", "long number", "NULs"],
)
def test_what_no_page_sends_is_refused_and_no_error_of_the_house(house, frame):
    """Finding F10 of the threat model."""
    before = house.printed()
    with closing(upgraded(house)) as line:
        line.sendall(frame)
        assert frame_on(line)["reason"] == "bad_message"
        line.sendall(masked('{"type": "ping"}' + " " * 120))
        assert frame_on(line) == {"type": "pong"}
    assert house.printed() == before


@pytest.mark.parametrize("path", ["/ws%0d%0aX: y", "/whip/dom%0d%0aX:%20y", "/%00", "/whep/%ff"])
@pytest.mark.parametrize("upgrade", [(), UPGRADE], ids=["page", "socket"])
def test_strange_paths_lead_nowhere(house, path, upgrade):
    before = house.printed()
    with closing(line_to(house, f"GET {path.replace(' ', '%20')} HTTP/1.1", *upgrade)) as line:
        assert answer_on(line).split()[1] in {"400", "403", "404", "405"}
    assert house.printed() == before
