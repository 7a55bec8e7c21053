"""Offers that are bombs cost nothing to read and nothing to keep (row "SDP bomb" of the threat model, finding F4)."""

import contextlib
import gc
import os
import socket
import sys
import time

import pytest
from aiortc.sdp import SessionDescription

from streaming.relay import OfferRefused
from streaming.relay.answer import write_answer
from streaming.relay.offer import read_offer
from tests.bench.machine import memory

from .cast import relay_at_work, until
from .hostile import BOMBS, LONG, MANY, NAMES, candidates
from .offers import AUDIO, CHROMIUM_WATCHES, offer
from .test_answer import US
from .test_offer import HOSTILE

ALL = {**{name: text for name, (text, _) in HOSTILE.items()}, **BOMBS}

HELD = 0.2
"""Seconds a stage may stand still while an offer is read: the loop does nothing else meanwhile."""
GROWTH = 20_000_000
"""Bytes that all hostile offers together may cost."""

LOOKED_UP: list[str] = []
LOOK_UPS = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
sys.addaudithook(lambda event, _: LOOKED_UP.append(event) if event in LOOK_UPS else None)


def watching(text: str) -> str:
    return text.replace("a=sendonly", "a=recvonly")


@pytest.mark.parametrize("text", ALL.values(), ids=ALL.keys())
def test_it_is_answered_or_refused_before_a_picture_is_due(text):
    for purpose, asked in (("publish", text), ("watch", watching(text))):
        began = time.thread_time()
        try:
            answer = write_answer(read_offer(asked, purpose), US)
        except OfferRefused:
            answer = ""
        assert time.thread_time() - began < HELD
        assert answer.isascii()
        assert answer.replace("\r\n", "").isprintable() or not answer
        assert len(answer) < 4000
        if answer:
            SessionDescription.parse(answer)


async def test_all_of_them_together_leave_nothing_behind():
    async with relay_at_work(seats=2 * len(ALL)) as relay:
        relay.open("dom")
        gc.collect()
        before = memory(os.getpid())
        answered = []
        for text in ALL.values():
            for admitted, asked in ((relay.publish, text), (relay.watch, watching(text))):
                try:
                    answered.append(admitted("dom", asked))
                except OfferRefused:
                    continue
        assert memory(os.getpid()) - before < GROWTH
        assert relay.metrics()["publishers"] == 1, "each replaced the one before"
        for party in answered:
            party.close()
        metrics = relay.metrics()
        assert (metrics["seats_taken"], metrics["publishers"]) == (0, 0)


KEPT = {**LONG, **{name: MANY[name] for name in ("500 fingerprints", "15,000 formats", "900 header extensions")}}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT.keys())
async def test_a_quarter_of_the_seats_taken_with_it_costs_no_more_than_with_any_offer(text):
    async with relay_at_work(seats=100) as relay:
        relay.open("dom")
        gc.collect()
        before = memory(os.getpid())
        with contextlib.suppress(OfferRefused):
            for _ in range(relay.seats):
                relay.watch("dom", watching(text))
        assert memory(os.getpid()) - before < GROWTH / 4


async def test_names_in_offers_are_not_looked_up_and_addresses_not_written_to():
    """A lite agent answers checks and sends none to an address that somebody named (findings F4 and F6)."""
    async with relay_at_work(connect_timeout=0.1) as relay:
        relay.open("dom")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as victim:
            victim.bind(("127.0.0.1", 0))
            victim.setblocking(False)
            here = candidates("127.0.0.1").replace(" 9 typ", f" {victim.getsockname()[1]} typ")
            LOOKED_UP.clear()
            named = AUDIO + here + candidates(*NAMES[:40])
            parties = [relay.publish("dom", offer(named)), relay.watch("dom", watching(offer(named)))]
            await until(lambda: {party.why for party in parties} == {"unconnected"})
            with pytest.raises(BlockingIOError):
                victim.recv(1)
        assert LOOKED_UP == []


def test_an_honest_offer_is_read_quickly_too():
    began = time.thread_time()
    for _ in range(20):
        read_offer(CHROMIUM_WATCHES, "watch")
    assert time.thread_time() - began < 20 * 0.01
