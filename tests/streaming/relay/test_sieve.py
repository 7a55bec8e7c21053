"""What the kernel throws away is what the port would not listen to, and nothing else."""

import random
import socket
import sys
from collections import Counter
from contextlib import ExitStack, closing

import pytest
from aioice import stun

from streaming.relay import sieve
from streaming.relay.homes import PER_PARTY
from streaming.relay.packet import MAX_DATAGRAM, SHORTEST_DATAGRAM
from streaming.relay.port import Port
from streaming.relay.sieve import MOST, Sieve
from streaming.relay.sockets import bind
from tests.packets import packets

from .cast import Artist, relay_at_work, until
from .test_fuzz_datagrams import Vera, signed, user
from .test_port import FATAL_ALERT, Stranger, check, client_hello, junk
from .test_strangers import unproven

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other kernels are not asked")

SO_LOCK_FILTER = 44
SRTP = b"\x80\x60".ljust(1100, b"\7")


def named_late(name: str) -> bytes:
    request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    request.attributes = {"PRIORITY": 1, "USERNAME": name}
    return bytes(request)


KEPT_OF_ANYBODY = {
    "a check for somebody here": check("ours:theirs", "guessed"),
    "a check that names whom it is for late": named_late("nobody:here"),
    "an answer": bytes(stun.Message(stun.Method.BINDING, stun.Class.RESPONSE)),
}
KEPT_OF_A_PARTY = {
    "a handshake": client_hello(),
    "an alert": FATAL_ALERT,
    "media": SRTP,
    "a report": b"\x81\xc9".ljust(40, b"\7"),
    "as short as can be": b"\x16" * SHORTEST_DATAGRAM,
    "as long as can be": b"\x80" * MAX_DATAGRAM,
}
KEPT_OF_NOBODY = {
    "nothing": b"",
    "too short": b"\x16" * (SHORTEST_DATAGRAM - 1),
    "too long": b"\x80" * (MAX_DATAGRAM + 1),
    "a check for nobody": check("nobody:here", "guessed"),
    "a check without a name": bytes(stun.Message(stun.Method.BINDING, stun.Class.REQUEST)),
    "a check longer than it says": check("ours:theirs", "guessed") + bytes(4),
    "a check shorter than it says": check("ours:theirs", "guessed")[:-4],
    "a check longer than any": signed(1, b"\0\6\0\4ours" + bytes(560), b"guessed"),
    "a question of another kind": bytes(stun.Message(stun.Method.ALLOCATE, stun.Class.REQUEST)),
    "no cookie": bytes([0, 1, 0, 0]).ljust(20, b"\7"),
}
ALL = KEPT_OF_ANYBODY | KEPT_OF_A_PARTY | KEPT_OF_NOBODY


class Mouth:
    """Speaks to a sieved socket by IPv4 or IPv6."""

    def __init__(self, to: socket.socket, host: str) -> None:
        self.to = to, (host, to.getsockname()[1])
        self.socket = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((host, 0))
        self.number = self.socket.getsockname()[1]

    def is_heard(self, datagram: bytes, at: Sieve) -> bool:
        """Whether it comes through; either that or the kernel says that it was dropped."""
        ear, address = self.to
        self.socket.sendto(datagram, address)
        for _ in range(1_000_000):
            try:
                return ear.recv(2000) == datagram
            except BlockingIOError:
                if at.newly_dropped():
                    return False
        raise AssertionError("neither came nor was dropped")


@pytest.fixture(params=["by both kinds of addresses, IPv6", "by both kinds, IPv4", "by IPv4 alone"])
def line(request):
    """A socket as the port makes it, its sieve, and two who speak to it."""
    with ExitStack() as stack:
        if request.param == "by IPv4 alone":
            made = stack.enter_context(closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)))
            made.setblocking(False)
            made.bind(("", 0))
        else:
            made = stack.enter_context(closing(bind(0)))
        host = "::1" if request.param.endswith("IPv6") else "127.0.0.1"
        try:
            vera, stranger = Mouth(made, host), Mouth(made, host)
        except OSError:
            pytest.skip("this machine has no IPv6")
        for mouth in (vera, stranger):
            stack.enter_context(closing(mouth.socket))
        yield made, Sieve(made), vera, stranger


def test_strangers_come_through_with_checks_for_somebody_here_alone(line):
    _, at, vera, stranger = line
    at.fit(["ours"], [vera.number])
    assert {what for what, one in ALL.items() if stranger.is_heard(one, at)} == set(KEPT_OF_ANYBODY)
    assert {what for what, one in ALL.items() if vera.is_heard(one, at)} == set(KEPT_OF_ANYBODY | KEPT_OF_A_PARTY)
    at.fit([], [])
    assert {what for what, one in ALL.items() if vera.is_heard(one, at)} == set(KEPT_OF_ANYBODY) - {
        "a check for somebody here"
    }


