"""The embedded S3 server: `rclone serve s3` as a child, so that the S3 code is the same as in production."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from kultour.data_directory import kept_secret, running
from kultour.free_port import free_port

PR_SET_PDEATHSIG = 1


class ObjectStore:
    """A private S3 server on the loopback, on a free port, dying with its parent."""

    def __init__(self, data: Path) -> None:
        self.folder = data / "s3"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.access_key = kept_secret(data / "s3_access_key", 12)
        self.secret_key = kept_secret(data / "s3_secret_key")
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def settings(self) -> dict[str, str]:
        """The environment with which Kultour finds this store."""
        return {
            "KULTOUR_S3_ENDPOINT": self.endpoint,
            "KULTOUR_S3_ACCESS_KEY": self.access_key,
            "KULTOUR_S3_SECRET_KEY": self.secret_key,
        }

    def start(self, patience: float = 15.0) -> None:
        """Start and wait until it answers; raises TimeoutError."""
        rclone = Path(sys.executable).parent / "rclone"
        self.process = subprocess.Popen(
            [rclone, "serve", "s3", "--addr", f"127.0.0.1:{self.port}", str(self.folder)],
            # By the environment, because a command line is readable to every user of the machine.
            env={
                "PATH": os.environ.get("PATH", ""),
                "HOME": str(self.folder.parent),
                "RCLONE_CONFIG": "/dev/null",
                # A list in rclone's own reading: the quotes keep the pair together.
                "RCLONE_AUTH_KEY": f'"{self.access_key},{self.secret_key}"',
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
        deadline = time.monotonic() + patience
        while not answers(self.port):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise TimeoutError("the local S3 server did not start")
            time.sleep(0.05)

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(5)


def use_running_store(data: Path) -> None:
    """For commands beside a running `run`: its S3 server instead of one of their own."""
    facts = running(data)
    if facts and facts.get("s3") and "KULTOUR_S3_ENDPOINT" not in os.environ:
        os.environ["KULTOUR_S3_ENDPOINT"] = facts["s3"]
        os.environ["KULTOUR_S3_ACCESS_KEY"] = kept_secret(data / "s3_access_key", 12)
        os.environ["KULTOUR_S3_SECRET_KEY"] = kept_secret(data / "s3_secret_key")


def die_with_parent() -> None:
    """In the child: end when the parent does, even by SIGKILL (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0
