"""The embedded installation's data directory: its small secrets, and word of the running program."""

import fcntl
import json
import os
import secrets
import time
from pathlib import Path
from typing import IO, Any

_claims: dict[Path, IO[str]] = {}
"""Open as long as this process lives: the kernel lets go of them with it, even if it is killed."""


def kept_secret(file: Path, length: int = 32) -> str:
    """The secret in `file`, made at the first call; readable by the owner only."""
    if not file.exists():
        write_private(file, secrets.token_urlsafe(length))
    return file.read_text().strip()


def write_private(file: Path, text: str) -> None:
    """Write for the owner only, whole or not at all."""
    file.parent.mkdir(0o700, parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)
    new.replace(file)


def claim(data: Path, patience: float = 1.0) -> bool:
    """Make the directory this process's own until it ends; False if another one has it."""
    data.mkdir(0o700, parents=True, exist_ok=True)
    lock = (data / "run.lock").open("w")
    deadline = time.monotonic() + patience
    while not locked(lock, fcntl.LOCK_EX):
        # Somebody who only asks holds it for an instant.
        if time.monotonic() > deadline:
            lock.close()
            return False
        time.sleep(0.05)
    _claims[data] = lock
    return True


def is_claimed(data: Path) -> bool:
    try:
        with (data / "run.lock").open() as lock:
            return not locked(lock, fcntl.LOCK_SH)
    except FileNotFoundError:
        return False


def locked(file: IO[str], kind: int) -> bool:
    """Whether the lock could be had at once."""
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def note_running(data: Path, **facts: Any) -> None:
    """Leave word for other commands (`key`, `check`) how the running program is reached."""
    write_private(data / "run.json", json.dumps({"pid": os.getpid(), **facts}))


def running(data: Path) -> dict[str, Any] | None:
    """What the running program left word of; None when none runs. A killed one left its word, but not its claim."""
    try:
        facts: dict[str, Any] = json.loads((data / "run.json").read_text())
    except (OSError, ValueError):
        return None
    return facts if is_claimed(data) else None


def address(data: Path) -> str:
    """Where the running program is reached; where `run` would serve, if none runs."""
    return str((running(data) or {}).get("address") or "http://localhost:8000")


def forget_running(data: Path) -> None:
    (data / "run.json").unlink(missing_ok=True)
