"""Recordings to take along: the film, its sound alone, the excerpt for the press, each as one file.

The bytes come from S3 piece by piece while they are sent, and every piece asks anew whether it may be: who takes a
consent back in the middle of a download ends it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from time import monotonic

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from events.rights import LONGEST_EXCERPT
from streaming import archive, media, statistics, storage
from streaming.mediathek import one_file, publication
from streaming.mediathek.one_file import OneFile
from streaming.mediathek.passages import Span
from streaming.mediathek.publication import Door, Way
from streaming.models import Excerpt, LiveSession, Recording
from streaming.models import Segment as Row
from streaming.threads import in_thread

FILM_TYPE, SOUND_TYPE = "video/mp4", "audio/mp4"
AT_ONCE = 40
"""Files being taken along at the same time; the pages need places, too (`guard.AT_ONCE`)."""
SLOWEST, SHORTEST = 100_000, 600.0
"""Bytes a second below which somebody keeps the place of others, and the seconds that anybody may take."""
taking = asyncio.Semaphore(AT_ONCE)
PLAYED = ("audio", "video")
"""`Sec-Fetch-Dest` of what a browser plays in a page (Fetch Metadata)."""
CACHE = "private, no-cache"
"""Each taker asks anew whether it is still there; no shared cache keeps an evening."""


@require_safe
async def film(request: HttpRequest, slug: str, part: int = 1) -> HttpResponseBase:
    """`film.mp4`, `film-2.mp4`: to be saved."""
    name = f"{slug}.mp4" if part == 1 else f"{slug}-{part}.mp4"
    return await _handed_out(
        request, slug, Way.DOWNLOAD, FILM_TYPE, lambda it: _nth(one_file.films(it), part), name, counted=part == 1
    )


@require_safe
async def sound(request: HttpRequest, slug: str, part: int = 1) -> HttpResponseBase:
    """`sound.m4a`: to be heard, here or in a podcast."""
    return await _handed_out(
        request, slug, Way.SOUND, SOUND_TYPE, lambda it: _nth(one_file.sounds(it), part), counted=part == 1
    )


@require_safe
async def excerpt(request: HttpRequest, slug: str) -> HttpResponseBase:
    """`excerpt.mp4`: what the office has chosen for the press."""
    return await _handed_out(request, slug, Way.EXCERPT, FILM_TYPE, excerpt_of, counted=True)


def excerpt_of(recording: Recording) -> OneFile | None:
    """It never lasts longer than was allowed. Where its picture changes its format, its first part is all there is."""
    chosen = Excerpt.objects.filter(recording=recording).first()
    if chosen is None:
        return None
    pictures = recording.segments.filter(rendition=Row.Rendition.VIDEO).exclude(init="").order_by("number", "pk")
    span = Span(chosen.begins, chosen.ends)
    numbers = one_file.numbers_within(pictures.values_list("number", "duration"), span, LONGEST_EXCERPT)
    return _nth(one_file.films(recording, numbers), 1)


def _nth(files: list[OneFile], part: int) -> OneFile | None:
    return files[part - 1] if 0 < part <= len(files) else None


async def _handed_out(
    request: HttpRequest,
    slug: str,
    way: Way,
    kind: str,
    make: Callable[[Recording], OneFile | None],
    name: str = "",
    *,
    counted: bool = False,
) -> HttpResponseBase:
    """`counted`: who begins with this file begins with the recording; one of several parts is enough."""
    recording = await media.reached(request, slug, way)
    if isinstance(recording, HttpResponse):
        return recording
    try:
        whole = await in_thread(make)(recording)
    except storage.StorageError:
        return media.archive_is_away(request)
    if whole is None:
        return media.problem(request, 404, _("There is no such file."))
    headers = {"Cache-Control": CACHE, "ETag": f'"{whole.etag}"', "Accept-Ranges": "bytes"}
    if name:
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    if media.fresh(request, whole.etag):
        return HttpResponse(status=304, headers=headers)
    answer = _sent(request, whole, kind, headers, recording.pk, way)
    if isinstance(answer, StreamingHttpResponse) and counted and is_start(answer, whole.size):
        await in_thread(_count)(recording.pk, played_here=is_played_here(request))
    return answer


def _sent(
    request: HttpRequest, whole: OneFile, kind: str, headers: dict[str, str], recording: int, way: Way
) -> HttpResponseBase:
    # A part of what has changed meanwhile is no part of what the asker holds (RFC 9110 section 13.1.5).
    asked = request.headers.get("Range", "")
    if request.headers.get("If-Range", headers["ETag"]) != headers["ETag"]:
        asked = ""
    span = media.asked_span(asked, whole.size)
    start, end = span or (0, whole.size)
    if start >= end:
        return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{whole.size}"})
    if span:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{whole.size}"
    headers["Content-Length"] = str(end - start)
    status = 206 if span else 200
    if request.method == "HEAD":
        return HttpResponse(status=status, content_type=kind, headers=headers)
    if taking.locked():
        response = media.problem(
            request, 503, _("Many are taking something along at the moment. Please try again soon.")
        )
        response["Retry-After"] = "60"
        return response
    body = _bytes_of(whole, start, end, recording, way)
    return StreamingHttpResponse(body, status=status, content_type=kind, headers=headers)


class Interrupted(Exception):
    """Not all that was promised can be sent: the connection breaks, and nobody takes a part for the whole."""


async def _bytes_of(whole: OneFile, start: int, end: int, recording: int, way: Way) -> AsyncIterator[bytes]:
    async with taking:
        ends = monotonic() + patience(end - start)
        for piece, wanted in whole.parts(start, end):
            if not await in_thread(still_open)(recording, way):
                raise Interrupted("it may not be reached any more")
            if monotonic() > ends:
                raise Interrupted("it is read too slowly")
            try:
                data = await storage.in_pool(piece.read) if piece else whole.head
            except storage.StorageError as error:
                if isinstance(error, storage.Damaged) and piece:
                    await in_thread(archive.note_foreign)(piece.row, timezone.now())
                raise Interrupted("a file of it cannot be read") from error
            yield data[wanted]


# --- counting ---------------------------------------------------------------------------------------------------------


def is_start(answer: HttpResponseBase, size: int) -> bool:
    """Somebody begins with the whole file: from its first byte to its last. Who goes on where a download broke off,
    jumps about in it or only tries its first bytes does not."""
    return answer.headers.get("Content-Range", f"bytes 0-{size - 1}/{size}") == f"bytes 0-{size - 1}/{size}"


def is_played_here(request: HttpRequest) -> bool:
    """The browser says where it plays a file itself, and for whose page: ours, for listening."""
    of_ours = request.headers.get("Sec-Fetch-Site") == "same-origin"
    return of_ours and request.headers.get("Sec-Fetch-Dest") in PLAYED


def _count(recording: int, *, played_here: bool) -> None:
    """Without asking who it was."""
    session = LiveSession.objects.filter(recording=recording).first()
    if session is None or not statistics.bound.admits(monotonic()):
        return
    statistics.audience.start(statistics.on_demand(session) if played_here else statistics.taken(session))


def patience(size: int) -> float:
    """Seconds in which so many bytes have to be read. Who is interrupted goes on where they were (`Range`)."""
    return max(SHORTEST, size / SLOWEST)


def still_open(recording: int, way: Way) -> bool:
    return publication.door(publication.find_by_id(recording), way, timezone.now()) == Door.OPEN
