"""Ensemble: the synthetic artists of the demo, playing together to one beat.

Fifteen times a second the conductor has every artist who is on air send the picture and the sound that are due.
Picture and sound are counted from one beginning on a full second, so that keyframes, which carry the clock, fall on
full seconds, and loops go on without a seam however long they play.
"""

import asyncio
import contextlib
import logging
import random
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from . import loops, melodies, plinth, scenes
from .clock import Clock
from .door import Door, Refused
from .whip_client import Session

log = logging.getLogger(__name__)

PICTURE_TICKS: Final = 90_000 // scenes.RATE
SOUND_TICKS: Final = 48 * melodies.PACKET_MS
REPORT_EVERY: Final = 2 * scenes.RATE  # pictures
MAX_BACKLOG: Final = scenes.RATE  # pictures; after a longer standstill the lost time is left out
FIRST_WAIT: Final = 0.25
LONGEST_WAIT: Final = 15.0
STAGE_TAKEN_WAIT: Final = 10.0
SETTLED: Final = 10.0  # seconds on air after which a lost line counts as a new misfortune

Now = Callable[[], datetime]


def local_time() -> datetime:
    return datetime.now().astimezone()


@dataclass(frozen=True)
class Beat:
    """The common beginning: a full second of the wall clock, and the event loop's time then."""

    wall: float
    loop: float

    @classmethod
    def starting(cls, now: datetime, loop_time: float) -> "Beat":
        past = now.microsecond / 1e6
        return cls(now.timestamp() - past, loop_time - past)

    def picture_at(self, loop_time: float) -> int:
        return int((loop_time - self.loop) * scenes.RATE)

    def time_of(self, picture: int) -> float:
        return self.loop + picture / scenes.RATE


