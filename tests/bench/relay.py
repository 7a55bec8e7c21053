"""The relay: what a packet costs, a stage, a seat, a keyframe for all, a hop; and the ratio to aiortc's own sender."""

import argparse
import contextlib
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass

from tests.bench.children import Child, child
from tests.bench.machine import cpu_seconds, memory, summary
from tests.bench.stream import stream

LIMITS = {10: 14.0, 100: 5.0, 200: 5.0}
"""µs a packet, by the number of viewers (issue 3)."""
STAGE_LIMIT, JOIN_LIMIT, MEMORY_LIMIT, STALL_LIMIT = 2.7, 5.0, 0.2, 10.0
HOP_LIMIT, YOUNG_LIMIT, BETWEEN_LIMIT = 120, 60, 80
YOUNG = 1.0
SETTLING = 1.0
JOINS = 50
COMPARED = 10
KEYFRAMES = 4.5
"""Seconds in which two keyframes go out at least."""
STAGE, PLAYS = "dom", "720p"
OTHER_STAGE, OTHER_PLAYS = "hof", "360p"


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m kultour bench relay", description=__doc__)
    parser.add_argument("--viewers", type=numbers, default=[10, 100, 200], help="how many at a time (10,100,200)")
    parser.add_argument("--seconds", type=float, default=6.0, help="length of each measurement (6)")
    parser.add_argument("--hops", type=int, default=40, help="how many hops (40)")
    parser.add_argument("--whep", metavar="URL", help="measure this server's stage with the same viewers instead")
    parser.add_argument("--pid", type=int, help="its process")
    parser.add_argument("--whip", metavar="URL", help="publish our stream there first")
    parser.add_argument("--token", default="", help="the bearer token for that")
    options = parser.parse_args(arguments)
    if bool(options.whep) != bool(options.pid):
        parser.error("--whep and --pid belong together")
    return options


def numbers(text: str) -> list[int]:
    return sorted({int(part) for part in text.split(",")})


def measure(options: argparse.Namespace) -> None:
    print(f"stream    {stream(PLAYS)}")
    print(f"          {options.seconds:g} s each; CPU time of the serving process, user and system\n", flush=True)
    with child("tests.bench.audience") as audience:
        if options.whep:
            measure_other(options, audience)
        else:
            measure_ours(options, audience)


def measure_other(options: argparse.Namespace, audience: Child) -> None:
    with published(options.whip, PLAYS, options.token) if options.whip else contextlib.nullcontext():
        costs(options, audience, options.whep, options.pid)


def measure_ours(options: argparse.Namespace, audience: Child) -> None:
    with child("tests.bench.server") as server:
        door = server.hello["address"]
        print_idle(server, options.seconds)
        with published(f"{door}/whip/{STAGE}", PLAYS):
            print_stage(server, options.seconds)
            found = costs(options, audience, f"{door}/whep/{STAGE}", server.pid)
            print_keyframes(server, options)
            audience.ask("leave")
            with published(f"{door}/whip/{OTHER_STAGE}", OTHER_PLAYS):
                print_hops(options.hops, audience, door)
        print_joins(server, audience, min(JOINS, max(options.viewers)))
        print_unsent(server)
    print_ratio(options, audience, found)


@contextlib.contextmanager
def published(address: str, plays: str, token: str = "") -> Iterator[None]:
    with child("tests.bench.publisher", address, token, plays):
        time.sleep(SETTLING)
        yield


# --- without viewers ----------------------------------------------------------------------------------------------


def share_of_core(pid: int, seconds: float) -> float:
    began, used = time.monotonic(), cpu_seconds(pid)
    time.sleep(seconds)
    return 100 * (cpu_seconds(pid) - used) / (time.monotonic() - began)


def print_idle(server: Child, seconds: float) -> None:
    print(f"nobody there              {share_of_core(server.pid, seconds):5.1f} % of a core", flush=True)


def print_stage(server: Child, seconds: float) -> None:
    share = share_of_core(server.pid, seconds)
    print(f"a live stage, no viewers  {share:5.1f} % of a core   (limit {STAGE_LIMIT})", flush=True)


# --- with viewers -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cost:
    per_packet: float
    """µs."""
    share: float
    """Per cent of a core."""
    rate: float
    """Packets delivered a second."""


def cost(pid: int, audience: Child, seconds: float) -> Cost:
    """Of what the viewers receive in these seconds."""
    began, used, had = time.monotonic(), cpu_seconds(pid), audience.ask("count")["packets"]
    time.sleep(seconds)
    packets = audience.ask("count")["packets"] - had
    used, took = cpu_seconds(pid) - used, time.monotonic() - began
    return Cost(used / max(packets, 1) * 1e6, 100 * used / took, packets / took)


