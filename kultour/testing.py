"""`python3 -m kultour test`: linters, types and all tests; installs what it may, says what it skipped."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kultour.free_port import free_port
from kultour.object_store import die_with_parent
from kultour.setup.steps import ROOT, SetupError, call, step

DEBIAN = {"chromium": "chromium", "nginx": "nginx-light", "postgres": "postgresql", "redis-server": "redis-server"}
"""Program → Debian package that brings it."""
PATIENCE = 30.0
WORKERS = 3
"""Most tests wait for something most of the time: three of them keep two cores busy."""
SIDE_BY_SIDE = ("-n", str(WORKERS), "--dist", "worksteal")
FILE_BY_FILE = ("-n", "2", "--dist", "loadfile")
"""Two browsers at a time; a file's own program or recording is made once."""
ONCE_IS_ENOUGH = (
    "tests/bench",
    "tests/browser",
    "tests/deploy/test_proxy.py",
    "tests/events/test_markdown.py",
    "tests/events/test_pictures.py",
    "tests/frontend",
    "tests/journeys/test_the_recording_is_kept.py",
    "tests/kultour/test_data_directory.py",
    "tests/kultour/test_guard.py",
    "tests/kultour/test_log.py",
    "tests/kultour/test_matrix.py",
    "tests/kultour/test_settings.py",
    "tests/kultour/test_setup.py",
    "tests/kultour/test_tables.py",
    "tests/kultour/test_translations.py",
    "tests/kultour/test_wire.py",
    "tests/streaming/artists",
    "tests/streaming/mediathek/test_bag.py",
    "tests/streaming/mediathek/test_handing_out.py",
    "tests/streaming/mediathek/test_posters.py",
    "tests/streaming/recording",
    "tests/streaming/relay",
    "tests/streaming/signalling/test_fuzz.py",
    "tests/streaming/test_chapters.py",
    "tests/streaming/test_faults.py",
    "tests/streaming/test_media.py",
    "tests/streaming/test_storage.py",
    "tests/test_architecture.py",
    "tests/test_line.py",
)
"""Another database and another channel layer change nothing here: rooms that could leave as libraries, parsers, what
stands before Django, who may open which door, and what becomes of files, on the disk and on S3."""

ON_REAL_PARTS_IF_THERE = (
    "tests/deploy/test_compose.py",
    "tests/journeys/test_a_stage_goes_live.py",
    "tests/journeys/test_closing_time.py",
    "tests/journeys/test_commands_beside_the_program.py",
)
"""Whole programs that are started once, on PostgreSQL and Redis where these are installed; SQLite and the layer in
memory carry the programs that browsers ask and those that are killed."""


@dataclass
class Report:
    failed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def check(self, name: str, *command: str, **environment: str) -> None:
        """Run one check, showing what it prints."""
        print(f"\n=== {name}", flush=True)
        begun = time.monotonic()
        code = subprocess.run(command, cwd=ROOT, env=surroundings() | environment, check=False).returncode
        print(f"=== {name}: {'ok' if code == 0 else 'FAILED'} in {time.monotonic() - begun:.0f} s", flush=True)
        if code:
            self.failed.append(name)

    def skip(self, name: str, why: str) -> None:
        self.skipped.append(f"{name}: {why}")

    def close(self) -> int:
        print()
        for line in self.skipped:
            print(f"SKIPPED {line}")
        print(f"FAILED: {', '.join(self.failed)}" if self.failed else "All checks passed.")
        return 1 if self.failed else 0


def test(arguments: list[str]) -> int:
    """Run everything, or with words behind `--` only pytest with those."""
    parser = argparse.ArgumentParser(prog="python3 -m kultour test", description=test.__doc__)
    parser.add_argument("--no-browser", action="store_true", help="leave out what drives Chromium")
    parser.add_argument("--no-install", action="store_true", help="install nothing by apt")
    parser.add_argument("pytest", nargs="*", help="arguments for pytest; then nothing else is run")
    options = parser.parse_args(arguments)
    python = sys.executable
    from kultour.translations import compile_catalogues

    compile_catalogues()
    if options.pytest:
        return subprocess.run([python, "-m", "pytest", *options.pytest], cwd=ROOT, check=False).returncode
    report = Report()
    if not options.no_install:
        install_missing()
    report.check("ruff", python, "-m", "ruff", "check")
    report.check("ruff format", python, "-m", "ruff", "format", "--check")
    report.check("mypy", python, "-m", "mypy")
    report.check("biome and tsc", "npm", "run", "--silent", "check")
    report.check("tests on SQLite", python, "-m", "pytest", *SIDE_BY_SIDE, "-m", "not browser and not journey")
    done = ON_REAL_PARTS_IF_THERE if on_real_parts(report, python) else ()
    whole_programs(report, python, options.no_browser, done)
    return report.close()


