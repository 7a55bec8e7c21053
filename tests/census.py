"""Who and what is left in a relay when everybody has gone: entries of all its tables, parties still in memory."""

import gc
from collections import Counter, deque
from pathlib import Path
from typing import Any

from streaming.relay import Publisher, Relay, Viewer

TABLES = (dict, list, set, deque)


def tables(relay: Relay) -> dict[str, int]:
    """Sizes of the tables that the relay and its parts hold, by class and attribute, whatever those are called.

    Counters of what happened are no tables: they may grow.
    """
    sizes: dict[str, int] = {}
    parts: list[Any] = [relay]
    for part in parts:
        for name, value in vars(part).items():
            if isinstance(value, TABLES) and not isinstance(value, Counter):
                sizes[f"{type(part).__name__}.{name}"] = len(value)
            elif is_part(value) and not any(value is known for known in parts):
                parts.append(value)
    return sizes


def is_part(value: Any) -> bool:
    return type(value).__module__.startswith("streaming.relay") and hasattr(value, "__dict__")


def parties() -> int:
    """Publishers and viewers in this process's memory, in a table or not."""
    gc.collect()
    return sum(isinstance(one, Publisher | Viewer) for one in gc.get_objects())


def descriptors(pid: int | None = None) -> int:
    """Files and sockets that a process has open; of this one also that which asks."""
    return sum(1 for _ in Path(f"/proc/{pid or 'self'}/fd").iterdir())
