"""The clock of the house: rounds of feedback, when something wakes it and when nothing does."""

import logging
import time

from streaming.relay.relay import GRACE, TICK

from .cast import relay_at_work, until
from .scripted import Player


async def test_where_nothing_is_read_a_round_comes_by_itself():
    async with relay_at_work() as relay:
        await until(lambda: relay._ticks >= 2, 2)
        assert relay.metrics()["loop_lag"] < 1


async def test_a_round_that_is_due_goes_with_the_next_reading_and_not_again_by_itself():
    later = 0.0
    async with relay_at_work(monotonic=lambda: time.monotonic() + later) as relay:
        relay._tick_handle.cancel()
        relay._tick_later(relay._monotonic())
        handle, ticks = relay._tick_handle, relay._ticks
        relay._after_reading()
        assert relay._ticks == ticks
        later = TICK + GRACE / 2
        relay._after_reading()
        relay._after_reading()
        assert (relay._ticks, handle.cancelled()) == (ticks + 1, True)
        assert relay.metrics()["loop_lag"] < GRACE


async def test_what_goes_wrong_in_a_round_stops_no_later_one(caplog):
    async with relay_at_work() as relay:
        tick, relay._tick = relay._tick, lambda count, now: 1 / 0
        await until(lambda: caplog.records, 2)
        relay._tick = tick
        ticks = relay._ticks
        await until(lambda: relay._ticks >= ticks + 2, 2)
        assert {record.levelno for record in caplog.records} <= {logging.INFO, logging.ERROR}


async def test_a_stages_figures_tell_how_old_the_artists_last_keyframe_is_and_not_that_of_our_own_picture():
    ahead = 0.0
    async with (
        relay_at_work(announce=["127.0.0.1"], monotonic=lambda: time.monotonic() + ahead) as relay,
        Player(relay) as ada,
    ):

        def age():
            return relay.metrics()["stages"]["dom"].get("keyframe_age")

        assert age() is None
        before = time.monotonic()
        ada.shows(b"\x65\x88")
        await until(lambda: age() is not None)
        ahead = 3.0
        assert 3 <= age() <= time.monotonic() + ahead - before
        await until(lambda: relay.metrics()["stages"]["dom"]["standing_by"])
        assert age() is None
