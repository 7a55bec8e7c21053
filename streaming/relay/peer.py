"""One remote party: proves itself by checks, shakes hands by DTLS, and has SRTP keys from then on (RFC 8827).

DTLS is aiortc's, fed only with datagrams from addresses that passed a check, and only after the first of them. Media
never goes through its coroutines: datagrams are decrypted where they are read.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Self

from aiortc.rtcdtlstransport import (
    SRTP_AEAD_AES_128_GCM,
    SRTP_AES128_CM_SHA1_80,
    RTCCertificate,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
    SRTPProtectionProfile,
    State,
)
from OpenSSL import SSL
from pylibsrtp import Error as SrtpError
from pylibsrtp import Policy, Session

from .answer import OurSide, Source, write_answer
from .engine import Engine, Keys
from .errors import TooSoon
from .offer import Offer
from .packet import Kind
from .port import Port
from .sdpfrag import read_fragment, write_fragment
from .stun import Address

log = logging.getLogger(__name__)

PeerState = Literal["new", "connected", "closed"]

PROFILES = [SRTP_AEAD_AES_128_GCM, SRTP_AES128_CM_SHA1_80]
"""In our order (RFC 7714, RFC 5764): as DTLS server ours decides."""

CIPHERS = (
    b"ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    b"ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"
)
"""With RSA too: GStreamer answers as DTLS server with an RSA certificate."""

DTLS_1_2 = 0xFEFD
HANDSHAKE_QUEUE = 32
"""Datagrams a party may be ahead of its handshake; a flight is five or six."""

REPLAY_WINDOW = 1024

RESTARTS_APART = 0.5
"""Seconds between two ICE restarts of a session (RFC 9725 section 5, PATCH flooding)."""


class Certificate(RTCCertificate):
    """Ours, one per process and at most a month old."""

    def _create_ssl_context(self, srtp_profiles: list[SRTPProtectionProfile]) -> SSL.Context:
        context = super()._create_ssl_context(srtp_profiles)
        context.set_cipher_list(CIPHERS)
        context.set_min_proto_version(DTLS_1_2)
        return context

    @classmethod
    def fresh(cls) -> Self:
        return cls.generateCertificate()

    @property
    def expires_soon(self) -> bool:
        return self.expires - datetime.now(UTC) < timedelta(days=7)

    @property
    def fingerprint(self) -> str:
        return next(one.value for one in self.getFingerprints() if one.algorithm == "sha-256")


class Path:
    """What aiortc's DTLS takes for its ICE transport: datagrams of one party in, datagrams out."""

    role = "controlled"

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self.send = send
        self._waiting: deque[bytes] = deque()
        self._ready = asyncio.Event()
        self._closed = False

    def deliver(self, data: bytes) -> None:
        if len(self._waiting) < HANDSHAKE_QUEUE:
            self._waiting.append(data)
            self._ready.set()

    def close(self) -> None:
        self._closed = True
        self._ready.set()

    async def _recv(self) -> bytes:
        while not self._waiting:
            if self._closed:
                raise ConnectionError
            self._ready.clear()
            await self._ready.wait()
        return self._waiting.popleft()

    async def _send(self, data: bytes) -> None:
        self.send(data)


class Dtls(RTCDtlsTransport):
    """aiortc's handshake, with the keys handed to us instead of its own SRTP sessions."""

    def __init__(self, path: Path, certificate: Certificate, on_state: Callable[[State], None]) -> None:
        super().__init__(path, [certificate])  # type: ignore[arg-type]  # it calls no more than Path has
        self.keys: Keys | None = None
        self._path = path
        self._on_state = on_state
        self._srtp_profiles = PROFILES

    def _setup_srtp(self) -> None:
        assert self._ssl is not None, "the handshake is over"
        chosen = self._ssl.get_selected_srtp_profile()
        profile = next((one for one in PROFILES if one.openssl_profile == chosen), None)
        if profile is None:
            self._set_state(State.FAILED)
            return
        material = self._ssl.export_keying_material(
            b"EXTRACTOR-dtls_srtp", 2 * (profile.key_length + profile.salt_length)
        )
        client, server = (profile.get_key_and_salt(material, side) for side in (0, 1))
        ours, theirs = (server, client) if self._role == "server" else (client, server)
        self.keys = Keys(profile is SRTP_AEAD_AES_128_GCM, ours, theirs)

    def _set_state(self, state: State) -> None:
        before = self._state
        super()._set_state(state)
        if state != before:
            self._on_state(state)

    def deliver_datagram(self, data: bytes) -> None:
        self._path.deliver(data)

    def hang_up(self) -> None:
        """Say goodbye (close_notify) without waiting, stop reading, and let go of who listened.

        What a handshake holds is OpenSSL's: the garbage collector does not see how much, and comes late.
        """
        if self._task is not None:
            self._task.cancel()
            self._task = None  # it keeps the frames it was cancelled in, and they keep us
        if self._ssl is not None and self._state in (State.CONNECTING, State.CONNECTED):
            try:
                self._ssl.shutdown()
                self._path.send(self._ssl.bio_read(1500))
            except SSL.Error:
                log.debug("No goodbye: the handshake was not over")
        self._path.close()
        self._path.send = lambda data: None
        self._on_state = lambda state: None


