"""From packets to a folder of segments: nothing lost, nothing doubled, everything in its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest

from streaming.recording import GRACE, Packager, Segment
from streaming.relay import Packet

from .cast import EVENING, Ada, WallClock, film, in_units, played, repaired, without

BEGAN = datetime(2026, 6, 4, 20, 0, tzinfo=UTC)


def recorder(folder: Path, **settings: object) -> Packager:
    usual = {"began": BEGAN, "now": EVENING, "on_segment": lambda _: None, "want_picture": lambda: None}
    return Packager(WallClock(), folder, **usual | settings)  # type: ignore[arg-type]


def until(true: Callable[[], bool], patience: float = 10) -> None:
    deadline = monotonic() + patience
    while not true():
        assert monotonic() < deadline, "it did not happen"
        sleep(0.02)


def recorded(folder: Path, packets: list[Packet], **settings: object) -> list[Segment]:
    segments: list[Segment] = []
    packager = recorder(folder, on_segment=segments.append, **settings)
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


def test_an_encoder_whose_two_seconds_are_a_little_short_is_meant_too(tmp_path):
    segments = recorded(tmp_path, Ada(seconds=10, keyframe_every=59).sends())
    assert [round(segment.duration, 3) for segment in segments] == [1.967] * 5 + [0.167]


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


def sorted_by_arrival(*sendings: Ada) -> list[Packet]:
    return sorted((packet for ada in sendings for packet in ada.sends()), key=lambda packet: packet.arrived)


def test_a_new_take_is_a_discontinuity_in_all_renditions(tmp_path):
    segments = recorded(tmp_path, sorted_by_arrival(Ada(seconds=5), Ada(seconds=5, take=2, begins=65)))
    assert [(segment.number, segment.take, segment.breaks) for segment in segments] == [
        (0, 1, 0), (1, 1, 0), (2, 1, 0), (3, 2, 1), (4, 2, 1), (5, 2, 1),
    ]  # fmt: skip
    for place, name in enumerate(("video", "opus", "aac")):
        pieces = [segment.pieces[place] for segment in segments]
        assert [piece.discontinuity for piece in pieces] == [False, False, False, True, False, False]
        assert [piece.init for piece in pieces] == [f"{name}-0000.mp4"] * 3 + [f"{name}-0001.mp4"] * 3
    assert segments[2].ends == BEGAN + timedelta(seconds=5)
    assert segments[3].starts == BEGAN + timedelta(seconds=65)


def test_a_new_picture_size_is_a_discontinuity_and_sound_runs_through(tmp_path):
    small, large = Ada(seconds=3), Ada(seconds=3, begins=3, size=(640, 360), microphone=False)
    film_only = [replace(packet, sequence=packet.sequence + 10_000) for packet in large.sends()]
    music = Ada(seconds=6, camera=False).sends()
    packets = sorted([*(p for p in small.sends() if p.kind == "video"), *film_only, *music], key=lambda p: p.arrived)
    segments = recorded(tmp_path, packets)
    first = [segment for segment in segments if segment.stretch == 0]
    second = [segment for segment in segments if segment.stretch == 1]
    assert played(film(tmp_path, first, "video")).size == (320, 180)
    assert played(film(tmp_path, second, "video")).size == (640, 360)
    for rendition, length in (("opus", 960), ("aac", 1024)):
        times = [time for part in (first, second) for time in played(film(tmp_path, part, rendition)).times]
        assert times == [number * length for number in range(len(times))]
    assert second[0].pieces[1].discontinuity


def test_when_the_camera_fails_the_stage_goes_dark_and_comes_back(tmp_path):
    camera = Ada(seconds=4, microphone=False)
    again = [
        replace(packet, sequence=packet.sequence + 5000)
        for packet in Ada(seconds=4, begins=10, microphone=False).sends()
    ]
    music = Ada(seconds=14, camera=False)
    packets = sorted([*camera.sends(), *again, *music.sends()], key=lambda packet: packet.arrived)
    segments = recorded(tmp_path, packets)
    sizes = {s: played(film(tmp_path, [p for p in segments if p.stretch == s], "video")).decoded for s in (0, 1, 2)}
    # The last picture before the failure is known to be whole only with the next one, and that came too late.
    assert (sizes[0], sizes[2]) == (119, 120)
    starts = [next(segment for segment in segments if segment.stretch == s).starts - BEGAN for s in (0, 1, 2)]
    assert starts[0] == timedelta(0)
    assert timedelta(seconds=4.9) <= starts[1] <= timedelta(seconds=5.1)
    assert starts[2] == timedelta(seconds=10)
    opus = [
        data for s in (0, 1, 2) for data in played(film(tmp_path, [p for p in segments if p.stretch == s], "opus")).data
    ]
    assert opus == list(music.notes)
    assert max(piece.duration for segment in segments for piece in segment.pieces) < 4.5


def test_sound_that_arrives_late_stays_with_its_picture(tmp_path):
    ada = Ada(seconds=6, sound_later=0.3)
    segments = recorded(tmp_path, ada.sends())
    assert played(film(tmp_path, segments, "opus")).data == list(ada.notes)


def test_a_break_of_the_line_is_not_filled(tmp_path):
    ada = Ada(seconds=30)
    packets = [packet for packet in ada.sends() if not 5 <= packet.arrived - EVENING < 22]
    segments = recorded(tmp_path, packets)
    assert [(segment.stretch, segment.starts - BEGAN > timedelta(seconds=8)) for segment in segments] == [
        *[(0, False)] * 3,
        *[(1, True)] * 4,
    ]
    assert sum(segment.duration for segment in segments) == pytest.approx(5 + 30 - 11 * 62 / 30, abs=0.1)


def test_keyframes_are_asked_for_every_two_seconds(tmp_path, monkeypatch):
    monkeypatch.setattr("streaming.recording.packager.TICK", 60)
    asked: list[float] = []
    now = 0.0
    packager = recorder(tmp_path, want_picture=lambda: asked.append(round(now, 1)))
    for packet in Ada(seconds=7, keyframe_every=300).sends():
        now = packet.arrived - EVENING
        packager.hear(packet)
    assert packager.close()
    assert asked == [2.0, 4.0, 6.0]


def test_a_damaged_picture_is_asked_for_again_soon(tmp_path):
    asked: list[float] = []
    now = 0.0
    packager = recorder(tmp_path, want_picture=lambda: asked.append(now))
    ada = Ada(seconds=2, keyframe_every=300)
    lost = without(ada.sends(), ("video", 40))
    for packet in lost:
        packager.hear(packet)
    until(lambda: packager._wants_keyframe)
    before = len(asked)  # on a busy machine it is noticed, and asked for, while the packets are still coming
    later = max(packet.arrived for packet in lost) + 0.5
    packager.hear(replace(lost[-1], kind="video", sequence=9000, arrived=later))
    assert len(asked) == before + 1
    assert packager.close()


def test_a_session_that_is_not_kept_leaves_the_newest_minute_and_no_more(tmp_path):
    ada = Ada(seconds=20)
    told: list[Segment] = []
    packager = recorder(tmp_path, keep=False, window=4, on_segment=told.append)
    for packet in ada.sends():
        packager.hear(packet)
    assert packager.close()
    assert len(told) == 10
    gone = [segment for segment in told if not (tmp_path / segment.pieces[0].name).exists()]
    assert gone == [segment for segment in told if segment.ends < told[-1].ends - timedelta(seconds=4 + GRACE)]
    assert len(gone) == 1


def test_one_may_rewind_as_far_as_the_window_reaches_and_the_live_playlist_is_shorter(tmp_path, monkeypatch):
    monkeypatch.setattr("streaming.recording.packager.LIVE_WINDOW", 6)
    packager = recorder(tmp_path, keep=False, window=14)
    for packet in sorted_by_arrival(Ada(seconds=20), Ada(seconds=20, take=2, begins=24)):
        packager.hear(packet)
    assert packager.close()
    assert [segment.number for segment in packager.recent] == [16, 17, 18, 19]
    assert [segment.number for segment in packager.rewindable] == [*range(12, 20)]
    on_disk = {int(path.stem[-6:]) for path in tmp_path.glob("video-*.m4s")}
    assert on_disk == set(range(8, 20))


def test_what_was_heard_is_shown_when_the_line_goes_silent(tmp_path):
    told: list[Segment] = []
    packager = recorder(tmp_path, on_segment=told.append)
    for packet in Ada(seconds=3).sends():
        packager.hear(packet)
    until(lambda: len(told) == 2)
    assert [round(segment.duration, 2) for segment in told] == [2.07, 0.93]
    packager.close()


def test_a_listener_that_cannot_keep_up_drops_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr("streaming.recording.packager.QUEUE", 100)
    monkeypatch.setattr("streaming.recording.packager.TICK", 60)
    packager = recorder(tmp_path)
    for packet in Ada(seconds=3, camera=False).sends():
        packager.hear(packet)
    assert packager.stats().refused == 50
    assert packager.close()
