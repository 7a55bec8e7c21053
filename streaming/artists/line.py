"""Line: the protected way from one artist to a server (ICE, DTLS, SRTP). The one door to aiortc and aioice.

aiortc's own ICE transport opens a socket on each network interface, leaves out the loopback one, and passes every
packet through four coroutines. An artist talks to one server whose addresses it is told, so this line has one
socket, checks the server's candidates itself (RFC 8445 as the controlling agent) and afterwards sends straight from
the caller: protect, one system call. No STUN or TURN server is ever asked.
"""

import asyncio
import contextlib
import ipaddress
import random
import secrets
import socket
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pylibsrtp
from aioice import stun
from aiortc import RTCCertificate, RTCDtlsFingerprint, RTCDtlsParameters, RTCDtlsTransport

CONNECT_SECONDS: Final = 10.0
CHECK_SECONDS: Final = 0.1  # between rounds of checks while no candidate has answered
CONSENT_SECONDS: Final = 4.0  # between consent checks, varied by a fifth (RFC 7675, 5.1)
CONSENT_LIMIT: Final = 15.0  # without an answer the line counts as dead
PRIORITY: Final = 126 << 24 | 65535 << 8 | 255  # a host candidate, component 1 (RFC 8445, 5.1.2.1)

Address = tuple[str, int]


class LineLost(ConnectionError):
    """The server cannot be reached, or is no longer there."""


@dataclass(frozen=True)
class Remote:
    """What the server's answer says about its end."""

    ufrag: str
    password: str
    fingerprints: Sequence[tuple[str, str]]  # algorithm and value
    candidates: Sequence[Address]
    is_active: bool = False  # the server begins the DTLS handshake


def family_of(address: str) -> int:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def own_address(host: str) -> str:
    """Our address on the way to that host. Asks the name server and the routing table, so: in a thread.

    To a server on this machine we name the machine's address in the network if it has one: a loopback address must
    not be a candidate (RFC 8445, 5.1.1.1), and a full ICE server would check it in vain and give up.
    """
    try:
        family, _, _, _, target = socket.getaddrinfo(host, 9, type=socket.SOCK_DGRAM)[0]
        own = route(family, target)
    except OSError as error:
        raise LineLost(f"no way to {host}: {error}") from error
    if not ipaddress.ip_address(own).is_loopback:
        return own
    for family, documentation in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        with contextlib.suppress(OSError):
            return route(family, (documentation, 9))
    return own


def route(family: int, target: Any) -> str:
    """The address the kernel would send from; nothing is sent."""
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect(target)
        return str(probe.getsockname()[0]).partition("%")[0]


class DtlsPath:
    """What RTCDtlsTransport wants of an ICE transport: our datagrams, its handshake."""

    role = "controlling"

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self.received: asyncio.Queue[bytes] = asyncio.Queue(maxsize=64)
        self._write = send

    async def _recv(self) -> bytes:
        return await self.received.get()

    async def _send(self, datagram: bytes) -> None:
        self._write(datagram)


