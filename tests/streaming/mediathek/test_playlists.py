"""Whoever has nothing but the bucket can still play what was published."""

from pathlib import Path

import pytest
from django.test import AsyncClient

from streaming.mediathek import passages, posters, publication
from streaming.mediathek.passages import Span
from streaming.models import Recording
from streaming.threads import in_thread
from tests.hls_rules import master_faults, read_media
from tests.streaming.evening import EIGHT
from tests.streaming.mediathek.test_posters import recording
from tests.streaming.test_archive import LATER, objects

__all__ = ["recording"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_data")]


def folder(bucket: Path, recording: Recording) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (bucket / "recordings" / recording.prefix).iterdir()}


async def test_the_folder_of_a_recording_is_played_as_it_lies_in_the_bucket(recording, bucket):
    await in_thread(posters.draw_due)(LATER)
    files = folder(bucket, recording)
    assert master_faults(files["index.m3u8"].decode(), files.__getitem__) == []
    whole = read_media(files["video.m3u8"].decode())
    assert whole.duration == pytest.approx(7, abs=0.05)
    await in_thread(passages.leave_out)(recording, Span(2.5, 3.0), "GEMA", EIGHT)
    await in_thread(posters.draw_due)(LATER)
    files = folder(bucket, recording)
    assert master_faults(files["index.m3u8"].decode(), files.__getitem__) == []
    assert files["video.m3u8"] == (await AsyncClient().get(f"/media/{recording.slug}/video.m3u8")).content
    assert len(read_media(files["video.m3u8"].decode()).entries) == len(whole.entries) - 1


async def test_where_all_is_left_out_playlists_and_picture_are_empty_and_go_with_the_rest(recording, bucket):
    await in_thread(posters.draw_due)(LATER)
    await in_thread(passages.leave_out)(recording, Span(0, 100), "GEMA", EIGHT)
    await in_thread(posters.draw_due)(LATER)
    shown = {name: data for name, data in folder(bucket, recording).items() if not name.endswith((".m4s", ".mp4"))}
    assert shown == dict.fromkeys(["index.m3u8", "video.m3u8", "opus.m3u8", "aac.m3u8", "poster.jpg"], b"")
    await Recording.objects.aupdate(withdrawn=EIGHT)
    await in_thread(publication.forget_due)(LATER)
    assert objects(bucket) == set()
