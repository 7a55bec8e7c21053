"""The chat message, from one visitor to every other."""

import pytest

from tests.cast import Visitor

pytestmark = pytest.mark.journey


async def test_a_message_reaches_every_viewer_of_the_stage_and_nobody_else(house):
    async with Visitor(house, "Vera") as vera, Visitor(house, "Otto") as otto, Visitor(house) as eve:
        for visitor, stage in ((vera, "dom"), (otto, "dom"), (eve, "schloss")):
            await visitor.say("chat.join", stage=stage)
            await visitor.hears("chat.history", stage=stage)
        await vera.say("chat.say", request=7, text="Guten  Abend\u202e!")
        accepted = await vera.hears("chat.accepted", request=7)
        heard = await otto.hears("chat.message", name="Vera", text="Guten Abend!")
        assert heard["id"] == accepted["id"]
        await vera.hears("chat.message", name="Vera")
        await eve.say("ping")
        await eve.hears("pong")
        assert [m for m in eve.heard if m["type"] == "chat.message"] == []


async def test_who_comes_later_reads_what_was_said(house):
    async with Visitor(house, "Vera") as vera:
        await vera.say("chat.join", stage="hnf")
        await vera.say("chat.say", request=1, text="Bin da")
        await vera.hears("chat.accepted")
    async with Visitor(house) as otto:
        await otto.say("chat.join", stage="hnf")
        history = await otto.hears("chat.history")
        assert [(line["name"], line["text"]) for line in history["messages"]] == [("Vera", "Bin da")]


async def test_a_name_comes_first(house):
    async with Visitor(house) as eve:
        await eve.say("chat.join", stage="dom")
        await eve.say("chat.say", request=2, text="Hallo")
        assert (await eve.hears("refused", request=2))["reason"] == "needs_name"


async def test_a_flood_is_told_to_wait(house):
    async with Visitor(house, "Troll") as troll:
        await troll.say("chat.join", stage="theater")
        for number in range(6):
            await troll.say("chat.say", request=number, text=f"{number}")
        assert (await troll.hears("refused"))["reason"] == "too_fast"


async def test_nonsense_is_answered_and_then_the_door_closes(house):
    async with Visitor(house) as eve:
        for _ in range(6):
            await eve.say("office.delete")
        assert (await eve.hears("refused"))["reason"] == "bad_message"
        await eve.listening
        assert eve.socket.close_code == 4429
