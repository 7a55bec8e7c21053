"""Recording: what is heard on a stage becomes a folder of segments and playlists. Runs without Django.

    packager = Packager(broadcast.clock, folder, began=now, on_segment=print, want_picture=broadcast.want_picture)
    broadcast.add(packager)
    ...
    packager.close()

Rooms, in the order of a packet's way: ``frames`` (packets → pictures and sounds), ``timeline`` and ``cutting`` (where
they lie, where segments begin), ``spool`` (the folder, with ``growing`` files, a ``journal`` of the
``segments`` that are whole, ``recovery`` after a crash), ``packager`` (the thread that does it).
Beside it: ``fmp4``, ``h264``, ``opus`` (formats), ``aac`` (sound for Apple's player), ``hls`` (playlists),
``poster`` (a still picture).
"""

from .packager import GRACE, LIVE_WINDOW, Packager, Stats
from .recovery import recover
from .segments import NAME, RENDITIONS, Init, Piece, Rendition, Segment

__all__ = [
    "GRACE",
    "LIVE_WINDOW",
    "NAME",
    "RENDITIONS",
    "Init",
    "Packager",
    "Piece",
    "Rendition",
    "Segment",
    "Stats",
    "recover",
]
