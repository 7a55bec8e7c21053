"""A recording to take along: one file that plays anywhere, as long as it may be taken, and no longer."""

import io
import re
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from xml.etree import ElementTree

import av
import pytest
from django.test import AsyncClient
from django.utils import timezone

from streaming import recovery, statistics
from streaming.mediathek import handing_out, one_file, passages
from streaming.mediathek.passages import Span
from streaming.models import Excerpt, LiveSession, Recording
from streaming.recording.joining import laid
from streaming.threads import in_thread
from tests.streaming.evening import EIGHT, ended, played, session
from tests.streaming.recording.cast import Ada
from tests.streaming.test_archive import LATER, upload_all

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_data", "bucket")]
ALL = {"download": True, "audio": True, "excerpt": True}


@dataclass(frozen=True)
class OneAfterTheOther:
    """Several sendings of one evening."""

    parts: tuple[Ada, ...]

    @property
    def seconds(self) -> float:
        return sum(part.seconds for part in self.parts)

    def sends(self):
        return [packet for part in self.parts for packet in part.sends()]


async def kept(*parts: Ada) -> Recording:
    """Stored, public today, and everything allowed."""
    await ended(await played(await session(), keep_days=90, ada=OneAfterTheOther(parts or (Ada(seconds=7),))), LATER)
    await upload_all()
    tomorrow = timezone.now() + timedelta(days=1)
    await Recording.objects.aupdate(public_until=tomorrow, listed_until=tomorrow, **ALL)
    return await Recording.objects.aget()


async def taken(recording: Recording, name: str, **headers: str):
    """Status, headers and the whole content."""
    answer = await AsyncClient().get(f"/media/{recording.slug}/{name}", headers=headers)
    content = b"".join([part async for part in answer.streaming_content]) if answer.streaming else answer.content
    return answer, content


def tracks(data: bytes) -> dict[str, tuple[int, float, float]]:
    """By codec: decoded frames, and seconds at which the first begins and the last ends; nothing may go backwards."""
    found = {}
    with av.open(io.BytesIO(data)) as container:
        for stream in container.streams:
            container.seek(0)
            packets = [packet for packet in container.demux(stream) if packet.size]
            assert all(before.dts < after.dts for before, after in pairwise(packets))
            decoded = sum(len(packet.decode()) for packet in packets) + len(stream.codec_context.decode(None))
            begins, ends = packets[0].pts, packets[-1].pts + packets[-1].duration
            found[stream.codec_context.name] = (
                decoded,
                float(begins * stream.time_base),
                float(ends * stream.time_base),
            )
    return found


def length(data: bytes) -> float:
    """Seconds, as the file itself says before any of it is played."""
    with av.open(io.BytesIO(data)) as container:
        return (container.duration or 0) / av.time_base


async def test_the_film_is_one_file_with_picture_and_sound_beside_each_other():
    recording = await kept()
    answer, film = await taken(recording, "film.mp4")
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (
        200, "video/mp4", "private, no-cache",
    )  # fmt: skip
    assert answer["Content-Disposition"] == f'attachment; filename="{recording.slug}.mp4"'
    assert int(answer["Content-Length"]) == len(film)
    found = tracks(film)
    assert set(found) == {"h264", "aac"}
    assert found["h264"][0] == 210
    assert found["h264"][1:] == pytest.approx((0, 7), abs=0.05)
    assert found["aac"][1:] == pytest.approx((0, 7), abs=0.05)
    assert length(film) == pytest.approx(7, abs=0.1)


async def test_without_javascript_the_page_plays_the_film_where_it_may_be_taken():
    recording = await kept(Ada(seconds=2))

    async def shown() -> list[str]:
        page = (await AsyncClient().get(f"/mediathek/{recording.slug}")).content.decode()
        return re.findall(r'<video[^>]* src="([^"]+)"', page[page.index("<noscript>") : page.index("</noscript>")])

    allowed = await shown()
    await Recording.objects.aupdate(download=False)
    assert (allowed, await shown()) == ([f"/media/{recording.slug}/film.mp4"], [])


async def test_the_sound_alone_is_one_file():
    recording = await kept()
    answer, sound = await taken(recording, "sound.m4a")
    assert (answer.status_code, answer["Content-Type"], int(answer["Content-Length"])) == (200, "audio/mp4", len(sound))
    assert set(tracks(sound)) == {"aac"}
    assert length(sound) == pytest.approx(7, abs=0.1)


