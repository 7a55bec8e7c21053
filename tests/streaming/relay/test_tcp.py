"""An artist whose network blocks UDP comes by TCP; strangers come no further there than by UDP."""

import asyncio
import contextlib
import time

import pytest
from aiortc import RTCSessionDescription

from kultour.free_port import free_port
from streaming.relay import port, tcp
from streaming.relay.port import bind

from .cast import Artist, Ear, Watcher, relay_at_work, until
from .test_port import FATAL_ALERT, check, client_hello


class Tunnel(asyncio.DatagramProtocol):
    """Stands for a browser's ICE-TCP: what aiortc sends by UDP goes to the relay in frames, and back."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.back = None

    def connection_made(self, transport):
        self.transport = transport
        self.carrying = asyncio.ensure_future(self.carry())

    def datagram_received(self, data, address):
        self.back = address
        self.writer.write(len(data).to_bytes(2, "big") + data)

    async def carry(self):
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                length = int.from_bytes(await self.reader.readexactly(2), "big")
                self.transport.sendto(await self.reader.readexactly(length), self.back)

    async def close(self):
        self.carrying.cancel()
        self.transport.close()
        self.writer.close()


async def tunnel_to(relay) -> Tunnel:
    reader, writer = await asyncio.open_connection("127.0.0.1", relay.port)
    loop = asyncio.get_running_loop()
    _, tunnel = await loop.create_datagram_endpoint(lambda: Tunnel(reader, writer), local_addr=("127.0.0.1", 0))
    return tunnel


def by_tunnel(answer: str, tunnel: Tunnel) -> str:
    """The answer as if the tunnel's end were our only candidate."""
    number = tunnel.transport.get_extra_info("sockname")[1]
    lines = [line for line in answer.splitlines() if not line.startswith("a=candidate")]
    candidate = f"a=candidate:1 1 udp 2130706431 127.0.0.1 {number} typ host"
    return "\r\n".join(f"{candidate}\r\n{line}" if line == "a=end-of-candidates" else line for line in lines) + "\r\n"


async def test_an_artist_comes_by_tcp_and_is_seen_and_heard():
    async with relay_at_work() as relay:
        artist, vera, ear = Artist(relay), Watcher(relay), Ear()
        publisher = relay.publish("dom", await artist.offer())
        relay.open("dom").add(ear)
        tunnel = await tunnel_to(relay)
        answer = by_tunnel(publisher.answer, tunnel)
        await artist.connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        await until(lambda: publisher.state == "connected")
        await vera.takes_a_seat()
        await until(lambda: len(vera.frames) > 10 and len(vera.sounds) > 10)
        stats = publisher.stats(time.monotonic())
        assert (stats.path, stats.lost) == ("tcp", 0)
        await artist.leaves()
        await until(lambda: publisher.state == "closed")
        assert publisher.why == "hung up"
        await tunnel.close()
        await until(lambda: not relay._port.tcp._lines)
        await vera.leaves()


async def test_answers_to_artists_name_the_tcp_port_and_answers_to_viewers_do_not():
    async with relay_at_work() as relay:
        artist, vera = Artist(relay), Watcher(relay)
        assert f" {relay.port} typ host tcptype passive" in relay.publish("dom", await artist.offer()).answer
        assert "tcptype" not in relay.watch("dom", await vera.offer()).answer
        await artist.leaves()
        await vera.leaves()


class Stranger:
    """Opens a connection and says something."""

    @classmethod
    async def to(cls, relay):
        made = cls()
        made.reader, made.writer = await asyncio.open_connection("127.0.0.1", relay.port)
        return made

    def says(self, *datagrams: bytes) -> None:
        for datagram in datagrams:
            self.writer.write(len(datagram).to_bytes(2, "big") + datagram)

    async def is_shown_out(self) -> bool:
        with contextlib.suppress(ConnectionError):
            return await asyncio.wait_for(self.reader.read(100), 3) == b""
        return True


@pytest.mark.parametrize(
    "said",
    [b"\0\0", b"\xff\xff", b"\x00\x0d" + FATAL_ALERT[:13], b"\x00\x20" + b"\x80" * 32, b"\x00\x03abc"],
    ids=["an empty frame", "too long a frame", "a forged alert", "media", "junk"],
)
async def test_who_says_anything_but_a_valid_check_is_shown_out(said):
    async with relay_at_work() as relay:
        stranger = await Stranger.to(relay)
        stranger.writer.write(said)
        assert await stranger.is_shown_out()


