"""What the artist's consent allows is kept whatever happens; what it forbids never reaches the bucket."""

import asyncio
import contextlib
import hashlib
import random
import re
import threading
import urllib.request
from pathlib import Path

import pytest

from tests.cast import Artist, until
from tests.program import Program, wait_for

pytestmark = pytest.mark.journey


@pytest.fixture
def town(tmp_path):
    """A program of its own, because it will be killed."""
    program = Program(tmp_path / "data", "--no-artists").start()
    yield program
    program.stop()


def objects(program: Program) -> set[str]:
    """The files in the embedded bucket."""
    bucket = program.data / "s3"
    return {str(file.relative_to(bucket)) for file in bucket.rglob("*") if file.is_file()}


def recordings(program: Program) -> list[str]:
    """Addresses of the recordings in the Mediathek."""
    _status, page = program.get("/mediathek")
    return sorted(set(re.findall(r'href="(/mediathek/[^".#?]+)"', page)))


def duration_of(program: Program, address: str) -> float:
    """Seconds in the picture's playlist."""
    slug = address.rsplit("/", 1)[1]
    _status, master = program.get(f"/media/{slug}/index.m3u8")
    variant = next(line for line in master.splitlines() if line and not line.startswith("#"))
    _status, playlist = program.get(f"/media/{slug}/{variant}")
    assert "#EXT-X-ENDLIST" in playlist
    return sum(float(length) for length in re.findall(r"#EXTINF:([\d.]+)", playlist))


async def test_a_killed_program_loses_at_most_the_last_fragment(town):
    address, token = town.key("schloss", "--act", "trio-halbe-note")
    artist = Artist(address, token)
    assert (await artist.go_live()).status == 201
    await until(lambda: artist.camera.sent > 200, "ten seconds of playing")
    played = artist.camera.sent / 20
    await asyncio.to_thread(town.kill)
    await artist.vanish()
    await asyncio.to_thread(town.start)
    await until(lambda: recordings(town), "the recording is in the Mediathek", patience=60)
    [recording] = recordings(town)
    assert played - 2.0 <= duration_of(town, recording) <= played + 1.0


async def test_a_program_killed_again_and_again_keeps_one_recording(town):
    """Killed while it records, and twice more while it starts, recovers or uploads: at random moments."""
    moments = random.Random(2)
    artist = Artist(*town.key("schloss", "--act", "trio-halbe-note"))
    assert (await artist.go_live()).status == 201
    enough = 20 * moments.uniform(5, 9)
    await until(lambda: artist.camera.sent > enough, "some seconds of playing")
    played = artist.camera.sent / 20
    await asyncio.to_thread(town.kill)
    await artist.vanish()
    for _ in range(2):
        starting = threading.Thread(target=start_in_vain, args=[town])
        starting.start()
        await asyncio.sleep(moments.uniform(1.5, 5))
        await asyncio.to_thread(town.kill)
        await asyncio.to_thread(starting.join)
    await asyncio.to_thread(town.start)
    await until(lambda: recordings(town), "the recording is in the Mediathek", patience=60)
    [recording] = recordings(town)
    assert played - 2.0 <= duration_of(town, recording) <= played + 1.0
    assert stored(town) == announced(town, recording)


def start_in_vain(program: Program) -> None:
    with contextlib.suppress(AssertionError):  # killed before it was ready
        program.start()


def stored(program: Program) -> dict[str, str]:
    """SHA-256 of each file in the bucket, by name."""
    files = [program.data / "s3" / name for name in objects(program)]
    found = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    assert len(found) == len(files), "each is there once"
    return found


def announced(program: Program, recording: str) -> dict[str, str]:
    """SHA-256 of each file of the recording's playlists, as it was when it was written: its ETag."""
    folder = f"/media/{recording.rsplit('/', 1)[1]}/"
    names: set[str] = set()
    for rendition in ("video", "opus", "aac"):
        _status, playlist = program.get(f"{folder}{rendition}.m3u8")
        names |= set(re.findall(r"[\w-]+\.(?:mp4|m4s)", playlist))
    return {name: etag(program.address + folder + name) for name in names}


def etag(address: str) -> str:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.headers["ETag"].strip('"')


async def test_an_act_that_allows_nothing_leaves_nothing(town):
    artist = Artist(*town.key("theater", "--act", "theater-trittstein"))
    assert (await artist.go_live()).status == 201
    await until(lambda: town.get("/media/live/theater/index.m3u8")[0] == 200, "live HLS plays")
    await until(lambda: artist.camera.sent > 120, "six seconds of playing")
    assert (await artist.finish()).status == 200
    spool = town.data / "spool"
    await until(lambda: not [file for file in spool.rglob("*") if file.is_file()], "the spool is empty", patience=30)
    assert (objects(town), recordings(town)) == (set(), [])


def test_ending_the_program_leaves_no_process_behind(tmp_path):
    program = Program(tmp_path / "data", "--no-artists", "--empty").start()
    own = family(program.process.pid)
    assert len(own) > 1, "the S3 server is a child"
    assert program.stop() == 0
    assert not (program.data / "run.json").exists()
    assert own & living().keys() == set()


def test_a_killed_program_takes_its_children_along(tmp_path):
    program = Program(tmp_path / "data", "--no-artists", "--empty").start()
    own = family(program.process.pid)
    program.kill()
    wait_for(lambda: not own & living().keys(), "all have ended", patience=10)


def family(pid: int) -> set[int]:
    """This process and all that descend from it."""
    members = {pid}
    while found := {child for child, parent in living().items() if parent in members} - members:
        members |= found
    return members


def living() -> dict[int, int]:
    """Parent of every process that is more than a name (proc(5))."""
    found = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, parent = status.read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                found[int(status.parent.name)] = int(parent)
    return found
