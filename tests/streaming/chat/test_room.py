"""A stage's chat on a real database and channel layer."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from streaming.chat import room
from streaming.chat.moderation import Unsayable
from streaming.signalling import fanout, messages, wire

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 5, 24, 20, 0, tzinfo=UTC)


class Ear:
    def __init__(self) -> None:
        self.frames: list[str] = []

    def hear(self, frame: str) -> None:
        self.frames.append(frame)


@pytest.fixture
async def listening():
    started = asyncio.Event()
    task = asyncio.ensure_future(fanout.listen(started))
    await asyncio.wait_for(started.wait(), 5)
    room._buckets.clear()
    room._report_buckets.clear()
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def heard_by(ear: Ear, count: int) -> list[str]:
    deadline = asyncio.get_running_loop().time() + 5
    while len(ear.frames) < count and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.01)
    return ear.frames


async def test_what_is_said_is_heard_in_the_room_and_remembered(listening):
    vera, otto = Ear(), Ear()
    fanout.rooms.enter(room.room_name("dom"), vera)
    fanout.rooms.enter(room.room_name("schloss"), otto)
    said = await room.say("dom", "seat-1", "Vera", " Guten Abend ", NOW)
    line = messages.ChatLine(said.pk, "Vera", "Guten Abend", "2026-05-24T20:00:00+00:00")
    assert await heard_by(vera, 1) == [wire.encode(messages.ChatMessage(stage="dom", **vars(line)))]
    assert otto.frames == []
    assert await room.history("dom", NOW) == [line]
    assert said.seat != "seat-1"
    for ear in (vera, otto):
        fanout.rooms.leave_all(ear)


async def test_history_ends_after_four_hours_and_fifty_lines(listening):
    for number in range(60):
        await room.remember("dom", f"s{number}", "Vera", f"{number}", NOW)
    assert [line.text for line in await room.history("dom", NOW)] == [str(number) for number in range(10, 60)]
    assert await room.history("dom", NOW + timedelta(hours=5)) == []


async def test_a_flood_of_one_seat_does_not_silence_another(listening):
    for _ in range(5):
        await room.say("dom", "troll", "Troll", "!1", NOW)
    with pytest.raises(Unsayable):
        await room.say("dom", "troll", "Troll", "!1", NOW)
    await room.say("dom", "vera", "Vera", "Na so was", NOW)


async def test_an_ear_in_several_rooms_hears_once():
    vera = Ear()
    for name in ("a", "b"):
        fanout.rooms.enter(name, vera)
    fanout.rooms.deliver(["a", "b"], "x")
    assert vera.frames == ["x"]
    fanout.rooms.leave_all(vera)
