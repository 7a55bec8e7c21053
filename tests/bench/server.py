"""The relay in a process of its own, behind a door without Django; it also tells how long its loop stood still."""

import argparse
import asyncio
import gc
import json
import logging
import selectors
import sys
import time
from typing import Any

from streaming.relay import Publisher, Relay, Viewer
from tests import census
from tests.bench.children import answer_questions
from tests.bench.door import Reply, open_door


class Watched(selectors.DefaultSelector):
    """Notes how long the loop is away from its selector: so long does everybody else wait.

    Two clocks: the wall's, which also counts the time other processes had the core, and the thread's own. Nothing is
    woken up for it, so it may run while costs are measured.
    """

    def __init__(self) -> None:
        super().__init__()
        self.forget()

    def forget(self) -> None:
        self.longest = self.longest_work = 0.0
        self._left = self._left_work = None

    def select(self, timeout: float | None = None) -> Any:
        if self._left is not None:
            self.longest = max(self.longest, time.perf_counter() - self._left)
            self.longest_work = max(self.longest_work, time.thread_time() - self._left_work)
        events = super().select(timeout)
        self._left, self._left_work = time.perf_counter(), time.thread_time()
        return events


class House:
    """One relay and who is in it."""

    def __init__(self, relay: Relay, watched: Watched) -> None:
        self.relay = relay
        self.watched = watched
        self.parties: dict[str, Publisher | Viewer] = {}

    async def answer(self, method: str, path: list[str], body: str) -> Reply:
        match method, *path:
            case "POST", "whip", stage:
                return self.admitted(self.relay.publish(stage, body, on_change=self.changed))
            case "POST", "whep", stage:
                self.relay.open(stage)
                return self.admitted(self.relay.watch(stage, body, on_change=self.changed))
            case "POST", "hop", session, stage:
                return Reply(json.dumps({"keyframe_age": self.hop(self.parties[session], stage)}))
            case "DELETE", "session", session if session in self.parties:
                self.parties[session].close()
                return Reply()
            case "DELETE", "stage", stage:
                self.relay.close(stage)
                return Reply()
        return Reply(status=404)

    def admitted(self, party: Publisher | Viewer) -> Reply:
        self.parties[party.id] = party
        return Reply(party.answer, f"/session/{party.id}", 201)

    def changed(self, party: Publisher | Viewer) -> None:
        if party.state == "closed":
            self.parties.pop(party.id, None)

    def hop(self, viewer: Viewer, stage: str) -> float | None:
        """Seconds since the new stage's last keyframe, as the viewer finds it."""
        keyframe_at = self.relay.broadcast(stage).keyframe_at
        viewer.hop(stage)
        return None if keyframe_at is None else time.monotonic() - keyframe_at

    # --- questions --------------------------------------------------------------------------------------------------

    async def stalls(self) -> dict[str, float]:
        """The longest of each kind since the last question, in seconds."""
        found = {"longest": self.watched.longest, "longest_work": self.watched.longest_work}
        self.watched.forget()
        return found

    async def metrics(self) -> dict[str, Any]:
        return self.relay.metrics()

    async def used(self) -> dict[str, float]:
        """CPU time of this process, finer than the kernel tells others."""
        return {"seconds": time.process_time()}

    async def close(self, but: str = "") -> dict[str, Any]:
        """All stages but one."""
        for stage in self.relay.metrics()["stages"]:
            if stage != but:
                self.relay.close(stage)
        return {}

    async def left(self) -> dict[str, Any]:
        """What is in the relay's tables, and how many parties are in memory."""
        return {"tables": census.tables(self.relay), "parties": census.parties()}


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--log", action="store_true", help="log as the program does")
    parser.add_argument("--connect-timeout", type=float, default=15.0)
    parser.add_argument("--consent-timeout", type=float, default=30.0)
    return parser.parse_args(arguments)


async def serve(watched: Watched, options: argparse.Namespace) -> None:
    if options.log:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    timeouts = {"connect_timeout": options.connect_timeout, "consent_timeout": options.consent_timeout}
    house = House(Relay(seats=10_000, **timeouts), watched)
    await house.relay.start()
    server, address = await open_door(house.answer)
    gc.freeze()
    questions = (house.stalls, house.metrics, house.used, house.close, house.left)
    await answer_questions(
        {"address": address, "udp_port": house.relay.port}, **{question.__name__: question for question in questions}
    )
    server.close()
    await house.relay.stop()


if __name__ == "__main__":
    watched = Watched()
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(watched)) as runner:
        runner.run(serve(watched, parse(sys.argv[1:])))
