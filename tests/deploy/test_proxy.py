"""The proxy, with Debian's nginx in front of a stand-in for the web process: what it hides, keeps and passes on."""

import http.client
import json
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from websockets.sync.client import connect

from kultour.certificate import ensure_certificate
from kultour.free_port import free_port
from kultour.object_store import answers
from tests.deploy.processes import ROOT, started
from tests.deploy.town import FILLED_IN, Town, services

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(
        not shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin"),
        reason="nginx is not installed",
    ),
]
TOKEN = "a-token-that-nobody-may-read"
LIVE = "max-age=0, s-maxage=1"


class Backend(ThreadingHTTPServer):
    """Answers every request with the headers it came with, as slowly as asked, and counts the requests."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Echo)
        self.paths: list[str] = []
        self.cache_control = "no-store"
        self.delay = 0.0


class Echo(BaseHTTPRequestHandler):
    server: Backend

    def do_GET(self) -> None:
        self.server.paths.append(self.path)
        time.sleep(self.server.delay)
        body = json.dumps({key.lower(): value for key, value in self.headers.items()}).encode()
        self.send_response(200)
        self.send_header("Cache-Control", self.server.cache_control)
        self.send_header("Vary", "Accept-Language")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Nothing."""


class Proxy:
    """nginx with the project's own configuration, moved to free ports and a folder of its own."""

    def __init__(self, folder: Path, backend: int) -> None:
        self.folder = folder
        self.port, self.plain_port = free_port(), free_port()
        tls = folder / "tls"
        tls.mkdir()
        certificate, key = ensure_certificate(folder, ["127.0.0.1"], datetime.now(UTC))
        certificate.rename(tls / "fullchain.pem")
        key.rename(tls / "privkey.pem")
        self.access_log = folder / "access.log"
        self.file = folder / "nginx.conf"
        self.file.write_text(self.adapted(filled_in(f"127.0.0.1:{backend}"), tls))

    def adapted(self, text: str, tls: Path) -> str:
        changes = {
            "user nginx;": "user root;",  # of a test's own folder; without root's rights nginx says it does not matter
            "/run/nginx.pid": f"{self.folder}/pid",
            "/dev/stderr": f"{self.folder}/error.log",
            "/dev/stdout": str(self.access_log),
            "/var/cache/nginx": str(self.folder),
            "/var/www/acme": f"{self.folder}/acme",
            "/etc/nginx/tls": str(tls),
            "listen 80 ": f"listen 127.0.0.1:{self.plain_port} ",
            "listen 443 ": f"listen 127.0.0.1:{self.port} ",
            "http {": "http {\n" + "".join(f"{part}_temp_path {self.folder}/{part};\n" for part in DEBIANS_OWN),
        }
        for old, new in changes.items():
            assert old in text, old
            text = text.replace(old, new)
        return text

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> tuple[int, dict, str]:
        """Status, headers and body over TLS."""
        line = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=10, context=ssl._create_unverified_context())
        line.request(method, path, body, {"Host": "buehne.example.org", **headers})
        answer = line.getresponse()
        found = answer.status, dict(answer.getheaders()), answer.read().decode()
        line.close()
        return found

    def seen_behind(self, path: str, **headers: str) -> dict[str, str]:
        """The headers that reach the web process."""
        return json.loads(self.ask(path, **headers)[2])


DEBIANS_OWN = ("fastcgi", "uwsgi", "scgi")


def filled_in(backend: str) -> str:
    """The template as the start script of the nginx image leaves it."""
    environment = {**services()["proxy"]["environment"], "PROXY_TO": backend, "NGINX_LOCAL_RESOLVERS": "127.0.0.1"}
    only = re.compile(environment["NGINX_ENVSUBST_FILTER"])
    text = (ROOT / "deploy" / "nginx.conf.template").read_text()
    return re.sub(r"\$\{(\w+)\}", lambda name: environment[name[1]] if only.search(name[1]) else name[0], text)


@pytest.fixture
def backend() -> Iterator[Backend]:
    server = Backend()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@contextmanager
