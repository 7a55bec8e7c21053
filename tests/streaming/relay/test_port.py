"""Strangers, forgeries and junk end at the port (findings F1, F2, F3 and F5 of the threat model)."""

import asyncio
import contextlib
import logging
import random
import socket
import time
from functools import partial

import pytest
from aioice import stun
from aiortc import RTCSessionDescription
from OpenSSL import SSL

from streaming.relay import Relay, TooSoon
from streaming.relay.homes import PER_PARTY
from streaming.relay.port import own_addresses
from streaming.relay.stun import plain_host

from .cast import Artist, Watcher, relay_at_work, until
from .test_fuzz_datagrams import at_home, signed, user


class Stranger:
    """Sends whatever it likes and listens for an answer."""

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)

    async def sends(self, *datagrams: bytes) -> list[bytes]:
        """Send, let the relay read all of it, and return what came back."""
        port = self.relay._port
        before = port.dropped().total()
        for datagram in datagrams:
            self.socket.sendto(datagram, ("127.0.0.1", self.relay.port))
        await until(lambda: port.dropped().total() - before >= len(datagrams), 2, "the relay did not read everything")
        answers = []
        while True:
            try:
                answers.append(self.socket.recv(2000))
            except BlockingIOError:
                return answers


def client_hello() -> bytes:
    connection = SSL.Connection(SSL.Context(SSL.DTLS_METHOD))
    connection.set_connect_state()
    with pytest.raises(SSL.WantReadError):
        connection.do_handshake()
    return connection.bio_read(1500)


FATAL_ALERT = bytes.fromhex("15fefd 0000 000000000000 0002 0228")


def check(user: str, password: str | None, *, use: bool = False) -> bytes:
    request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    request.attributes = {"USERNAME": user, "PRIORITY": 1, "ICE-CONTROLLING": 7}
    if use:
        request.attributes["USE-CANDIDATE"] = None
    if password is not None:
        request.add_message_integrity(password.encode())
    return bytes(request)


def answer(request: stun.Message, password: str | None) -> bytes:
    response = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, transaction_id=request.transaction_id)
    if password is not None:
        response.add_message_integrity(password.encode())
    return bytes(response)


def junk() -> list[bytes]:
    dice = random.Random(5)
    sizes = [0, 1, 2, 12, 13, 20, 100, 1472]
    made = [bytes([first]) * size for first in (0, 1, 22, 64, 128, 200, 255) for size in sizes]
    made += [dice.randbytes(dice.randrange(200)) for _ in range(200)]
    short_attribute = bytes.fromhex("00010008 2112a442") + bytes(12) + bytes.fromhex("00240001 01000000")
    return [*made, short_attribute, client_hello(), FATAL_ALERT]


async def test_strangers_get_no_answer_and_leave_a_session_in_peace(caplog):
    async with relay_at_work() as relay:
        artist, vera = Artist(relay), Watcher(relay)
        await artist.goes_on_air()
        await vera.takes_a_seat()
        stranger = Stranger(relay)
        seen = await until(lambda: len(vera.frames))
        with caplog.at_level(logging.INFO, "streaming.relay"):
            assert await stranger.sends(*junk()) == []
        await until(lambda: len(vera.frames) > seen + 5)
        assert len(caplog.records) <= 2
        assert (artist.changes, vera.changes) == (["connected"], ["connected"])
        await vera.leaves()
        await artist.leaves()


async def test_under_a_flood_the_port_rests_between_its_looks_and_the_media_go_on():
    async with relay_at_work() as relay:
        artist, vera, stranger = Artist(relay), Watcher(relay), Stranger(relay)
        await artist.goes_on_air()
        viewer = await vera.takes_a_seat()
        forged = check(f"{viewer.local_ufrag}:{viewer.remote_ufrag}", "guessed")
        looks, read_all = [], relay._port._read_all

        def counted():
            looks.append(read_all())
            return looks[-1]

        relay._port._read_all = counted
        seen = len(vera.frames)
        for _ in range(1000):
            stranger.socket.sendto(forged, ("127.0.0.1", relay.port))
            await asyncio.sleep(0)
        await until(lambda: relay._port.counts["forged"] >= 1000)
        assert len(looks) < 500
        await until(lambda: len(vera.frames) > seen + 20)
        assert vera.changes == ["connected"]
        relay._port._read_all = read_all
        await until(lambda: relay._port._resting is None)
        await vera.leaves()
        await artist.leaves()


async def test_whatever_goes_wrong_after_a_rest_the_port_listens_on():
    async with relay_at_work() as relay:
        port, stranger = relay._port, Stranger(relay)
        drained, port._drained = port._drained, lambda: 1 / 0
        port._rest()
        await until(lambda: not port._resting)
        port._drained = drained
        assert await stranger.sends(*[b"\x80" * 50] * 3) == []


