"""What a town's relay says to people it does not know: nothing. Rows "DTLS ClientHello race / flood", "UDP
amplification" and "Fingerprint mismatch" of the threat model, findings F2, F3, F5 and F13."""

import asyncio
import contextlib
import gc
import itertools
import logging
import os

import pytest
from aioice import stun
from aiortc import RTCSessionDescription
from aiortc.rtcdtlstransport import RTCCertificate
from cryptography.hazmat.primitives.asymmetric import ec
from OpenSSL import SSL, crypto

from streaming.artists.sdp import read_answer
from streaming.relay import Relay
from tests.bench.machine import memory
from tests.packets import packets

from .cast import Artist, relay_at_work, until
from .offers import CHROMIUM_WATCHES
from .scripted import Guest, Player, gone
from .test_port import FATAL_ALERT, Stranger, check, client_hello, junk

DTLS_1_0 = 0xFEFF
A_MINUTE_OF_LOG = 20_000
"""Bytes that a minute of junk may write to the log (goal 2 of the threat model)."""


def unproven(user: str) -> list[bytes]:
    """STUN of every kind, as servers answer it that answer everybody: without a password, or with a wrong one."""
    made = []
    for method, kind in itertools.product(stun.Method, stun.Class):
        for attributes in ({}, {"USERNAME": user}, {"USERNAME": user, "REALM": "r", "NONCE": b"n"}, {"SOFTWARE": ""}):
            message = stun.Message(method, kind, attributes=attributes)
            made.append(bytes(message))
            message.add_message_integrity(b"guessed")
            made.append(bytes(message))
    return made


def dropped(relay: Relay) -> int:
    return sum(relay.metrics()["datagrams_dropped"].values())


class Crowd:
    """Strangers at so many addresses."""

    def __init__(self, relay: Relay, size: int) -> None:
        self.strangers = [Stranger(relay) for _ in range(size)]
        self.relay = relay
        self.sent = self.answered = 0
        """Bytes."""

    async def sends(self, *datagrams: bytes) -> None:
        """Each sends all of them; a few at a time, as the kernel's buffer would lose more."""
        for stranger in self.strangers:
            before = dropped(self.relay)
            for datagram in datagrams:
                self.sent += stranger.socket.sendto(datagram, ("127.0.0.1", self.relay.port))
            async with asyncio.timeout(10):
                while dropped(self.relay) - before < len(datagrams):
                    await asyncio.sleep(0)
        self.hears()

    def hears(self) -> None:
        for stranger in self.strangers:
            try:
                while True:
                    self.answered += len(stranger.socket.recv(2000))
            except BlockingIOError:
                continue

    def leaves(self) -> None:
        for stranger in self.strangers:
            stranger.socket.close()


async def test_who_proves_nothing_gets_no_more_bytes_than_he_sends():
    async with relay_at_work() as relay:
        relay.open("dom")
        viewer = relay.watch("dom", CHROMIUM_WATCHES)
        stranger = Crowd(relay, 1)
        user = f"{viewer.local_ufrag}:{viewer.remote_ufrag}"
        for datagram in [*junk(), *packets("datagrams"), *unproven(user), *unproven("somebody:else")]:
            sent, answered = stranger.sent, stranger.answered
            await stranger.sends(datagram)
            assert stranger.answered - answered <= stranger.sent - sent
        assert stranger.answered == 0, "and rather none at all"
        assert viewer.address is None
        stranger.leaves()


async def test_who_proves_to_know_the_password_gets_no_more_bytes_either():
    async with relay_at_work() as relay:
        relay.open("dom")
        viewer, stranger = relay.watch("dom", CHROMIUM_WATCHES), Stranger(relay)
        request = check(f"{viewer.local_ufrag}:{viewer.remote_ufrag}", viewer.local_password)
        stranger.socket.sendto(request, ("127.0.0.1", relay.port))
        answer = await asyncio.get_running_loop().sock_recv(stranger.socket, 2000)
        assert 0 < len(answer) <= len(request)


@pytest.mark.parametrize("setup", ["actpass", "passive"])
async def test_a_flood_of_handshakes_from_everywhere_stops_nobody_and_costs_no_memory(setup):
    """Before the artist's first check, during the handshake, and once she is on air; in either role of the relay."""
    async with relay_at_work() as relay:
        artist, crowd = Artist(relay), Crowd(relay, 100)
        offer = (await artist.offer()).replace("a=setup:actpass", f"a=setup:{setup}")
        publisher = relay.publish("dom", offer)
        wave = [client_hello(), FATAL_ALERT, b"", *[b"\x16\xfe\xfd".ljust(1200, b"\1")] * 24]
        gc.collect()
        before = memory(os.getpid())
        await crowd.sends(*wave)
        flooding = asyncio.ensure_future(crowd.sends(*wave))
        await artist.connection.setRemoteDescription(RTCSessionDescription(publisher.answer, "answer"))
        await until(lambda: publisher.state == "connected")
        await flooding
        heard = publisher.stats(0).packets
        await crowd.sends(*wave)
        await until(lambda: publisher.stats(0).packets > heard + 10)
        assert (publisher.state, crowd.answered) == ("connected", 0)
        assert memory(os.getpid()) - before < 20_000_000, "8,000 datagrams and an artist's encoder"
        crowd.leaves()
        await artist.leaves()


