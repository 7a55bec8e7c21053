"""Whatever dies at whatever byte: whole fragments are kept, nothing half is ever shown."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streaming.recording import Packager, Segment, recover
from streaming.recording.fmp4 import boxes

from .cast import EVENING, Ada, WallClock, film, played

BEGAN = datetime(2026, 6, 4, 18, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory) -> Path:
    """A folder whose writer is about to die: two whole segments and one that grows."""
    folder = tmp_path_factory.mktemp("interrupted")
    packager = Packager(
        WallClock(), folder, began=BEGAN, now=EVENING, on_segment=lambda _: None, want_picture=lambda: None
    )
    for packet in Ada(seconds=6).sends():
        packager.hear(packet)
    packager._over.set()
    packager._guarded = lambda work: packager._round() if work == packager._round else None
    assert packager.close()
    return folder


def check(folder: Path, segments: list[Segment]) -> None:
    """Every file is what its segment says, of whole boxes; no other file is there."""
    names = {piece.name for segment in segments for piece in segment.pieces}
    for piece in [piece for segment in segments for piece in segment.pieces]:
        data = (folder / piece.name).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (piece.size, piece.sha256)
        assert [end for _, _, end in boxes(data, 0, len(data))][-1] == len(data)
    assert {path.name for path in folder.glob("*.m4s*")} == names
    assert [segment.number for segment in segments] == list(range(len(segments)))


def test_whole_fragments_become_a_last_segment(interrupted, tmp_path):
    folder = shutil.copytree(interrupted, tmp_path / "copy")
    assert len(list(folder.glob("*.part"))) == 3
    segments = recover(folder)
    check(folder, segments)
    assert [round(segment.duration, 2) for segment in segments] == [2.07, 2.07, 1.5]
    video = played(film(folder, segments, "video"))
    assert video.times == [number * 3000 for number in range(169)]
    assert video.decoded == 169
    assert recover(folder) == segments


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 3), st.floats(0, 1))
def test_a_file_cut_at_any_byte_costs_no_more_than_its_segment(interrupted, tmp_path_factory, which, share):
    folder = shutil.copytree(interrupted, tmp_path_factory.mktemp("cut") / "copy")
    path = [*sorted(folder.glob("*.part")), folder / "journal"][which]
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    segments = recover(folder)
    check(folder, segments)
    if path.name != "journal":
        assert len(segments) >= 2
    assert recover(folder) == segments


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.floats(0, 1), min_size=4, max_size=4))
def test_whatever_growing_files_and_journal_lose_at_once_nothing_half_is_left(interrupted, tmp_path_factory, shares):
    """A power failure: each of them ends at a byte of its own."""
    folder = shutil.copytree(interrupted, tmp_path_factory.mktemp("cut") / "copy")
    for path, share in zip([*sorted(folder.glob("*.part")), folder / "journal"], shares, strict=True):
        os.truncate(path, int(path.stat().st_size * share))
    segments = recover(folder)
    check(folder, segments)
    assert recover(folder) == segments


def test_a_recorder_goes_on_where_another_died(interrupted, tmp_path):
    folder = shutil.copytree(interrupted, tmp_path / "copy")
    before = recover(folder)
    told: list[Segment] = []
    packager = Packager(
        WallClock(), folder, began=BEGAN, now=EVENING, on_segment=told.append, want_picture=lambda: None
    )
    for packet in Ada(seconds=3, begins=60, take=2).sends():
        packager.hear(packet)
    assert packager.close()
    assert [(segment.number, segment.breaks, segment.stretch) for segment in told] == [(3, 1, 1), (4, 1, 1)]
    assert [piece.discontinuity for piece in told[0].pieces] == [True] * 3
    check(folder, [*before, *told])


PLAYING = """
import sys
from pathlib import Path
from time import sleep, monotonic
from tests.streaming.recording.cast import Ada, EVENING, WallClock
from tests.streaming.recording.test_spool import BEGAN
from streaming.recording import Packager
packager = Packager(WallClock(), Path(sys.argv[1]), began=BEGAN, now=EVENING, on_segment=lambda s: None,
                    want_picture=lambda: None)
packets, began = Ada(seconds=30).sends(), monotonic()
for packet in packets:
    while packet.arrived - EVENING > 4 * (monotonic() - began):
        sleep(0.005)
    packager.hear(packet)
    if packet.kind == "video" and packet.marker:
        print((packet.timestamp + 3000) / 90_000, flush=True)
