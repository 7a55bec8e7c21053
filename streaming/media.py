"""What players fetch: playlists and segments, of stages on air from our own spool, of recordings from the archive.

Every name is matched against a strict pattern and looked up; no path comes from outside. Shared caches may hold a
segment for 30 s and then ask again, so that a takedown and the curtain reach everybody (DESIGN "Caching").
"""

import asyncio
import json
import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import parse_etags
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from streaming import archive, storage
from streaming.mediathek import captions, cues, playlists, posters, publication
from streaming.mediathek.publication import Door, Way
from streaming.models import Recording
from streaming.models import Segment as Row
from streaming.recording import NAME, RENDITIONS, Segment, hls
from streaming.recording.fmp4 import fragments
from streaming.threads import in_thread

SEGMENT_CACHE = "public, max-age=0, s-maxage=30"
PLAYLIST_CACHE = "public, max-age=0, s-maxage=1"
_LIVE_NAME = re.compile(r"(?P<session>\d{1,18})-(?P<name>[a-z0-9-]{1,40}\.(?:m3u8|mp4|m4s))", re.ASCII)
_TEXT = re.compile(r"(?P<name>captions|transcript)-(?P<language>[a-z]{2,8})(?P<end>\.m3u8|\.vtt|\.txt)", re.ASCII)
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.ASCII)
_REWINDS = {f"rewind-{rendition}.m3u8": rendition for rendition in RENDITIONS}


# --- on air -----------------------------------------------------------------------------------------------------------


@require_safe
async def media_live(request: HttpRequest, stage: str, path: str) -> HttpResponse:
    """`index.m3u8`; `sound.m3u8`; `rewind.m3u8`; `<session>-video.m3u8`, `<session>-rewind-video.m3u8` and the like;
    `<session>-<file>`. The session's number keeps names apart from those of the sessions before."""
    recorder = archive.on_air(stage)
    if recorder is None:
        return problem(request, 404, _("This stage is not on air at the moment."))
    segments, prefix = recorder.packager.recent, f"{recorder.session.pk}-"
    if path == hls.MASTER and segments:
        return playlist(request, live_master(segments, prefix))
    if path == hls.SOUND_ONLY and segments:
        return playlist(request, live_sound(segments, prefix))
    if path == hls.REWIND and segments:
        return playlist(request, await rewind(recorder, ""))
    found = _LIVE_NAME.fullmatch(path)
    if not found or found["session"] != str(recorder.session.pk):
        return problem(request, 404, _("There is no such file."))
    if (rendition := playlists.NAMES.get(found["name"])) and segments:
        return playlist(request, live_playlist(segments, rendition, prefix))
    if (rendition := _REWINDS.get(found["name"])) and segments:
        return playlist(request, await rewind(recorder, rendition))
    if NAME.fullmatch(found["name"]):
        if await is_barred(recorder, found["name"]):
            return problem(request, 403, _("This may be watched again at night only."))
        data = await asyncio.to_thread(_whole, recorder.folder / found["name"])
        if data is not None:
            return media(request, path, data, etag=path)
    return problem(request, 404, _("There is no such file."))


