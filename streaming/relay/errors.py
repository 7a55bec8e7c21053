"""What the relay refuses, each with a sentence that names the cure (English, fit to be translated by its text)."""

from __future__ import annotations


class RelayError(Exception):
    """Something asked of the relay cannot be done; ``cure`` tells the person who asked what would help."""

    cure = "Please try again."

    def __init__(self, cure: str = "") -> None:
        self.cure = cure or type(self).cure
        super().__init__(self.cure)


class OfferRefused(RelayError):
    """A well-formed offer that we cannot answer with media."""

    cure = "Please offer H.264 video and Opus audio in one bundle with rtcp-mux."


class OfferHostile(OfferRefused):
    """Not an offer of a WebRTC sender or player; nothing in it is repeated in logs."""

    cure = "This is not a WebRTC offer that we understand."


class OfferTooLarge(OfferRefused):
    cure = "The offer is too large: at most 64 KB are read."


class NoH264(OfferRefused):
    cure = "Please choose H.264 as the video codec (packetization-mode 1)."


class NoOpus(OfferRefused):
    cure = "Please choose Opus as the audio codec."


class TooSoon(RelayError):
    cure = "Please wait a moment before the next ICE restart."


class NotOnAir(RelayError):
    cure = "Nobody is on air on this stage."


class NoSeat(RelayError):
    cure = "All sub-second seats are taken; the stage can be watched by HLS."