def running(proxy: Proxy) -> Iterator[Proxy]:
    command = [*services()["proxy"]["command"], "-c", str(proxy.file), "-p", str(proxy.folder)]
    with started(command, {}, proxy.folder, proxy.folder / "nginx.log") as process:
        process.wait_until(lambda: answers(proxy.port))
        yield proxy
        assert process.ended_by_sigterm() < 10
        assert process.left_behind() == []


@pytest.fixture
def proxy(tmp_path, backend) -> Iterator[Proxy]:
    with running(Proxy(tmp_path, backend.server_address[1])) as proxy:
        yield proxy


def until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_nginx_finds_nothing_wrong_in_the_configuration(tmp_path):
    proxy = Proxy(tmp_path, 8000)
    said = subprocess.run(
        ["nginx", "-t", "-c", str(proxy.file), "-p", str(tmp_path)],
        env={"PATH": "/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin"},
        capture_output=True, text=True,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    assert "test is successful" in said.stderr


def test_what_visitors_claim_about_their_way_is_overwritten(proxy):
    claimed = {
        "X-Forwarded-For": "10.0.0.1",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Host": "evil.example",
        "Forwarded": "for=10.0.0.1",
    }
    seen = proxy.seen_behind("/heute", **claimed)
    assert {name: seen.get(name) for name in ["host", *map(str.lower, claimed)]} == {
        "host": "buehne.example.org",
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-proto": "https",
        "x-forwarded-host": None,
        "forwarded": None,
    }


@pytest.mark.parametrize("path", ["/metrics", "//metrics", "/x/../metrics", "/%6detrics", "/metrics?all"])
def test_metrics_are_not_shown_outside(proxy, backend, path):
    assert (proxy.ask(path)[0], backend.paths) == (404, [])


def test_a_socket_is_upgraded_and_nothing_else_is(proxy):
    upgrade = {"Upgrade": "websocket", "Connection": "upgrade"}
    seen = [proxy.seen_behind("/ws", **upgrade), proxy.seen_behind("/heute", Upgrade="h2c", Connection="upgrade")]
    assert [(each.get("upgrade"), each.get("connection")) for each in seen] == [
        ("websocket", "upgrade"),
        (None, None),
    ]


def test_a_hundred_viewers_ask_the_house_once(proxy, backend):
    def one_of_many(number: int) -> int:
        language = {"Accept-Language": f"de;q=0.{number % 10}"}
        return proxy.ask("/media/live/quellen/index.m3u8", **language)[0]

    backend.cache_control, backend.delay = "max-age=0, s-maxage=30", 0.3
    with ThreadPoolExecutor(100) as viewers:
        answered = list(viewers.map(one_of_many, range(100)))
    assert (answered, backend.paths) == ([200] * 100, ["/media/live/quellen/index.m3u8"])


def test_media_are_asked_for_again_when_their_time_is_over(proxy, backend):
    backend.cache_control = LIVE
    states = [proxy.ask("/media/abend/index.m3u8")[1]["X-Cache"] for _ in range(2)]
    assert states == ["MISS", "HIT"]
    backend.cache_control = "no-store"  # as after a withdrawal: not to be kept any longer
    until(lambda: proxy.ask("/media/abend/index.m3u8")[1]["X-Cache"] in {"EXPIRED", "REVALIDATED"})
    assert len(backend.paths) >= 2


def test_media_are_asked_for_without_anybodys_cookies(proxy):
    who = {"Cookie": "__Host-kultour=vera"}
    assert "cookie" not in proxy.seen_behind("/media/abend/index.m3u8", **who)
    assert "cookie" not in proxy.seen_behind("/static/assets/base.css", **who)
    assert proxy.seen_behind("/buero/", **who)["cookie"] == "__Host-kultour=vera"


def test_pages_are_never_kept(proxy, backend):
    backend.cache_control = "public, max-age=600"
    for _ in range(2):
        proxy.ask("/heute")
    assert backend.paths == ["/heute"] * 2


def test_a_body_beyond_all_measure_is_refused_at_once(proxy, backend):
    assert proxy.ask("/whip/quellen", "POST", b"v" * 200_000)[0] == 413
    assert proxy.ask("/buero/auftritt/1", "POST", b"v" * 3_000_000)[0] == 413
    assert backend.paths == []


def test_the_log_knows_neither_addresses_nor_tokens(proxy, backend):
    doors = ["/hinterbuehne", "/en/hinterbuehne", "/willkommen", "/whip/quellen", "/whep/dom"]
    paths = [f"{door}/{TOKEN}" for door in doors]
    for path in [*paths, f"/buero/fristen/{TOKEN}.ics", f"/heute?secret={TOKEN}"]:
        proxy.ask(path, Referer=f"https://example.org/{TOKEN}", **{"User-Agent": TOKEN})
    backend.shutdown()
    backend.server_close()
    proxy.ask(f"/hinterbuehne/{TOKEN}")
    until(lambda: proxy.access_log.read_text().count("\n") == 8)
    logged = proxy.access_log.read_text()
    errors = (proxy.folder / "error.log").read_text()
    assert [line.split()[3] for line in logged.splitlines()] == [
        "/hinterbuehne/-",
        "/en/hinterbuehne/-",
        "/willkommen/-",
        "/whip/quellen/-",
        "/whep/dom/-",
        "/buero/fristen/-",
        "/heute",
        "/hinterbuehne/-",
    ]
    assert (TOKEN in logged + errors, "127.0.0.1" in logged + errors) == (False, False)


def test_while_the_house_is_closed_visitors_are_told_so(proxy, backend):
    backend.shutdown()
    backend.server_close()
    status, headers, body = proxy.ask("/heute")
    assert (status, headers["Retry-After"], headers["Cache-Control"]) == (503, "5", "no-store")
    assert "Gleich geht es weiter" in body


def test_whoever_comes_without_encryption_is_sent_to_the_public_address(proxy):
    line = http.client.HTTPConnection("127.0.0.1", proxy.plain_port, timeout=10)
    line.request("GET", "/programm?tag=1", headers={"Host": "evil.example"})
    answer = line.getresponse()
    assert (answer.status, answer.getheader("Location")) == (301, "https://buehne.example.org/programm?tag=1")
    answer.read()
    line.request("POST", "/whip/dom", "v=0", {"Authorization": "Bearer in-clear"})
    answer = line.getresponse()
    assert (answer.status, answer.getheader("Location")) == (403, None)
    line.close()


def test_a_certificate_authority_finds_its_answer(proxy):
    folder = proxy.folder / "acme" / ".well-known" / "acme-challenge"
    folder.mkdir(parents=True)
    (folder / "word").write_text("answer")
    line = http.client.HTTPConnection("127.0.0.1", proxy.plain_port, timeout=10)
    line.request("GET", "/.well-known/acme-challenge/word")
    assert line.getresponse().read() == b"answer"
    line.close()


def test_a_page_and_its_socket_reach_the_house_through_the_proxy(tmp_path):
    (tmp_path / "town").mkdir()
    (tmp_path / "proxy").mkdir()
    town = Town(tmp_path / "town", "", "")
    town.run("migrate")
    with town.running("web") as web, running(Proxy(tmp_path / "proxy", town.port)) as proxy:
        web.wait_until(lambda: town.is_healthy("web"))
        status, headers, _body = proxy.ask("/heute")
        assert (status, headers["Strict-Transport-Security"]) == (200, "max-age=31536000")
        assert proxy.ask("/heute", Host="evil.example")[0] == 400
        line = socket.create_connection(("127.0.0.1", proxy.port))
        address = FILLED_IN["KULTOUR_PUBLIC_ADDRESS"]
        page = connect(
            address.replace("https", "wss") + "/ws",
            sock=line, ssl=ssl._create_unverified_context(), origin=address,
        )  # fmt: skip
        with page:
            page.send('{"type": "hello"}')
            assert json.loads(page.recv(10)) == {"type": "welcome", "name": None}
