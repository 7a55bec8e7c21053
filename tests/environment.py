"""Loaded before Django: the tests' own settings, never the developer's data directory."""

import atexit
import os
import shutil
import tempfile

if "KULTOUR_DATA" not in os.environ:
    os.environ["KULTOUR_DATA"] = tempfile.mkdtemp(prefix="kultour-test-")
    atexit.register(shutil.rmtree, os.environ["KULTOUR_DATA"], ignore_errors=True)
os.environ.setdefault("KULTOUR_UDP_PORT", "0")
