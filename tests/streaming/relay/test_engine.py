"""What the engine seals, an independent SRTP opens; and never two packets under one index."""

import errno
import socket

import pytest
from pylibsrtp import Error as SrtpError
from pylibsrtp import Policy, Session

from streaming.relay.engine import (
    MAX_SEGMENTS,
    CmSeal,
    Engine,
    GcmSeal,
    Keys,
    Outlet,
    Piece,
    Sending,
    Stream,
    derive,
    runs_of,
)
from streaming.relay.packet import element, read

GCM = Keys(True, bytes(range(28)), bytes(28))
CM = Keys(False, bytes(range(30)), bytes(30))


def opener(keys: Keys) -> Session:
    profile = Policy.SRTP_PROFILE_AEAD_AES_128_GCM if keys.gcm else Policy.SRTP_PROFILE_AES128_CM_SHA1_80
    return Session(Policy(key=keys.ours, ssrc_type=Policy.SSRC_ANY_INBOUND, srtp_profile=profile))


def seal(keys: Keys, sending: Sending) -> bytes:
    return (GcmSeal(keys.ours) if keys.gcm else CmSeal(keys.ours)).packet(sending)


def test_session_keys_are_derived_as_in_the_standards_example():
    """RFC 3711 appendix B.3."""
    master = bytes.fromhex("E1F97A0D3E018BE0D64FA32C06DE4139 0EC675AD498AFEEBB6960B3AABE6")
    assert derive(master, 0, 16).hex() == "c61e7a93744f39ee10734afe3ff7a087"
    assert derive(master, 2, 14).hex() == "30cbbc08863d8c85d49db34a9ae1"
    assert derive(master, 1, 20).hex() == "cebe321f6ff7716b6fd4ab49af256a156d38baa4"


@pytest.mark.parametrize("keys", [GCM, CM], ids=["GCM", "CM"])
def test_an_independent_receiver_opens_every_packet_through_two_rollovers(keys):
    session = opener(keys)
    for index in range(0x7F00, 0x2_0200, 61):
        sending = Sending(0x80 | 96, 0xCAFE, index, (1 << 40) + index * 3000, index.to_bytes(4, "big") * (index % 300))
        plain = session.unprotect(seal(keys, sending))
        header = (0x80E0 << 16 | index & 0xFFFF).to_bytes(4, "big")
        assert plain == header + (index * 3000 & 0xFFFFFFFF).to_bytes(4, "big") + b"\0\0\xca\xfe" + sending.payload


@pytest.mark.parametrize("keys", [GCM, CM], ids=["GCM", "CM"])
def test_a_packet_sent_again_under_its_index_is_the_same_byte_for_byte(keys):
    sending = Sending(96, 1, 70_000, 3000, b"picture")
    assert seal(keys, sending) == seal(keys, sending)


@pytest.mark.parametrize("keys", [GCM, CM], ids=["GCM", "CM"])
def test_a_header_extension_is_read_by_an_independent_receiver_and_cannot_be_altered(keys):
    sealed = seal(keys, Sending(96, 1, 7000, 3000, b"picture", b"\xbe\xde\0\1\x62\0\x0f\xff"))
    rtp = read(opener(keys).unprotect(sealed))
    assert (rtp.payload, element(rtp, 6)) == (b"picture", b"\0\x0f\xff")
    with pytest.raises(SrtpError):
        opener(keys).unprotect(sealed[:17] + b"\1" + sealed[18:])


class Wire:
    """A pair of sockets on loopback."""

    def __init__(self) -> None:
        self.near = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.far = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for end in (self.near, self.far):
            end.bind(("127.0.0.1", 0))
            end.setblocking(False)

    def received(self) -> list[bytes]:
        found = []
        while True:
            try:
                found.append(self.far.recv(2000))
            except BlockingIOError:
                return found


@pytest.fixture
def wire():
    made = Wire()
    yield made
    made.near.close()
    made.far.close()


