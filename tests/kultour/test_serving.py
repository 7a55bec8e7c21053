"""How the server ends when it cannot begin."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from kultour.free_port import free_port

ROOT = Path(__file__).resolve().parents[2]


def test_a_taken_port_is_told_and_is_no_success(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", free_port()))
        other.listen()
        port = str(other.getsockname()[1])
        ended = subprocess.run(
            [sys.executable, "-m", "kultour.commands", "serve", "--host", "127.0.0.1", "--port", port],
            cwd=ROOT, env={**os.environ, "KULTOUR_DATA": str(tmp_path)}, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
    assert (ended.returncode, "Couldn't listen on" in ended.stderr) == (1, True), ended.stderr
