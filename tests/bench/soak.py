"""Thousands who come and go, at the relay alone: what is left of them in memory, descriptors and tables."""

import argparse
import time
from dataclasses import dataclass

from tests import census
from tests.bench.children import Child, child
from tests.bench.machine import cpu_seconds, memory
from tests.bench.relay import PLAYS, STAGE, published, share_of_core
from tests.bench.stream import stream
from tests.program import wait_for

MEMORY_LIMIT, JOIN_LIMIT = 5.0, 5.0
"""MB that all of it may cost for good; ms of CPU a join (issue 3)."""
CONNECT, CONSENT = 2.0, 3.0
"""Seconds until the relay gives up those who never connected, and those who vanished: short, so that it ends."""

KNOWN = {"House.addresses"}
"""What a relay knows of itself, whoever comes."""


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m kultour bench soak", description=__doc__)
    parser.add_argument("--joins", type=int, default=2000, help="viewers who come and go (2000)")
    parser.add_argument("--takes", type=int, default=200, help="artists who begin and end (200)")
    return parser.parse_args(arguments)


@dataclass(frozen=True)
class Left:
    """What there is of the relay's process when all visitors have gone, the artist on the first stage still there."""

    memory: float
    """MB."""
    descriptors: int
    tables: dict[str, int]
    parties: int


def measure(options: argparse.Namespace) -> None:
    print(f"{options.joins} joins and {options.takes} takes: half end politely, a quarter without a word, a quarter")
    print(f"never connect; meanwhile on the stage: {stream(PLAYS)}\n", flush=True)
    timeouts = ("--connect-timeout", str(CONNECT), "--consent-timeout", str(CONSENT))
    with child("tests.bench.server", *timeouts) as server, child("tests.bench.visitors") as visitors:
        with published(f"{server.hello['address']}/whip/{STAGE}", PLAYS):
            # As many before anything is measured: a process keeps the room of its fullest moment.
            come(server, visitors, "joins", options.joins)
            come(server, visitors, "takes", options.takes)
            before = left(server)
            usual = share_of_core(server.pid, CONSENT) / 100
            join = come(server, visitors, "joins", options.joins, usual)
            take = come(server, visitors, "takes", options.takes, usual)
            print_growth(before, left(server))
        print(f"\nCPU of a join, beyond the live stage itself   {join:5.1f} ms   (limit {JOIN_LIMIT:g})")
        print(f"CPU of a take                                 {take:5.1f} ms")
        print_orphans(server)


def come(server: Child, visitors: Child, what: str, count: int, usual: float = 0.0) -> float:
    """So many joins or takes; ms of CPU for each, beyond the usual share of a core."""
    began, used = time.monotonic(), cpu_seconds(server.pid)
    visitors.ask(what, server=server.hello["address"], count=count)
    used, took = cpu_seconds(server.pid) - used, time.monotonic() - began
    return (used - usual * took) / max(count, 1) * 1000


def left(server: Child) -> Left:
    """Once the other stages are closed, and the relay has noticed that those who vanished have."""
    server.ask("close", but=STAGE)
    wait_for(lambda: seats_and_artists(server) == (0, 1), "all visitors are gone")
    found = server.ask("left")
    return Left(memory(server.pid) / 1e6, census.descriptors(server.pid), found["tables"], found["parties"])


def seats_and_artists(server: Child) -> tuple[int, int]:
    metrics = server.ask("metrics")
    return metrics["seats_taken"], metrics["publishers"]


def print_growth(before: Left, after: Left) -> None:
    grown = after.memory - before.memory
    print("                       before    after")
    print(f"memory, MB           {before.memory:8.1f} {after.memory:8.1f}   {grown:+.1f}   (limit {MEMORY_LIMIT:+g})")
    print(f"descriptors          {before.descriptors:8} {after.descriptors:8}")
    print(f"parties in memory    {before.parties:8} {after.parties:8}")
    print(f"entries in tables    {total(before.tables):8} {total(after.tables):8}")
    for name, size in after.tables.items():
        if size > before.tables.get(name, 0):
            print(f"  {name} has grown from {before.tables.get(name, 0)} to {size}")


def print_orphans(server: Child) -> None:
    """When the last artist has gone too, and all stages are closed."""
    server.ask("close")
    wait_for(lambda: seats_and_artists(server) == (0, 0), "everybody is gone")
    found = server.ask("left")
    print(f"\nat the end: {found['parties']} parties in memory, {total(found['tables'])} entries in tables   (limit 0)")


def total(tables: dict[str, int]) -> int:
    return sum(size for name, size in tables.items() if name not in KNOWN)
