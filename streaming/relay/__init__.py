"""Relay: one artist in, many listeners out. Runs without Django.

An artist's browser or encoder sends H.264 and Opus by WebRTC; the relay decrypts each packet once, hands it to every
listener, and seals it anew for every viewer. It never decodes a picture. One UDP port serves everybody.

    relay = Relay(udp_port=40000)
    await relay.start()
    publisher = relay.publish("dom", offer)      # publisher.answer goes back to the artist
    viewer = relay.watch("dom", offer)           # viewer.answer goes back to the audience
    relay.broadcast("dom").add(recorder)         # anything with hear(packet) and leave()

Words: a *stage* is named by a string; its *broadcast* is what is on air there, open until ``close``; each publisher
connection is one *take* with its own timestamps; a *listener* hears packets. All times are monotonic seconds.

Rooms: ``port`` (datagrams, STUN), ``peer`` (DTLS, keys), ``sdp`` (offers and answers), ``ingest`` (a publisher),
``broadcast`` and ``clock``, ``viewer``, ``engine`` (sealing and sending), ``feedback`` (RTCP), ``relay`` (the house);
pure: ``packet``, ``keyframe``, ``renumber``, ``announced``.
"""

from .broadcast import Broadcast, Listener
from .clock import Clock
from .errors import NoH264, NoOpus, NoSeat, NotOnAir, OfferHostile, OfferRefused, OfferTooLarge, RelayError, TooSoon
from .ingest import Publisher, PublisherStats
from .packet import CLOCK_RATE, Kind, Packet
from .relay import Relay
from .sdpfrag import MEDIA_TYPE as SDP_FRAGMENT
from .viewer import Viewer, ViewerStats

__all__ = [
    "CLOCK_RATE",
    "SDP_FRAGMENT",
    "Broadcast",
    "Clock",
    "Kind",
    "Listener",
    "NoH264",
    "NoOpus",
    "NoSeat",
    "NotOnAir",
    "OfferHostile",
    "OfferRefused",
    "OfferTooLarge",
    "Packet",
    "Publisher",
    "PublisherStats",
    "Relay",
    "RelayError",
    "TooSoon",
    "Viewer",
    "ViewerStats",
]