def _whole(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


async def is_barred(recorder: archive.Recorder, name: str) -> bool:
    """A piece that only those want who rewind, and who may not do so now. Initialisations show and sound nothing."""
    if not name.endswith(".m4s"):
        return False
    live = {piece.name for segment in recorder.packager.playable for piece in segment.pieces}
    return name not in live and await in_thread(publication.sleeps)(recorder.session.pk, timezone.now())


async def rewind(recorder: archive.Recorder, rendition: str) -> str:
    """A playlist of the whole window, or (no rendition) the master; of the live minute where that is all one may see.
    Two hours are thousands of segments: written in a thread, and once for all who ask before the next segment."""
    if await in_thread(publication.sleeps)(recorder.session.pk, timezone.now()):
        return _rewind(recorder, rendition, recorder.packager.recent)[1]
    newest = recorder.packager.recent[-1].number
    async with recorder.rewinding:
        if recorder.rewinds.get(rendition, (-1, ""))[0] != newest:
            whole = recorder.packager.rewindable
            recorder.rewinds[rendition] = await asyncio.to_thread(_rewind, recorder, rendition, whole)
        return recorder.rewinds[rendition][1]


def _rewind(recorder: archive.Recorder, rendition: str, segments: Sequence[Segment]) -> tuple[int, str]:
    """The number of its newest segment, and the text."""
    prefix = f"{recorder.session.pk}-"
    if rendition:
        text = live_playlist(segments, rendition, prefix, terse=True)
    else:
        text = live_master(segments, f"{prefix}rewind-")
    return segments[-1].number, text


def live_playlist(segments: Sequence[Segment], rendition: str, prefix: str, *, terse: bool = False) -> str:
    pieces = [segment.pieces[list(RENDITIONS).index(rendition)] for segment in segments]  # type: ignore[arg-type]
    return hls.live(pieces, segments[0].number, segments[0].breaks, prefix, terse=terse)


def live_master(segments: Sequence[Segment], prefix: str) -> str:
    codecs = [hls.best_codec(segment.inits[0].codecs for segment in segments)]
    codecs += [init.codecs for init in segments[-1].inits[1:]]
    largest = max((segment.inits[0].width, segment.inits[0].height) for segment in segments)
    return playlists.master(codecs, live_rates(segments), largest, prefix)


def live_sound(segments: Sequence[Segment], prefix: str) -> str:
    codecs = [init.codecs for init in segments[-1].inits[1:]]
    return hls.sound_only(playlists.sounds(codecs, live_rates(segments)[1:]), prefix)


def live_rates(segments: Sequence[Segment]) -> list[hls.Rate]:
    """By rendition."""
    return [hls.rate([segment.pieces[index] for segment in segments]) for index in range(len(RENDITIONS))]


# --- recordings -------------------------------------------------------------------------------------------------------


@require_safe
async def media_recording(request: HttpRequest, slug: str, path: str) -> HttpResponse:
    """`index.m3u8`, `video.m3u8` and the like, and the files they name; `poster.jpg`; `captions-de.vtt` with its
    playlist, and `transcript-de.txt`."""
    recording = await reached(request, slug, Way.WATCH)
    if isinstance(recording, HttpResponse):
        return recording
    if path == hls.MASTER or path in playlists.NAMES:
        text = await in_thread(playlists.of)(recording, path)
        return playlist(request, text) if text else problem(request, 404, _("Nothing of this recording is shown."))
    if found := _TEXT.fullmatch(path):
        return await read_text(request, recording, found["name"] + found["end"], found["language"])
    if path == posters.NAME and recording.poster:
        return await poster(request, recording)
    row = await in_thread(archive.file)(recording, path) if NAME.fullmatch(path) else None
    if row is None or (row.init and row.number in await in_thread(playlists.hidden_numbers)(recording)):
        return problem(request, 404, _("There is no such file."))
    return await recorded_file(request, row)


async def reached(request: HttpRequest, slug: str, way: Way) -> Recording | HttpResponse:
    """The recording, if it may be reached now as that; else what the asker is told."""
    recording = await in_thread(publication.find)(slug)
    door = publication.door(recording, way, timezone.now())
    if door == Door.OVER:
        return problem(request, 410, _("This recording is not available any more."))
    if recording is None or door == Door.CLOSED:
        return problem(request, 404, _("There is no such recording."))
    if door == Door.ASLEEP:
        return problem(request, 403, _("This recording may be watched at night only."))
    return recording


async def recorded_file(request: HttpRequest, row: Row) -> HttpResponse:
    try:
        return await stored(request, row.name, row.sha256, partial(archive.read, row))
    except storage.Damaged:
        await in_thread(archive.note_foreign)(row, timezone.now())
        return archive_is_away(request)


async def read_text(request: HttpRequest, recording: Recording, kind: str, language: str) -> HttpResponse:
    try:
        text = await in_thread(text_of)(recording, kind, language)
    except storage.StorageError:
        return archive_is_away(request)
    if text is None:
        return problem(request, 404, _("There is no such file."))
    media_type = hls.MEDIA_TYPES[kind.rpartition(".")[2]]
    return HttpResponse(text.encode(), content_type=media_type, headers={"Cache-Control": PLAYLIST_CACHE})


def text_of(recording: Recording, kind: str, language: str) -> str | None:
    """Captions as file or playlist, or all that is said. `kind` is the name without the language."""
    found = recording.captions.filter(language=language).first()
    if found is None:
        return None
    if kind == "captions.m3u8":
        return hls.text_playlist(f"captions-{language}.vtt", recording.duration - recording.left_out)
    if kind == "captions.vtt":
        return cues.as_vtt(captions.shown(found), begin_of(recording))
    return f"{found.text}\n" if kind == "transcript.txt" else None


def begin_of(recording: Recording) -> int | None:
    """What the clock of the published picture says at its beginning."""
    pieces = playlists.shown_files(recording, ["video"])["video"][1]
    first = next(fragments(archive.read(pieces[0])), None) if pieces else None
    return first.time if first else None


async def poster(request: HttpRequest, recording: Recording) -> HttpResponse:
    try:
        return await stored(request, posters.NAME, recording.poster, partial(posters.read, recording))
    except storage.Damaged:
        return archive_is_away(request)


async def stored(request: HttpRequest, name: str, sha256: str, read: Callable[[], bytes]) -> HttpResponse:
    """A file that is not fetched where the asker has it already."""
    if fresh(request, sha256):
        return media(request, name, b"", sha256)
    try:
        return media(request, name, await storage.in_pool(read), sha256)
    except storage.Damaged:
        raise
    except storage.StorageError:
        return archive_is_away(request)


def archive_is_away(request: HttpRequest) -> HttpResponse:
    response = problem(request, 503, _("The archive does not answer at the moment. Please try again."))
    response["Retry-After"] = "5"
    return response


# --- answers ----------------------------------------------------------------------------------------------------------


def playlist(request: HttpRequest, text: str) -> HttpResponse:
    return HttpResponse(text.encode(), content_type=hls.MEDIA_TYPES["m3u8"], headers={"Cache-Control": PLAYLIST_CACHE})


def media(request: HttpRequest, name: str, data: bytes, etag: str) -> HttpResponse:
    """A file, or the part of it that is asked for (RFC 9110 section 14), or that the asker has it already."""
    headers = {"Cache-Control": SEGMENT_CACHE, "ETag": f'"{etag}"', "Accept-Ranges": "bytes"}
    if fresh(request, etag):
        return HttpResponse(status=304, headers=headers)
    kind = hls.MEDIA_TYPES[name.rpartition(".")[2]]
    span = asked_span(request.headers.get("Range", ""), len(data))
    if span is None:
        return HttpResponse(data, content_type=kind, headers=headers)
    start, end = span
    if start >= end:
        return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{len(data)}"})
    headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(data)}"
    return HttpResponse(data[start:end], status=206, content_type=kind, headers=headers)