async def test_a_hello_before_the_first_check_changes_nothing():
    async with relay_at_work() as relay:
        artist, stranger = Artist(relay), await Stranger.to(relay)
        publisher = relay.publish("dom", await artist.offer())
        stranger.says(client_hello())
        assert await stranger.is_shown_out()
        await artist.connection.setRemoteDescription(RTCSessionDescription(publisher.answer, "answer"))
        await until(lambda: publisher.state == "connected")
        assert publisher.stats(0).path == "udp"
        await artist.leaves()


async def test_who_proves_nothing_within_five_seconds_is_shown_out(monkeypatch):
    monkeypatch.setattr(tcp, "PROVE_WITHIN", 0.05)
    async with relay_at_work() as relay:
        silent, guesser = await Stranger.to(relay), await Stranger.to(relay)
        guesser.says(check("guessed:name", "guessed"))
        assert await silent.is_shown_out()
        assert await guesser.is_shown_out()


async def test_a_viewers_check_by_tcp_is_not_answered():
    async with relay_at_work() as relay:
        relay.open("dom")
        vera, stranger = Watcher(relay), await Stranger.to(relay)
        viewer = relay.watch("dom", await vera.offer())
        stranger.says(check(f"{viewer.local_ufrag}:{viewer.remote_ufrag}", viewer.local_password))
        await until(lambda: relay._port.counts["unasked"])
        assert viewer.address is None
        await vera.leaves()


async def proved(relay, artist):
    """The artist's publisher, and the line by which it has proved to be somebody, which is kept open by being held."""
    publisher = relay.publish("dom", await artist.offer())
    line = await Stranger.to(relay)
    line.says(check(f"{publisher.local_ufrag}:{publisher.remote_ufrag}", publisher.local_password))
    await until(lambda: publisher.address)
    return publisher, line


async def test_connections_have_an_end_and_who_has_proved_nothing_for_longest_gives_way(monkeypatch):
    monkeypatch.setattr(tcp, "CONNECTIONS", 3)
    async with relay_at_work() as relay:
        artist = Artist(relay)
        publisher, _line = await proved(relay, artist)
        strangers = [await Stranger.to(relay) for _ in range(3)]
        assert await strangers[0].is_shown_out()
        assert len(relay._port.tcp._lines) == 3
        assert publisher.address.line in relay._port.tcp._lines
        await artist.leaves()


async def test_where_all_have_proved_to_be_somebody_the_next_one_is_shown_out(monkeypatch):
    monkeypatch.setattr(tcp, "CONNECTIONS", 1)
    async with relay_at_work() as relay:
        artist = Artist(relay)
        publisher, _line = await proved(relay, artist)
        assert await (await Stranger.to(relay)).is_shown_out()
        assert list(relay._port.tcp._lines) == [publisher.address.line]
        await artist.leaves()


async def test_frames_may_come_in_any_pieces():
    async with relay_at_work() as relay:
        artist, slow = Artist(relay), await Stranger.to(relay)
        publisher = relay.publish("dom", await artist.offer())
        request = check(f"{publisher.local_ufrag}:{publisher.remote_ufrag}", publisher.local_password)
        for byte in len(request).to_bytes(2, "big") + request:
            slow.writer.write(bytes([byte]))
            await slow.writer.drain()
            await asyncio.sleep(0)
        length = int.from_bytes(await asyncio.wait_for(slow.reader.readexactly(2), 3), "big")
        assert len(await slow.reader.readexactly(length)) == length
        assert publisher.address is not None
        slow.writer.close()
        await until(lambda: not relay._port._homes)
        await artist.leaves()


async def test_a_taken_port_is_told_and_udp_goes_on(caplog):
    number = free_port()
    server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", number)
    async with relay_at_work(udp_port=number) as relay:
        artist = Artist(relay)
        assert "tcptype" not in relay.publish("dom", await artist.offer()).answer
        await artist.leaves()
    assert f"port {number} cannot be opened" in caplog.text
    server.close()


async def test_a_number_that_tcp_has_given_away_is_not_kept_where_any_would_do(monkeypatch, caplog):
    taken = free_port()
    server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", taken)
    chosen = iter([taken])
    monkeypatch.setattr(port, "bind", lambda number: bind(next(chosen, number)))
    async with relay_at_work() as relay:
        artist = Artist(relay)
        assert relay.port != taken
        assert f" {relay.port} typ host tcptype passive" in relay.publish("dom", await artist.offer()).answer
        await artist.leaves()
    assert "cannot be opened" not in caplog.text
    server.close()
