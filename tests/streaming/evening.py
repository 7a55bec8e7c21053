"""A stage with its relay's broadcast, as far as a recorder sees it, and Ada playing on it."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic

from events.rights import Allowed
from streaming import archive
from streaming.models import LiveSession
from streaming.relay import Broadcast, Packet
from tests.streaming.recording.cast import EVENING, Ada

EIGHT = datetime(2026, 6, 4, 18, 0, tzinfo=UTC)
"""20:00 in Paderborn."""


class OnStage:
    """A broadcast into which packets are put by hand. They arrive as if the evening had just begun."""

    def __init__(self, stage: str = "dom") -> None:
        self.broadcast = Broadcast(stage, monotonic=monotonic)
        self.broadcast.take = 1
        self.began = monotonic()

    def hears(self, packets: Iterable[Packet]) -> None:
        for packet in packets:
            self.broadcast.take = packet.take
            self.broadcast.publish(replace(packet, arrived=self.began + packet.arrived - EVENING))


async def session(stage: str = "dom", title: str = "Orgel im Kreuzgang", **more: object) -> LiveSession:
    return await LiveSession.objects.acreate(stage=stage, title=title, started=EIGHT, heard=EIGHT, **more)


async def played(live: LiveSession, keep_days: int | None, ada: Ada | None = None) -> archive.Recorder:
    """Ada's whole sending has reached the spool but for what still grows; the session is open."""
    stage = OnStage(live.stage)
    kept = Allowed(days=keep_days) if keep_days else None
    recorder = await archive.begin(live, stage.broadcast, kept, EIGHT)
    ada = ada or Ada(seconds=7)
    stage.hears(ada.sends())
    await until(lambda: recorder.packager.stats().segments >= int(ada.seconds / 2.1))
    return recorder


async def ended(recorder: archive.Recorder, now: datetime) -> None:
    """The control room ends the session."""
    await LiveSession.objects.filter(pk=recorder.session.pk).aupdate(ended=now)
    await archive.finish(recorder, now)


def killed(recorder: archive.Recorder) -> None:
    """Its program dies: nothing more is written, nobody knows of it."""
    recorder.packager._guarded = lambda work: None  # type: ignore[method-assign]
    recorder.packager.close()
    archive._recorders.clear()


async def until(true: object, patience: float = 10) -> None:
    """Wait for a condition."""
    deadline = monotonic() + patience
    while not true():  # type: ignore[operator]
        assert monotonic() < deadline, "it did not happen"
        await asyncio.sleep(0.02)
