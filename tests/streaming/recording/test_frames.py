"""Packets in, frames out: in order, whole or not at all, and never an exception."""

import random
from dataclasses import replace

import pytest
from aiortc.codecs.h264 import H264Encoder
from hypothesis import given, settings
from hypothesis import strategies as st

from streaming.recording import opus
from streaming.recording.frames import PATIENCE, Counts, Frame, Frames, Heard
from streaming.relay import Packet

from .cast import EVENING, Ada, in_units, units, without

ADA = Ada(seconds=3, keyframe_every=15)


def frames(packets: list[Packet]) -> tuple[list[Frame], Frames]:
    reader = Frames()
    heard = [frame for packet in packets for frame in reader.push(Heard(packet, packet.arrived))]
    return [*heard, *reader.flush()], reader


def film(found: list[Frame]) -> list[int]:
    """Numbers of the pictures."""
    return [frame.timestamp // 3000 for frame in found if frame.kind == "video"]


def music(found: list[Frame]) -> list[int]:
    return [frame.timestamp // 960 for frame in found if frame.kind == "audio"]


def test_pictures_come_out_as_the_encoder_made_them():
    found, reader = frames(ADA.sends())
    assert [frame.data for frame in found if frame.kind == "video"] == [in_units(picture) for picture in ADA.pictures]
    assert [frame.data for frame in found if frame.kind == "audio"] == list(ADA.notes)
    assert reader.counts == {"video": Counts(frames=90), "audio": Counts(frames=150)}


def test_keyframes_carry_their_parameters():
    found, _ = frames(ADA.sends())
    keyframes = [frame for frame in found if frame.parameters]
    assert film(keyframes) == [0, 15, 30, 45, 60, 75]
    assert {frame.parameters.format.width for frame in keyframes} == {320}


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_packets_may_overtake_each_other(seed):
    shuffled = sorted(ADA.sends(), key=lambda packet: packet.arrived + random.Random(f"{seed}{packet}").random() * 0.2)
    # What comes before the first packet of its track cannot be told from what came before the recording.
    first = {kind: next(packet for packet in ADA.sends() if packet.kind == kind) for kind in ("video", "audio")}
    found, _ = frames([*first.values(), *(packet for packet in shuffled if packet not in first.values())])
    assert (film(found), music(found)) == ([*range(90)], [*range(150)])


def first_of_picture(number: int) -> int:
    packets = [packet for packet in ADA.sends() if packet.kind == "video"]
    return next(place for place, packet in enumerate(packets) if packet.timestamp == number * 3000)


@pytest.mark.parametrize(("lost", "shown"), [(7, [*range(7), *range(15, 90)]), (15, [*range(15), *range(30, 90)])])
def test_a_picture_that_lacks_a_packet_goes_with_all_that_build_on_it(lost, shown):
    found, reader = frames(without(ADA.sends(), ("video", first_of_picture(lost))))
    assert film(found) == shown
    assert reader.counts["video"].lost == 1


def test_a_repair_that_takes_too_long_is_not_waited_for():
    packets = ADA.sends()
    missing = next(packet for packet in packets if packet.kind == "video" and packet.timestamp == 7 * 3000)
    late = replace(missing, arrived=missing.arrived + PATIENCE + 0.1)
    rest = [packet for packet in packets if packet is not missing]
    found, reader = frames(sorted([*rest, late], key=lambda packet: packet.arrived))
    assert film(found) == [*range(7), *range(15, 90)]
    assert (reader.counts["video"].lost, reader.counts["video"].late) == (1, 1)


def test_probes_without_payload_are_no_gap():
    packets = [packet for packet in ADA.sends() if packet.kind == "video"]
    moved = [replace(packet, sequence=packet.sequence * 2) for packet in packets]
    probes = [replace(packet, sequence=packet.sequence + 1, payload=b"") for packet in moved]
    found, _ = frames([packet for pair in zip(moved, probes, strict=True) for packet in pair])
    assert film(found) == [*range(90)]


def test_parameter_sets_sent_once_hold_for_all_keyframes():
    packets = []
    for number, picture in enumerate(ADA.pictures):
        kept = [nal for nal in units(picture) if number == 0 or nal[0] & 0x1F not in (7, 8)]
        payloads = H264Encoder._packetize(iter(kept))
        for payload in payloads:
            last = payload is payloads[-1]
            packets.append(Packet("video", 1, len(packets), number * 3000, last, payload, EVENING + number / 30))
    found, _ = frames(packets)
    assert film(found) == [*range(90)]
    assert len({frame.parameters for frame in found if frame.parameters}) == 1


def test_stragglers_of_an_old_take_are_dropped():
    again = [replace(packet, take=2, arrived=packet.arrived + 4) for packet in ADA.sends()]
    found, reader = frames([*ADA.sends(), *again, ADA.sends()[10]])
    assert [frame.take for frame in found if frame.kind == "video"] == [1] * 90 + [2] * 90
    assert sum(counts.late for counts in reader.counts.values()) == 1


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.booleans(), st.binary(max_size=40)), max_size=30))
def test_nothing_an_artist_sends_raises(payloads):
    packets = [
        Packet(kind, 1, sequence, sequence // 3 * 3000, marker, payload, EVENING + number * 0.01)
        for number, (sequence, marker, payload) in enumerate(payloads)
        for kind in ("video", "audio")
    ]
    found, _ = frames([*packets, *(replace(packet, take=2) for packet in ADA.sends())])
    assert film([frame for frame in found if frame.take == 2]) == [*range(90)]


@pytest.mark.parametrize(
    ("packet", "samples"),
    [
        (b"\xfc\xff\xfe", 960),
        (b"\x08", 960),
        (b"\xe4\xff\xfe", 120),
        (b"\x18\x00", 2880),
        (b"\xfd\x00\x00", 1920),
        (b"\xfb\x06", 5760),
    ],
)
def test_a_packet_of_opus_says_how_long_it_sounds(packet, samples):
    assert opus.duration(packet) == samples


@pytest.mark.parametrize("packet", [b"", b"\xfb", b"\xfb\x00", b"\xfb\x07"])
def test_what_no_decoder_could_read_is_refused(packet):
    with pytest.raises(ValueError):
        opus.duration(packet)


@pytest.mark.parametrize("samples", [120, 961, 960 * 3 + 481, 48_000])
def test_silence_is_as_long_as_asked(samples):
    packets = opus.silence(samples)
    assert sum(length for length, _ in packets) == samples
    assert all(0 <= length - opus.duration(packet) < 120 for length, packet in packets)
