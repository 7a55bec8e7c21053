"""The whole program while the demo plays: three synthetic artists, nobody watching; with packaging and without."""

import argparse
import contextlib
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.machine import cpu_seconds, family
from tests.bench.stream import cache
from tests.program import Program, wait_for

LIMIT = 15.0
ARTISTS = 3
SETTLING = 5.0


class Unpackaged(Program):
    """The same program, but what the artists play is not packaged for HLS and the archive."""

    module = "tests.bench.unpackaged"


class Lively(Program):
    """The same program, but its artists send as a telephone does."""

    module = "tests.bench.lively"


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m kultour bench demo", description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0, help="length of each measurement (20)")
    parser.add_argument("--settling", type=float, default=SETTLING, help=f"seconds before it ({SETTLING:g})")
    return parser.parse_args(arguments)


def measure(options: argparse.Namespace) -> None:
    print(f"the demo, {ARTISTS} artists, nobody watching; {options.seconds:g} s, all processes of the program")
    with tempfile.TemporaryDirectory(prefix="kultour-bench-") as folder:
        data = Path(folder) / "data"
        whole = measure_one(Program, data, options)
        print(f"with packaging      {whole:5.1f} % of a core   (limit {LIMIT:g})", flush=True)
        bare = measure_one(Unpackaged, data, options)
        print(f"without packaging   {bare:5.1f} % of a core", flush=True)


def measure_one(kind: type[Program], data: Path, options: argparse.Namespace) -> float:
    with playing(kind, data) as program:
        time.sleep(options.settling)
        return share_of_core(program.process.pid, options.seconds)


def share_of_core(pid: int, seconds: float) -> float:
    """Of the process and its descendants; one that ends meanwhile would not be counted, but none does."""
    members = family(pid)
    began, used = time.monotonic(), sum(map(cpu_seconds, members))
    time.sleep(seconds)
    return 100 * (sum(map(cpu_seconds, members)) - used) / (time.monotonic() - began)


@contextlib.contextmanager
def playing(kind: type[Program], data: Path) -> Iterator[Program]:
    """The program once all its artists are on air."""
    furnish(data, "telephones, a keyframe in 2 s" if kind is Lively else "artists")
    program = kind(data)
    try:
        program.start()
        wait_for(lambda: publishers(program) == ARTISTS, "all artists are on air", patience=120)
        yield program
    finally:
        program.stop()


def furnish(data: Path, loops_of: str) -> None:
    """Leave out the recording of the first start, and what is encoded once: neither belongs to an evening."""
    if data.exists():
        return
    data.mkdir(parents=True)
    (data / "first_recording").write_text("left out\n")
    loops = cache() / loops_of
    loops.mkdir(exist_ok=True)
    (data / "artists").symlink_to(loops)


def publishers(program: Program) -> int:
    _, figures = program.get("/metrics")
    return next(
        (int(line.split()[1]) for line in figures.splitlines() if line.startswith("kultour_relay_publishers ")), 0
    )
