"""One machine does not take the whole front row (finding F9 of the threat model: a cap per address)."""

import pytest

from streaming.relay import crowd
from streaming.relay.crowd import is_too_many, place_of

from .cast import relay_at_work, until
from .scripted import Guest, Player, gone


@pytest.mark.parametrize(
    ("host", "place"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2"),
        ("2001:db8:1:2::6", "2001:db8:1:2"),
        ("2001:db8::6", "2001:db8:0:0"),
        ("2001:db8::", "2001:db8:0:0"),
        ("::1", "0:0:0:0"),
        ("fe80::1%eth0", "fe80:0:0:0"),
    ],
)
def test_a_place_is_what_a_household_has_to_itself(host, place):
    assert place_of((host, 5000, 0, 0)) == place


def test_a_place_has_a_quarter_of_the_seats_and_fifty_where_there_are_few():
    assert [is_too_many(taken, 400) for taken in (100, 101)] == [False, True]
    assert [is_too_many(taken, 60) for taken in (50, 51)] == [False, True]


async def test_who_comes_beyond_the_share_of_its_place_is_sent_home_and_the_others_see_on(monkeypatch):
    monkeypatch.setattr(crowd, "AT_LEAST", 2)
    async with relay_at_work(announce=["127.0.0.1"], seats=8) as relay, Player(relay) as ada:
        vera, otto, third = (Guest(relay) for _ in range(3))
        await vera.takes_a_seat()
        await otto.takes_a_seat()
        refused = await third.takes_a_seat()
        await until(lambda: refused.state == "closed")
        assert (refused.why, relay.seats_taken, relay._port.counts["crowd"]) == ("crowd", 2, 1)
        ada.shows(b"\x65\x88")
        await until(lambda: vera.heard and otto.heard)
        assert third.heard == []
        otto.viewer.close()
        fourth = Guest(relay)
        assert (await fourth.takes_a_seat()).state == "connected"
        await gone(vera, otto, third, fourth)
