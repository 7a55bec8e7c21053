"""One line per step of the set-up: what is being done, and how long it took."""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class SetupError(Exception):
    """Something a person must mend; the text is the sentence they are shown."""


@contextmanager
def step(what: str) -> Iterator[None]:
    """Show `what` while it is being done, and its time when it is."""
    begun = time.monotonic()
    print(f"  {what} … ", end="", flush=True)
    try:
        yield
    except BaseException:
        print("failed", flush=True)
        raise
    print(f"{time.monotonic() - begun:.1f} s", flush=True)


def call(*command: str, cwd: Path = ROOT, **environment: str) -> None:
    """Run quietly; on failure raise `SetupError` with the end of what it printed."""
    result = subprocess.run(  # a set-up step may rightly take minutes on a slow line
        command,
        cwd=cwd,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=1800,
        check=False,
    )
    if result.returncode:
        ending = "\n".join(result.stdout.strip().splitlines()[-15:])
        raise SetupError(f"“{' '.join(command[:4])} …” failed:\n{ending}")


def fingerprint(files: Iterable[Path]) -> str:
    """Changes when a file's name or content does."""
    digest = hashlib.sha256(sys.version.encode())
    for file in sorted(files):
        digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


class Stamp:
    """Remembers in a file for which inputs a result was made."""

    def __init__(self, file: Path, inputs: Iterable[Path]) -> None:
        self.file = file
        self.wanted = fingerprint(inputs)

    def is_fresh(self) -> bool:
        return self.file.exists() and self.file.read_text() == self.wanted

    def set(self) -> None:
        self.file.write_text(self.wanted)