async def test_a_check_that_cannot_be_handled_is_counted_like_any_other_datagram(caplog):
    async with relay_at_work() as relay:
        artist, stranger = Artist(relay), Stranger(relay)
        party = relay.publish("dom", await artist.offer())
        party.checked = lambda address, nominated, now: 1 / 0
        request = check(f"{party.local_ufrag}:{party.remote_ufrag}", party.local_password)
        for _ in range(3):
            stranger.socket.sendto(request, ("127.0.0.1", relay.port))
        await until(lambda: relay._port.counts["failed"] == 3)
        assert [record.levelname for record in caplog.records if record.levelno > logging.INFO] == ["ERROR"]
        await artist.leaves()


def test_a_party_has_a_few_addresses_and_the_one_proved_longest_ago_goes_first():
    port, vera = at_home()
    name = user(vera)
    for number in (*range(1, 2 * PER_PARTY), 3):
        port._sort(signed(0x0001, name, vera.local_password.encode()), ("192.0.2.9", number), 1.0)
    kept = [number for _, number in port._homes]
    assert kept == [*range(PER_PARTY + 1, 2 * PER_PARTY), 3]
    port.forget(vera)
    assert (port._homes._owners, port._homes._of) == ({}, {})


async def test_a_handshake_from_a_stranger_before_the_first_check_changes_nothing():
    """ASVS 17.2.6: a ClientHello, a forged alert and an empty datagram race with the artist's own."""
    async with relay_at_work() as relay:
        artist, stranger = Artist(relay), Stranger(relay)
        publisher = relay.publish("dom", await artist.offer())
        assert await stranger.sends(client_hello(), FATAL_ALERT, b"", *[b"\x16" * 100] * 1000) == []
        await artist.connection.setRemoteDescription(RTCSessionDescription(publisher.answer, "answer"))
        await until(lambda: publisher.state == "connected")
        await artist.leaves()


async def test_only_checks_that_know_both_names_and_the_password_are_answered():
    async with relay_at_work() as relay:
        artist, stranger = Artist(relay), Stranger(relay)
        party = relay.publish("dom", await artist.offer())
        ours, theirs, password = party.local_ufrag, party.remote_ufrag, party.local_password
        forged = [
            check(f"{ours}:{theirs}", None),
            check(f"{ours}:{theirs}", "guessed"),
            check(f"{ours}:somebody", password),
            check(f"{theirs}:{ours}", password),
            check(ours, password),
            check(f"{ours}:{theirs}", password)[:-4],
        ]
        assert await stranger.sends(*forged) == []
        assert party.address is None
        stranger.socket.sendto(check(f"{ours}:{theirs}", password), ("127.0.0.1", relay.port))
        await until(lambda: party.address)
        answer = stun.parse_message(await asyncio.get_running_loop().sock_recv(stranger.socket, 2000))
        assert answer.check_message_integrity(password.encode())
        assert answer.attributes["XOR-MAPPED-ADDRESS"] == stranger.socket.getsockname()
        await artist.leaves()


async def test_a_new_address_is_followed_only_when_it_is_nominated():
    async with relay_at_work() as relay:
        artist = Artist(relay)
        party = await artist.goes_on_air()
        home = party.address
        user = f"{party.local_ufrag}:{party.remote_ufrag}"
        tram = Stranger(relay)
        for use in (False, True):
            tram.socket.sendto(check(user, party.local_password, use=use), ("127.0.0.1", relay.port))
            await asyncio.get_running_loop().sock_recv(tram.socket, 2000)
            assert (party.address == home) is not use
        await artist.leaves()


async def test_after_an_ice_restart_only_the_new_names_are_answered_and_media_go_on():
    async with relay_at_work() as relay:
        artist = Artist(relay)
        party = await artist.goes_on_air()
        home, old = party.address, (f"{party.local_ufrag}:{party.remote_ufrag}", party.local_password)
        fragment = party.trickle("a=ice-ufrag:moved\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\n")
        with pytest.raises(TooSoon):
            party.trickle("a=ice-ufrag:again\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\n")
        assert f"a=ice-ufrag:{party.local_ufrag}" in fragment
        assert not old[0].startswith(party.local_ufrag)
        before = party.stats(0).packets
        await until(lambda: party.stats(0).packets > before + 20)
        tram = Stranger(relay)
        assert await tram.sends(check(*old, use=True)) == []
        new = check(f"{party.local_ufrag}:moved", party.local_password, use=True)
        tram.socket.sendto(new, ("127.0.0.1", relay.port))
        assert stun.parse_message(await asyncio.get_running_loop().sock_recv(tram.socket, 2000))
        assert party.address not in (home, None)
        await artist.leaves()