"""


def test_a_killed_process_loses_less_than_two_seconds(tmp_path):
    """Time runs four times as fast; the loss is measured in the recording's own time."""
    process = subprocess.Popen(
        [sys.executable, "-c", PLAYING, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    assert process.stdout
    sent = 0.0
    for line in process.stdout:
        sent = float(line)
        if sent > 9:
            process.kill()
            break
    assert process.wait() == -signal.SIGKILL
    sent = max([sent, *map(float, process.stdout)])
    segments = recover(tmp_path)
    check(tmp_path, segments)
    assert sent - 2 < sum(segment.duration for segment in segments) <= sent + 0.1


def test_a_disk_that_refuses_costs_a_segment_and_no_more(tmp_path, monkeypatch):
    told: list[Segment] = []
    packager = Packager(
        WallClock(), tmp_path, began=BEGAN, now=EVENING, on_segment=told.append, want_picture=lambda: None
    )
    refusing = iter([False] * 12 + [True])
    really = os.fdatasync

    def fdatasync(handle: int) -> None:
        if next(refusing, False):
            raise OSError(28, "No space left on device")
        really(handle)

    monkeypatch.setattr(os, "fdatasync", fdatasync)
    for packet in Ada(seconds=10).sends():
        packager.hear(packet)
    assert packager.close()
    assert packager.stats().stumbles == 1
    check(tmp_path, told)
    assert 7 < sum(segment.duration for segment in told) < 9
    assert abs(told[-1].ends - BEGAN - timedelta(seconds=10)) < timedelta(milliseconds=1)


ON_A_FULL_DISK = """
import json, resource, sys
from datetime import timedelta
from pathlib import Path
from time import sleep, monotonic
from tests.streaming.recording.cast import Ada, EVENING, WallClock
from tests.streaming.recording.test_spool import BEGAN
from streaming.recording import Packager
journal = Path(sys.argv[1]) / "journal"
told, hard = [], resource.getrlimit(resource.RLIMIT_FSIZE)[1]
packager = Packager(WallClock(), Path(sys.argv[1]), began=BEGAN, now=EVENING, on_segment=told.append,
                    want_picture=lambda: None)
packets, began, limits, longest = Ada(seconds=14).sends(), monotonic(), [8, 5], 0.0
for packet in packets:
    while packet.arrived - EVENING > 4 * (monotonic() - began):
        sleep(0.005)
    if limits and packet.arrived - EVENING > limits[-1]:
        room = journal.stat().st_size * int(sys.argv[2]) + int(sys.argv[3]) if limits.pop() == 5 else hard
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    heard = monotonic()
    packager.hear(packet)
    longest = max(longest, monotonic() - heard)
assert packager.close()
print(json.dumps({"stumbles": packager.stats().stumbles, "refused": packager.stats().refused, "longest": longest,
                  "told": [segment.number for segment in told]}))
"""


@pytest.mark.parametrize(("journals", "more"), [(0, 0), (0, 300), (0, 1500), (1, 0), (1, 400)])
def test_on_a_disk_full_for_seconds_the_recording_waits_and_goes_on(tmp_path, journals, more):
    """Full from second 5 to 8 of 14, in time four times as fast: no file may grow over so many bytes, so that the
    kernel breaks off in the middle of what is written, journal and initialisation segments included."""
    command = [sys.executable, "-c", ON_A_FULL_DISK, str(tmp_path), str(journals), str(more)]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=Path.cwd(), check=True, timeout=60)
    said = json.loads(ran.stdout)
    segments = recover(tmp_path)
    check(tmp_path, segments)
    assert (said["stumbles"] > 0, said["refused"], said["longest"] < 0.5) == (True, 0, True)
    assert said["told"] == [segment.number for segment in segments]
    assert ran.stderr.count("stumbled") == 1 < said["stumbles"], "the log may lie on the same disk"
    assert segments[-1].breaks >= 1
    assert abs(segments[-1].ends - BEGAN - timedelta(seconds=14)) < timedelta(milliseconds=1)
    # Besides the three seconds at most what grew, and the wait for a keyframe.
    assert 14 - 3 - 2.1 <= sum(segment.duration for segment in segments) < 14 - 2


def test_the_journal_can_be_read_by_people(interrupted):
    kinds = [next(iter(json.loads(line))) for line in (interrupted / "journal").read_text().splitlines()]
    assert kinds == ["scene", "segment", "segment"]
