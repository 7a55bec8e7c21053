"""What players get, and what they do not."""

import re
from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from django.test import AsyncClient
from django.utils import timezone

from events import demo
from events.models import Performance, Production
from streaming import archive, recovery
from streaming.models import LiveSession, Recording, Segment
from streaming.threads import in_thread
from tests.hls_rules import master_faults, read_media, renewal_faults
from tests.streaming.evening import EIGHT, OnStage, ended, played, session, until
from tests.streaming.recording.cast import Ada
from tests.streaming.recording.cast import played as demultiplexed
from tests.streaming.test_archive import LATER, upload_all

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_data")]
PLAYLIST = {"Cache-Control": "public, max-age=0, s-maxage=1", "Content-Type": "application/vnd.apple.mpegurl"}


@pytest.fixture
async def live(bucket):
    """Ada plays on the stage `dom`; the session's number leads all names."""
    return await played(await session(), keep_days=None)


@pytest.fixture
async def recording(bucket):
    recorder = await played(await session(), keep_days=90)
    await ended(recorder, LATER)
    await upload_all()
    await Recording.objects.aupdate(public_until=timezone.now() + timedelta(days=1))
    await in_thread(recovery.sweep)(LATER)
    return await Recording.objects.aget()


def uris(playlist: str) -> list[str]:
    """Everything a playlist names."""
    return re.findall(r'URI="([^"]+)"', playlist) + [
        line for line in playlist.splitlines() if line[:1] not in ("", "#")
    ]


async def text(address: str) -> str:
    response = await AsyncClient().get(address)
    assert response.status_code == 200
    assert {name: response[name] for name in PLAYLIST} == PLAYLIST
    return response.content.decode()


async def body(address: str, **headers: str) -> bytes:
    response = await AsyncClient().get(address, headers=headers)
    assert response.status_code == 200
    assert response["Cache-Control"] == "public, max-age=0, s-maxage=30"
    return response.content


async def test_a_player_finds_all_of_a_live_stage(live):
    number = live.session.pk
    master = await text("/media/live/dom/index.m3u8")
    assert set(uris(master)) == {f"{number}-{rendition}.m3u8" for rendition in ("video", "opus", "aac")}
    for rendition, seconds in (("video", 6.2), ("opus", 6.2), ("aac", 6.2)):
        names = uris(await text(f"/media/live/dom/{number}-{rendition}.m3u8"))
        film = b"".join([await body(f"/media/live/dom/{name}") for name in names])
        track = demultiplexed(film)
        assert track.decoded == len(track.times)
        assert track.times[-1] / {"video": 90_000, "opus": 48_000, "aac": 48_000}[rendition] == pytest.approx(
            seconds, abs=0.05
        )


async def fetched(folder: str, *masters: str) -> dict[str, bytes]:
    """Everything these playlists name, and what those name. Once more where a segment came in between."""
    files: dict[str, bytes] = {}
    names = list(masters)
    while names:
        name = names.pop()
        files[name] = (await AsyncClient().get(f"{folder}/{name}")).content
        named = uris(files[name].decode()) if name.endswith(".m3u8") else []
        names += [name for name in named if name not in files]
    again = [(await AsyncClient().get(f"{folder}/{name}")).content for name in masters]
    return files if again == [files[name] for name in masters] else await fetched(folder, *masters)


async def test_a_live_stage_keeps_the_rules(live):
    files = await fetched("/media/live/dom", "index.m3u8", "sound.m3u8")
    for master in ("index.m3u8", "sound.m3u8"):
        assert master_faults(files[master].decode(), files.__getitem__) == []


@pytest.fixture
def short_minute(monkeypatch):
    """A live playlist holds 6 s."""
    for module in ("streaming.recording.packager", "streaming.archive"):
        monkeypatch.setattr(f"{module}.LIVE_WINDOW", 6)


async def test_who_rewinds_finds_the_whole_window_and_the_live_playlist_stays_short(bucket, short_minute):
    live = await played(await session(), keep_days=None, ada=Ada(seconds=16))
    files = await fetched("/media/live/dom", "index.m3u8", "rewind.m3u8")
    assert master_faults(files["rewind.m3u8"].decode(), files.__getitem__) == []
    number = live.session.pk
    short, long = (read_media(files[f"{number}-{name}.m3u8"].decode()) for name in ("video", "rewind-video"))
    assert [entry.uri for entry in short.entries] == [entry.uri for entry in long.entries][-len(short.entries) :]
    assert 6 <= short.duration <= 8.1
    assert 14 <= long.duration <= 16


