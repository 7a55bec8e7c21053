from array import array
from itertools import pairwise

import av
import pytest

from streaming.artists import melodies
from streaming.artists.melodies import MELODIES, PACKET_MS, PACKETS, SAMPLE_RATE


def decoded(packets):
    decoder = av.CodecContext.create("libopus", "r")
    decoder.format, decoder.layout, decoder.sample_rate = "s16", "mono", 48_000
    frames = [frame for packet in packets for frame in decoder.decode(av.Packet(packet))]
    return array("h", b"".join(bytes(frame.planes[0])[: 2 * frame.samples] for frame in frames))


@pytest.mark.parametrize("name", MELODIES)
def test_a_melody_goes_round_without_a_click(name):
    packets = melodies.opus_packets(melodies.samples(MELODIES[name]))
    assert len(packets) == PACKETS
    sound = decoded(packets * 2)
    assert len(sound) == 2 * PACKETS * 48 * PACKET_MS
    steps = [abs(b - a) for a, b in pairwise(sound)]
    seam = len(sound) // 2
    assert max(steps[seam - 480 : seam + 480]) <= max(steps[:seam])
    assert 4_000 < max(map(abs, sound)) < 6_000


def test_what_still_sounds_at_the_end_is_heard_at_the_beginning():
    gong = melodies.Melody(melodies.HARP, 16, (melodies.Note(15.5, 57),))
    loop = melodies.mix(gong)
    assert len(loop) == 12 * SAMPLE_RATE
    assert max(map(abs, loop[:100])) > 0.2
    assert max(map(abs, loop[6 * SAMPLE_RATE : 7 * SAMPLE_RATE])) == 0
