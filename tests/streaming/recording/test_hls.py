"""Playlists, compared whole."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from streaming.recording import hls

EIGHT = datetime(2026, 6, 4, 18, 0, tzinfo=UTC)


@dataclass(frozen=True)
class File:
    name: str
    init: str = "video-0000.mp4"
    starts: datetime | None = EIGHT
    duration: float = 2.0
    discontinuity: bool = False
    independent: bool = True
    size: int = 500_000


BEFORE = File("video-0000-000007.m4s", duration=2.0667)
AFTER = File("video-0001-000008.m4s", "video-0001.mp4", EIGHT + timedelta(seconds=62.5), 4.0, discontinuity=True)


def test_a_live_playlist_in_whole():
    assert hls.live([BEFORE, AFTER], sequence=7, breaks=2, prefix="31-") == (
        "#EXTM3U\n"
        "#EXT-X-VERSION:7\n"
        "#EXT-X-TARGETDURATION:4\n"
        "#EXT-X-MEDIA-SEQUENCE:7\n"
        "#EXT-X-DISCONTINUITY-SEQUENCE:2\n"
        '#EXT-X-MAP:URI="31-video-0000.mp4"\n'
        "#EXT-X-PROGRAM-DATE-TIME:2026-06-04T18:00:00.000+00:00\n"
        "#EXTINF:2.06670,\n"
        "31-video-0000-000007.m4s\n"
        "#EXT-X-DISCONTINUITY\n"
        '#EXT-X-MAP:URI="31-video-0001.mp4"\n'
        "#EXT-X-PROGRAM-DATE-TIME:2026-06-04T18:01:02.500+00:00\n"
        "#EXTINF:4.00000,\n"
        "31-video-0001-000008.m4s\n"
    )


def test_a_terse_playlist_says_when_only_where_time_jumps():
    between = File("video-0000-000008.m4s", starts=EIGHT + timedelta(seconds=2.0667))
    terse = hls.live([BEFORE, between, AFTER], sequence=7, breaks=2, terse=True)
    assert [line.partition(":")[2][:19] for line in terse.splitlines() if "DATE-TIME" in line] == [
        "2026-06-04T18:00:00",
        "2026-06-04T18:01:02",
    ]


def test_a_discontinuity_that_rolls_out_is_counted_instead():
    assert "#EXT-X-DISCONTINUITY\n" not in hls.live([AFTER], sequence=8, breaks=3)


def test_a_recording_in_whole():
    assert hls.vod([BEFORE]) == (
        "#EXTM3U\n"
        "#EXT-X-VERSION:7\n"
        "#EXT-X-TARGETDURATION:4\n"
        "#EXT-X-PLAYLIST-TYPE:VOD\n"
        "#EXT-X-MEDIA-SEQUENCE:0\n"
        "#EXT-X-INDEPENDENT-SEGMENTS\n"
        '#EXT-X-MAP:URI="video-0000.mp4"\n'
        "#EXT-X-PROGRAM-DATE-TIME:2026-06-04T18:00:00.000+00:00\n"
        "#EXTINF:2.06670,\n"
        "video-0000-000007.m4s\n"
        "#EXT-X-ENDLIST\n"
    )


def test_independence_is_promised_only_where_every_segment_keeps_it():
    assert "INDEPENDENT" not in hls.vod([BEFORE, File("video-0000-000008.m4s", independent=False)])


PICTURE = hls.Picture("avc1.42c01f", hls.Rate(2_000_000, 1_500_000), (1280, 720))
AAC = hls.Sound("aac", "mp4a.40.2", hls.Rate(132_000, 128_000))


def test_a_master_playlist_in_whole():
    opus = hls.Sound("opus", "opus", hls.Rate(70_000, 64_000))
    sound = 'NAME="Stereo",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2"'
    assert hls.master(PICTURE, [opus, AAC], "31-").splitlines() == [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="opus",{sound},URI="31-opus.m3u8"',
        f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",{sound},URI="31-aac.m3u8"',
        "#EXT-X-STREAM-INF:BANDWIDTH=2070000,AVERAGE-BANDWIDTH=1564000"
        ',RESOLUTION=1280x720,CODECS="avc1.42c01f,opus",AUDIO="opus"',
        "31-video.m3u8",
        "#EXT-X-STREAM-INF:BANDWIDTH=2132000,AVERAGE-BANDWIDTH=1628000"
        ',RESOLUTION=1280x720,CODECS="avc1.42c01f,mp4a.40.2",AUDIO="aac"',
        "31-video.m3u8",
        '#EXT-X-STREAM-INF:BANDWIDTH=132000,AVERAGE-BANDWIDTH=128000,CODECS="mp4a.40.2",AUDIO="aac"',
        "31-aac.m3u8",
    ]


def test_a_playlist_of_sound_alone_in_whole():
    opus = hls.Sound("opus", "opus", hls.Rate(132_000, 64_000))
    assert hls.sound_only([opus, AAC], "31-").splitlines() == [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        '#EXT-X-STREAM-INF:BANDWIDTH=132000,AVERAGE-BANDWIDTH=64000,CODECS="opus"',
        "31-opus.m3u8",
        '#EXT-X-STREAM-INF:BANDWIDTH=132001,AVERAGE-BANDWIDTH=128000,CODECS="mp4a.40.2"',
        "31-aac.m3u8",
    ]


def test_browsers_find_opus_cheaper_even_where_it_is_not():
    opus = hls.Sound("opus", "opus", hls.Rate(500_000, 500_000))
    variants = [line for line in hls.master(PICTURE, [opus, AAC]).splitlines() if "STREAM-INF" in line]
    assert [line.partition(",")[0] for line in variants[:2]] == [
        "#EXT-X-STREAM-INF:BANDWIDTH=2500000",
        "#EXT-X-STREAM-INF:BANDWIDTH=2500001",
    ]


@pytest.mark.parametrize(
    ("files", "rate"),
    [
        ([File("a", size=500_000)], hls.Rate(2_000_000, 2_000_000)),
        ([File("a", size=500_000), File("b", size=250_000)], hls.Rate(2_000_000, 1_500_000)),
        ([File("a", size=500_000), File("b", size=400_000, duration=0.1)], hls.Rate(3_428_571, 3_428_571)),
        (
            [File("a", size=500_000), File("b", size=400_000, duration=0.1), File("c", size=100_000, duration=4.0)],
            hls.Rate(3_428_571, 1_311_475),
        ),
        ([File("a", size=100_000, duration=1.0), *[File("b", duration=1.9)] * 2], hls.Rate(2_105_263, 1_833_333)),
    ],
)
def test_the_peak_is_that_of_segments_in_a_row_long_enough_to_matter(files, rate):
    assert hls.rate(files) == rate


def test_the_most_demanding_codec_is_announced():
    assert hls.best_codec(["avc1.42c00b", "avc1.64001f", "avc1.42c01e", "avc1.640028"]) == "avc1.640028"


def test_what_is_announced_covers_every_level():
    assert hls.best_codec(["avc1.64001f", "avc1.42c02a"]) == "avc1.64002a"
    assert hls.best_codec(["opus", "opus"]) == "opus"
    assert hls.best_codec(["mp4a.40.2"]) == "mp4a.40.2"
