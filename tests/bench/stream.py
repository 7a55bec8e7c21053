"""What is played: a 720p30 stream of 2 Mbit/s and a smaller one, H.264 with Opus, encoded once and kept.

A keyframe comes every two seconds. A noisy test picture gives the encoder as much to do as a lively stage would.
"""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import av

from streaming.artists import h264, rtp
from streaming.artists.loops import pack, unpack

RATE = 30
SECONDS = 4
KEYFRAME_EVERY = 2 * RATE
SOUND_MS = 20
PICTURE_TICKS, SOUND_TICKS = 90_000 // RATE, 48 * SOUND_MS

SIZES = {"720p": (1280, 720, 2_000_000), "360p": (640, 360, 700_000)}
"""Width, height, bits per second."""


@dataclass(frozen=True)
class Stream:
    """A loop: pictures as encoded (Annex B), and packets of Opus."""

    name: str
    pictures: list[bytes]
    sounds: list[bytes]

    @cached_property
    def payloads(self) -> list[list[bytes]]:
        """Each picture as RTP payloads."""
        return [rtp.payloads(h264.nal_units(picture)) for picture in self.pictures]

    @property
    def parameters(self) -> bytes:
        """The sequence parameter set; no other stream has the same."""
        return next(unit for unit in h264.nal_units(self.pictures[0]) if h264.nal_type(unit) == h264.SPS)

    def next_keyframe(self, picture: int) -> int:
        """The next picture that begins a loop's second part or the loop anew."""
        return -(-picture // KEYFRAME_EVERY) * KEYFRAME_EVERY

    def __str__(self) -> str:
        width, height, _ = SIZES[self.name]
        bits = 8 * sum(len(picture) for picture in self.pictures) / SECONDS
        packets = sum(len(cut) for cut in self.payloads) / SECONDS + 1000 / SOUND_MS
        return (
            f"{width} x {height}, {RATE} pictures and {bits / 1e6:.1f} Mbit/s H.264, Opus: {packets:.0f} packets/s, "
            f"a keyframe of {len(self.payloads[0])} packets every {KEYFRAME_EVERY / RATE:.0f} s"
        )


def stream(name: str = "720p") -> Stream:
    """From the cache, or made now."""
    kept = cache() / f"{name}-{sha256(Path(__file__).read_bytes()).hexdigest()[:8]}.stream"
    if not kept.exists():
        pictures, sounds = list(encoded_pictures(*SIZES[name])), list(encoded_sounds())
        unfinished = kept.with_suffix(f".{os.getpid()}")
        unfinished.write_bytes(pack([*pictures, *sounds], len(pictures)))
        unfinished.replace(kept)
    parts, pictures = unpack(kept.read_bytes())
    return Stream(name, parts[:pictures], parts[pictures:])


def cache() -> Path:
    """A directory of this user alone."""
    folder = Path(tempfile.gettempdir()) / f"kultour-bench-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    assert folder.stat().st_uid == os.getuid(), f"{folder} belongs to somebody else"
    return folder


def filtered(*chain: tuple[str, str]) -> av.filter.Graph:
    """A chain of filters, each with its settings, that ends in a sink."""
    graph = av.filter.Graph()
    graph.link_nodes(*(graph.add(name, settings) for name, settings in chain)).configure()
    return graph


def encoded_pictures(width: int, height: int, bits: int) -> Iterator[bytes]:
    codec = av.CodecContext.create("libx264", "w")
    codec.width, codec.height, codec.pix_fmt = width, height, "yuv420p"
    codec.framerate, codec.time_base, codec.bit_rate = Fraction(RATE), Fraction(1, RATE), bits
    codec.thread_count = 1
    limits = f"keyint={KEYFRAME_EVERY}:min-keyint={KEYFRAME_EVERY}:scenecut=0:bframes=0:vbv-maxrate={bits // 1000}"
    codec.options = {
        "preset": "superfast", "profile": "baseline", "x264-params": f"{limits}:vbv-bufsize={bits // 1000}",
    }  # fmt: skip
    source = ("testsrc2", f"size={width}x{height}:rate={RATE}")
    graph = filtered(source, ("noise", "alls=12:allf=t"), ("format", "pix_fmts=yuv420p"), ("buffersink", ""))
    for number in range(SECONDS * RATE):
        frame = graph.pull()
        frame.pts, frame.time_base, frame.pict_type = number, codec.time_base, av.video.frame.PictureType.NONE
        yield from (bytes(packet) for packet in codec.encode(frame))
    yield from (bytes(packet) for packet in codec.encode(None))


def encoded_sounds() -> Iterator[bytes]:
    codec = av.CodecContext.create("libopus", "w")
    codec.sample_rate, codec.layout, codec.format, codec.bit_rate = 48_000, "stereo", "s16", 96_000
    codec.options = {"frame_duration": str(SOUND_MS)}
    source = ("sine", f"frequency=330:beep_factor=3:sample_rate=48000:samples_per_frame={SOUND_TICKS}")
    graph = filtered(source, ("aformat", "sample_fmts=s16:channel_layouts=stereo"), ("abuffersink", ""))
    packets = (bytes(packet) for _ in iter(int, 1) for packet in codec.encode(graph.pull()))
    yield from (next(packets) for _ in range(SECONDS * 1000 // SOUND_MS))
