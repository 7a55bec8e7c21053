"""What is over and still there is told, whatever becomes of the worker."""

import asyncio

from streaming import tasks
from streaming.mediathek import undeleted
from streaming.mediathek.undeleted import Undeleted


async def test_what_is_not_deleted_is_told_in_one_line_until_it_is(monkeypatch, caplog):
    turns = [Undeleted(), Undeleted(2, 7), Undeleted(2, 8), Undeleted(), Undeleted(0, 1)]
    loop, over = asyncio.get_running_loop(), asyncio.Event()

    def look(_now):
        if turns:
            return turns.pop(0)
        loop.call_soon_threadsafe(over.set)
        return Undeleted(0, 1)

    monkeypatch.setattr(tasks, "SWEEP_EVERY", 0)
    monkeypatch.setattr(undeleted, "undeleted", look)
    watching = asyncio.ensure_future(tasks.watch_deletion())
    await over.wait()
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    told = [record.message.partition(";")[0] for record in caplog.records if "not deleted" in record.message]
    assert told == [
        f"not deleted for an hour: {recordings} recordings that are over, {files} files"
        for recordings, files in ((2, 7), (0, 1))
    ]
