"""What RFC 8216 demands of playlists, as far as ours can break it. Pure: texts and files in, sentences out.

Each sentence names the section it comes from; no sentence, no fault. `read` gives the bytes behind a URI. The media is
measured with FFmpeg, not with our own reader: what wrote a file cannot testify to it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

import av

Read = Callable[[str], bytes]
_ATTRIBUTE = re.compile(r'([A-Z0-9-]+)=("[^"]*"|[^",]+)(?:,|$)')
CLOCK_ERROR = timedelta(milliseconds=2)
"""Times are written in milliseconds, durations in hundredths of that."""
MEDIA_ERROR = 0.002


@dataclass(frozen=True)
class Entry:
    """A segment in a media playlist."""

    uri: str
    duration: float
    init: str = ""
    starts: datetime | None = None
    discontinuity: bool = False
    sequence: int = 0
    """EXT-X-MEDIA-SEQUENCE of this one."""
    breaks: int = 0
    """Its discontinuity sequence number."""


@dataclass(frozen=True)
class Media:
    """A media playlist."""

    version: int
    target: int
    entries: tuple[Entry, ...]
    kind: str
    ended: bool
    independent: bool

    @property
    def duration(self) -> float:
        return sum(entry.duration for entry in self.entries)


@dataclass(frozen=True)
class Variant:
    """EXT-X-STREAM-INF and its playlist."""

    uri: str
    attributes: dict[str, str]


@dataclass(frozen=True)
class Master:
    """A master playlist."""

    variants: tuple[Variant, ...]
    sounds: tuple[dict[str, str], ...]
    texts: tuple[dict[str, str], ...] = ()


# --- reading ----------------------------------------------------------------------------------------------------------


def attributes(text: str) -> dict[str, str]:
    return {name: value.strip('"') for name, value in _ATTRIBUTE.findall(text)}


def tags(text: str) -> list[tuple[str, str]]:
    """Tags with their values; a URI's own line is a tag without a name."""
    lines = [line for line in text.splitlines() if line and (line[0] != "#" or line.startswith("#EXT"))]
    return [
        (name, value) if line[0] == "#" else ("", line) for line in lines for name, _, value in [line.partition(":")]
    ]


def read_media(text: str) -> Media:
    found = tags(text)
    values = dict(found)
    sequence = int(values.get("#EXT-X-MEDIA-SEQUENCE", 0))
    breaks = int(values.get("#EXT-X-DISCONTINUITY-SEQUENCE", 0))
    entries: list[Entry] = []
    coming = Entry("", 0.0)
    for name, value in found:
        match name:
            case "#EXTINF":
                coming = replace(coming, duration=float(value.partition(",")[0]))
            case "#EXT-X-MAP":
                coming = replace(coming, init=attributes(value)["URI"])
            case "#EXT-X-PROGRAM-DATE-TIME":
                coming = replace(coming, starts=datetime.fromisoformat(value))
            case "#EXT-X-DISCONTINUITY":
                coming, breaks = replace(coming, discontinuity=True), breaks + 1
            case "":
                entries.append(replace(coming, uri=value, sequence=sequence + len(entries), breaks=breaks))
                coming = Entry("", 0.0, coming.init)
    return Media(
        int(values.get("#EXT-X-VERSION", 1)),
        int(values.get("#EXT-X-TARGETDURATION", 0)),
        tuple(entries),
        values.get("#EXT-X-PLAYLIST-TYPE", ""),
        "#EXT-X-ENDLIST" in values,
        "#EXT-X-INDEPENDENT-SEGMENTS" in values,
    )


def read_master(text: str) -> Master:
    variants: list[Variant] = []
    announced: dict[str, str] = {}
    for name, value in tags(text):
        if name == "#EXT-X-STREAM-INF":
            announced = attributes(value)
        elif name == "":
            variants.append(Variant(value, announced))
            announced = {}
    media = [attributes(value) for name, value in tags(text) if name == "#EXT-X-MEDIA"]
    sounds, texts = (tuple(one for one in media if one["TYPE"] == kind) for kind in ("AUDIO", "SUBTITLES"))
    return Master(tuple(variants), sounds, texts)


@dataclass(frozen=True)
class Content:
    """What a segment holds: seconds of its own time at which it begins and ends, and whether it needs no other."""

    begins: float
    ends: float
    independent: bool


