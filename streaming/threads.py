"""Blocking work away from the event loop."""

from collections.abc import Callable, Coroutine
from typing import Any

from channels.db import database_sync_to_async


def in_thread(work: Callable[..., Any]) -> Callable[..., Coroutine[Any, Any, Any]]:
    """Database work off the loop, in any free thread: one slow query does not hold up the others."""
    return database_sync_to_async(work, thread_sensitive=False)
