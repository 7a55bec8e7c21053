"""Melodies: one quiet pentatonic piece for each scene, synthesised, as long as its loop and without a seam.

A tone is a few sine partials that die away, each computed by the two-term recurrence of a damped oscillator. What
still sounds at the end of the loop is added to its beginning.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import cos, exp, pi, sin

import av

from .scenes import SECONDS

SAMPLE_RATE = 24_000  # of the synthesis; Opus counts in 48 kHz whatever it is given (RFC 7587, 4.1)
PACKET_MS = 60  # three Opus frames in a packet: a third of the packets, and nobody plays along
PACKETS = SECONDS * 1000 // PACKET_MS
PEAK = 5_000  # of 32767: about -16 dB


@dataclass(frozen=True)
class Instrument:
    partials: tuple[tuple[float, float, float], ...]  # frequency ratio, gain, seconds until the partial fell to 1/e
    attack: float  # seconds


@dataclass(frozen=True)
class Note:
    beat: float
    pitch: int  # MIDI number: 69 is A at 440 Hz
    gain: float = 1.0


@dataclass(frozen=True)
class Melody:
    instrument: Instrument
    beats: int  # in one loop
    notes: tuple[Note, ...]


HARP = Instrument(((1, 1.0, 0.9), (2, 0.35, 0.5), (3, 0.14, 0.25)), 0.004)
ORGAN = Instrument(((1, 1.0, 2.2), (2, 0.3, 1.8), (0.5, 0.35, 2.2)), 0.5)
MARIMBA = Instrument(((1, 1.0, 0.45), (3.93, 0.18, 0.09)), 0.003)


def line(instrument: Instrument, beats: int, *voices: tuple[float, float, str]) -> Melody:
    """Voices are (step in beats, gain, pitches or dots for rests)."""
    notes = [
        Note(place * step, int(pitch), gain)
        for step, gain, pitches in voices
        for place, pitch in enumerate(pitches.split())
        if pitch != "."
    ]
    return Melody(instrument, beats, tuple(notes))


MELODIES = {
    "quellen": line(  # D pentatonic, water falling from bowl to bowl
        HARP,
        16,
        (0.5, 0.55, "74 . 78 81 . 78 . 76 74 . 71 . 69 . 71 . 74 . 76 78 . 83 . 81 78 . 76 . 74 71 . 69"),
        (4, 0.8, "50 55 52 57"),
        (4, 0.5, "62 59 64 61"),
    ),
    "dom": line(  # slow fifths and a voice above them, as in a long room
        ORGAN,
        8,
        (2, 0.8, "45 50 43 52"),
        (2, 0.6, "57 57 59 59"),
        (1, 0.5, "69 72 74 . 71 67 . 64"),
    ),
    "kulturwerkstatt": line(  # C pentatonic, hands on wood
        MARIMBA,
        16,
        (0.5, 0.6, "60 . 67 64 . 67 69 . 60 . 67 64 72 . 69 67 57 . 64 60 . 64 67 . 57 . 64 60 67 . 64 62"),
        (2, 0.9, "48 . 48 55 45 . 45 52"),
        (4, 0.4, "76 79 . 74"),
    ),
}


def frequency(pitch: int) -> float:
    return 440 * 2 ** ((pitch - 69) / 12)


@cache
def tone(instrument: Instrument, pitch: int) -> list[float]:
    """One note at gain 1, until it is a hundredth."""
    length = int(SAMPLE_RATE * 4.6 * max(decay for _, _, decay in instrument.partials))
    samples = [0.0] * length
    for ratio, gain, decay in instrument.partials:
        step, fall = 2 * pi * frequency(pitch) * ratio / SAMPLE_RATE, exp(-1 / (decay * SAMPLE_RATE))
        ahead, back = 2 * fall * cos(step), fall * fall
        before, value = -gain * sin(step) / fall, 0.0
        for at in range(length):
            samples[at] += value
            before, value = value, ahead * value - back * before
    rise = max(1, int(instrument.attack * SAMPLE_RATE))
    samples[:rise] = [value * at / rise for at, value in enumerate(samples[:rise])]
    return samples


def mix(melody: Melody) -> list[float]:
    """The whole loop; tails go round its end."""
    total = SECONDS * SAMPLE_RATE
    loop = [0.0] * total
    for note in melody.notes:
        at = int(note.beat * total / melody.beats)
        sound = tone(melody.instrument, note.pitch)
        rest = total - at
        loop[at : at + len(sound)] = [a + note.gain * b for a, b in zip(loop[at:], sound, strict=False)]
        for place, value in enumerate(sound[rest:]):
            loop[place] += note.gain * value
    return loop


def samples(melody: Melody) -> bytes:
    """16 bit, mono."""
    loop = mix(melody)
    scale = PEAK / max(map(abs, loop))
    return b"".join(round(value * scale).to_bytes(2, "little", signed=True) for value in loop)


def opus_packets(pcm: bytes) -> list[bytes]:
    """One loop as Opus packets that may be repeated for ever.

    An Opus decoder remembers what it has played. The loop is encoded twice and the second time is kept: there the
    first packet follows the last one, as it will on air.
    """
    codec = av.CodecContext.create("libopus", "w")
    assert isinstance(codec, av.AudioCodecContext)
    codec.sample_rate, codec.layout, codec.format = SAMPLE_RATE, "mono", "s16"
    codec.bit_rate = 32_000
    codec.options = {"frame_duration": str(PACKET_MS), "application": "audio", "vbr": "on"}
    packets = [bytes(packet) for frame in audio_frames(pcm * 2) for packet in codec.encode(frame)]
    packets += map(bytes, codec.encode(None))
    return packets[PACKETS : 2 * PACKETS]


def audio_frames(pcm: bytes) -> Iterator[av.AudioFrame]:
    size = SAMPLE_RATE * PACKET_MS // 1000
    for number in range(len(pcm) // (2 * size)):
        frame = av.AudioFrame("s16", "mono", size)
        frame.planes[0].update(pcm[2 * size * number : 2 * size * (number + 1)])
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, number * size, Fraction(1, SAMPLE_RATE)
        yield frame
