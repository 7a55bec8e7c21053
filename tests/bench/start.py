"""How long `python3 -m kultour run` takes until it says that the doors are open."""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kultour.free_port import free_port
from tests.bench.machine import summary
from tests.program import ROOT, Program

CACHES = ("PIP_CACHE_DIR", "NPM_CONFIG_CACHE", "XDG_CACHE_HOME")


class Newcomer(Program):
    """Started as people do, with the set-up in front."""

    module = "kultour"


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m kultour bench start", description=__doc__)
    parser.add_argument("--times", type=int, default=3, help="how many warm starts (3)")
    parser.add_argument("--cold", action="store_true", help="also in a fresh clone with empty caches")
    return parser.parse_args(arguments)


def measure(options: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory(prefix="kultour-bench-") as folder:
        data = Path(folder) / "data"
        print(f"first start, empty data directory   {start_once(data):.1f} s", flush=True)
        warm = [start_once(data) for _ in range(options.times)]
        print(f"warm start                          {summary(warm, 's', 1)}", flush=True)
        if options.cold:
            print(f"cold start, fresh clone             {start_cold(Path(folder)):.1f} s", flush=True)


def start_once(data: Path) -> float:
    """Seconds until the program is ready; it is ended again."""
    program, began = Newcomer(data), time.monotonic()
    try:
        program.start()
        return time.monotonic() - began
    finally:
        program.stop()


def start_cold(folder: Path) -> float:
    """The same in a clone, by the system's Python, with nothing downloaded before."""
    clone = folder / "clone"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
    environment = {**os.environ, **{name: str(folder / "cache" / name) for name in CACHES}}
    python = getattr(sys, "_base_executable", sys.executable)
    command = [python, "-m", "kultour", "run", "--port", str(free_port()), "--udp-port", str(free_port())]
    began = time.monotonic()
    process = subprocess.Popen(
        command, cwd=clone, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        printed = []
        for line in process.stdout:
            printed.append(line)
            if "Ctrl-C ends" in line:
                return time.monotonic() - began
        raise RuntimeError(f"the clone did not start:\n{''.join(printed)}")
    finally:
        process.terminate()
        process.communicate(timeout=30)
