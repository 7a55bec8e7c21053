"""The rules find what is wrong, and nothing in what our packager writes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from streaming.media import live_master, live_playlist, live_sound
from streaming.recording import RENDITIONS, Segment, hls
from tests.hls_rules import master_faults, media_faults, renewal_faults

from .cast import Ada
from .test_packager import recorded, sorted_by_arrival

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def evening(tmp_path_factory) -> tuple[Path, list[Segment]]:
    """Ada plays, grows, goes, and comes back for another take."""
    folder = tmp_path_factory.mktemp("evening")
    large = Ada(seconds=6, begins=4.2, size=(640, 360), microphone=False)
    grown = [replace(packet, sequence=packet.sequence + 10_000) for packet in large.sends()]
    small = [packet for packet in Ada(seconds=4.2).sends() if packet.kind == "video"]
    music = Ada(seconds=10.2, camera=False)
    first = [*small, *grown, *music.sends()]
    packets = sorted([*first, *sorted_by_arrival(Ada(seconds=9, take=2, begins=65))], key=lambda p: p.arrived)
    return folder, recorded(folder, packets)


def live_files(folder: Path, segments: Sequence[Segment]) -> Files:
    """All a player can fetch while these are the segments of the window."""
    files: Files = {path.name: path.read_bytes() for path in folder.iterdir()}
    files |= {f"{name}.m3u8": live_playlist(segments, name, "").encode() for name in RENDITIONS}
    return files | {"index.m3u8": live_master(segments, "").encode(), "sound.m3u8": live_sound(segments, "").encode()}


def faults(files: Files, master: str = "index.m3u8") -> list[str]:
    return master_faults(files[master].decode(), files.__getitem__)


@pytest.mark.parametrize("master", ["index.m3u8", "sound.m3u8"])
def test_a_live_stage_keeps_the_rules_in_every_window(evening, master):
    folder, segments = evening
    assert {segment.stretch for segment in segments} == {0, 1, 2}
    windows = [segments[first : first + 7] for first in range(len(segments) - 6)]
    assert [faults(live_files(folder, window), master) for window in windows] == [[]] * len(windows)


def test_a_live_stage_keeps_the_rules_from_window_to_window(evening):
    _folder, segments = evening
    windows = [segments[max(0, last - 7) : last] for last in range(1, len(segments) + 1)]
    for rendition in RENDITIONS:
        texts = [live_playlist(window, rendition, "") for window in windows]
        found = [renewal_faults(*pair) for pair in pairwise(texts)]
        assert found == [[]] * (len(windows) - 1)


def test_a_recording_keeps_the_rules(evening):
    folder, segments = evening
    for index in range(len(RENDITIONS)):
        text = hls.vod([segment.pieces[index] for segment in segments])
        assert media_faults(text, lambda name: (folder / name).read_bytes()) == []


def test_segments_without_keyframes_keep_the_rules(tmp_path):
    segments = recorded(tmp_path, Ada(seconds=10, keyframe_every=270).sends())
    assert faults(live_files(tmp_path, segments)) == []


def test_a_stage_without_a_camera_keeps_the_rules(tmp_path):
    segments = recorded(tmp_path, Ada(seconds=10, camera=False).sends())
    assert faults(live_files(tmp_path, segments)) == []


# --- planted ----------------------------------------------------------------------------------------------------------


def without(line: str) -> Callable[[str], str]:
    return lambda text: re.sub(f"^{line}.*\n", "", text, count=1, flags=re.M)


def swapped(old: str, new: str) -> Callable[[str], str]:
    return lambda text: re.sub(old, new, text, count=1, flags=re.M)


def twice(text: str) -> str:
    """The first segment also stands at the second's place."""
    first, second = re.findall(r"^video-.*m4s$", text, flags=re.M)[:2]
    return text.replace(second, first)


