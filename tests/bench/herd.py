"""A change of the programme with an audience: so many open pages fetch themselves again within a second, each on a
connection of its own and without a cookie, from the real program. Told: who got no page, how long the others waited."""

import argparse
import asyncio
import random
import tempfile
import time
from pathlib import Path

from tests.bench.machine import cpu_seconds, summary
from tests.program import Program

PATIENCE = 60.0
LIMIT_MS = 1000
"""Beside the second within which the browsers choose their moment: two seconds until all agree (issue 5)."""


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m kultour bench herd", description=__doc__)
    parser.add_argument("--pages", type=int, default=500, help="how many are open (500)")
    parser.add_argument("--seconds", type=float, default=1.0, help="within which they fetch (1)")
    parser.add_argument("--times", type=int, default=3, help="how often the programme changes (3)")
    return parser.parse_args(arguments)


def measure(options: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory(prefix="kultour-bench-") as folder:
        program = Program(Path(folder) / "data", "--no-artists")
        try:
            program.start()
            measure_at(program, options)
        finally:
            program.stop()


def measure_at(program: Program, options: argparse.Namespace) -> None:
    for path in ("/buehne/dom", "/heute"):
        program.get(path)
        for _ in range(options.times):
            used = cpu_seconds(program.process.pid)
            answers = asyncio.run(herd(program.port, path, options.pages, options.seconds))
            used = cpu_seconds(program.process.pid) - used
            taken = [taken for status, taken in answers if status == 200] or [float("inf")]
            refused = sum(status != 200 for status, _ in answers)
            print(
                f"{path:20}{summary(taken, 'ms')}   (limit {LIMIT_MS} ms), {refused} of {options.pages} got no page, "
                f"{used:.1f} s of CPU",
                flush=True,
            )


async def herd(port: int, path: str, pages: int, seconds: float) -> list[tuple[int, float]]:
    """Status, and milliseconds until its last byte, of each; a connection that breaks has status 0."""

    async def one(after: float) -> tuple[int, float]:
        await asyncio.sleep(after)
        began = time.perf_counter()
        status = await fetched(port, path)
        return status, (time.perf_counter() - began) * 1000

    moments = random.Random(7)
    return await asyncio.gather(*(one(moments.uniform(0, seconds)) for _ in range(pages)))


async def fetched(port: int, path: str) -> int:
    try:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection("localhost", port)
            writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n".encode())
            answer = await reader.read(-1)
            writer.close()
            return int(answer.split(b" ", 2)[1])
    except (OSError, TimeoutError, IndexError, ValueError):
        return 0
