"""From packets to a folder of segments: nothing lost, nothing doubled, everything in its place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from streaming.recording import Packager, Segment
from streaming.relay import Packet

from .cast import EVENING, Ada, WallClock, film, in_units, played, repaired, without

BEGAN = datetime(2026, 6, 4, 20, 0, tzinfo=UTC)


def recorded(folder: Path, packets: list[Packet], **settings: object) -> list[Segment]:
    segments: list[Segment] = []
    packager = Packager(
        WallClock(),
        folder,
        began=BEGAN,
        now=EVENING,
        on_segment=segments.append,
        want_picture=lambda: None,
        **settings,  # type: ignore[arg-type]
    )
    for packet in packets:
        packager.hear(packet)
    assert packager.close()
    assert packager.stats().stumbles == 0
    return segments


def test_every_frame_in_is_every_frame_out_at_its_time(tmp_path):
    ada = Ada(seconds=10)
    segments = recorded(tmp_path, ada.sends())
    video, opus, aac = (played(film(tmp_path, segments, name)) for name in ("video", "opus", "aac"))
    assert (video.codec, video.size) == ("h264", (320, 180))
    assert video.data == [in_units(picture) for picture in ada.pictures]
    assert video.times == [number * 3000 for number in range(300)]
    assert video.decoded == 300
    assert opus.data == list(ada.notes)
    assert opus.times == [number * 960 for number in range(500)]
    assert opus.decoded == 500
    assert aac.times == [number * 1024 for number in range(len(aac.times))]
    assert aac.decoded == len(aac.times) == 469


def test_segments_end_at_the_first_keyframe_after_two_seconds(tmp_path):
    segments = recorded(tmp_path, Ada(seconds=10).sends())
    assert [segment.number for segment in segments] == [0, 1, 2, 3, 4]
    assert [round(segment.duration, 3) for segment in segments] == [2.067, 2.067, 2.067, 2.067, 1.733]
    assert [piece.independent for segment in segments for piece in segment.pieces] == [True] * 15
    assert [segment.starts for segment in segments] == [
        BEGAN + timedelta(seconds=62 / 30 * number) for number in range(5)
    ]


def test_a_segment_ends_after_four_seconds_in_any_case(tmp_path):
    segments = recorded(tmp_path, Ada(seconds=10, keyframe_every=270).sends())
    assert [round(segment.duration, 3) for segment in segments] == [4.0, 4.0, 2.0]
    assert [segment.pieces[0].independent for segment in segments] == [True, False, False]


@pytest.mark.parametrize("late", [0.05, 0.4])
def test_a_repaired_packet_finds_its_place(tmp_path, late):
    ada = Ada(seconds=5)
    packets = repaired(repaired(ada.sends(), ("video", 70), late), ("audio", 33), late)
    segments = recorded(tmp_path, packets)
    assert played(film(tmp_path, segments, "video")).data == [in_units(picture) for picture in ada.pictures]
    assert played(film(tmp_path, segments, "opus")).data == list(ada.notes)


def test_after_a_lost_packet_the_picture_stands_until_the_next_keyframe(tmp_path):
    ada = Ada(seconds=5)
    packets = ada.sends()
    film_only = [packet for packet in packets if packet.kind == "video"]
    lost = next(n for n, packet in enumerate(film_only) if packet.timestamp == 80 * 3000)
    segments = recorded(tmp_path, without(packets, ("video", lost)))
    video = played(film(tmp_path, segments, "video"))
    kept = [*range(80), *range(124, 150)]
    assert video.times == [number * 3000 for number in kept]
    assert video.data == [in_units(ada.pictures[number]) for number in kept]


def test_lost_sound_is_silence_of_the_same_length(tmp_path):
    ada = Ada(seconds=5)
    segments = recorded(tmp_path, without(ada.sends(), ("audio", 60), ("audio", 61)))
    opus = played(film(tmp_path, segments, "opus"))
    assert opus.times == [number * 960 for number in range(250)]
    assert opus.data == [*ada.notes[:60], b"\xfc\xff\xfe", b"\xfc\xff\xfe", *ada.notes[62:]]


def test_a_picture_without_sound_is_silent(tmp_path):
    segments = recorded(tmp_path, Ada(seconds=6, microphone=False).sends())
    opus, aac = (played(film(tmp_path, segments, name)) for name in ("opus", "aac"))
    assert set(opus.data) == {b"\xfc\xff\xfe"}
    assert opus.times == [number * 960 for number in range(300)]
    assert aac.decoded == len(aac.times) == 282
    assert [round(segment.duration, 2) for segment in segments] == [2.07, 2.07, 1.87]


def test_sound_without_a_picture_is_dark(tmp_path):
    ada = Ada(seconds=10, camera=False)
    segments = recorded(tmp_path, ada.sends())
    assert played(film(tmp_path, segments, "opus")).data == list(ada.notes)
    assert {round(segment.duration) for segment in segments} == {2}
    assert sum(segment.duration for segment in segments) == pytest.approx(10, abs=0.1)
    dark = played(film(tmp_path, segments, "video"))
    assert dark.size == (320, 180)
    assert dark.decoded == 20
