"""Whoever knows the secret may ring, and only then is anybody at home."""

import asyncio
import socket

from streaming.relay.doorbell import password_of, ring_by_tcp, ring_by_udp

from .cast import relay_at_work

PASSWORD = password_of("an installation's secret")


async def test_the_relay_answers_by_udp_and_by_tcp():
    async with relay_at_work(doorbell=PASSWORD) as relay:
        assert await ring_by_udp("127.0.0.1", relay.port, PASSWORD)
        assert await ring_by_tcp("127.0.0.1", relay.port, PASSWORD)


async def test_who_does_not_know_the_secret_hears_nothing():
    async with relay_at_work(doorbell=PASSWORD) as relay:
        assert not await ring_by_udp("127.0.0.1", relay.port, "guessed", patience=0.3)
        assert not await ring_by_tcp("127.0.0.1", relay.port, "guessed", patience=0.3)


async def test_a_relay_without_a_doorbell_is_silent():
    async with relay_at_work() as relay:
        assert not await ring_by_udp("127.0.0.1", relay.port, PASSWORD, patience=0.3)


async def test_where_nobody_listens_nobody_answers():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        number = taken.getsockname()[1]
        assert not await ring_by_udp("127.0.0.1", number, PASSWORD, patience=0.3)
        assert not await ring_by_tcp("127.0.0.1", number, PASSWORD, patience=0.3)


async def test_many_may_ring_and_leave_little_behind():
    async with relay_at_work(doorbell=PASSWORD) as relay:
        assert all(await asyncio.gather(*(ring_by_udp("127.0.0.1", relay.port, PASSWORD) for _ in range(40))))
        assert len(relay._port._homes) <= 8


def test_the_password_tells_nothing_of_the_secret():
    assert (len(PASSWORD), password_of("another") != PASSWORD, "secret" in PASSWORD) == (32, True, False)
