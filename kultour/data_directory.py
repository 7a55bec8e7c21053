"""The embedded installation's data directory: its small secrets, and word of the running program."""

import json
import os
import secrets
from pathlib import Path
from typing import Any


def kept_secret(file: Path, length: int = 32) -> str:
    """The secret in `file`, made at the first call; readable by the owner only."""
    if not file.exists():
        write_private(file, secrets.token_urlsafe(length))
    return file.read_text().strip()


def write_private(file: Path, text: str) -> None:
    """Write for the owner only, whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)
    new.replace(file)


def note_running(data: Path, **facts: Any) -> None:
    """Leave word for other commands (`key`, `check`) how the running program is reached."""
    write_private(data / "run.json", json.dumps({"pid": os.getpid(), **facts}))


def running(data: Path) -> dict[str, Any] | None:
    """What the running program left word of; None when none runs."""
    try:
        facts: dict[str, Any] = json.loads((data / "run.json").read_text())
        os.kill(facts["pid"], 0)
    except (OSError, ValueError, KeyError):
        return None
    return facts


def address(data: Path) -> str:
    """Where the running program is reached; where `run` would serve, if none runs."""
    return str((running(data) or {}).get("address") or "http://localhost:8000")


def forget_running(data: Path) -> None:
    (data / "run.json").unlink(missing_ok=True)