async def test_a_playlist_for_rewinding_grows_with_the_transmission(bucket):
    stage = OnStage()
    live = await archive.begin(await session(), stage.broadcast, None, EIGHT)
    address = f"/media/live/dom/{live.session.pk}-rewind-opus.m3u8"
    packets = Ada(seconds=12).sends()
    stage.hears(packets[: len(packets) // 2])
    await until(lambda: live.packager.recent)
    before = await text(address)
    stage.hears(packets[len(packets) // 2 :])
    await until(lambda: len(live.packager.recent) >= 5)
    after = await text(address)
    assert len(read_media(before).entries) < len(read_media(after).entries)
    assert renewal_faults(before, after) == []


async def test_what_is_for_the_night_is_not_rewound_to_by_day(bucket, short_minute, monkeypatch):
    """Minimum age 18, in June. The last six seconds are live, and another is left for whoever has just read that."""
    monkeypatch.setattr("streaming.recording.packager.GRACE", 1)
    await in_thread(demo.load)(EIGHT)
    await Production.objects.aupdate(age=18)
    performance = await Performance.objects.afirst()
    live = await played(await session(performance=performance), keep_days=None, ada=Ada(seconds=11))
    number = live.session.pk

    async def reached(clock: str) -> tuple[bool, int, int]:
        """Whether the playlist for rewinding goes further back than the live one, and how the first and the last
        picture of the window answer."""
        first, *_between, last = (segment.pieces[0].name for segment in live.packager.rewindable)
        with patch("django.utils.timezone.now", return_value=datetime.fromisoformat(f"2026-06-04T{clock}+02:00")):
            long, short = [await text(f"/media/live/dom/{number}-{name}.m3u8") for name in ("rewind-video", "video")]
            pieces = [await AsyncClient().get(f"/media/live/dom/{number}-{name}") for name in (first, last)]
        return len(uris(long)) > len(uris(short)), *(piece.status_code for piece in pieces)

    night, day = (True, 200, 200), (False, 403, 200)
    clocks = ("05:59:59", "06:00:00", "22:59:59", "23:00:00")
    assert [await reached(clock) for clock in clocks] == [night, day, day, night]
    await Production.objects.aupdate(age=12)
    assert await reached("12:00:00") == night


async def test_synthetic_artists_can_be_rewound_a_minute(bucket, short_minute):
    live = await played(await session(rehearsal=True), keep_days=None, ada=Ada(seconds=16))
    for name in ("rewind-video", "video"):
        playlist = read_media(await text(f"/media/live/dom/{live.session.pk}-{name}.m3u8"))
        assert 6 <= playlist.duration <= 8.1


async def test_what_may_be_rewound_to_is_still_on_the_disk_when_it_is_stored(bucket, settings):
    settings.REWIND_MINUTES = 10
    live = await played(await session(), keep_days=90)
    await until(lambda: not live.untold)
    await upload_all()
    await in_thread(recovery.sweep)(LATER + timedelta(minutes=9, seconds=50))
    files = await fetched("/media/live/dom", "rewind.m3u8")
    assert master_faults(files["rewind.m3u8"].decode(), files.__getitem__) == []


async def test_a_recording_keeps_the_rules(recording):
    files = await fetched(f"/media/{recording.slug}", "index.m3u8")
    assert master_faults(files["index.m3u8"].decode(), files.__getitem__) == []


async def test_who_wants_sound_only_is_offered_no_picture(live):
    number = live.session.pk
    listed = await text("/media/live/dom/sound.m3u8")
    assert uris(listed) == [f"{number}-opus.m3u8", f"{number}-aac.m3u8"]
    assert re.findall(r'CODECS="([^"]+)"', listed) == ["opus", "mp4a.40.2"]


async def test_a_player_finds_all_of_a_recording(recording):
    address = f"/media/{recording.slug}"
    assert set(uris(await text(f"{address}/index.m3u8"))) == {"video.m3u8", "opus.m3u8", "aac.m3u8"}
    tracks = {}
    for rendition in ("video", "opus", "aac"):
        playlist = await text(f"{address}/{rendition}.m3u8")
        assert playlist.endswith("#EXT-X-ENDLIST\n")
        tracks[rendition] = demultiplexed(b"".join([await body(f"{address}/{name}") for name in uris(playlist)]))
    assert {name: track.decoded for name, track in tracks.items()} == {"video": 210, "opus": 350, "aac": 329}


async def test_the_size_of_the_picture_is_said_before_it_is_fetched_live_and_kept(recording, live):
    addresses = (f"/media/{recording.slug}/index.m3u8", "/media/live/dom/index.m3u8")
    sizes = [re.findall(r"RESOLUTION=(\w+)", await text(address)) for address in addresses]
    assert sizes == [["320x180", "320x180"]] * 2


async def test_a_recording_from_before_sizes_were_kept_says_none(recording):
    await Segment.objects.aupdate(width=0, height=0)
    assert "RESOLUTION" not in await text(f"/media/{recording.slug}/index.m3u8")


async def test_a_player_may_ask_for_a_part(recording):
    address = f"/media/{recording.slug}/video-0000.mp4"
    whole = await body(address)
    size = len(whole)
    answers = {}
    for asked in ("bytes=4-7", "bytes=-3", "bytes=99999999-", "bytes=0-1,4-5", "bytes=7-4", "pages=1-2"):
        response = await AsyncClient().get(address, headers={"Range": asked})
        answers[asked] = (response.status_code, response.get("Content-Range"), response.content)
    assert answers == {
        "bytes=4-7": (206, f"bytes 4-7/{size}", whole[4:8]),
        "bytes=-3": (206, f"bytes {size - 3}-{size - 1}/{size}", whole[-3:]),
        "bytes=99999999-": (416, f"bytes */{size}", b""),
        "bytes=0-1,4-5": (200, None, whole),
        "bytes=7-4": (200, None, whole),
        "pages=1-2": (200, None, whole),
    }


async def test_a_copy_that_is_still_right_is_not_sent_again(recording, live):
    for address in (f"/media/{recording.slug}/video-0000.mp4", f"/media/live/dom/{live.session.pk}-video-0000.mp4"):
        etag = (await AsyncClient().get(address))["ETag"]
        for copies in (etag, f'"other", W/{etag}'):
            response = await AsyncClient().get(address, headers={"If-None-Match": copies})
            assert (response.status_code, response.content, response["ETag"]) == (304, b"", etag)
        assert (await AsyncClient().get(address, headers={"If-None-Match": '"other"'})).status_code == 200


NO_SEGMENTS = (
    "journal", "video-0000-000003.m4s.part", "..%2F..%2Fsecret_key", "%2e%2e/%2e%2e/secret_key",
    "video-0000-000099.m4s", "subtitles.m3u8", "video-٠٠٠٠.mp4", "",
)  # fmt: skip


async def test_what_is_not_a_segment_is_not_there(recording, live, own_data):
    (own_data / "secret_key").write_text("secret")
    folders = (f"/media/{recording.slug}/", f"/media/live/dom/{live.session.pk}-")
    addresses = [folder + path for folder in folders for path in NO_SEGMENTS]
    found = {address: (await AsyncClient().get(address)).status_code for address in addresses}
    assert found == dict.fromkeys(addresses, 404)


async def test_a_stage_off_air_and_a_foreign_session_are_not_there(live):
    stages = [f"/media/live/theater/{master}.m3u8" for master in ("index", "sound", "rewind")]
    foreign = [f"/media/live/dom/{live.session.pk + 1}-{name}.m3u8" for name in ("video", "rewind-video")]
    for address in (*stages, *foreign):
        response = await AsyncClient().get(address)
        assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
        assert response["Cache-Control"] == "no-store"


async def test_with_the_session_its_live_files_go(live):
    address = f"/media/live/dom/{live.session.pk}-video-0000.mp4"
    await body(address)
    await ended(live, LATER)
    assert (await AsyncClient().get(address)).status_code == 404


@pytest.mark.parametrize("over", [{"withdrawn": EIGHT}, {"public_until": EIGHT}])
async def test_ended_consent_answers_410_at_every_address(recording, over):
    await Recording.objects.aupdate(**over)
    for path in ("index.m3u8", "video.m3u8", "video-0000.mp4", "video-0000-000000.m4s", "nonsense"):
        assert (await AsyncClient().get(f"/media/{recording.slug}/{path}")).status_code == 410, path


async def test_what_is_for_the_night_is_shown_by_day_at_no_address(recording):
    """Minimum age 16: from 22 to 6 o'clock."""
    await in_thread(demo.load)(EIGHT)
    await Production.objects.aupdate(age=16)
    await LiveSession.objects.aupdate(performance=await Performance.objects.afirst())
    await Recording.objects.aupdate(download=True, audio=True)
    asked = ("index.m3u8", "video.m3u8", "video-0000.mp4", "video-0000-000000.m4s", "film.mp4", "sound.m4a")

    async def answers(hour: int) -> set[int]:
        with patch("django.utils.timezone.now", return_value=timezone.localtime().replace(hour=hour)):
            return {(await AsyncClient().get(f"/media/{recording.slug}/{path}")).status_code for path in asked}

    assert (await answers(12), await answers(22)) == ({403}, {200})


async def test_a_recording_that_is_not_whole_yet_is_not_shown(recording):
    await Recording.objects.aupdate(state=Recording.State.RECORDED)
    assert (await AsyncClient().get(f"/media/{recording.slug}/index.m3u8")).status_code == 404


async def test_while_s3_is_away_a_recording_asks_for_patience(recording, settings):
    settings.S3_ENDPOINT = "http://127.0.0.1:9"
    response = await AsyncClient().get(f"/media/{recording.slug}/video-0000.mp4")
    assert (response.status_code, response["Retry-After"]) == (503, "5")


async def test_only_reading_is_allowed(recording):
    for method in ("post", "put", "delete"):
        address = f"/media/{recording.slug}/index.m3u8"
        assert (await getattr(AsyncClient(), method)(address)).status_code == 405
    assert await Segment.objects.acount() == 15