def sound_at(picture: int) -> int:
    """The first sound packet that does not begin before the picture."""
    return -(-picture * 1000 // (scenes.RATE * melodies.PACKET_MS))


class Artist:
    """Plays one loop into one session."""

    def __init__(self, loop: loops.Loop, session: Session, first: int) -> None:
        self._loop = loop
        self._session = session
        self._picture = first
        self._sound = sound_at(first)
        self._report_at = first

    def play(self, picture: int, beat: Beat, text: str, clock: Clock) -> None:
        """Send all that is due up to this picture."""
        if picture - self._picture > MAX_BACKLOG:
            self._picture = picture // scenes.RATE * scenes.RATE
            self._sound = sound_at(self._picture)
        while self._picture <= picture:
            if self._picture >= self._report_at:
                self._report(beat)
            self._send_picture(text, clock)
            self._picture += 1
        while self._sound < sound_at(picture + 1):
            self._send_sound()
            self._sound += 1

    def _send_picture(self, text: str, clock: Clock) -> None:
        picture = self._loop.pictures[self._picture % len(self._loop.pictures)]
        payloads = picture.payloads if picture.key is None else [*picture.payloads, *clock.payloads(text, picture.key)]
        self._session.video.send(self._session.line, payloads, self._picture * PICTURE_TICKS, ends=True)

    def _send_sound(self) -> None:
        sound = self._loop.sounds[self._sound % len(self._loop.sounds)]
        self._session.audio.send(self._session.line, [sound], self._sound * SOUND_TICKS, ends=False)

    def _report(self, beat: Beat) -> None:
        seconds = self._picture / scenes.RATE
        self._session.report(beat.wall + seconds, self._picture * PICTURE_TICKS, int(seconds * 48_000))
        self._report_at = self._picture + REPORT_EVERY


class Conductor:
    """Gives the beat to every artist on air."""

    def __init__(self, now: Now) -> None:
        self._now = now
        self._clock = Clock()
        self._beat = Beat.starting(now(), asyncio.get_running_loop().time())
        self._artists: set[Artist] = set()

    @contextlib.contextmanager
    def on_air(self, loop: loops.Loop, session: Session) -> Iterator[None]:
        """Plays from the next full second until the block is left."""
        present = self._beat.picture_at(asyncio.get_running_loop().time())
        artist = Artist(loop, session, (present // scenes.RATE + 1) * scenes.RATE)
        self._artists.add(artist)
        try:
            yield
        finally:
            self._artists.discard(artist)

    async def conduct(self) -> None:
        time = asyncio.get_running_loop().time
        while True:
            picture = self._beat.picture_at(time())
            # Rounded to the nearest second: the wall clock may have been set a little since the beginning.
            text = (self._now() + timedelta(seconds=0.5)).strftime("%H:%M:%S") if self._artists else ""
            for artist in self._artists:
                artist.play(picture, self._beat, text, self._clock)
            await asyncio.sleep(self._beat.time_of(picture + 1) - time() + 0.001)


async def play(
    address: str, keys: Mapping[str, str], loops_dir: Path, now: Now = local_time, *, cafile: Path | None = None
) -> None:
    """Play on every stage of `keys` (stage -> bearer token) until cancelled, or until no stage wants us.

    `address` is the house's own, such as http://localhost:8000; `now` gives the time of day the pictures show.
    """
    await asyncio.to_thread(plinth.cut_letters)
    conductor = Conductor(now)
    async with asyncio.TaskGroup() as group:
        beat = group.create_task(conductor.conduct())
        artists = [
            group.create_task(play_stage(Door(door_of(address, stage), key, cafile), stage, loops_dir, conductor))
            for stage, key in keys.items()
        ]
        await asyncio.gather(*artists)
        beat.cancel()


async def play_once(
    address: str,
    stage: str,
    token: str,
    seconds: float,
    loops_dir: Path,
    now: Now = local_time,
    *,
    cafile: Path | None = None,
) -> None:
    """Play on one stage for so many seconds and end with DELETE. Refused or OSError if it does not work."""
    await asyncio.to_thread(plinth.cut_letters)
    loop = await loop_for(stage, loops_dir)
    conductor = Conductor(now)
    async with Session(Door(door_of(address, stage), token, cafile)) as session:
        with conductor.on_air(loop, session):
            beat = asyncio.create_task(conductor.conduct())
            try:
                reason = await asyncio.wait_for(asyncio.shield(session.line.lost), seconds)
                raise ConnectionError(reason)
            except TimeoutError:
                pass  # played to the end
            finally:
                beat.cancel()


def door_of(address: str, stage: str) -> str:
    return f"{address.rstrip('/')}/whip/{stage}"


async def play_stage(door: Door, stage: str, loops_dir: Path, conductor: Conductor) -> None:
    """One artist's evening: on air, off and on again, until cancelled or finally refused."""
    loop = await loop_for(stage, loops_dir)
    clock = asyncio.get_running_loop().time
    wait = FIRST_WAIT
    while True:
        started = clock()
        try:
            async with Session(door) as session:
                with conductor.on_air(loop, session):
                    log.info("%s: on air", stage)
                    reason = await asyncio.shield(session.line.lost)
            log.info("%s: off air, %s", stage, reason)
            wait = FIRST_WAIT if clock() - started > SETTLED else wait
        except Refused as refusal:
            if refusal.is_final:
                log.error("%s: %s", stage, refusal)
                return
            # A real artist has the stage: they may keep it as long as they like.
            wait = max(refusal.retry_after or 0, STAGE_TAKEN_WAIT if refusal.status == 409 else wait)
        except OSError as error:
            log.info("%s: %s", stage, error)
        await asyncio.sleep(wait * random.uniform(0.7, 1.3))  # noqa: S311
        wait = min(LONGEST_WAIT, 2 * wait)


async def loop_for(stage: str, loops_dir: Path) -> loops.Loop:
    """The stage's loop, made first if it is missing: by a child, for drawing would hold up everything here.

    A stage without a scene of its own gets the first one.
    """
    name = stage if stage in scenes.SCENES else next(iter(scenes.SCENES))
    if not await asyncio.to_thread(loops.is_ready, loops_dir, name):
        await make_in_child(loops_dir, name)
    return await asyncio.to_thread(loops.load, loops_dir, name)


async def make_in_child(loops_dir: Path, name: str) -> None:
    house = Path(__file__).parents[2]
    command = [sys.executable, "-m", "streaming.artists.loops", str(loops_dir), name]
    child = await asyncio.create_subprocess_exec(*command, cwd=house)
    try:
        if await child.wait() != 0:
            raise RuntimeError(f"the loop {name} could not be made")
    finally:
        if child.returncode is None:
            child.terminate()
