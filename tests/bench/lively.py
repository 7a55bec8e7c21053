"""The program with synthetic artists who send as a telephone does: thirty pictures and fifty packets of sound a second,
a keyframe every two seconds and whenever somebody asks for one.

The demo's send half as many pictures and a third of the packets, which costs a town less and makes a hop seem later:
a new stage's first picture cannot come before its artist sends one. Nor is any of their keyframes older than a second.
"""

import sys
from dataclasses import replace

from streaming.artists import clock, melodies, scenes

scenes.RATE = 30
scenes.FRAMES = scenes.RATE * scenes.SECONDS
melodies.PACKET_MS = 20
melodies.PACKETS = scenes.SECONDS * 1000 // melodies.PACKET_MS
clock.COMMON = clock.COMMON.replace("keyint=15:min-keyint=15", "keyint=60:min-keyint=60")
assert "keyint=60:min" in clock.COMMON, "the demo's artists are encoded in another way"
# From here on: whoever counts in pictures takes their number from above.
from kultour.commands import main  # noqa: E402
from streaming.artists import ensemble, whip_client  # noqa: E402
from streaming.artists.loops import make_missing  # noqa: E402
from streaming.relay.feedback import PictureRequest, read_reports  # noqa: E402


class Session(whip_client.Session):
    is_picture_wanted = False

    def _hear_rtcp(self, compound: bytes) -> None:
        super()._hear_rtcp(compound)
        self.is_picture_wanted |= any(isinstance(report, PictureRequest) for report in read_reports(compound))


class Artist(ensemble.Artist):
    """Leaves out what lies before the next keyframe when somebody asks for one, at first, and after a standstill."""

    _due = -1

    def _send_picture(self, text: str, clock: clock.Clock) -> None:
        if self._session.is_picture_wanted or self._picture != self._due:
            self._session.is_picture_wanted = False
            pictures = self._loop.pictures
            here = self._picture % len(pictures)
            keys = [place for place, picture in enumerate(pictures) if picture.key is not None]
            ahead = min((key - here) % len(pictures) for key in keys)
            self._loop = replace(self._loop, pictures=pictures[ahead:] + pictures[:ahead])
        self._due = self._picture + 1
        super()._send_picture(text, clock)


ensemble.Session, ensemble.Artist = Session, Artist

if __name__ == "__main__":
    from pathlib import Path

    make_missing(Path(sys.argv[sys.argv.index("--data") + 1]) / "artists", scenes.SCENES)
    sys.exit(main(sys.argv[1:]))
