"""The program with synthetic artists who send as a telephone does: thirty pictures, fifty packets of sound a second.

The demo's send half as many pictures and a third of the packets, which costs a town less and makes a hop seem later:
a new stage's first picture cannot come before its artist sends one.
"""

import sys

from streaming.artists import melodies, scenes

scenes.RATE = 30
scenes.FRAMES = scenes.RATE * scenes.SECONDS
melodies.PACKET_MS = 20
melodies.PACKETS = scenes.SECONDS * 1000 // melodies.PACKET_MS
# From here on: whoever counts in pictures takes their number from above.
from kultour.commands import main  # noqa: E402
from streaming.artists.loops import make_missing  # noqa: E402

if __name__ == "__main__":
    from pathlib import Path

    make_missing(Path(sys.argv[sys.argv.index("--data") + 1]) / "artists", scenes.SCENES)
    sys.exit(main(sys.argv[1:]))