def content(data: bytes) -> Content:
    """Of initialisation segment and segment together."""
    with av.open(io.BytesIO(data)) as container:
        packets = [packet for packet in container.demux(container.streams[0]) if packet.size]
        scale = float(container.streams[0].time_base)
    first, last = packets[0], packets[-1]
    return Content(first.pts * scale, (last.pts + last.duration) * scale, first.is_keyframe)


def codec(init: bytes) -> str:
    """As CODECS has it (RFC 6381)."""
    if (place := init.find(b"avcC")) >= 0:
        return f"avc1.{init[place + 5 : place + 8].hex()}"
    return "opus" if b"Opus" in init else "mp4a.40.2"


def size(init: bytes) -> tuple[int, int]:
    """Width and height in the sample entry (ISO/IEC 14496-12, 12.1.3)."""
    place = init.find(b"avc1") + 4 + 24
    return int.from_bytes(init[place : place + 2]), int.from_bytes(init[place + 2 : place + 4])


# --- a media playlist -------------------------------------------------------------------------------------------------


def media_faults(text: str, read: Read) -> list[str]:
    playlist = read_media(text)
    return [*_form_faults(text, playlist), *_time_faults(playlist), *_file_faults(playlist, read)]


def _form_faults(text: str, playlist: Media) -> Iterator[str]:
    names = [name for name, _ in tags(text)]
    if names[:1] != ["#EXTM3U"]:
        yield "It does not begin with EXTM3U (4.3.1.1)."
    if "#EXT-X-TARGETDURATION" not in names:
        yield "It has no EXT-X-TARGETDURATION (4.3.3.1)."
    for entry in playlist.entries:
        # Half up, as in section 4.3.3.1; `round` would make 4.5 a 4.
        if int(entry.duration + 0.5) > playlist.target:
            yield f"{entry.uri} lasts {entry.duration} s, longer than the target of {playlist.target} s (4.3.3.1)."
        if not entry.init:
            yield f"{entry.uri} comes before any EXT-X-MAP (3.3)."
    if playlist.version < 6 and any(entry.init for entry in playlist.entries):
        yield "EXT-X-MAP needs EXT-X-VERSION 6 (4.3.2.5)."
    uris = [entry.uri for entry in playlist.entries]
    for twice in sorted({uri for uri in uris if uris.count(uri) > 1}):
        yield f"{twice} stands there twice (6.2.2)."
    if playlist.kind == "VOD" and not playlist.ended:
        yield "A playlist of type VOD has no EXT-X-ENDLIST (4.3.3.5)."
    if playlist.kind and "#EXT-X-DISCONTINUITY-SEQUENCE" in names:
        yield f"A playlist of type {playlist.kind} loses nothing, but counts discontinuities that are gone (4.3.3.5)."


def _time_faults(playlist: Media) -> Iterator[str]:
    for before, after in pairwise(playlist.entries):
        if not before.starts or not after.starts:
            continue
        ends = before.starts + timedelta(seconds=before.duration)
        if after.starts < ends - CLOCK_ERROR:
            yield f"{after.uri} begins before {before.uri} has ended (4.3.2.6)."
        elif not after.discontinuity and after.starts > ends + CLOCK_ERROR:
            yield f"{after.uri} begins later than {before.uri} ends, without a discontinuity (4.3.2.6)."


def _file_faults(playlist: Media, read: Read) -> Iterator[str]:
    """What the files say that the playlist does not."""
    inits = {entry.init: read(entry.init) for entry in playlist.entries if entry.init}
    last: Entry | None = None
    ended = 0.0
    for entry in playlist.entries:
        if not entry.init:
            continue
        found = content(inits[entry.init] + read(entry.uri))
        if abs(found.ends - found.begins - entry.duration) > MEDIA_ERROR:
            yield f"{entry.uri} lasts {found.ends - found.begins:.3f} s, not {entry.duration} s (4.3.2.1)."
        if playlist.independent and not found.independent:
            yield f"{entry.uri} does not begin with a keyframe (4.3.5.1)."
        if last and not entry.discontinuity:
            if inits[entry.init] != inits[last.init]:
                yield f"{entry.uri} is encoded anew without a discontinuity (4.3.2.3)."
            if abs(found.begins - ended) > MEDIA_ERROR:
                yield f"{entry.uri} begins at {found.begins:.3f} s of its own time, not at {ended:.3f} s (4.3.2.3)."
        last, ended = entry, found.ends


# --- two versions of one live playlist --------------------------------------------------------------------------------


