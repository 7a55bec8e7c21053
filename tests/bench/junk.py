"""Junk at the relay's port while a stage is live: what it costs, what is answered, what is logged, what is missed."""

import argparse
import contextlib
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.children import Child, child
from tests.bench.relay import PLAYS, SETTLING, STAGE, checked, published
from tests.bench.strangers import KINDS
from tests.bench.stream import stream

CPU_LIMIT, LOG_LIMIT, ANSWER_LIMIT = 15.0, 20_000, 1.0
"""Per cent more CPU; bytes of log in a minute; bytes answered for each that was sent (issue 3)."""
MIX = ["noise", "STUN of nobody", "STUN with a wrong password", "DTLS", "SRTP"]
ROUND = 10.0
"""Seconds; quiet and junk take turns, so that both meet the same weather."""
FAST = 2_000
"""Datagrams a second while one kind's cost is measured."""


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m kultour bench junk", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="of junk, and as many without (60)")
    parser.add_argument("--rate", type=int, default=500, help="datagrams a second (500)")
    parser.add_argument("--viewers", type=int, default=20, help="how many watch meanwhile (20)")
    return parser.parse_args(arguments)


def measure(options: argparse.Namespace) -> None:
    print(f"stream    {stream(PLAYS)}; {options.viewers} viewers")
    print(f"junk      {options.rate} datagrams a second, of each kind as many: {', '.join(MIX)}")
    print("          CPU time of the relay's process, user and system\n", flush=True)
    with tempfile.TemporaryDirectory(prefix="kultour-bench-") as folder, evening(Path(folder) / "log") as one:
        door = one.server.hello["address"]
        with published(f"{door}/whip/{STAGE}", PLAYS):
            one.audience.ask("join", address=f"{door}/whep/{STAGE}", count=options.viewers, check=True)
            time.sleep(min(SETTLING, options.seconds))
            one.audience.ask("check")
            print_rounds(one, options)
            print_metrics(one)
        print_kinds(one, options)


@dataclass
class Evening:
    """A relay, its audience, and those who want to spoil it."""

    server: Child
    audience: Child
    strangers: Child
    log: Path

    @property
    def logged(self) -> int:
        return self.log.stat().st_size

    def bothers(self, seconds: float, rate: int, kinds: list[str]) -> dict[str, Any]:
        user = self.audience.ask("names")["user"]
        return self.strangers.ask("send", seconds=seconds, rate=rate, kinds=kinds, user=user)


@contextlib.contextmanager
def evening(log: Path) -> Iterator[Evening]:
    with (
        log.open("w") as file,
        child("tests.bench.server", "--log", log=file) as server,
        child("tests.bench.audience") as audience,
        child("tests.bench.strangers", str(server.hello["udp_port"])) as strangers,
    ):
        yield Evening(server, audience, strangers, log)


def print_rounds(one: Evening, options: argparse.Namespace) -> None:
    """Quiet, junk, quiet, junk …"""
    rounds = max(2, round(options.seconds / ROUND))
    seconds = options.seconds / rounds
    quiet: list[float] = []
    loud: list[float] = []
    junk: list[dict[str, Any]] = []
    logged = one.logged
    print("round   quiet, % of a core   with junk")
    for number in range(1, rounds + 1):
        quiet.append(busy(one.server, lambda: time.sleep(seconds)))
        loud.append(busy(one.server, lambda: junk.append(one.bothers(seconds, options.rate, MIX))))
        print(f"{number:5} {100 * quiet[-1] / seconds:20.2f} {100 * loud[-1] / seconds:11.2f}", flush=True)
    sent, size, answered = (sum(told[what] for told in junk) for what in ("sent", "bytes", "answered"))
    written = (one.logged - logged) * 60 / options.seconds
    print(f"\nCPU       {100 * (sum(loud) / sum(quiet) - 1):+.1f} %   (limit {CPU_LIMIT:+g})")
    print(f"log       {written:.0f} bytes a minute   (limit {LOG_LIMIT})")
    print(f"answered  {answered} bytes to {sent} datagrams of {size} bytes together: "
          f"{answered / max(size, 1):.2f} for one   (limit {ANSWER_LIMIT:g})")  # fmt: skip
    print(f"audience  {checked(one.audience)}", flush=True)


def print_metrics(one: Evening) -> None:
    metrics = one.server.ask("metrics")
    counted = ", ".join(f"{count} {reason}" for reason, count in sorted(metrics["datagrams_dropped"].items()))
    print(f"on air    {metrics['publishers']} artist, {metrics['seats_taken']} viewers; dropped: {counted}", flush=True)


def print_kinds(one: Evening, options: argparse.Namespace) -> None:
    """What a datagram of each kind costs, once the stage is silent and the audience still there."""
    seconds = min(2.0, options.seconds)
    usual = busy(one.server, lambda: time.sleep(seconds))
    print("\nCPU of one datagram, by kind")
    for kind in KINDS:
        sent: list[int] = []
        took = busy(one.server, lambda kind=kind, sent=sent: sent.append(one.bothers(seconds, FAST, [kind])["sent"]))
        print(f"  {kind:27} {max(0.0, took - usual) / sum(sent) * 1e6:6.1f} µs", flush=True)


def busy(server: Child, act: Callable[[], Any]) -> float:
    """Seconds of CPU while that is done, told by the process itself."""
    used = server.ask("used")["seconds"]
    act()
    return server.ask("used")["seconds"] - used