def test_somebody_who_comes_is_heard_at_once_and_the_program_is_fitted_later(line):
    _, at, vera, stranger = line
    at.fit(["ours"], [vera.number])
    at.know("ours too")
    at.let_in(vera.number)
    assert (at.is_attached, at.is_fit) == (True, True), "known to it already"
    for comes in (lambda: at.know("another"), lambda: at.let_in(stranger.number)):
        comes()
        assert (at.is_attached, at.is_fit) == (False, False)
        assert all(one.is_heard(SRTP, at) for one in (vera, stranger))
        at.fit(["ours"], [vera.number])
        assert (vera.is_heard(SRTP, at), stranger.is_heard(SRTP, at)) == (True, False)


def test_whatever_the_port_listens_to_comes_through(line):
    """All that any test sends, as it is and with each of its first bytes."""
    _, at, mouth, _ = line
    port, vera = Port(0, monotonic=lambda: 0.0), Vera()
    port.welcome(vera)
    at.fit([vera.local_ufrag], [mouth.number])
    dice = random.Random(3)
    good = signed(1, user(vera), vera.local_password.encode())
    some = [good, *junk(), *packets("datagrams"), *unproven("ours:theirs"), *ALL.values()]
    some += [bytes([first]) + dice.choice(some)[1:] for first in range(256)]
    heard, of_port = Counter(), Counter()
    for datagram in some:
        before = port.counts.total()
        port._sort(datagram, (mouth.to[1][0], mouth.number), 0.0)
        listened = port.counts.total() == before
        came = mouth.is_heard(datagram, at)
        assert came or not listened, datagram.hex()
        heard[came] += 1
        of_port[listened] += 1
    assert min(*heard.values(), *of_port.values()) > 50, "there was enough of both"


def test_a_thousand_numbers_are_told_apart_and_of_more_anything_is_heard_but_nonsense(line):
    _, at, vera, stranger = line
    others = [number for number in range(1024, 1024 + MOST) if number not in (vera.number, stranger.number)]
    hall = others[: MOST - 2]
    for place in (0, 199, 200, len(hall)):  # the program before is still there while the new one is taken
        at.fit(["ours"], [*hall[:place], vera.number, *hall[place:]])
        assert at.is_attached
        assert (vera.is_heard(SRTP, at), stranger.is_heard(SRTP, at)) == (True, False)
    at.fit(["ours"], range(MOST))
    assert at.is_attached
    assert {what for what, one in ALL.items() if stranger.is_heard(one, at)} == set(KEPT_OF_ANYBODY | KEPT_OF_A_PARTY)


def test_a_kernel_that_takes_no_program_keeps_everything(line):
    made, *_, stranger = line
    made.setsockopt(socket.SOL_SOCKET, sieve.SO_DETACH_FILTER, 0)
    made.setsockopt(socket.SOL_SOCKET, SO_LOCK_FILTER, 1)
    at = Sieve(made)
    at.fit(["ours"], [7])
    assert (at.is_attached, at.is_fit) == (False, True)
    assert all(stranger.is_heard(one, at) for one in ALL.values())


@pytest.mark.parametrize("option, by", [(sieve.SO_ATTACH_FILTER, "kernel"), (9999, "stranger")])
async def test_with_a_sieve_or_without_an_artist_is_heard_and_junk_is_counted(monkeypatch, option, by):
    monkeypatch.setattr(sieve, "SO_ATTACH_FILTER", option)
    async with relay_at_work() as relay:
        artist, stranger = Artist(relay), Stranger(relay)
        party = await artist.goes_on_air()
        await until(lambda: relay._port._sieve.is_fit)
        assert relay.metrics()["sieve"] == (by == "kernel")
        before = relay.metrics()["datagrams_dropped"].get(by, 0)
        assert await stranger.sends(*[SRTP, client_hello(), FATAL_ALERT] * 10) == []
        assert relay.metrics()["datagrams_dropped"][by] - before == 30
        heard = party.stats(0).packets
        await until(lambda: party.stats(0).packets > heard + 10)
        await artist.leaves()


async def test_who_has_left_and_from_where_nobody_is_heard_any_more_is_a_stranger_again():
    async with relay_at_work() as relay:
        artist, port = Artist(relay), relay._port
        party = await artist.goes_on_air()
        for number in range(1024, 1124):
            port._homes.prove(("192.0.2.1", number), party, 0.0)
            port._sieve.let_in(number)
        await until(lambda: port._sieve.is_fit)
        assert port._sieve._numbers == {number for _, number, *_ in port._homes}
        assert len(port._homes) <= PER_PARTY
        party.close()
        await until(lambda: port._sieve._numbers == set())
        await artist.leaves()