def renewal_faults(before: str, after: str) -> list[str]:
    """`after` was fetched later than `before`."""
    return list(_renewal_faults(read_media(before), read_media(after)))


def _renewal_faults(old: Media, new: Media) -> Iterator[str]:
    if new.target != old.target:
        yield f"EXT-X-TARGETDURATION changed from {old.target} to {new.target} (6.2.1)."
    if old.ended and new != old:
        yield "It changed after EXT-X-ENDLIST (6.2.1)."
    if not old.entries or not new.entries:
        return
    removed = new.entries[0].sequence - old.entries[0].sequence
    if removed < 0:
        yield f"EXT-X-MEDIA-SEQUENCE went back by {-removed} (6.2.2)."
    if removed > 0 and new.duration < 3 * new.target and not new.ended:
        yield f"Segments were taken away though only {new.duration:.1f} s remain (6.2.2)."
    if removed > 0 and old.kind:
        yield f"A playlist of type {old.kind} lost segments (6.2.1)."
    if new.entries[-1].sequence < old.entries[-1].sequence:
        yield "Its newest segments are gone again (6.2.2)."
    yield from _changed(old, new)


def _changed(old: Media, new: Media) -> Iterator[str]:
    """Segments that both hold are the same in both."""
    known = {entry.sequence: entry for entry in old.entries}
    for entry in new.entries:
        before = known.get(entry.sequence)
        if before is None:
            continue
        if entry.uri != before.uri:
            yield f"Number {entry.sequence} was {before.uri} and is {entry.uri} (6.2.2)."
        elif entry.breaks != before.breaks:
            yield f"{entry.uri} came after {before.breaks} discontinuities and now after {entry.breaks} (6.2.2)."
        elif replace(entry, discontinuity=before.discontinuity) != before:
            yield f"{entry.uri} is described otherwise than before (6.2.1)."


# --- a master playlist ------------------------------------------------------------------------------------------------


def master_faults(text: str, read: Read) -> list[str]:
    """Also of all playlists it names."""
    master = read_master(text)
    uris = [*(variant.uri for variant in master.variants), *(sound["URI"] for sound in master.sounds)]
    texts = {uri: read(uri).decode() for uri in dict.fromkeys(uris)}
    playlists = {uri: read_media(text) for uri, text in texts.items()}
    faults = [f"{uri}: {fault}" for uri, text in texts.items() for fault in media_faults(text, read)]
    faults += [*_group_faults(master), *_rendition_faults(playlists)]
    for one in master.texts:
        faults += [f"{one['URI']}: {fault}" for fault in _text_faults(read(one["URI"]).decode(), playlists, read)]
    for variant in master.variants:
        groups = [sound["URI"] for sound in master.sounds if sound["GROUP-ID"] == variant.attributes.get("AUDIO")]
        played = [playlists[uri] for uri in dict.fromkeys([variant.uri, *groups])]
        faults += [f"The variant {_name(variant)}: {fault}" for fault in _variant_faults(variant, played, read)]
    return faults


def _name(variant: Variant) -> str:
    return f"{variant.uri} {variant.attributes.get('CODECS', '')}".strip()


def _group_faults(master: Master) -> Iterator[str]:
    groups = {sound["GROUP-ID"] for sound in master.sounds}
    texts = {text["GROUP-ID"] for text in master.texts}
    for variant in master.variants:
        if variant.attributes.get("AUDIO", "") not in {"", *groups}:
            yield f"The variant {_name(variant)} names no group that exists (4.3.4.2)."
        if variant.attributes.get("SUBTITLES", "") not in {"", *texts}:
            yield f"The variant {_name(variant)} names no subtitles that exist (4.3.4.2)."
    names = [(sound["GROUP-ID"], sound["NAME"]) for sound in master.sounds]
    for group, name in sorted({pair for pair in names if names.count(pair) > 1}):
        yield f"The group {group} has {name} twice (4.3.4.1.1)."
    defaults = [sound["GROUP-ID"] for sound in master.sounds if sound.get("DEFAULT") == "YES"]
    for group in sorted({group for group in defaults if defaults.count(group) > 1}):
        yield f"The group {group} has more than one default (4.3.4.1.1)."