def srtp_session(keys: Keys, key: bytes, ssrc_type: int) -> Session:
    profile = SRTP_AEAD_AES_128_GCM if keys.gcm else SRTP_AES128_CM_SHA1_80
    policy = Policy(key=key, ssrc_type=ssrc_type, srtp_profile=profile.libsrtp_profile)
    policy.window_size = REPLAY_WINDOW
    return Session(policy)


@dataclass
class House:
    """What all parties of a relay share."""

    port: Port
    engine: Engine
    certificate: Certificate
    addresses: list[str]
    monotonic: Callable[[], float]
    wall_clock: Callable[[], float]
    """Seconds since 1970 that never jump: the wall clock at the start plus the monotonic seconds since."""
    cap_bps: int
    tcp_is_open: bool
    """Datagrams may come by TCP too, on the port's number."""
    dirty: Callable[[Any], None]
    """Somebody has packets or requests to send; ``flush`` is called once the datagrams at hand are read."""
    gone: Callable[[Any], None]
    """Told of each party that closed."""
    is_crowded: Callable[[str], bool]
    """Whether with one viewer more from that place there are too many."""


class Peer:
    """A publisher or a viewer: what both have in common."""

    takes_tcp = False
    """It may come by TCP where UDP is blocked (RFC 6544)."""

    def __init__(self, stage: str, offer: Offer, house: House, on_change: Callable[[Any], None] | None) -> None:
        self.id = secrets.token_urlsafe(18)
        self.stage = stage
        self.state: PeerState = "new"
        self.why = ""
        """Why it closed: ``ended``, ``replaced``, ``unconnected``, ``gave way``, ``crowd``, ``silent``, ``hung up``."""
        self.answer = ""
        """The SDP answer to the offer."""
        self.local_ufrag = house.port.new_name()
        self.local_password = secrets.token_hex(16)
        self.remote_ufrag, self.remote_password = offer.ufrag, offer.password
        self.began = self.heard_at = house.monotonic()
        """When it came, and when it last proved to be there: by a valid check or an authentic packet."""
        self.address: Address | None = None
        self.keys: Keys | None = None
        self._house = house
        self._offer = offer
        self._on_change = on_change
        self._inbound: Session | None = None
        self._outbound_rtcp: Session | None = None
        self._dtls = Dtls(Path(self._send), house.certificate, self._dtls_changed)
        self._handshake: asyncio.Task[None] | None = None
        self._restarted_at = float("-inf")
        house.port.welcome(self)

    def _write_answer(self, sources: dict[Kind, Source] | None = None) -> str:
        return write_answer(self._offer, self._our_side(sources))

    def _our_side(self, sources: dict[Kind, Source] | None = None) -> OurSide:
        house = self._house
        return OurSide(
            ufrag=self.local_ufrag,
            password=self.local_password,
            fingerprint=house.certificate.fingerprint,
            addresses=house.addresses,
            port=house.port.number,
            session=secrets.randbits(62),
            cap_bps=house.cap_bps,
            sources=sources,
            tcp=self.takes_tcp and house.tcp_is_open,
        )

    # --- ICE goes on ------------------------------------------------------------------------------------------------

    @property
    def etag(self) -> str:
        """Names the present ICE session (RFC 9725 section 4.3.1): new with each restart."""
        return self.local_ufrag

    def trickle(self, fragment: str) -> str | None:
        """What a client adds (RFC 9725 section 4.3). With the names it has: more candidates, which a lite agent does
        not
        need; None. With new names: an ICE restart; what to answer. Raises OfferHostile, OfferTooLarge or TooSoon, and
        all is as before. Media go on by the old way until the first check under the new names."""
        read = read_fragment(fragment)
        if (read.ufrag, read.password) in (("", ""), (self.remote_ufrag, self.remote_password)):
            return None
        now = self._house.monotonic()
        if now - self._restarted_at < RESTARTS_APART:
            raise TooSoon()
        self._restarted_at = now
        self.remote_ufrag, self.remote_password = read.ufrag, read.password
        self._house.port.forget_name(self)
        self.local_ufrag, self.local_password = self._house.port.new_name(), secrets.token_hex(16)
        self._house.port.welcome(self)
        return write_fragment(self._offer, self._our_side())

    # --- the port's side ------------------------------------------------------------------------------------------

    def checked(self, address: Address, nominated: bool, now: float) -> None:
        """A valid check came. Media goes to the first address until another is nominated (RFC 8445 section 7.3.1.5)."""
        self.heard_at = now
        if self.address is None:
            self.go_to(address)
        elif nominated and address != self.address:
            self.called(address)
        if self._handshake is None and self.state == "new":
            self._handshake = asyncio.get_running_loop().create_task(self._shake_hands())

    def go_to(self, address: Address) -> None:
        """Send to this address from now on."""
        self.address = address
        self.moved(address)

    def take_dtls(self, data: bytes, now: float) -> None:
        self._dtls.deliver_datagram(data)

    def take_srtp(self, data: bytes, now: float) -> None:
        """RTP or RTCP, told apart by the second byte (RFC 5761 section 4)."""
        if self._inbound is None:
            self._house.port.counts["early"] += 1
            return
        try:
            if 191 < data[1] < 224:
                plain = self._inbound.unprotect_rtcp(data)
                self.heard_at = now
                self.take_rtcp(plain, now)
            else:
                plain = self._inbound.unprotect(data)
                self.heard_at = now
                self.take_rtp(plain, len(data), now)
        except SrtpError:
            self._house.port.counts["unauthentic"] += 1

    def _send(self, data: bytes) -> None:
        if self.address is not None:
            self._house.port.send(data, self.address)

    def send_rtcp(self, data: bytes) -> None:
        if self._outbound_rtcp is not None:
            self._send(self._outbound_rtcp.protect_rtcp(data))

    # --- the handshake --------------------------------------------------------------------------------------------

    async def _shake_hands(self) -> None:
        theirs = [RTCDtlsFingerprint("sha-256", value) for value in self._offer.fingerprints]
        self._dtls._set_role(self._offer.role)
        try:
            await self._dtls.start(RTCDtlsParameters(fingerprints=theirs))
        except Exception:  # a certificate of theirs that nobody can read, for one: at will, and so only counted
            log.debug("A handshake failed", exc_info=True)
            self._house.port.counts["handshake"] += 1
            self.close("handshake failed")

    def _dtls_changed(self, state: State) -> None:
        if state is State.CONNECTED:
            self._connect()
        elif state is State.FAILED:
            self.close("handshake failed")
        elif state is State.CLOSED:
            self.close("hung up")

    def _connect(self) -> None:
        keys = self._dtls.keys
        if keys is None or self.state != "new":
            return
        self.keys = keys
        self._inbound = srtp_session(keys, keys.theirs, Policy.SSRC_ANY_INBOUND)
        self._outbound_rtcp = srtp_session(keys, keys.ours, Policy.SSRC_ANY_OUTBOUND)
        self.state = "connected"
        self.connected()
        self._tell()

    # --- the end --------------------------------------------------------------------------------------------------

    def close(self, why: str = "ended") -> None:
        """End the session and say so to the other side; a second call does nothing."""
        if self.state == "closed":
            return
        self.state, self.why = "closed", why or "ended"
        self._dtls.hang_up()
        if self._handshake is not None:
            self._handshake.cancel()
        self._house.port.forget(self)
        self.closed()
        self._house.gone(self)
        self._tell()
        self._handshake = self._on_change = None

    def _tell(self) -> None:
        if self._on_change is None:
            return
        try:
            self._on_change(self)
        except Exception:
            log.exception("Nobody could be told that a session is %s", self.state)

    # --- what publishers and viewers do differently ---------------------------------------------------------------

    def connected(self) -> None:
        """Keys are there; media may flow."""

    def closed(self) -> None:
        """The session is over."""

    def called(self, address: Address) -> None:
        """The other side has chosen another address."""
        self.go_to(address)

    def moved(self, address: Address) -> None:
        """Send to this address from now on."""

    def take_rtp(self, data: bytes, size: int, now: float) -> None:
        """An authentic RTP packet; ``size`` counts it as it was on the wire."""

    def take_rtcp(self, data: bytes, now: float) -> None:
        """An authentic RTCP packet."""
