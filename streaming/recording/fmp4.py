"""Writes and reads fragmented MP4 as CMAF wants it: an initialisation segment per track, then fragments. Pure.

Sources: ISO/IEC 14496-12 (boxes, fragments), 14496-15 (H.264 in them), 14496-14 and 14496-1 (AAC in them), the
Opus-in-ISOBMFF specification 0.6.8, ISO/IEC 23000-19 (CMAF). One track per file; times are counted in the track's
own time scale and written exactly as they are given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from .h264 import Parameters

VIDEO_SCALE: Final = 90_000
SOUND_SCALE: Final = 48_000
"""Units per second of the two kinds of tracks: those of RTP, so that nothing is rounded."""

_TRACK: Final = 1
_MATRIX: Final = b"".join(n.to_bytes(4) for n in (0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000))
_SYNC: Final = 0x02000000
"""sample_depends_on = 2: others need not be known (8.8.3.1)."""
_NOT_SYNC: Final = 0x01010000
"""sample_depends_on = 1, sample_is_non_sync_sample."""
_DATA_OFFSET, _DURATIONS, _SIZES, _FLAGS = 0x1, 0x100, 0x200, 0x400
_BASE_IS_MOOF: Final = 0x020000


@dataclass(frozen=True, slots=True)
class Sample:
    """A picture or a piece of sound with its place in its track."""

    time: int
    duration: int
    data: bytes
    key: bool = True


@dataclass(frozen=True)
class Fragment:
    """What a whole fragment in a file says of itself."""

    time: int
    duration: int
    end: int
    """Offset of the first byte after it."""
    key: bool
    """It begins with a sample that needs no other."""


# --- writing ----------------------------------------------------------------------------------------------------------


def box(name: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return (8 + len(content)).to_bytes(4) + name + content


def full_box(name: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    return box(name, version.to_bytes(1), flags.to_bytes(3), *parts)


def u16(value: int) -> bytes:
    return value.to_bytes(2)


def u32(value: int) -> bytes:
    return value.to_bytes(4)


def video_init(parameters: Parameters) -> bytes:
    """The initialisation segment of a picture track."""
    form = parameters.format
    entry = box(
        b"avc1",
        bytes(6) + u16(1) + bytes(16) + u16(form.width) + u16(form.height),
        u32(0x480000) * 2 + bytes(4) + u16(1) + bytes(32) + u16(24) + b"\xff\xff",
        box(b"avcC", avc_configuration(parameters)),
    )
    return _init(b"vide", VIDEO_SCALE, full_box(b"vmhd", 0, 1, bytes(8)), entry, size=(form.width, form.height))


def avc_configuration(parameters: Parameters) -> bytes:
    """AVCDecoderConfigurationRecord (14496-15, 5.3.3.1), NAL unit lengths in four bytes."""
    sps, form = parameters.sps, parameters.format
    record = b"\x01" + sps[1:4] + b"\xff\xe1" + u16(len(sps)) + sps + bytes([len(parameters.pps)])
    record += b"".join(u16(len(pps)) + pps for pps in parameters.pps)
    if sps[1] in (100, 110, 122, 144, 244):
        record += bytes([0xFC | form.chroma, 0xF8 | form.luma_depth - 8, 0xF8 | form.chroma_depth - 8, 0])
    return record


def opus_init() -> bytes:
    """The initialisation segment of a stereo Opus track.

    No samples are skipped at the beginning: the pieces are cut out of a stream that began long before.
    """
    specific = box(b"dOps", b"\x00\x02" + u16(0) + u32(SOUND_SCALE) + u16(0) + b"\x00")
    # A decoder that starts anywhere needs 80 ms (four packets) before it sounds right (specification 4.3.6.2).
    roll = full_box(b"sgpd", 2, 0, b"roll", u32(1), u32(1), (-4).to_bytes(2, signed=True))
    return _init(b"soun", SOUND_SCALE, full_box(b"smhd", 0, 0, bytes(4)), _sound_entry(b"Opus", specific), roll=roll)


def aac_init(configuration: bytes, bitrate: int) -> bytes:
    """The initialisation segment of a stereo AAC track; ``configuration`` is the encoder's AudioSpecificConfig."""
    decoder = b"\x40\x15" + bytes(3) + u32(bitrate) * 2 + _descriptor(5, configuration)
    stream = _descriptor(3, u16(_TRACK) + b"\x00" + _descriptor(4, decoder) + _descriptor(6, b"\x02"))
    entry = _sound_entry(b"mp4a", full_box(b"esds", 0, 0, stream))
    return _init(b"soun", SOUND_SCALE, full_box(b"smhd", 0, 0, bytes(4)), entry)


def _descriptor(tag: int, content: bytes) -> bytes:
    """14496-1, 8.3.3; our contents are shorter than 128 bytes."""
    return bytes([tag, len(content)]) + content


def _sound_entry(name: bytes, specific: bytes) -> bytes:
    channels, bits = u16(2), u16(16)
    return box(name, bytes(6) + u16(1) + bytes(8) + channels + bits + bytes(4) + u32(SOUND_SCALE << 16), specific)


