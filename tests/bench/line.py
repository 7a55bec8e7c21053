"""A line (see `tests.line`) in a process of its own, so that what measures does not delay it."""

import asyncio
import sys
from typing import Any

from tests.bench.children import answer_questions
from tests.line import Line


class Told:
    """A line that does as it is told by another process."""

    def __init__(self, line: Line) -> None:
        self.line = line

    async def set(self, **settings: Any) -> dict[str, Any]:
        """Both ways alike."""
        self.line.set(**settings)
        return {}

    async def counts(self) -> dict[str, Any]:
        """Datagrams carried, lost and dropped since the last question, each way."""
        found = {}
        for name, way in (("up", self.line.up), ("down", self.line.down)):
            found[name] = (way.carried, way.lost, way.dropped)
            way.carried = way.lost = way.dropped = 0
        return found


async def serve(port: int) -> None:
    async with Line(port) as line:
        told = Told(line)
        host, number = line.address
        await answer_questions({"host": host, "port": number}, set=told.set, counts=told.counts)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
