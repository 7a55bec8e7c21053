"""A doorman before an S3 server: who comes with which key may do what its policy says, and nothing else."""

import http.client
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

DENIED = b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>"


class Doorman(ThreadingHTTPServer):
    """Actions are named as in policies: `s3:GetObject`. Every other byte passes as it is."""

    daemon_threads = True

    def __init__(self, behind: str, rights: Mapping[str, frozenset[str]]) -> None:
        super().__init__(("127.0.0.1", 0), Visit)
        self.behind, self.rights = urlsplit(behind).netloc, rights
        self.refused: list[tuple[str, str]] = []
        """Key and action."""
        self.done: dict[str, set[str]] = {}
        """Actions that passed, by key."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def lets_in(self, key: str, action: str) -> bool:
        if action not in self.rights.get(key, frozenset()):
            self.refused.append((key, action))
            return False
        self.done.setdefault(key, set()).add(action)
        return True


class Visit(BaseHTTPRequestHandler):
    server: Doorman
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 20  # head and body in one packet: else the client waits for the second one before it says so

    def visit(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        key = self.headers.get("Authorization", "").partition("Credential=")[2].partition("/")[0]
        if not self.server.lets_in(key, action_of(self.command, self.path)):
            self.answer(403, {}, DENIED)
            return
        line = http.client.HTTPConnection(self.server.behind, timeout=20)
        line.request(self.command, self.path, body, dict(self.headers))
        answer = line.getresponse()
        self.answer(answer.status, dict(answer.headers), answer.read())
        line.close()

    def answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name not in ("Content-Length", "Connection", "Transfer-Encoding"):
                self.send_header(name, value)
        # HEAD names the length of what it does not send.
        length = headers.get("Content-Length", "0") if self.command == "HEAD" else len(body)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""

    do_GET = do_HEAD = do_PUT = do_DELETE = do_POST = visit


def action_of(method: str, path: str) -> str:
    """What the request is called in a policy (Amazon S3 API reference, "Required permissions")."""
    parts = urlsplit(path)
    on_bucket = "/" not in parts.path.strip("/")
    if on_bucket:
        lists = method == "HEAD" or (method == "GET" and "list-type" in parse_qs(parts.query))
        return "s3:ListBucket" if lists else f"{method} of the bucket"
    names = {"GET": "s3:GetObject", "HEAD": "s3:GetObject", "PUT": "s3:PutObject", "DELETE": "s3:DeleteObject"}
    return names.get(method, method)


@contextmanager
def standing(doorman: Doorman) -> Iterator[Doorman]:
    threading.Thread(target=doorman.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield doorman
    finally:
        doorman.shutdown()
        doorman.server_close()