async def test_a_viewer_who_sends_nothing_but_beginnings_of_handshakes_is_not_kept_waiting_for():
    """8,000 datagrams of one that did prove to be there wait in no queue (finding F3)."""
    async with relay_at_work(announce=["127.0.0.1"]) as relay:
        relay.open("dom")
        viewer, troll, vera = relay.watch("dom", CHROMIUM_WATCHES), Stranger(relay), Guest(relay)
        troll.socket.sendto(
            check(f"{viewer.local_ufrag}:{viewer.remote_ufrag}", viewer.local_password), ("127.0.0.1", relay.port)
        )
        await until(lambda: viewer.address)
        gc.collect()
        before = memory(os.getpid())
        for _ in range(8_000 // 40):
            for _ in range(40):
                troll.socket.sendto(b"\x16\xfe\xfd".ljust(1200, b"\1"), ("127.0.0.1", relay.port))
            await asyncio.sleep(0)
        await vera.takes_a_seat()
        assert memory(os.getpid()) - before < 5_000_000
        assert vera.viewer.state == "connected"
        assert viewer.state != "connected"
        troll.socket.close()
        await gone(vera)


async def test_what_junk_leaves_in_the_log_is_a_line_a_second(caplog):
    async with relay_at_work() as relay:
        stranger = Crowd(relay, 1)
        with caplog.at_level(logging.INFO, "streaming.relay"):
            await stranger.sends(*junk(), *unproven("somebody:else"))
            await until(lambda: caplog.records)
            await stranger.sends(*junk())
        assert len(caplog.records) <= 2
        assert 60 * max(len(record.getMessage()) for record in caplog.records) < A_MINUTE_OF_LOG / 2, (
            "leaving half of it to the time and the name before each line"
        )
        stranger.leaves()


# --- those who come by name and are somebody else, or are content with less ------------------------------------------


class Weak(RTCCertificate):
    """Offers what nobody should accept any more."""

    weakness = ""

    def _create_ssl_context(self, srtp_profiles):
        context = super()._create_ssl_context(srtp_profiles)
        match self.weakness:
            case "DTLS 1.0":
                context.set_cipher_list(b"ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0")
                context.set_max_proto_version(DTLS_1_0)
            case "no authenticated encryption":
                context.set_cipher_list(b"ECDHE-ECDSA-AES128-SHA")
            case "short tags":
                context.set_tlsext_use_srtp(b"SRTP_AES128_CM_SHA1_32")
            case "no certificate":
                context = SSL.Context(SSL.DTLS_METHOD)
                context.set_verify(SSL.VERIFY_NONE, lambda *_: True)
                context.set_tlsext_use_srtp(b"SRTP_AES128_CM_SHA1_80")
            case "a certificate of a version there is not":
                key = crypto.PKey.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()))
                strange = crypto.X509()
                strange.gmtime_adj_notBefore(0)
                strange.gmtime_adj_notAfter(3600)
                strange.set_pubkey(key)
                strange.set_version(7)
                strange.sign(key, "sha256")
                context.use_certificate(strange)
                context.use_privatekey(key)
        return context


WEAKNESSES = (
    "DTLS 1.0",
    "no authenticated encryption",
    "short tags",
    "no certificate",
    "a certificate of a version there is not",
)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("weakness", WEAKNESSES)
async def test_weak_handshakes_fail_and_are_no_news_for_the_log(weakness, caplog):
    """ASVS 17.2.2 and 17.2.8."""
    async with relay_at_work() as relay:
        artist = Artist(relay)
        certificate = Weak.generateCertificate()
        certificate.weakness = weakness
        artist.connection._RTCPeerConnection__certificates = [certificate]
        publisher = relay.publish("dom", await artist.offer())
        await artist.connection.setRemoteDescription(RTCSessionDescription(publisher.answer, "answer"))
        await until(lambda: publisher.state == "closed")
        assert publisher.why == "handshake failed"
        assert [record for record in caplog.records if record.levelno > logging.INFO] == []
        await artist.leaves()


async def test_a_viewer_with_another_certificate_than_it_said_sees_nothing():
    async with relay_at_work(announce=["127.0.0.1"]) as relay, Player(relay) as ada:
        vera, mallory = Guest(relay), Guest(relay)
        mallory._certificate = vera._certificate  # so it is hers that the offer names
        viewer = mallory.asks()
        with contextlib.suppress(OSError):
            await mallory.connect(read_answer(viewer.answer))
        await vera.takes_a_seat()
        ada.shows(b"\x65\x88")
        await until(lambda: vera.heard)
        assert (viewer.state, viewer.why, mallory.heard) == ("closed", "handshake failed", [])
        await gone(vera, mallory)


async def test_every_start_of_a_relay_has_a_certificate_of_its_own():
    """ASVS 17.2.1."""
    said = set()
    for _ in range(2):
        async with relay_at_work() as relay:
            relay.open("dom")
            answer = relay.watch("dom", CHROMIUM_WATCHES).answer
            said.add(next(line for line in answer.splitlines() if line.startswith("a=fingerprint")))
    assert len(said) == 2