class Line:
    """One line; connect once, close once. `lost` is done, with the reason, when the server is gone."""

    def __init__(self, hear_rtcp: Callable[[bytes], None]) -> None:
        self.ufrag = secrets.token_hex(4)
        self.password = secrets.token_hex(16)
        self.lost: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._hear_rtcp = hear_rtcp
        self._certificate = RTCCertificate.generateCertificate()
        self._path = DtlsPath(self._write)
        self._dtls = RTCDtlsTransport(self._path, [self._certificate])  # type: ignore[arg-type]
        self._sockets: dict[int, socket.socket] = {}  # by address family, while candidates are tried
        self._socket: socket.socket | None = None  # the one that is in use
        self._remote: Remote | None = None
        self._asked: dict[bytes, tuple[socket.socket, Address]] = {}  # checks under way, by transaction
        self._chosen: asyncio.Future[tuple[socket.socket, Address]] | None = None
        self._consented = 0.0
        self._tie_breaker = secrets.randbits(64)
        self._consent_task: asyncio.Task[None] | None = None

    @property
    def fingerprint(self) -> str:
        return next(f.value for f in self._certificate.getFingerprints() if f.algorithm == "sha-256")

    def open(self, own: str) -> Address:
        """Open the socket of that address's family; the candidate for the offer."""
        return own, self._open(family_of(own)).getsockname()[1]

    async def connect(self, remote: Remote) -> None:
        """Find the server, shake hands; LineLost if that takes longer than CONNECT_SECONDS."""
        self._remote = remote
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await self._find_server(remote)
                await self._shake_hands(remote)
        except TimeoutError:
            raise LineLost("the server's media port does not answer") from None
        self._consent_task = asyncio.create_task(self._keep_consent())

    def send(self, packet: bytes) -> bytes:
        """Protect and send an RTP packet; what was sent, so that it can be sent again as it is."""
        datagram: bytes = self._dtls._tx_srtp.protect(packet)
        self._write(datagram)
        return datagram

    def send_again(self, datagram: bytes) -> None:
        """The same bytes: anything else under this sequence number would break the encryption (RFC 3711, 9.1)."""
        self._write(datagram)

    def send_rtcp(self, packet: bytes) -> None:
        self._write(self._dtls._tx_srtp.protect_rtcp(packet))

    async def close(self) -> None:
        """Tell the server by DTLS and close the sockets."""
        if self._consent_task is not None:
            self._consent_task.cancel()
        await self._dtls.stop()
        loop = asyncio.get_running_loop()
        for one in {*self._sockets.values()}:
            loop.remove_reader(one)
            one.close()
        self._sockets.clear()
        self._socket = None
        if not self.lost.done():
            self.lost.cancel()

    # --- ICE ---

    def _open(self, family: int) -> socket.socket:
        if family not in self._sockets:
            self._sockets[family] = one = socket.socket(family, socket.SOCK_DGRAM)
            one.setblocking(False)
            one.bind(("::" if family == socket.AF_INET6 else "0.0.0.0", 0))  # noqa: S104
            asyncio.get_running_loop().add_reader(one, self._read, one)
        return self._sockets[family]

    async def _find_server(self, remote: Remote) -> None:
        """Ask every candidate until one answers, then nominate it."""
        self._chosen = asyncio.get_running_loop().create_future()
        while not self._chosen.done():
            for address in remote.candidates:
                with contextlib.suppress(OSError):
                    self._ask(self._open(family_of(address[0])), address)
            await asyncio.wait([self._chosen], timeout=CHECK_SECONDS)
        chosen, address = self._chosen.result()
        chosen.connect(address)  # from here on the kernel keeps strangers out
        self._socket = chosen
        self._consented = asyncio.get_running_loop().time()
        self._ask(chosen, address, nominate=True)

    def _ask(self, one: socket.socket, address: Address, *, nominate: bool = False) -> None:
        assert self._remote is not None
        request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
        request.attributes["USERNAME"] = f"{self._remote.ufrag}:{self.ufrag}"
        request.attributes["PRIORITY"] = PRIORITY
        request.attributes["ICE-CONTROLLING"] = self._tie_breaker
        if nominate:
            request.attributes["USE-CANDIDATE"] = None
        request.add_message_integrity(self._remote.password.encode())
        while len(self._asked) >= 64:
            del self._asked[next(iter(self._asked))]
        self._asked[request.transaction_id] = (one, address)
        if self._socket is one:
            self._write(bytes(request))
        else:
            one.sendto(bytes(request), address)

    async def _keep_consent(self) -> None:
        """The first check nominates again, should the first nomination have been lost."""
        clock = asyncio.get_running_loop().time
        wait = 0.2
        while not self.lost.done():
            await asyncio.sleep(wait)
            if clock() - self._consented > CONSENT_LIMIT:
                self._lose("the server no longer answers")
            elif self._socket is not None:
                self._ask(self._socket, self._socket.getpeername()[:2], nominate=True)
            wait = CONSENT_SECONDS * random.uniform(0.8, 1.2)  # noqa: S311

    def _hear_stun(self, datagram: bytes, one: socket.socket, source: Address) -> None:
        try:
            message = stun.parse_message(datagram)
        except (ValueError, struct.error):
            return
        if message.message_class == stun.Class.REQUEST:
            self._answer(message, one, source)
        elif message.message_class == stun.Class.RESPONSE:
            self._hear_answer(message, source)

    def _answer(self, request: stun.Message, one: socket.socket, source: Address) -> None:
        """A full ICE server checks us in its turn; ICE-lite ones do not."""
        own_key = self.password.encode()
        if request.message_method != stun.Method.BINDING or not request.check_message_integrity(own_key):
            return
        response = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, transaction_id=request.transaction_id)
        response.attributes["XOR-MAPPED-ADDRESS"] = source
        response.add_message_integrity(own_key)
        if self._socket is one:
            self._write(bytes(response))
        else:
            with contextlib.suppress(OSError):
                one.sendto(bytes(response), source)

    def _hear_answer(self, response: stun.Message, source: Address) -> None:
        asked = self._asked.get(response.transaction_id)
        if asked is None or asked[1] != source or self._remote is None:
            return
        if not response.check_message_integrity(self._remote.password.encode()):
            return
        del self._asked[response.transaction_id]
        self._consented = asyncio.get_running_loop().time()
        if self._chosen is not None and not self._chosen.done():
            self._chosen.set_result(asked)

    # --- DTLS ---

    async def _shake_hands(self, remote: Remote) -> None:
        self._dtls._set_role("server" if remote.is_active else "client")
        fingerprints = [RTCDtlsFingerprint(algorithm=name, value=value) for name, value in remote.fingerprints]
        await self._dtls.start(RTCDtlsParameters(fingerprints=fingerprints))
        if self._dtls.state != "connected":
            raise LineLost("the DTLS handshake failed")
        self._dtls.on("statechange", self._watch_dtls)

    def _watch_dtls(self) -> None:
        if self._dtls.state in ("closed", "failed"):
            self._lose("the server hung up")

    # --- datagrams ---

    def _write(self, datagram: bytes) -> None:
        if self._socket is None:
            return
        try:
            self._socket.send(datagram)
        except BlockingIOError:
            pass  # a full buffer loses packets, as the network does
        except OSError as error:  # mostly: nobody listens on the server's port any more
            self._lose(f"the server is gone: {error}")

    def _read(self, one: socket.socket) -> None:
        for _ in range(64):
            try:
                datagram, source = one.recvfrom(2048)
            except BlockingIOError:
                return
            except OSError:
                return  # a refused send shows again, and counts, in _write
            if datagram:
                self._hear(datagram, one, source[:2])

    def _hear(self, datagram: bytes, one: socket.socket, source: Any) -> None:
        """By the first byte (RFC 7983)."""
        first = datagram[0]
        if first < 4:
            self._hear_stun(datagram, one, source)
        elif 20 <= first < 64 and one is self._socket and not self._path.received.full():
            self._path.received.put_nowait(datagram)
        elif 128 <= first < 192 and one is self._socket and self._dtls._rx_srtp is not None:
            with contextlib.suppress(pylibsrtp.Error):
                self._hear_rtcp(self._dtls._rx_srtp.unprotect_rtcp(datagram))

    def _lose(self, reason: str) -> None:
        if not self.lost.done():
            self.lost.set_result(reason)