def _rendition_faults(playlists: dict[str, Media]) -> Iterator[str]:
    """All renditions tell the same story."""
    first, *others = playlists.items()
    for uri, playlist in others:
        if playlist.target != first[1].target:
            yield f"{uri} has another target duration than {first[0]} (6.2.4)."
        if _breaks(playlist) != _breaks(first[1]):
            yield f"{uri} has its discontinuities elsewhere than {first[0]} (6.2.4)."
        if _dated(playlist) != _dated(first[1]):
            yield f"Of {uri} and {first[0]} only one says when it was (6.2.4)."


def _text_faults(text: str, playlists: dict[str, Media], read: Read) -> Iterator[str]:
    """Subtitles may have a target duration of their own where the playlist is complete (6.2.4)."""
    playlist = read_media(text)
    if playlist.kind != "VOD" or not playlist.ended:
        yield "Its target duration is its own, though it is not of type VOD (6.2.4)."
    yield from (fault for fault in _form_faults(text, playlist) if "EXT-X-MAP" not in fault)
    lasts = next(iter(playlists.values())).duration
    if abs(playlist.duration - lasts) > MEDIA_ERROR * len(playlists):
        yield f"It lasts {playlist.duration:.3f} s, the picture {lasts:.3f} s (6.2.4)."
    for entry in playlist.entries:
        if not read(entry.uri).startswith(b"WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:"):
            yield f"{entry.uri} does not say when it is (3.5)."


def _breaks(playlist: Media) -> list[int]:
    return [entry.breaks for entry in playlist.entries]


def _dated(playlist: Media) -> bool:
    return any(entry.starts for entry in playlist.entries)


def _variant_faults(variant: Variant, played: Sequence[Media], read: Read) -> Iterator[str]:
    inits = [[read(name) for name in dict.fromkeys(entry.init for entry in media.entries) if name] for media in played]
    yield from _codec_faults(variant.attributes.get("CODECS", "").split(","), [init for each in inits for init in each])
    pictures = [size(init) for each in inits for init in each if b"avcC" in init]
    yield from _size_faults(variant.attributes.get("RESOLUTION"), pictures)
    rates = [_rates(media, read) for media in played]
    yield from _rate_faults(variant.attributes, sum(peak for peak, _ in rates), sum(average for _, average in rates))


def _codec_faults(announced: Sequence[str], inits: Sequence[bytes]) -> Iterator[str]:
    found = {codec(init) for init in inits}
    for name in sorted(found):
        if not any(_covers(one, name) for one in announced):
            yield f"it holds {name}, which CODECS does not announce (4.3.4.2)."
    for one in announced:
        if not any(_covers(one, name) for name in found):
            yield f"CODECS announces {one}, which it does not hold (4.3.4.2)."


def _covers(announced: str, found: str) -> bool:
    """A decoder of a profile and level decodes those below."""
    if not found.startswith("avc1."):
        return announced == found
    return announced[:5] == found[:5] and announced[5:7] >= found[5:7] and announced[9:11] >= found[9:11]


def _size_faults(announced: str | None, pictures: Sequence[tuple[int, int]]) -> Iterator[str]:
    if announced and announced != "{}x{}".format(*max(pictures, default=(0, 0))):
        yield f"RESOLUTION is {announced}, its pictures are {sorted(set(pictures))} (4.3.4.2)."


def _rate_faults(announced: dict[str, str], peak: float, average: float) -> Iterator[str]:
    """Rounding apart, and one more where a player has to see a difference."""
    bandwidth, usual = int(announced.get("BANDWIDTH", 0)), int(announced.get("AVERAGE-BANDWIDTH", 0))
    if not peak - 2 <= bandwidth <= peak * 1.1 + 2:
        yield f"BANDWIDTH is {bandwidth}, its peak {peak:.0f} (4.3.4.2)."
    if usual and abs(usual - average) > 2:
        yield f"AVERAGE-BANDWIDTH is {usual}, its average {average:.0f} (4.3.4.2)."


def _rates(media: Media, read: Read) -> tuple[float, float]:
    """Peak and average: the peak is that of any segments in a row that last 0.5 to 1.5 target durations together."""
    sizes = [len(read(entry.uri)) * 8 for entry in media.entries]
    peak = average = sum(sizes) / media.duration
    for first in range(len(sizes)):
        bits = seconds = 0.0
        for size, entry in zip(sizes[first:], media.entries[first:], strict=True):
            bits, seconds = bits + size, seconds + entry.duration
            if seconds > 1.5 * media.target:
                break
            if seconds >= 0.5 * media.target:
                peak = max(peak, bits / seconds)
    return peak, average