async def test_the_podcast_tells_of_the_sound_as_it_is_and_forgets_what_may_not_be_heard():
    recording = await kept()
    for left_out in (None, Span(2.5, 3.0)):
        if left_out:
            await in_thread(passages.leave_out)(recording, left_out, "GEMA", EIGHT)
        [item] = await items()
        enclosure = item.find("enclosure").attrib
        path = enclosure["url"].partition("testserver")[2]
        answer = await AsyncClient().get(path)
        assert (path, enclosure["type"], enclosure["length"]) == (
            f"/media/{recording.slug}/sound.m4a", answer["Content-Type"], answer["Content-Length"],
        )  # fmt: skip
    for changed in ({"audio": False}, {"audio": True, "withdrawn": EIGHT}):
        await Recording.objects.aupdate(**changed)
        assert await items() == []


async def items() -> list[ElementTree.Element]:
    answer = await AsyncClient().get("/mediathek/podcast.xml")
    return ElementTree.fromstring(answer.content).findall("channel/item")


@pytest.mark.parametrize(
    ("asked", "status", "span"),
    [
        ("bytes=0-99", 206, (0, 100)),
        ("bytes=1000-", 206, (1000, None)),
        ("bytes=-500", 206, (-500, None)),
        ("bytes=5000-90000", 206, (5000, 90001)),
        ("bytes=99999999-", 416, (0, 0)),
    ],
)
async def test_who_goes_on_where_a_download_broke_off_gets_the_rest(asked, status, span):
    recording = await kept(Ada(seconds=3))
    _answer, film = await taken(recording, "film.mp4")
    answer, part = await taken(recording, "film.mp4", range=asked)
    assert (answer.status_code, part) == (status, film[slice(*span)])
    if status == 206:
        assert int(answer["Content-Length"]) == len(part)


async def test_a_whole_file_that_somebody_begins_with_is_counted_once_and_its_parts_are_not(monkeypatch):
    """A browser that tries two bytes first, plays in our page or in another town's, jumps about, and a podcast
    program."""
    monkeypatch.setattr(statistics, "audience", audience := statistics.Audience())
    recording = await kept(Ada(seconds=3))
    whole = int((await taken(recording, "sound.m4a"))[0].headers["Content-Length"])
    for asked in ("bytes=0-1", "bytes=700-", f"bytes=0-{whole - 2}", "bytes=-1"):
        await taken(recording, "sound.m4a", Range=asked)
    for asked in ("bytes=0-", f"bytes=0-{whole - 1}"):
        await taken(
            recording, "sound.m4a", **{"Range": asked, "Sec-Fetch-Dest": "audio", "Sec-Fetch-Site": "same-origin"}
        )
    await taken(recording, "sound.m4a", **{"Sec-Fetch-Dest": "audio", "Sec-Fetch-Site": "cross-site"})
    await AsyncClient().head(f"/media/{recording.slug}/film.mp4")
    await taken(recording, "film.mp4", **{"Sec-Fetch-Dest": "document"})
    session = await LiveSession.objects.aget()
    assert audience.take() == {
        statistics.taken(session): statistics.Tally(starts=3),
        statistics.on_demand(session): statistics.Tally(starts=2),
    }
    monkeypatch.setattr(statistics, "bound", statistics.Bound(per_second=0, at_once=0))
    assert (await taken(recording, "film.mp4"))[0].status_code == 200
    assert audience.take() == {}, "a flood is not believed"


async def test_a_part_of_what_has_changed_meanwhile_is_not_taken_for_one_of_the_same():
    recording = await kept()
    before, film = await taken(recording, "film.mp4")
    await in_thread(passages.leave_out)(recording, Span(2.5, 3.0), "GEMA", EIGHT)
    answer, rest = await taken(recording, "film.mp4", range="bytes=1000-", if_range=before["ETag"])
    assert (answer.status_code, answer["ETag"] != before["ETag"]) == (200, True)
    assert len(rest) < len(film)
    assert (await taken(recording, "film.mp4", if_none_match=answer["ETag"]))[0].status_code == 304


async def test_what_is_left_out_is_left_out_here_too_and_the_rest_moves_up_together():
    recording = await kept()
    await in_thread(passages.leave_out)(recording, Span(2.5, 3.0), "GEMA", EIGHT)
    await recording.arefresh_from_db()
    _answer, film = await taken(recording, "film.mp4")
    ends = 7 - recording.left_out
    found = tracks(film)
    assert found["h264"][1:] == pytest.approx((0, ends), abs=0.05)
    assert found["aac"][1:] == pytest.approx((0, ends), abs=0.05)
    await in_thread(passages.leave_out)(recording, Span(0, 100), "", EIGHT)
    assert (await taken(recording, "film.mp4"))[0].status_code == 404


