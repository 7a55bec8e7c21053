"""Artists: the demo's synthetic performers; they play short loops through the real WHIP door. Runs without Django.

    await play("http://localhost:8000", {"dom": token}, data / "artists", now)     # until cancelled
    await play_once("http://localhost:8000", "dom", token, 30, data / "artists", now)

Rooms: ``scenes`` and ``melodies`` (what is played), ``plinth`` and ``clock`` (the time of day, set into the compressed
picture), ``loops`` (kept on disk); ``ensemble`` (who plays when), ``whip_client``, ``door`` (HTTP), ``sdp``, ``line``
(ICE, DTLS, SRTP: the one door to aiortc); pure: ``h264``, ``rtp``.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .ensemble import play, play_once

__all__ = ["play", "play_once"]


def __getattr__(name: str) -> Any:
    """Loaded when asked for: the child that draws the loops needs no WebRTC."""
    if name in __all__:
        from . import ensemble

        return getattr(ensemble, name)
    raise AttributeError(name)
