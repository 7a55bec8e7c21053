"""Loaded before Django: the tests' own settings, never the developer's data directory; each worker has its own."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "KULTOUR_DATA" not in os.environ:
    os.environ["KULTOUR_DATA"] = tempfile.mkdtemp(prefix="kultour-test-")
    atexit.register(shutil.rmtree, os.environ["KULTOUR_DATA"], ignore_errors=True)
if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    own = Path(os.environ["KULTOUR_DATA"]) / worker
    own.mkdir(parents=True, exist_ok=True)
    os.environ["KULTOUR_DATA"] = str(own)
    # What is published reaches every database of a Redis, so each worker speaks to a server of its own.
    if servers := os.environ.get("KULTOUR_TEST_REDIS", "").split():
        os.environ["KULTOUR_REDIS_URL"] = servers[int(worker.removeprefix("gw"))]
os.environ.setdefault("KULTOUR_UDP_PORT", "0")
