"""Playlists (RFC 8216), pure: what is known of files in, text out.

Picture, Opus and AAC are renditions apart. Browsers take Opus, since its variant has the lower bandwidth and hls.js
chooses by that; Apple's player, which knows no Opus there, takes AAC. The last variant is sound alone, for the
thinnest lines.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

TARGET: Final = 4
"""EXT-X-TARGETDURATION: the longest segment, rounded to whole seconds."""

MASTER: Final = "index.m3u8"
SOUND_ONLY: Final = "sound.m3u8"
"""A master playlist without any picture, for those who chose so."""
REWIND: Final = "rewind.m3u8"
"""A master playlist of all one may rewind to while the stage is on air."""
_HEAD: Final = ("#EXTM3U", "#EXT-X-VERSION:7")
MEDIA_TYPES: Final = {
    "m3u8": "application/vnd.apple.mpegurl",
    "mp4": "video/mp4",
    "m4s": "video/iso.segment",
    "jpg": "image/jpeg",
    "vtt": "text/vtt; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
}
"""By the end of the name (RFC 8216 section 10; RFC 9559 names video/iso.segment)."""


class Entry(Protocol):
    """A file in a media playlist."""

    @property
    def name(self) -> str: ...
    @property
    def init(self) -> str: ...
    @property
    def starts(self) -> datetime | None: ...
    @property
    def duration(self) -> float: ...
    @property
    def discontinuity(self) -> bool: ...
    @property
    def independent(self) -> bool: ...
    @property
    def size(self) -> int: ...


def live(entries: Sequence[Entry], sequence: int, breaks: int, prefix: str = "", *, terse: bool = False) -> str:
    """The newest segments of a transmission under way. ``sequence`` counts segments, ``breaks`` discontinuities up
    to and with the first of them (section 6.2.2). ``prefix`` stands before every name. ``terse``: the date only where
    it does not follow from the one before, for playlists of hours."""
    head = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{TARGET}",
        f"#EXT-X-MEDIA-SEQUENCE:{sequence}",
        f"#EXT-X-DISCONTINUITY-SEQUENCE:{breaks}",
    ]
    return _lines(head, _body(entries, prefix, terse))


def vod(entries: Sequence[Entry]) -> str:
    """A whole recording. EXT-X-INDEPENDENT-SEGMENTS only where every segment begins with a keyframe; a live playlist
    cannot promise that."""
    head = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{TARGET}",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-MEDIA-SEQUENCE:0",
    ]
    if all(entry.independent for entry in entries):
        head.append("#EXT-X-INDEPENDENT-SEGMENTS")
    return _lines(head, _body(entries), ["#EXT-X-ENDLIST"])


def _body(entries: Sequence[Entry], prefix: str = "", terse: bool = False) -> Iterable[str]:
    init = ""
    for index, entry in enumerate(entries):
        if entry.discontinuity and index:
            yield "#EXT-X-DISCONTINUITY"
        if entry.init != init:
            init = entry.init
            yield f'#EXT-X-MAP:URI="{prefix}{init}"'
        if entry.starts and (not terse or entry.discontinuity or not index):
            yield f"#EXT-X-PROGRAM-DATE-TIME:{entry.starts.isoformat(timespec='milliseconds')}"
        yield f"#EXTINF:{entry.duration:.5f},"
        yield f"{prefix}{entry.name}"


def _lines(*parts: Iterable[str]) -> str:
    return "".join(f"{line}\n" for part in parts for line in part)


@dataclass(frozen=True)
class Rate:
    """Bits per second of a rendition."""

    peak: int
    average: int

    def __add__(self, other: Rate) -> Rate:
        return Rate(self.peak + other.peak, self.average + other.average)


def rate(entries: Sequence[Entry]) -> Rate:
    """The peak over segments in a row that last 0.5 to 1.5 target durations together, and the average (section
    4.3.4.2)."""
    average = sum(entry.size for entry in entries) * 8 / max(sum(entry.duration for entry in entries), 0.001)
    return Rate(round(max([average, *_rates_in_a_row(entries)])), round(average))


def _rates_in_a_row(entries: Sequence[Entry]) -> Iterable[float]:
    measures = [(entry.size * 8, entry.duration) for entry in entries]
    for first in range(len(measures)):
        bits, seconds = 0, 0.0
        for place in range(first, len(measures)):
            bits, seconds = bits + measures[place][0], seconds + measures[place][1]
            if seconds > TARGET * 1.5:
                break
            if seconds >= TARGET / 2:
                yield bits / seconds


@dataclass(frozen=True)
class Picture:
    """What the master playlist says of the picture."""

    codecs: str
    rate: Rate
    size: tuple[int, int] | None = None


@dataclass(frozen=True)
class Sound:
    """A rendition of sound: its name is also the name of its group and its playlist."""

    name: str
    codecs: str
    rate: Rate


@dataclass(frozen=True)
class Subtitles:
    """What is read beside the picture: its playlist, and the language with its name for itself."""

    playlist: str
    language: str
    name: str


def text_playlist(file: str, seconds: float) -> str:
    """A playlist of one file of WebVTT for the whole recording."""
    whole = max(1, math.ceil(seconds))
    head = ["#EXTM3U", "#EXT-X-VERSION:7", f"#EXT-X-TARGETDURATION:{whole}", "#EXT-X-PLAYLIST-TYPE:VOD"]
    return _lines(head, [f"#EXTINF:{seconds:.5f},", file, "#EXT-X-ENDLIST"])


def best_codec(codecs: Iterable[str]) -> str:
    """The codec string that covers those of all stretches: the highest profile and the highest level."""
    known = list(codecs)
    best = max(known, key=lambda codec: (codec[5:7], codec[9:11]))
    return best[:9] + max(codec[9:11] for codec in known)


def master(picture: Picture, sounds: Sequence[Sound], prefix: str = "", subtitles: Sequence[Subtitles] = ()) -> str:
    """One variant per sound, cheapest first, as given; then the last sound alone. ``prefix`` stands before
    every name. Subtitles are offered and never switched on unasked."""
    lines = list(_HEAD)
    for sound in sounds:
        lines.append(
            f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="{sound.name}",NAME="Stereo",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",'
            f'URI="{prefix}{sound.name}.m3u8"'
        )
    for text in subtitles:
        lines.append(
            f'#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="text",NAME="{text.name}",LANGUAGE="{text.language}",DEFAULT=NO,'
            f'AUTOSELECT=YES,FORCED=NO,URI="{text.playlist}"'
        )
    with_text = ',SUBTITLES="text"' if subtitles else ""
    size = f",RESOLUTION={picture.size[0]}x{picture.size[1]}" if picture.size else ""
    totals = [picture.rate + sound.rate for sound in sounds]
    for sound, total in zip(sounds, _ascending(totals), strict=True):
        lines += [
            f"#EXT-X-STREAM-INF:BANDWIDTH={total.peak},AVERAGE-BANDWIDTH={total.average}"
            f'{size},CODECS="{picture.codecs},{sound.codecs}",AUDIO="{sound.name}"{with_text}',
            f"{prefix}video.m3u8",
        ]
    alone = sounds[-1]
    lines += [
        f"#EXT-X-STREAM-INF:BANDWIDTH={alone.rate.peak},AVERAGE-BANDWIDTH={alone.rate.average}"
        f',CODECS="{alone.codecs}",AUDIO="{alone.name}"{with_text}',
        f"{prefix}{alone.name}.m3u8",
    ]
    return _lines(lines)


def sound_only(sounds: Sequence[Sound], prefix: str = "") -> str:
    """One variant per sound, cheapest first, as given, and no picture."""
    lines = list(_HEAD)
    for sound, rate in zip(sounds, _ascending([sound.rate for sound in sounds]), strict=True):
        lines += [
            f'#EXT-X-STREAM-INF:BANDWIDTH={rate.peak},AVERAGE-BANDWIDTH={rate.average},CODECS="{sound.codecs}"',
            f"{prefix}{sound.name}.m3u8",
        ]
    return _lines(lines)


def _ascending(rates: Iterable[Rate]) -> Iterable[Rate]:
    """Each with a higher peak than the one before: players choose by that."""
    floor = 0
    for each in rates:
        floor = max(each.peak, floor + 1)
        yield Rate(floor, each.average)
