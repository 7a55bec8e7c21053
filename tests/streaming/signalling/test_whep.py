"""Other people's players at the door."""

import pytest
from django.test import AsyncClient

from streaming import statistics
from streaming.signalling import whep
from streaming.statistics import Audience, Bound, Tally
from tests.streaming.test_control_room import dom, on_air, room, told

__all__ = ["dom", "room", "told"]


@pytest.mark.django_db(transaction=True)
async def test_of_a_flood_of_players_no_more_is_believed_than_of_pages(room, monkeypatch):
    await on_air(room)
    monkeypatch.setattr(whep, "control_room", lambda: room)
    monkeypatch.setattr(statistics, "audience", Audience())
    monkeypatch.setattr(statistics, "bound", Bound(per_second=0, at_once=2))
    for _ in range(3):
        answer = await AsyncClient().post("/whep/dom", data=b"v=0\r\n", content_type="application/sdp")
        assert answer.status_code == 201
    assert statistics.audience.take() == {room.played_on("dom"): Tally(starts=2)}