def costs(options: argparse.Namespace, audience: Child, address: str, pid: int) -> dict[int, Cost]:
    """One line for each number of viewers; they stay, and more come."""
    print("\nviewers  µs a packet  limit  % of a core  packets/s   the checking viewer", flush=True)
    found: dict[int, Cost] = {}
    held = {}
    for count in options.viewers:
        audience.ask("join", address=address, count=count - max(found, default=0), check=not found)
        time.sleep(min(SETTLING, options.seconds))
        found[count] = one = cost(pid, audience, options.seconds)
        held[count] = memory(pid)
        limit = LIMITS.get(count, "")
        print(f"{count:7} {one.per_packet:12.1f} {limit:>6} {one.share:12.1f} {one.rate:10.0f}   {checked(audience)}")
    if len(held) > 1:
        few, many = min(held), max(held)
        each = (held[many] - held[few]) / (many - few) / 1e6
        print(f"\nmemory of a viewer, from {few} to {many}: {each:.2f} MB   (limit {MEMORY_LIMIT})", flush=True)
    return found


def checked(audience: Child) -> str:
    check = audience.ask("check")
    return (
        f"{check['missing']} of {check['packets']} missing, {check['decoded']} of {check['pictures']} pictures decoded"
    )


def print_keyframes(server: Child, options: argparse.Namespace) -> None:
    server.ask("stalls")
    time.sleep(min(KEYFRAMES, 2 * options.seconds))
    stalls = server.ask("stalls")
    wall, work = stalls["longest"] * 1000, stalls["longest_work"] * 1000
    print(
        f"longest stall of the loop, {max(options.viewers)} viewers receiving keyframes: {work:.1f} ms of work, "
        f"{wall:.1f} ms by the clock   (limit {STALL_LIMIT:g})",
        flush=True,
    )


# --- hopping ------------------------------------------------------------------------------------------------------


def print_hops(count: int, audience: Child, door: str) -> None:
    """To and fro between two stages, at any age of their last keyframe."""
    audience.ask("join", address=f"{door}/whep/{STAGE}", count=1, check=True)
    ways = [(OTHER_STAGE, OTHER_PLAYS), (STAGE, PLAYS)]
    hops = []
    for number in range(count):
        time.sleep(random.uniform(0.1, 1.6))
        stage, plays = ways[number % 2]
        hops.append(audience.ask("hop", door=door, stage=stage, plays=plays))
    audience.ask("leave")
    print("\nhop, as a scripted viewer receives it (nothing decoded)")
    old = [hop for hop in hops if (hop["keyframe_age"] or 9) >= YOUNG]
    young = [hop for hop in hops if hop not in old]
    for label, chosen, field, limit in (
        ("command to whole new picture, keyframe older than 1 s", old, "to_picture", HOP_LIMIT),
        ("command to whole new picture, keyframe younger", young, "to_picture", YOUNG_LIMIT),
        ("last old to first new picture", hops, "between", BETWEEN_LIMIT),
        ("step of the stream's own time", hops, "step", None),
    ):
        if chosen:
            limited = f"   (limit {limit})" if limit else ""
            print(f"  {label:54} {summary([hop[field] * 1000 for hop in chosen], 'ms')}{limited}")
    print(f"  packets missing: {sum(hop['missing'] for hop in hops)}", flush=True)


# --- joining ------------------------------------------------------------------------------------------------------


def print_joins(server: Child, audience: Child, count: int) -> None:
    """On a stage where nobody plays, so that it is the joining alone: HTTP, offer, checks and handshake."""
    used = cpu_seconds(server.pid)
    audience.ask("join", address=f"{server.hello['address']}/whep/silent", count=count)
    each = (cpu_seconds(server.pid) - used) / count * 1000
    audience.ask("leave")
    print(f"\njoin, mean of {count}: {each:.1f} ms CPU   (limit {JOIN_LIMIT:g})", flush=True)


def print_unsent(server: Child) -> None:
    metrics = server.ask("metrics")
    print(f"packets of all those above that the kernel did not take: {metrics['packets_unsent']}")


# --- compared -----------------------------------------------------------------------------------------------------


def print_ratio(options: argparse.Namespace, audience: Child, found: dict[int, Cost]) -> None:
    """Both with few viewers, one after the other."""
    count = COMPARED if COMPARED in found else min(found)
    with child("tests.bench.aiortc_server") as server:
        audience.ask("join", address=f"{server.hello['address']}/whep/any", count=count, check=True)
        time.sleep(min(SETTLING, options.seconds))
        theirs = cost(server.pid, audience, options.seconds)
        audience.ask("leave")
    ours = found[count]
    if not ours.per_packet:
        print("\naiortc's RTCRtpSender: too short a measurement to compare")
        return
    print(
        f"\naiortc's RTCRtpSender, {count} viewers, encoded packets from memory: {theirs.per_packet:.1f} µs a packet, "
        f"{theirs.per_packet / ours.per_packet:.1f} times the relay's {ours.per_packet:.1f}"
    )