@pytest.mark.parametrize(
    ("file", "plant", "sentence"),
    [
        ("video.m3u8", without("#EXTM3U"), "does not begin with EXTM3U (4.3.1.1)"),
        ("video.m3u8", without("#EXT-X-TARGETDURATION"), "has no EXT-X-TARGETDURATION (4.3.3.1)"),
        ("video.m3u8", swapped("DURATION:4", "DURATION:1"), "longer than the target of 1 s (4.3.3.1)"),
        ("opus.m3u8", swapped("DURATION:4", "DURATION:5"), "has another target duration than video.m3u8 (6.2.4)"),
        ("video.m3u8", without("#EXT-X-MAP"), "comes before any EXT-X-MAP (3.3)"),
        ("video.m3u8", swapped("VERSION:7", "VERSION:5"), "EXT-X-MAP needs EXT-X-VERSION 6 (4.3.2.5)"),
        ("video.m3u8", twice, "stands there twice (6.2.2)"),
        ("video.m3u8", without("#EXT-X-DISCONTINUITY$"), "encoded anew without a discontinuity (4.3.2.3)"),
        ("aac.m3u8", without("#EXT-X-DISCONTINUITY$"), "has its discontinuities elsewhere than video.m3u8 (6.2.4)"),
        ("aac.m3u8", swapped("SEQUENCE:0\n(?=#EXT-X-MAP)", "SEQUENCE:1\n"), "has its discontinuities elsewhere"),
        ("aac.m3u8", lambda text: re.sub("#EXT-X-PROGRAM.*\n", "", text), "only one says when it was (6.2.4)"),
        ("video.m3u8", swapped(r"T20:00:00\.", "T20:00:01."), "begins before video-0000-000000.m4s has ended"),
        ("video.m3u8", swapped(r"T20:00:00\.", "T19:59:59."), "without a discontinuity (4.3.2.6)"),
        ("video.m3u8", swapped(r"EXTINF:2\.06", "EXTINF:2.56"), "s, not 2.56"),
        ("video.m3u8", swapped("#EXT-X-MEDIA-S", "#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-MEDIA-S"), "no EXT-X-ENDLIST"),
        ("index.m3u8", swapped(r"BANDWIDTH=\d+", "BANDWIDTH=1000"), "BANDWIDTH is 1000, its peak"),
        ("index.m3u8", swapped(r"AVERAGE-BANDWIDTH=\d+", "AVERAGE-BANDWIDTH=9"), "AVERAGE-BANDWIDTH is 9, its average"),
        ("index.m3u8", swapped('avc1[^,"]+', "avc1.42c001"), "which CODECS does not announce (4.3.4.2)"),
        ("index.m3u8", swapped("avc1[^,]+,opus", "avc1.42c01f"), "it holds opus, which CODECS does not announce"),
        ("index.m3u8", swapped(",opus", ",opus,mp4a.40.2"), "CODECS announces mp4a.40.2, which it does not hold"),
        ("index.m3u8", swapped("640x360", "641x360"), "RESOLUTION is 641x360, its pictures are"),
        ("index.m3u8", swapped('AUDIO="opus"', 'AUDIO="mono"'), "names no group that exists (4.3.4.2)"),
        ("index.m3u8", swapped('ID="aac"', 'ID="opus"'), "The group opus has Stereo twice (4.3.4.1.1)"),
    ],
)  # fmt: skip
def test_a_planted_fault_is_found(evening, file, plant, sentence):
    files = live_files(*evening)
    planted = plant(files[file].decode())
    assert planted != files[file].decode()
    assert any(sentence in fault for fault in faults(files | {file: planted.encode()}))


def test_a_promise_of_independence_that_is_not_kept_is_found(tmp_path):
    segments = recorded(tmp_path, Ada(seconds=10, keyframe_every=270).sends())
    text = hls.vod([segment.pieces[0] for segment in segments])
    planted = text.replace("#EXT-X-MEDIA-S", "#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-MEDIA-S")
    assert media_faults(planted, lambda name: (tmp_path / name).read_bytes()) == [
        "video-0000-000001.m4s does not begin with a keyframe (4.3.5.1).",
        "video-0000-000002.m4s does not begin with a keyframe (4.3.5.1).",
    ]


def test_segments_that_do_not_join_are_found(evening):
    folder, segments = evening
    text = live_playlist([segments[0], segments[2]], "opus", "")
    found = media_faults(without("#EXT-X-DISCONTINUITY$")(text), lambda name: (folder / name).read_bytes())
    assert any("of its own time" in fault for fault in found)


@pytest.mark.parametrize(
    ("plant", "sentence"),
    [
        (swapped("TARGETDURATION:4", "TARGETDURATION:5"), "EXT-X-TARGETDURATION changed from 4 to 5 (6.2.1)."),
        (swapped("MEDIA-SEQUENCE:0", "MEDIA-SEQUENCE:1"), "Number 1 was video-0000-000001.m4s and is"),
        (swapped("CONTINUITY-SEQUENCE:0", "CONTINUITY-SEQUENCE:1"), "came after 0 discontinuities and now after 1"),
        (swapped("EXTINF:2.0", "EXTINF:2.1"), "video-0000-000000.m4s is described otherwise than before (6.2.1)."),
    ],
)
def test_a_change_that_is_not_allowed_is_found(evening, plant, sentence):
    _folder, segments = evening
    text = live_playlist(segments, "video", "")
    assert plant(text) != text
    assert any(sentence in fault for fault in renewal_faults(text, plant(text)))


def test_a_window_that_goes_back_or_shrinks_too_far_is_found(evening):
    _folder, segments = evening
    older, newer = (live_playlist(segments[first : first + 6], "video", "") for first in (0, 1))
    assert renewal_faults(newer, older) == [
        "EXT-X-MEDIA-SEQUENCE went back by 1 (6.2.2).",
        "Its newest segments are gone again (6.2.2).",
    ]
    assert renewal_faults(older, live_playlist(segments[4:7], "video", "")) != []


def test_a_recording_that_changes_is_found(evening):
    _folder, segments = evening
    pieces = [segment.pieces[0] for segment in segments]
    assert renewal_faults(hls.vod(pieces), hls.vod(pieces[:-1]))[0] == "It changed after EXT-X-ENDLIST (6.2.1)."
