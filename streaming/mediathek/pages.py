"""The Mediathek's public pages: what may be watched now, and one recording."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from events import programme
from events.programme import StageCard
from kultour.answers import site
from streaming.mediathek import catalogue, linked_data, passages, posters, publication
from streaming.mediathek.chapters import chapters
from streaming.models import Recording

LOADED = ("session__act", "session__performance__production__edition")
RECORDINGS_PER_PAGE = 24


@dataclass(frozen=True)
class Kept:
    """A recording as the Mediathek shows it."""

    slug: str
    title: str
    act_name: str | None
    act_slug: str | None
    stage_name: str
    started: datetime
    seconds: int
    until: datetime | None
    """A moment of the last day on which it may be watched."""
    performance_slug: str | None
    text: str
    language: str
    ready: bool
    has_poster: bool

    @property
    def url(self) -> str:
        return reverse("recording", args=[self.slug])

    @property
    def minutes(self) -> int:
        return round(self.seconds / 60)

    @property
    def playlist(self) -> str:
        return reverse("media_recording", args=[self.slug, "index.m3u8"])

    @property
    def poster(self) -> str | None:
        return reverse("media_recording", args=[self.slug, posters.NAME]) if self.has_poster else None


def kept(recording: Recording, stage_names: Mapping[str, str]) -> Kept:
    """Needs `session`, its act and its performance with production and edition loaded."""
    session = recording.session
    performance = session.performance
    return Kept(
        slug=recording.slug,
        title=session.title,
        act_name=session.act.name if session.act else None,
        act_slug=session.act.slug if session.act else None,
        stage_name=stage_names.get(session.stage, session.stage),
        started=session.started,
        seconds=round(recording.duration - recording.left_out),
        # What ends at midnight was there until the day before.
        until=recording.public_until - timedelta(seconds=1) if recording.public_until else None,
        performance_slug=performance.slug if performance else None,
        text=(performance.text or performance.production.text) if performance else "",
        language=performance.production.edition.language if performance else "",
        ready=recording.state == Recording.State.ARCHIVED,
        has_poster=bool(recording.poster),
    )


@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    """The Mediathek: what may be watched now and fits the wish, the latest first, in pages (`?seite=`)."""
    stages, there = programme.stages(), publication.visible(timezone.now())
    options = catalogue.options_among(there, stages)
    wish = catalogue.wished(request.GET, options)
    rows = catalogue.fitting(there, wish, stages).select_related(*LOADED).order_by("-session__started", "-pk")
    page = Paginator(rows, RECORDINGS_PER_PAGE).get_page(request.GET.get("seite"))
    names = stage_names(stages)
    context = {
        "options": options,
        "wish": wish,
        "page": page,
        "newer": wish.address(page.previous_page_number()) if page.has_previous() else None,
        "older": wish.address(page.next_page_number()) if page.has_next() else None,
        "recordings": [kept(row, names) for row in page],
    }
    return render(request, "archive/archive.html", context)


@require_safe
def recording(request: HttpRequest, slug: str) -> HttpResponse:
    """One recording; 410 once its time is over, so that everybody knows it was not an error."""
    row = Recording.objects.filter(slug=slug).select_related(*LOADED).first()
    if row is not None and publication.is_over(row, timezone.now()):
        return render(request, "410.html", status=410)
    if row is None or row.state == Recording.State.FAILED:
        raise Http404
    shown = kept(row, stage_names(programme.stages()))
    left_out = [span for _number, span in passages.hidden_in(row)]
    # As long as it cannot be played, no time leads into it.
    works = chapters(catalogue.works_of(row), row.duration if shown.ready else 0, left_out)
    described = linked_data.video(row, shown, site(request)) if shown.ready else None
    context = {"recording": shown, "chapters": works, "linked_data": described}
    return render(request, "archive/recording.html", context)


def stage_names(stages: Iterable[StageCard]) -> dict[str, str]:
    return {stage.slug: stage.short_name for stage in stages}
