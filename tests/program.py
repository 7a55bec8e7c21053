"""The real program in a process of its own, as a town would start it."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psycopg

from kultour.free_port import free_port

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0


def wait_for(condition, what: str, patience: float = PATIENCE, every: float = 0.1):
    """The first true value of `condition()`; fails with `what` after `patience` seconds."""
    deadline = time.monotonic() + patience
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {patience:.0f} s in vain: {what}")
        time.sleep(every)


def own_database(server: str, number: int) -> str:
    """A new database on the PostgreSQL server of this address; none where SQLite is tested."""
    if not server.startswith("postgres"):
        return ""
    name = f"town_{number}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"{server.rpartition('/')[0]}/{name}"


class Program:
    """`python3 -m kultour run` on free ports and a data directory of its own."""

    module = "kultour.commands"

    def __init__(self, data: Path, *options: str) -> None:
        self.data = data
        self.options = options
        self.port = free_port()
        self.udp_port = free_port()
        self.process: subprocess.Popen | None = None
        self._keys: dict[tuple[str, ...], tuple[str, str]] = {}
        self.log = data.parent / f"{data.name}.log"
        self.database = own_database(os.environ.get("KULTOUR_DATABASE_URL", ""), self.port)

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def environment(self) -> dict[str, str]:
        # The test process's own data directory is not this program's, nor is another program's database.
        kept = {key: value for key, value in os.environ.items() if key not in {"KULTOUR_DATA", "KULTOUR_UDP_PORT"}}
        if self.database:
            kept["KULTOUR_DATABASE_URL"] = self.database
        return kept

    def start(self) -> "Program":
        self.data.mkdir(parents=True, exist_ok=True)
        self.log.write_text("")
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.module, "run", "--data", str(self.data), "--port", str(self.port),
                 "--udp-port", str(self.udp_port), *self.options],
                cwd=ROOT, env=self.environment(), stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        wait_for(self.is_ready, "the program is ready")
        return self

    def is_ready(self) -> bool:
        if self.process.poll() is not None:
            raise AssertionError(f"the program ended:\n{self.printed()}")
        return "Ctrl-C ends" in self.printed()

    def printed(self) -> str:
        return self.log.read_text()

    def said(self, pattern: str) -> str:
        """What the program last printed behind a word, as a group of `pattern`."""
        return re.findall(pattern, self.printed())[-1]

    @property
    def artist_path(self) -> str:
        return self.said(r"(/hinterbuehne/\S+)")

    @property
    def office_password(self) -> str:
        return self.said(r"password (\S+)")

    def manage(self, *command: str) -> list[str]:
        """The lines that another command prints about this program's data."""
        result = subprocess.run(
            [sys.executable, "-m", "kultour.commands", *command, "--data", str(self.data)],
            cwd=ROOT, env=self.environment(), capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout.strip().splitlines()

    def key(self, stage: str, *options: str) -> tuple[str, str]:
        """WHIP address and token; asked for once, since they stay what they are until they are rotated."""
        if "--rotate" in options:
            self._keys.clear()
        if (stage, *options) not in self._keys:
            address, token = self.manage("key", stage, *options)
            self._keys[(stage, *options)] = (address, token)
        return self._keys[(stage, *options)]

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of a page."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def kill(self) -> None:
        """As a power failure would: no farewell to anybody."""
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> int:
        """As Ctrl-C would; the exit code."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)
                raise AssertionError("the program did not end on SIGTERM") from None
        return self.process.returncode if self.process else 0