def surroundings() -> dict[str, str]:
    """This process's environment. Dozens of processes are started: the code is compiled once for all, also where
    Python was told to keep nothing."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def install_missing() -> None:
    """What the tests need of Debian, where apt may be used."""
    packages = [package for program, package in DEBIAN.items() if find_program(program) is None]
    if not packages or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    try:
        with step(f"installing {', '.join(packages)} by apt"):
            call("apt-get", "update", "-q")
            call(
                *("apt-get", "install", "-y", "-q", "--no-install-recommends"),
                *packages,
                DEBIAN_FRONTEND="noninteractive",
            )
    except SetupError as error:
        print(error, flush=True)


def find_program(name: str) -> str | None:
    """A program by name; PostgreSQL's where Debian puts them."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else shutil.which(name)


def missing(*programs: str) -> str | None:
    gone = [DEBIAN[name] for name in programs if find_program(name) is None]
    return f"not installed: apt-get install {' '.join(gone)}" if gone else None


def on_real_parts(report: Report, python: str) -> bool:
    """Whether they are there."""
    name = "tests on PostgreSQL and Redis"
    if why := missing("postgres", "redis-server"):
        report.skip(name, why)
        return False
    with ExitStack() as running:
        database = running.enter_context(postgresql())
        redis = [running.enter_context(redis_server()) for _ in range(WORKERS)]
        report.check(
            name,
            *(python, "-m", "pytest", *SIDE_BY_SIDE),
            *(f"--ignore={folder}" for folder in ONCE_IS_ENOUGH),
            KULTOUR_DATABASE_URL=database,
            KULTOUR_REDIS_URL=redis[0],
            KULTOUR_TEST_REDIS=" ".join(redis),
        )
    return True


def whole_programs(report: Report, python: str, no_browser: bool, done: Sequence[str]) -> None:
    """Journeys and browsers ask the same running program, so they share the two that are started for them."""
    name, marked = "journeys and tests in Chromium", "browser or journey"
    if why := "left out by --no-browser" if no_browser else missing("chromium"):
        report.skip("tests in Chromium", why)
        name, marked = "journeys", "journey"
    without = [f"--ignore={file}" for file in done]
    report.check(name, python, "-m", "pytest", *FILE_BY_FILE, "-m", marked, *without)


# --- real servers, as a user without rights -----------------------------------------------------------------------


def unprivileged() -> str | None:
    """Whose rights servers run with: PostgreSQL refuses root's. None: our own."""
    return "nobody" if os.geteuid() == 0 else None


@contextmanager
def scratch(name: str) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=f"kultour-{name}-"))
    try:
        if user := unprivileged():
            shutil.chown(folder, user)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def child(command: list[str], ready: Callable[[], bool]) -> Iterator[None]:
    """A server that is awaited, and ended with this block or with this process."""
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        user=unprivileged(),
        start_new_session=True,
        preexec_fn=die_with_parent,
    )
    try:
        deadline = time.monotonic() + PATIENCE
        while not ready():
            if process.poll() is not None or time.monotonic() > deadline:
                raise SetupError(f"{command[0]} did not start")
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


@contextmanager
def postgresql() -> Iterator[str]:
    """A throw-away cluster; yields its address as a setting."""
    port = free_port()
    with scratch("postgresql") as folder:
        quiet: dict[str, Any] = {
            "stdout": subprocess.DEVNULL,
            "user": unprivileged(),
            "cwd": str(folder),
            "timeout": 60,
        }
        cluster = str(folder / "cluster")
        subprocess.run([find_program("initdb") or "initdb", "-D", cluster, "-A", "trust", "-U", "kultour", "-E", "UTF8",
                        "--locale=C.UTF-8"], check=True, **quiet)  # fmt: skip
        server = [find_program("postgres") or "postgres", "-D", cluster, "-p", str(port), "-k", str(folder)]
        is_ready = [find_program("pg_isready") or "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
        with child([*server, "-c", "fsync=off"], lambda: subprocess.run(is_ready, check=False).returncode == 0):
            yield f"postgres://kultour@127.0.0.1:{port}/postgres"


@contextmanager
def redis_server() -> Iterator[str]:
    port = free_port()
    program = find_program("redis-server") or "redis-server"
    ping = [find_program("redis-cli") or "redis-cli", "-p", str(port), "ping"]
    with (
        scratch("redis") as folder,
        child(
            [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)],
            lambda: subprocess.run(ping, capture_output=True, check=False).stdout.strip() == b"PONG",
        ),
    ):
        yield f"redis://127.0.0.1:{port}/0"
