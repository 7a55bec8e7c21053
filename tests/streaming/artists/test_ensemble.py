import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from streaming.artists import ensemble, loops, scenes
from streaming.artists.clock import Clock
from streaming.artists.door import Door, Refused
from streaming.artists.ensemble import Artist, Beat, Conductor, play, play_once
from streaming.artists.whip_client import Session

from .house import House, until
from .stage import Tape, decode, lines

EVENING = datetime(2030, 6, 1, 19, 42, 7, 250_000, tzinfo=UTC)
TOKEN = "open-sesame"


def now() -> datetime:
    return datetime.now(UTC)


def played(loop, first, pictures, step=1):
    """What an artist sends in so many pictures, without waiting for any clock."""
    tape, beat, clock = Tape(), Beat.starting(EVENING, 100.0), Clock()
    artist = Artist(loop, tape, first)
    for picture in range(first, first + pictures, step):
        artist.play(picture, beat, (EVENING + timedelta(seconds=picture // 15)).strftime("%H:%M:%S"), clock)
    return tape


def test_the_beat_begins_on_a_full_second():
    beat = Beat.starting(EVENING, 100.0)
    assert beat == Beat(wall=EVENING.timestamp() - 0.25, loop=99.75)
    assert [beat.picture_at(99.76), beat.picture_at(100.76)] == [0, 15]


@pytest.mark.parametrize("name", scenes.SCENES)
def test_every_picture_of_two_turns_is_decoded_and_the_second_is_like_the_first(loops_dir, name):
    tape = played(loops.load(loops_dir, name), first=45, pictures=360)
    frames = decode(tape.pictures())
    assert len(frames) == 360
    turns = [[lines(frame, 0, scenes.HEIGHT) for frame in frames[at : at + 180]] for at in (0, 180)]
    assert turns[0] == turns[1]


def test_numbers_and_times_go_on_over_the_seam(loops_dir):
    tape = played(loops.load(loops_dir, "dom"), first=165, pictures=30)
    pictures, sounds = tape.of(tape.video), tape.of(tape.audio)
    for packets in (pictures, sounds):
        first = packets[0][0]
        assert [sequence for sequence, *_ in packets] == [(first + n) % 65_536 for n in range(len(packets))]
    assert [time for _, time, marker, _ in pictures if marker] == [number * 6000 for number in range(165, 195)]
    assert [time for _, time, _, _ in sounds] == [number * 2880 for number in range(184, 217)]


def test_reports_tie_picture_and_sound_to_the_wall_clock(loops_dir):
    tape = played(loops.load(loops_dir, "dom"), first=15, pictures=45)
    full_second = EVENING.timestamp() - 0.25
    assert tape.reports == [(full_second + s, s * 90_000, s * 48_000) for s in (1, 3)]


def test_after_a_short_standstill_everything_is_sent_after_a_long_one_the_lost_time_is_left_out(loops_dir):
    loop = loops.load(loops_dir, "dom")
    late = played(loop, first=0, pictures=30, step=10)
    assert [time // 6000 for _, time, marker, _ in late.of(late.video) if marker] == list(range(21))
    stalled = played(loop, first=0, pictures=200, step=100)
    assert [time // 6000 for _, time, marker, _ in stalled.of(stalled.video) if marker] == [0, *range(90, 101)]
    assert len(decode(stalled.pictures())) == 12


async def test_an_artist_plays_and_ends_with_a_delete(loops_dir):
    async with House() as house:
        await play_once(house.address, "dom", TOKEN, 3, loops_dir, now)
        assert house.asked == [("POST", "/whip/dom"), ("DELETE", "/whip/dom/1")]
        assert {(frame.width, frame.height) for frame in house.pictures} == {(640, 360)}
        times = [frame.pts for frame in house.pictures]
        assert times == [6000 * n for n in range(len(times))] and len(times) > 20
        sounds = [frame.pts for frame in house.sounds]
        assert sounds == [2880 * n for n in range(len(sounds))] and len(sounds) > 20


async def test_a_lost_packet_is_sent_again(loops_dir):
    async with House() as house, Session(Door(f"{house.address}/whip/dom", TOKEN)) as session:
        conductor = Conductor(now)
        with conductor.on_air(loops.load(loops_dir, "dom"), session):
            beat = asyncio.create_task(conductor.conduct())
            await until(lambda: len(house.pictures) > 3)
            lose_next_packet(session)
            await until(lambda: len(house.pictures) > 25)
            beat.cancel()
        times = [frame.pts for frame in house.pictures]
        assert times == [6000 * n for n in range(len(times))]


def lose_next_packet(session: Session) -> None:
    """The line loses the next picture packet on its way, once."""
    write = session.line._write
    sequence = session.video.sequence

    def lossy(datagram: bytes) -> None:
        if datagram[1] & 0x7F == 96 and int.from_bytes(datagram[2:4]) == sequence:
            session.line._write = write
        else:
            write(datagram)

    session.line._write = lossy


def connected(house: House) -> int:
    return sum(session.connectionState == "connected" for session in house.sessions.values())


async def test_three_artists_come_back_when_the_house_does(loops_dir, monkeypatch):
    monkeypatch.setattr(ensemble, "FIRST_WAIT", 0.05)
    keys = dict.fromkeys(scenes.SCENES, TOKEN)
    async with House() as house:
        playing = asyncio.create_task(play(house.address, keys, loops_dir, now))
        await until(lambda: connected(house) == 3 and len(house.pictures) > 10)
        for session in list(house.sessions.values()):
            await session.close()
        assert connected(house) == 0
        await until(lambda: connected(house) == 3)
        playing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await playing
        methods = [method for method, _ in house.asked]
        assert (methods.count("POST"), methods.count("DELETE")) == (6, 6)


async def test_a_real_artist_goes_first(loops_dir, monkeypatch):
    monkeypatch.setattr(ensemble, "STAGE_TAKEN_WAIT", 0.1)
    async with House(refusal=409) as house:
        playing = asyncio.create_task(play(house.address, {"dom": TOKEN}, loops_dir, now))
        await until(lambda: len(house.asked) == 3)
        house.refusal = None
        await until(lambda: len(house.pictures) > 1)
        playing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await playing


async def test_a_wrong_key_ends_the_evening_and_says_why(loops_dir, caplog):
    async with House() as house:
        await play(house.address, {"dom": "wrong"}, loops_dir, now)
        assert house.asked == [("POST", "/whip/dom")]
        assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == ["dom: 401 no key"]
        with pytest.raises(Refused, match="401 no key"):
            await play_once(house.address, "dom", "wrong", 1, loops_dir, now)


async def test_a_missing_loop_is_made_by_a_child_once(tmp_path):
    one, other = await asyncio.gather(*(ensemble.loop_for("dom", tmp_path) for _ in range(2)))
    assert len(one.pictures) == 180 and one == other
