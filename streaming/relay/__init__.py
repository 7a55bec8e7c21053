"""Relay: one artist in, many listeners out. Runs without Django.

An artist's browser or encoder sends H.264 and Opus by WebRTC; the relay decrypts each packet once, hands it to every
listener, and seals it anew for every viewer. It never decodes a picture. One UDP port serves everybody, and the same
number by TCP artists whose network blocks UDP.

    relay = Relay(udp_port=40000)
    await relay.start()
    publisher = relay.publish("dom", offer)      # publisher.answer goes back to the artist
    viewer = relay.watch("dom", offer)           # viewer.answer goes back to the audience
    viewer.hop("quellen")                        # another stage, same session, nothing negotiated
    relay.broadcast("dom").add(recorder)         # anything with hear(packet) and leave()

Words: a *stage* is named by a string; its *broadcast* is what is on air there, open until ``close``; each publisher
connection is one *take* with its own timestamps; a *listener* hears packets; a *layer* is one quality with everybody
who gets it. All times are monotonic seconds.

The way of a packet: ``port`` reads and sorts the datagram (RFC 7983) → ``peer`` opens it (RFC 3711) → ``ingest`` mends
the stream and reports back (RFC 4585) → ``broadcast`` keeps it and hands it on → ``layer`` makes ready what is the same
for all → ``viewer`` adds its own numbers → ``engine`` seals and sends.

Rooms. Of the wire: ``port``, ``sockets``, ``sieve`` (junk ends in the kernel), ``homes`` (whose an address is),
``stun`` (RFC 8489), ``tcp`` (RFC 6544), ``peer`` (DTLS, keys), ``offer``, ``answer`` and ``sdpfrag`` (SDP, RFC 9725),
``feedback`` (RTCP), ``engine``. Of the stage: ``ingest``, ``broadcast``, ``clock``, ``standby``, ``layer``, ``viewer``,
``relay`` (the house). Pure rules: ``packet``, ``keyframe``, ``renumber``, ``congestion``, ``crowd``, ``hurry``,
``announced``. ``doorbell`` tells whether the port is reached.
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