async def test_a_stream_follows_only_to_where_somebody_answers():
    async with relay_at_work() as relay:
        artist, vera = Artist(relay), Watcher(relay)
        await artist.goes_on_air()
        viewer = await vera.takes_a_seat()
        user, home = f"{viewer.local_ufrag}:{viewer.remote_ufrag}", viewer.address
        tram = Stranger(relay)
        received = partial(asyncio.get_running_loop().sock_recv, tram.socket, 2000)
        tram.socket.sendto(check(user, viewer.local_password, use=True), ("127.0.0.1", relay.port))
        assert stun.parse_message(await received()).message_class is stun.Class.RESPONSE
        asked = stun.parse_message(await received())
        assert asked.attributes["USERNAME"] == f"{viewer.remote_ufrag}:{viewer.local_ufrag}"
        seen = len(vera.frames)
        await until(lambda: len(vera.frames) > seen + 5)
        assert await tram.sends(answer(asked, "guessed"), answer(asked, None)) == []
        assert viewer.address == home
        tram.socket.sendto(answer(asked, viewer.remote_password), ("127.0.0.1", relay.port))
        assert 127 < (await received())[0] < 192  # the stream
        assert viewer.address != home
        await vera.leaves()
        await artist.leaves()


async def test_a_forged_address_gets_one_question_a_second_and_otherwise_no_more_than_it_was_said_to_send():
    """A viewer with a good seat names somebody else's address as its own; what goes there is bounded."""
    async with relay_at_work() as relay:
        artist, vera, victim = Artist(relay), Watcher(relay), Stranger(relay)
        await artist.goes_on_air()
        viewer = await vera.takes_a_seat()
        forged = check(f"{viewer.local_ufrag}:{viewer.remote_ufrag}", viewer.local_password, use=True)
        began = time.monotonic()
        for _ in range(50):
            victim.socket.sendto(forged, ("127.0.0.1", relay.port))
            await asyncio.sleep(0.002)
        heard = []
        with contextlib.suppress(BlockingIOError):
            while True:
                heard.append(victim.socket.recv(2000))
        questions = [one for one in heard if stun.parse_message(one).message_class is stun.Class.REQUEST]
        assert 1 <= len(questions) <= 1 + time.monotonic() - began
        assert sum(map(len, heard)) <= 50 * len(forged) + sum(map(len, questions))
        await vera.leaves()
        await artist.leaves()


async def test_an_address_in_use_is_not_given_to_another_party():
    async with relay_at_work() as relay:
        first, second = Artist(relay, "dom"), Artist(relay, "quellen")
        mine = relay.publish("dom", await first.offer())
        other = relay.publish("quellen", await second.offer())
        stranger = Stranger(relay)
        for party in (mine, other):
            user = f"{party.local_ufrag}:{party.remote_ufrag}"
            stranger.socket.sendto(check(user, party.local_password), ("127.0.0.1", relay.port))
        await until(lambda: relay._port.counts["taken"])
        assert mine.address is not None
        assert other.address is None
        await first.leaves()
        await second.leaves()


async def test_an_encoder_that_sends_no_checks_keeps_its_address():
    async with relay_at_work() as relay:
        artist, rival = Artist(relay, "dom"), Artist(relay, "quellen")
        mine = await artist.goes_on_air()
        other = relay.publish("quellen", await rival.offer())
        port, now = relay._port, time.monotonic()
        port._homes._owners[mine.address] = (mine, now - 60)
        forged = check(f"{other.local_ufrag}:{other.remote_ufrag}", other.local_password)
        port._check(forged, mine.address, now)
        assert (port.counts["taken"], other.address) == (1, None)
        before = mine.stats(0).packets
        await until(lambda: mine.stats(0).packets > before + 10)
        await artist.leaves()
        await rival.leaves()


async def test_junk_of_a_known_address_does_not_end_its_session(caplog):
    async with relay_at_work() as relay:
        artist = Artist(relay)
        party = await artist.goes_on_air()
        for datagram in junk():
            if datagram != FATAL_ALERT:  # unencrypted, and so ignored after the handshake
                relay._port._sort(datagram, party.address, time.monotonic())
        relay._port._sort(FATAL_ALERT, party.address, time.monotonic())
        before = party.stats(0).packets
        await until(lambda: party.stats(0).packets > before + 10)
        assert relay._port.counts["failed"] == 0
        await artist.leaves()


def test_our_own_addresses_come_with_loopback_last():
    addresses = own_addresses()
    assert addresses[-1] == "127.0.0.1"
    assert "::1" not in addresses
    assert len(set(addresses)) == len(addresses)


def test_announced_addresses_replace_our_own():
    assert own_addresses(["203.0.113.7", "2001:db8::0007"]) == ["203.0.113.7", "2001:db8::7"]
    assert own_addresses(["192.0.2.1:40001", "[2001:db8::0007]:443"]) == ["192.0.2.1:40001", "[2001:db8::7]:443"]
    with pytest.raises(ValueError, match="example"):
        own_addresses(["relay.example"])


def test_mapped_addresses_are_told_plainly():
    assert [plain_host(host) for host in ("::ffff:192.0.2.1", "2001:db8::1", "fe80::1%eth0", "192.0.2.1")] == [
        "192.0.2.1",
        "2001:db8::1",
        "fe80::1",
        "192.0.2.1",
    ]