def _init(
    handler: bytes, scale: int, header: bytes, entry: bytes, size: tuple[int, int] = (0, 0), roll: bytes = b""
) -> bytes:
    volume = u16(0x100 if handler == b"soun" else 0)
    track = full_box(
        b"tkhd", 0, 3, bytes(8) + u32(_TRACK) + bytes(20) + volume + bytes(2) + _MATRIX,
        u32(size[0] << 16) + u32(size[1] << 16),
    )  # fmt: skip
    tables = box(
        b"stbl",
        full_box(b"stsd", 0, 0, u32(1), entry),
        full_box(b"stts", 0, 0, u32(0)),
        full_box(b"stsc", 0, 0, u32(0)),
        full_box(b"stsz", 0, 0, u32(0), u32(0)),
        full_box(b"stco", 0, 0, u32(0)),
        roll,
    )
    here = box(b"dinf", full_box(b"dref", 0, 0, u32(1), full_box(b"url ", 0, 1)))
    media = box(
        b"mdia",
        full_box(b"mdhd", 0, 0, bytes(8) + u32(scale) + bytes(4) + u16(0x55C4) + bytes(2)),  # language "und"
        full_box(b"hdlr", 0, 0, bytes(4) + handler + bytes(12) + b"\0"),
        box(b"minf", header, here, tables),
    )
    movie = full_box(
        b"mvhd", 0, 0, bytes(8) + u32(scale) + bytes(4) + u32(0x10000) + u16(0x100) + bytes(10) + _MATRIX,
        bytes(24) + u32(_TRACK + 1),
    )  # fmt: skip
    extends = box(b"mvex", full_box(b"trex", 0, 0, u32(_TRACK) + u32(1) + bytes(12)))
    kinds = box(b"ftyp", b"iso6", u32(0), b"iso6cmfc")
    return kinds + box(b"moov", movie, box(b"trak", track, media), extends)


SEGMENT_TYPE: Final = box(b"styp", b"msdh", u32(0), b"msdhcmfs")
"""What a segment begins with (8.16.2)."""


def fragment(samples: list[Sample], number: int, *, first: bool) -> bytes:
    """A fragment (moof + mdat) of samples that follow each other without a gap; ``number`` only ever grows."""
    parts = [
        u32(sample.duration) + u32(len(sample.data)) + u32(_SYNC if sample.key else _NOT_SYNC) for sample in samples
    ]
    header = full_box(b"mfhd", 0, 0, u32(number))
    track = full_box(b"tfhd", 0, _BASE_IS_MOOF, u32(_TRACK))
    time = full_box(b"tfdt", 1, 0, samples[0].time.to_bytes(8))
    flags = _DATA_OFFSET | _DURATIONS | _SIZES | _FLAGS
    length = 8 + len(header) + 8 + len(track) + len(time) + 20 + 12 * len(samples)
    run = full_box(b"trun", 0, flags, u32(len(samples)), u32(length + 8), *parts)
    moof = box(b"moof", header, box(b"traf", track, time, run))
    media = box(b"mdat", *(sample.data for sample in samples))
    return (SEGMENT_TYPE if first else b"") + moof + media


# --- reading ----------------------------------------------------------------------------------------------------------


def boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, and begin and end of the content, of every whole box; stops at the first that is not whole."""
    while start + 8 <= end:
        length = int.from_bytes(data[start : start + 4])
        if length < 8 or start + length > end:
            return
        yield data[start + 4 : start + 8], start + 8, start + length
        start += length


def fragments(data: bytes) -> Iterator[Fragment]:
    """The whole fragments at the beginning of a file that may be cut anywhere; only what ``fragment`` wrote."""
    moof: dict[bytes, bytes] | None = None
    for name, start, end in boxes(data, 0, len(data)):
        if name == b"moof":
            moof = _track_boxes(data, start, end)
        elif name == b"mdat":
            found = _fragment(moof, end, end - start) if moof else None
            if found is None:
                return
            yield found
            moof = None
        elif name != b"styp":
            return


def _track_boxes(data: bytes, start: int, end: int) -> dict[bytes, bytes]:
    return {
        name: data[a:b]
        for outer, first, last in boxes(data, start, end)
        if outer == b"traf"
        for name, a, b in boxes(data, first, last)
    }


def _fragment(moof: dict[bytes, bytes], end: int, length: int) -> Fragment | None:
    time, run = moof.get(b"tfdt", b""), moof.get(b"trun", b"")
    if len(time) != 12 or len(run) < 12:
        return None
    count, table = int.from_bytes(run[4:8]), run[12:]
    if not count or len(table) != 12 * count or sum(_column(table, 4)) != length:
        return None
    key = int.from_bytes(table[8:12]) == _SYNC
    return Fragment(int.from_bytes(time[4:]), sum(_column(table, 0)), end, key)


def _column(table: bytes, at: int) -> Iterable[int]:
    return (int.from_bytes(table[row + at : row + at + 4]) for row in range(0, len(table), 12))
