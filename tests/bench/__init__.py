"""The project's own benchmarks: figures printed with the load of the machine, and compared only within one run.

    python3 -m kultour bench relay     what a packet, a seat and a hop cost
    python3 -m kultour bench demo      what the whole program costs while the three synthetic artists play
    python3 -m kultour bench watch     from opening the page to the first picture, live and recorded, in Chromium
    python3 -m kultour bench hop       from stage to stage on the real page, in Chromium
    python3 -m kultour bench glass     from an artist's glass to a visitor's, in Chromium
    python3 -m kultour bench loss      what a line that loses packets does to picture and recording, in Chromium
    python3 -m kultour bench recording what packaging a stage costs, and eight stages recorded and uploaded at once
    python3 -m kultour bench lips      how far lips and voice come apart in recordings of half an hour
    python3 -m kultour bench start     how long `run` takes until the doors are open
    python3 -m kultour bench junk      what junk at the relay's port costs, and whether anybody misses a packet
    python3 -m kultour bench pages     what the page of a programme with 500 performances costs the server
    python3 -m kultour bench herd      what an audience meets that fetches the same page within a second
    python3 -m kultour bench soak      what thousands who come and go leave behind in the relay

One file a subject. The relay's measurements are small plays of processes: ``server`` (the relay alone), ``publisher``,
``audience`` and ``visitors`` (they only know WHIP and WHEP), ``strangers`` (they know the port), and ``aiortc_server``
(the sender it is compared with); ``recorder`` is packaging alone; ``flasher``
plays what ``lips`` measures. Those in Chromium share ``pages``: an artist who
plays a clock, a visitor's page watched from inside.
"""

import importlib
import sys

SUBJECTS = (
    "relay", "demo", "watch", "hop", "glass", "loss", "recording", "lips", "start", "junk", "pages", "herd", "soak",
)  # fmt: skip
MODULES = {"pages": "programme_page"}
"""Where a subject does not lie in the file of its name; `pages` are those in Chromium that the others share."""


def main(arguments: list[str]) -> int:
    """Measure one subject; returns the exit code."""
    if not arguments or arguments[0] not in SUBJECTS:
        asked_for_help = bool({"-h", "--help"} & set(arguments))
        print(__doc__, file=sys.stdout if asked_for_help else sys.stderr)
        return 0 if asked_for_help else 2
    from tests.bench.machine import described

    subject = importlib.import_module(f"tests.bench.{MODULES.get(arguments[0], arguments[0])}")
    options = subject.parse(arguments[1:])
    with described():
        subject.measure(options)
    return 0