async def test_a_broken_line_makes_no_new_part_another_picture_does(monkeypatch):
    monkeypatch.setattr(statistics, "audience", audience := statistics.Audience())
    small, again = Ada(seconds=4), Ada(seconds=4, take=2, begins=9)
    other = Ada(seconds=4, take=3, begins=18, size=(160, 90))
    recording = await kept(small, again, other)
    files = await in_thread(one_file.films)(recording)
    assert [round(file.seconds) for file in files] == [8, 4]
    _answer, first = await taken(recording, "film.mp4")
    _answer, second = await taken(recording, "film-2.mp4")
    assert [tracks(film)["h264"][2] for film in (first, second)] == pytest.approx([8, 4], abs=0.3)
    assert abs(tracks(first)["aac"][2] - 8) < 0.3
    assert (await taken(recording, "film-3.mp4"))[0].status_code == 404
    assert [tally.starts for tally in audience.take().values()] == [1], "who takes both parts has taken one recording"
    assert round(tracks((await taken(recording, "sound.m4a"))[1])["aac"][2]) == 12, "the sound has one format"


@pytest.mark.parametrize(
    ("name", "tick"), [("film.mp4", "download"), ("sound.m4a", "audio"), ("excerpt.mp4", "excerpt")]
)
async def test_what_was_not_ticked_is_not_there_and_what_is_over_is_gone(name, tick):
    recording = await kept(Ada(seconds=3))
    await Excerpt.objects.acreate(recording=recording, begins=0, ends=2, made=EIGHT)
    statuses = [(await taken(recording, name))[0].status_code]
    for changed in ({tick: False}, {"withdrawn": EIGHT}, {"withdrawn": None, "public_until": EIGHT}):
        await Recording.objects.aupdate(**changed)
        statuses.append((await taken(recording, name))[0].status_code)
    assert statuses == [200, 404, 410, 410]


async def test_who_takes_it_back_ends_a_download_under_way():
    recording = await kept(Ada(seconds=3))
    answer = await AsyncClient().get(f"/media/{recording.slug}/film.mp4")
    parts = aiter(answer.streaming_content)
    await anext(parts)
    await Recording.objects.aupdate(withdrawn=EIGHT)
    with pytest.raises(handing_out.Interrupted):
        await anext(parts)


def test_an_evening_may_be_taken_at_a_village_line_and_anything_small_in_ten_minutes():
    assert [handing_out.patience(size) for size in (1000, 60_000_000, 2_000_000_000)] == [600, 600, 20_000]


async def test_who_reads_too_slowly_makes_room_for_the_next(monkeypatch):
    recording = await kept(Ada(seconds=3))
    answer = await AsyncClient().get(f"/media/{recording.slug}/film.mp4")
    parts = aiter(answer.streaming_content)
    await anext(parts)
    there = handing_out.taking._value
    now = handing_out.monotonic()
    monkeypatch.setattr(handing_out, "monotonic", lambda: now + 601)
    with pytest.raises(handing_out.Interrupted):
        await anext(parts)
    assert handing_out.taking._value == there + 1


async def test_an_excerpt_is_what_the_office_chose_and_never_longer_than_allowed(monkeypatch):
    """And who begins with it begins with its recording: on our page on demand, elsewhere as what is taken along."""
    monkeypatch.setattr(statistics, "audience", audience := statistics.Audience())
    recording = await kept()
    assert (await taken(recording, "excerpt.mp4"))[0].status_code == 404
    chosen = await Excerpt.objects.acreate(recording=recording, begins=2.5, ends=5, made=EIGHT)
    assert tracks((await taken(recording, "excerpt.mp4"))[1])["h264"][2] == pytest.approx(4.1, abs=0.3)
    await in_thread(passages.leave_out)(recording, Span(2.5, 3.0), "GEMA", EIGHT)
    assert tracks((await taken(recording, "excerpt.mp4"))[1])["h264"][2] == pytest.approx(2.1, abs=0.2)
    monkeypatch.setattr(handing_out, "LONGEST_EXCERPT", 2.5)
    await Excerpt.objects.filter(pk=chosen.pk).aupdate(begins=4.2, ends=7)
    played_here = {"Sec-Fetch-Dest": "video", "Sec-Fetch-Site": "same-origin"}
    assert tracks((await taken(recording, "excerpt.mp4", **played_here))[1])["h264"][2] == pytest.approx(2.1, abs=0.2)
    session = await LiveSession.objects.aget()
    assert audience.take() == {
        statistics.taken(session): statistics.Tally(starts=2),
        statistics.on_demand(session): statistics.Tally(starts=1),
    }


async def test_while_s3_is_away_nothing_half_is_sent(settings):
    recording = await kept(Ada(seconds=3))
    await in_thread(recovery.sweep)(timezone.now() + timedelta(days=1))
    settings.S3_ENDPOINT = "http://127.0.0.1:9"
    answer, _content = await taken(recording, "film.mp4")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_a_file_that_is_no_film_stays_as_it_is():
    assert laid(b"no film at all", 2, 5) == b"no film at all"