SIZES = [1200, 1200, 700, 1200, 90, 90, 1200, 0, *[1100] * 70, 5]


@pytest.mark.parametrize("keys", [GCM, CM], ids=["GCM", "CM"])
@pytest.mark.parametrize("segments", [64, 1])
def test_a_batch_arrives_whole_and_in_order_however_it_is_cut(wire, keys, segments):
    outlet = Outlet(keys, wire.far.getsockname())
    outlet.segments = segments
    batch = [Sending(96, 1, 1 + place, place, bytes([place]) * size) for place, size in enumerate(SIZES)]
    engine, session = Engine(wire.near), opener(keys)
    engine.send(outlet, batch)
    assert [session.unprotect(packet)[12:] for packet in wire.received()] == [sending.payload for sending in batch]
    assert (engine.packets, engine.unsent) == (len(SIZES), 0)


def pieces(sizes):
    return [
        Piece(bytes([place]) * size, size, 0x80 * (place % 2), place, place * 3000) for place, size in enumerate(sizes)
    ]


@pytest.mark.parametrize("keys", [GCM, CM], ids=["GCM", "CM"])
@pytest.mark.parametrize("segments", [64, 1])
def test_what_an_audience_gets_is_what_each_viewer_would_get_alone(wire, keys, segments):
    """Through a rollover, with numbers of its own for each viewer."""
    outlet, engine = Outlet(keys, wire.far.getsockname()), Engine(wire.near)
    outlet.segments = segments
    stream = Stream(payload_type=102, ssrc=0xCAFE, index_step=0xFFFF - 20, time_step=-90_000)
    engine.send_runs(outlet, stream, runs_of(pieces(SIZES)))
    together = wire.received()
    alone = [
        Sending(102 | piece.marker, 0xCAFE, piece.sequence + 0xFFFF - 20, piece.timestamp - 90_000, piece.payload)
        for piece in pieces(SIZES)
    ]
    assert together == [seal(keys, sending) for sending in alone]
    assert (engine.packets, engine.bytes, engine.unsent) == (len(SIZES), sum(map(len, together)), 0)


def test_runs_hold_equal_sizes_and_one_shorter_at_their_end():
    sizes = [[piece.size for piece in run] for run in runs_of(pieces([1200, 1200, 700, 1200, 90, 90, 1200]))]
    assert sizes == [[1200, 1200, 700], [1200, 90], [90], [1200]]


def test_runs_fit_what_the_kernel_takes_at_once():
    assert [len(run) for run in runs_of(pieces([100] * 130))] == [MAX_SEGMENTS, MAX_SEGMENTS, 2]
    assert [len(run) for run in runs_of(pieces([1400] * 60))] == [45, 15]


class Refusing:
    """A socket on a path that takes no segmented sends, and at times none at all."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self.full = False

    def sendmsg(self, *_arguments):
        raise OSError(errno.EIO, "no checksum offload")

    def sendto(self, data, address):
        if self.full:
            raise BlockingIOError(errno.EAGAIN, "full")
        return self._socket.sendto(data, address)


def test_a_path_that_refuses_segments_gets_single_packets(wire):
    outlet = Outlet(GCM, wire.far.getsockname())
    engine = Engine(Refusing(wire.near))  # type: ignore[arg-type]
    engine.send(outlet, [Sending(96, 1, index, 0, b"x" * 100) for index in range(1, 6)])
    assert (len(wire.received()), engine.packets, outlet.segments) == (5, 5, 1)


def test_a_full_socket_drops_and_never_waits(wire):
    refusing = Refusing(wire.near)
    refusing.full = True
    engine = Engine(refusing)  # type: ignore[arg-type]
    engine.send(Outlet(GCM, wire.far.getsockname()), [Sending(96, 1, 1, 0, b"x")])
    assert (engine.packets, engine.unsent) == (0, 1)
