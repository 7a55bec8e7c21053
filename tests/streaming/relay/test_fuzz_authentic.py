"""Nonsense of an artist or a viewer who is rightly here: taken in, counted or dropped, never an exception."""

import time
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.relay.offer import TRANSPORT_WIDE
from tests.fuzzing import damaged, steadily
from tests.packets import packets

from .cast import Ear, relay_at_work, until
from .offers import CHROMIUM_PUBLISHES
from .scripted import Guest, Player, gone

TYPES = [111, 109, 110, 96, 63, 0]
"""Sound, picture, its retransmissions; and what was offered but not taken."""
EXTENSIONS = [b"", b"\x31\0\1", b"\x31\xff\xff", b"\x22\1\2\3", b"\x3f", b"\x10", b"\xf0\1"]
WITHOUT_TRANSPORT_WIDE = CHROMIUM_PUBLISHES.replace(f"a=extmap:3 {TRANSPORT_WIDE}\r\n", "")


def rtp(payload_type: int, sequence: int, timestamp: int, ssrc: int, extension: bytes, payload: bytes) -> bytes:
    extension = extension.ljust(-(-len(extension) // 4) * 4, b"\0")
    head = pack("!BBHLL", 0x90, payload_type | ssrc << 7 & 0x80, sequence, timestamp, ssrc)
    return head + pack("!HH", 0xBEDE, len(extension) // 4) + extension + payload


NONSENSE = st.builds(
    rtp,
    st.sampled_from(TYPES),
    st.one_of(st.integers(0, 40), st.integers(65_500, 65_535), st.integers(0, 65_535)),
    st.one_of(st.integers(0, 90_000), st.integers(0, 2**32 - 1)),
    st.integers(0, 3),
    st.sampled_from(EXTENSIONS),
    damaged(packets("h264")),
)


@pytest.mark.parametrize("offer", [CHROMIUM_PUBLISHES, WITHOUT_TRANSPORT_WIDE], ids=["transport-wide", "send time"])
async def test_whatever_an_artist_sends_no_packet_is_heard_twice(offer):
    async with relay_at_work() as relay:
        broadcast = relay.open("dom")

        @steadily(150)
        @given(st.lists(st.one_of(NONSENSE, damaged(packets("rtp"))), max_size=40))
        def sends(datagrams):
            publisher, ear = relay.publish("dom", offer), Ear()
            broadcast.add(ear)
            now = time.monotonic()
            for place, datagram in enumerate(datagrams):
                publisher.take_rtp(datagram, len(datagram), now + place / 100)
            publisher.flush()
            publisher.tick(now + 1)
            broadcast.remove(ear)
            heard = [(packet.kind, packet.sequence) for packet in ear.packets]
            assert len(heard) == len(set(heard))
            assert all(packet.sequence >= 0 and packet.timestamp >= 0 for packet in ear.packets)
            assert broadcast.listeners == ()

        sends()


async def test_whatever_an_artist_or_a_viewer_reports_is_no_reason_to_stumble():
    async with relay_at_work(announce=["127.0.0.1"]) as relay, Player(relay) as ada:
        vera = Guest(relay)
        viewer = await vera.takes_a_seat()
        ada.shows(b"\x65\x88", *[b"\x41\x9a"] * 20)
        await until(lambda: vera.heard)
        ours = vera.heard[0].ssrc.to_bytes(4, "big")

        @steadily(400)
        @given(damaged(packets("rtcp")), st.booleans())
        def reports(data, named):
            if named:
                data = data[:8] + ours + data[12:]
            for party in (viewer, ada.publisher):
                party.take_rtcp(data, time.monotonic())

        reports()
        assert (viewer.state, ada.publisher.state) == ("connected", "connected")
        await gone(vera)
