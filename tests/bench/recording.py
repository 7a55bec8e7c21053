"""What recording costs: a stage packaged in real time, with its sound copied and with AAC made of it; and eight stages
at once, recorded and uploaded by the whole program."""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.bench.children import Child, child
from tests.bench.demo import share_of_core
from tests.bench.machine import family, memory, summary
from tests.bench.stream import stream
from tests.program import ROOT, Program, wait_for

COPIED_LIMIT, AAC_LIMIT = 1.5, 4.0
"""Per cent of a core for each recorded stage (issue 4)."""
SETTLING = 2.0
PLAN = json.loads((ROOT / "events/demo_programme.json").read_text())
ALL_STAGES = tuple(venue["slug"] for venue in PLAN["venues"])
AGREE = "from tests.bench.agreement import agree; agree()"


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m kultour bench recording", description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0, help="length of each measurement (10)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured in turn (3)")
    parser.add_argument("--stages", type=int, default=8, help="how many at once; 0: leave that out (8)")
    return parser.parse_args(arguments)


def measure(options: argparse.Namespace) -> None:
    print(f"a stage plays {stream()}\n", flush=True)
    for number in sorted({1, options.stages} - {0}):
        with child("tests.bench.recorder", str(number)) as stages:
            measure_alone(stages, number, options)
    if options.stages:
        measure_whole(options)


# --- packaging alone ----------------------------------------------------------------------------------------------


def measure_alone(stages: Child, number: int, options: argparse.Namespace) -> None:
    """In turn, so that a slow minute of the machine meets all alike."""
    copied, made, missing = [], [], 0
    for _ in range(options.rounds):
        played = share(stages, options.seconds)
        for found, aac in ((copied, False), (made, True)):
            stages.ask("record", aac=aac)
            time.sleep(SETTLING)
            found.append((share(stages, options.seconds) - played) / number)
            missing += stages.ask("stop")["missing"]
    what = "1 stage " if number == 1 else f"{number} stages"
    print(f"{what} recorded, Opus copied   {percent(copied)}   (limit {COPIED_LIMIT:g})")
    print(f"{what} recorded, AAC made too  {percent(made)}   (limit {AAC_LIMIT:g})")
    print(f"  nothing lost on the way: {missing} packets missing, {memory(stages.pid) / 1e6:.0f} MB held\n", flush=True)


def share(stages: Child, seconds: float) -> float:
    """Per cent of a core."""
    used, began = stages.ask("used")["seconds"], time.monotonic()
    time.sleep(seconds)
    return 100 * (stages.ask("used")["seconds"] - used) / (time.monotonic() - began)


def percent(found: Sequence[float]) -> str:
    each = ", ".join(f"{one:.1f}" for one in found)
    return f"{statistics.median(found):4.1f} % of a core a stage (median of {each})"


# --- the whole program --------------------------------------------------------------------------------------------


def measure_whole(options: argparse.Namespace) -> None:
    stages = ALL_STAGES[: options.stages]
    with tempfile.TemporaryDirectory(prefix="kultour-bench-") as folder:
        house = Program(Path(folder) / "data", "--no-artists")
        try:
            house.start()
            house.manage("manage", "shell", "-c", AGREE)
            play(house, stages, options.seconds)
        finally:
            house.stop()


def play(house: Program, stages: Sequence[str], seconds: float) -> None:
    with ExitStack() as playing:
        for stage in stages:
            playing.enter_context(child("tests.bench.publisher", *house.key(stage), "720p"))
        wait_for(lambda: len(recordings(house)) == len(stages), "all of them are recorded")
        time.sleep(SETTLING)
        whole = share_of_core(house.process.pid, seconds)
        held = sum(map(memory, family(house.process.pid))) / 1e6
    ended = time.monotonic()
    print(
        f"{len(stages)} stages received, packaged and uploaded by one program: {whole:.1f} % of a core, {held:.0f} MB"
    )
    wait_for(lambda: all(one["state"] == "archived" for one in recordings(house)), "all are in the bucket", 600)
    print(f"all in the bucket {time.monotonic() - ended:.0f} s after the last picture")
    gaps = [gap for one in recordings(house) for gap in gaps_in(house, one["slug"])]
    lasted = [one["duration_s"] for one in recordings(house)]
    print(f"they last {summary(lasted, 's')}; {len(gaps)} gaps", flush=True)


def recordings(house: Program) -> list[dict[str, Any]]:
    return json.loads("\n".join(house.manage("recordings", "--json")))


def gaps_in(house: Program, slug: str) -> list[str]:
    """Discontinuities in the archived playlist of the picture: one artist with one connection leaves none."""
    status, master = house.get(f"/media/{slug}/index.m3u8")
    assert status == 200, f"{slug}: {status}"
    playlist = next(line for line in master.splitlines() if line.endswith("video.m3u8"))
    _, lines = house.get(f"/media/{slug}/{playlist}")
    return [line for line in lines.splitlines() if line in ("#EXT-X-DISCONTINUITY", "#EXT-X-GAP")]
