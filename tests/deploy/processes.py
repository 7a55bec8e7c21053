"""Run the services of docker-compose.yml as processes: the file's own commands, on this machine's ports and folders."""

import contextlib
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kultour.object_store import die_with_parent

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 40.0
"""Seconds for a start on a busy machine."""


@dataclass
class Running:
    """A service that has been started, in a session of its own; what it prints goes to `output`."""

    process: subprocess.Popen[bytes]
    output: Path

    def printed(self) -> str:
        return self.output.read_text(errors="replace")

    def wait_until(self, true: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not true():
            assert self.process.poll() is None, f"ended with {self.process.returncode}:\n{self.printed()}"
            assert time.monotonic() < deadline, f"not so after {PATIENCE} s:\n{self.printed()}"
            time.sleep(0.05)

    def result(self) -> int:
        return self.process.wait(PATIENCE)

    def ended_by_sigterm(self) -> float:
        """Seconds until it was gone."""
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE)
        return time.monotonic() - begun

    def left_behind(self) -> list[str]:
        """Command lines of processes of its session that still run."""
        return [line for session, line in processes() if session == self.process.pid]


def processes() -> Iterator[tuple[int, str]]:
    """Session and command line of every living process of this machine (proc(5))."""
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal():
            continue
        try:
            state, _parent, _group, session = (folder / "stat").read_text().rpartition(")")[2].split()[:4]
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if state != "Z":
            yield int(session), line


@contextmanager
def started(
    command: Sequence[str], environment: Mapping[str, str], folder: Path, output: Path, *, user: str | None = None
) -> Iterator[Running]:
    """Without the caller's own settings; the process and its children end with this block at the latest."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", ""), "/usr/sbin"])
    with output.open("wb") as stream:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={"PATH": path, "HOME": str(output.parent), "LANG": "C.UTF-8", **environment},
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            user=user,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
    try:
        yield Running(process, output)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # with its children, which a killed parent would leave behind
        process.wait(PATIENCE)


def with_replaced(node: Any, words: Mapping[str, str]) -> Any:
    """The same node with other ports, hosts and folders in its texts; what was put in is not replaced again."""
    if isinstance(node, dict):
        return {key: with_replaced(value, words) for key, value in node.items()}
    if isinstance(node, list):
        return [with_replaced(value, words) for value in node]
    longest_first = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.sub(longest_first, lambda match: words[match[0]], node)


# --- what the Dockerfile says -------------------------------------------------------------------------------------


def last_stage() -> list[str]:
    """The instructions of the image itself, without comments, continued lines joined."""
    text = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    begin = max(number for number, line in enumerate(lines) if line.startswith("FROM"))
    return lines[begin:]


def make_image(target: Path) -> None:
    """Put into `target` what the Dockerfile copies into /app, and nothing else, marked as a prepared image."""
    leave_out = shutil.ignore_patterns("__pycache__", "*.mo", "dist")
    for line in last_stage():
        if not line.startswith("COPY"):
            continue
        *sources, destination = [word for word in shlex.split(line)[1:] if not word.startswith("--")]
        for source in sources:
            copy(ROOT / source.removeprefix("/app/"), target / destination, leave_out)
    (target / ".kultour-image").touch()


def copy(source: Path, target: Path, leave_out: Callable[..., set[str]]) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=leave_out, dirs_exist_ok=True)
    elif source.is_file():
        target = target / source.name if target.is_dir() else target
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
    elif source.name != "dist":  # made in the other stage of the Dockerfile; where nobody has built it, do without
        raise FileNotFoundError(source)