def asked_span(header: str, length: int) -> tuple[int, int] | None:
    """First byte and the one after the last; empty where nothing of it is there; None for all, also where the
    header is not one single range, which a server may ignore."""
    found = _RANGE.fullmatch(header.strip())
    if not found or not (found[1] or found[2]):
        return None
    if not found[1]:
        return max(0, length - int(found[2])), length
    last = int(found[2]) if found[2] else length - 1
    return None if last < int(found[1]) < length else (int(found[1]), min(last + 1, length))


def fresh(request: HttpRequest, etag: str) -> bool:
    """The asker's copy is the present one."""
    return f'"{etag}"' in _bare(parse_etags(request.headers.get("If-None-Match", "")))


def _bare(etags: Iterable[str]) -> list[str]:
    """Weak and strong compare alike here (RFC 9110 section 13.1.2)."""
    return [etag.removeprefix("W/") for etag in etags]


def problem(request: HttpRequest, status: int, text: str | Promise) -> HttpResponse:
    """RFC 9457, in the asker's language. Errors are never kept by a cache: a stage goes on air at any moment."""
    with override(get_language_from_request(request)):
        body = json.dumps({"type": "about:blank", "status": status, "title": str(text)}, ensure_ascii=False)
    return HttpResponse(
        body, status=status, content_type="application/problem+json", headers={"Cache-Control": "no-store"}
    )
