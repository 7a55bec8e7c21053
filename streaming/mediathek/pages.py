"""The Mediathek's public pages: what may be watched now, and one recording."""

from dataclasses import dataclass
from itertools import count

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from events import programme
from kultour.answers import site
from streaming.mediathek import captions, catalogue, linked_data, one_file, passages, publication
from streaming.mediathek.cards import LOADED, by_slug, kept
from streaming.mediathek.chapters import chapters
from streaming.mediathek.publication import Door, Way
from streaming.models import Captions, Recording

RECORDINGS_PER_PAGE = 24
LONGEST_ON_PAGE = 100_000
"""Characters of a transcript: about two hours of talk."""


@dataclass(frozen=True)
class TakeAlong:
    """A file to be saved, and how large it is."""

    url: str
    bytes: int


@dataclass(frozen=True)
class Read:
    """Captions of one language, and what they say."""

    language: str
    name: str
    text: str
    checked: bool
    url: str
    """Of the text alone."""

    @property
    def fits(self) -> bool:
        """Whether it is short enough to stand on the page itself."""
        return len(self.text) <= LONGEST_ON_PAGE


@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    """The Mediathek: what it lists now and what of that fits the wish, the latest first, in pages (`?seite=`)."""
    now = timezone.now()
    stages, there = programme.stages(), publication.listed(now)
    options = catalogue.options_among(there, stages)
    wish = catalogue.wished(request.GET, options)
    rows = catalogue.fitting(there, wish, stages).select_related(*LOADED).order_by("-session__started", "-pk")
    page = Paginator(rows, RECORDINGS_PER_PAGE).get_page(request.GET.get("seite"))
    places = by_slug(stages)
    context = {
        "options": options,
        "wish": wish,
        "page": page,
        "newer": wish.address(page.previous_page_number()) if page.has_previous() else None,
        "older": wish.address(page.next_page_number()) if page.has_next() else None,
        "recordings": [kept(row, places, now) for row in page],
    }
    return render(request, "archive/archive.html", context)


@require_safe
def recording(request: HttpRequest, slug: str) -> HttpResponse:
    """One recording; 410 once its time is over, so that everybody knows it was not an error."""
    now = timezone.now()
    row = _found(slug)
    if publication.door(row, Way.WATCH, now) == Door.OVER:
        return render(request, "410.html", status=410)
    if row is None or row.state == Recording.State.FAILED:
        raise Http404
    shown = kept(row, by_slug(programme.stages()), now)
    awake = shown.ready and not shown.is_asleep
    left_out = passages.gaps_in(row)
    # As long as it cannot be played, no time leads into it.
    works = chapters(catalogue.works_of(row), row.duration if awake else 0, left_out)
    context = {
        "recording": shown,
        "chapters": works,
        "linked_data": linked_data.video(row, shown, site(request)) if awake else None,
        "texts": texts_of(row) if awake else [],
        "films": films_of(row) if publication.door(row, Way.DOWNLOAD, now) == Door.OPEN else [],
        "has_sound": publication.door(row, Way.SOUND, now) == Door.OPEN,
    }
    return render(request, "archive/recording.html", context)


@require_safe
def sound(request: HttpRequest, slug: str) -> HttpResponse:
    """The sound alone, where the act allows that."""
    return _part(request, slug, Way.SOUND, "archive/sound.html")


@require_safe
def excerpt(request: HttpRequest, slug: str) -> HttpResponse:
    """What the press may show. Nothing links to it; the office passes its address on."""
    return _part(request, slug, Way.EXCERPT, "archive/excerpt.html")


def _part(request: HttpRequest, slug: str, way: Way, template: str) -> HttpResponse:
    row = _found(slug)
    now = timezone.now()
    door = publication.door(row, way, now)
    if door == Door.OVER:
        return render(request, "410.html", status=410)
    if row is None or door == Door.CLOSED or (way == Way.EXCERPT and not hasattr(row, "chosen_excerpt")):
        raise Http404
    if door == Door.ASLEEP:
        # Its own page says when it may be heard or watched.
        return redirect("recording", slug)
    context = {"recording": kept(row, by_slug(programme.stages()), now), "texts": texts_of(row)}
    return render(request, template, context)


def _found(slug: str) -> Recording | None:
    return Recording.objects.filter(slug=slug).select_related(*LOADED).first()


def texts_of(row: Recording) -> list[Read]:
    checked = Captions.State.CHECKED
    return [
        Read(
            language=each.language,
            name=captions.name_of(each.language),
            text=each.text,
            checked=each.state == checked,
            url=reverse("media_recording", args=[row.slug, f"transcript-{each.language}.txt"]),
        )
        for each in row.captions.defer("cues")
    ]


def films_of(row: Recording) -> list[TakeAlong]:
    """One, or several where the picture changed its format."""
    addresses = (
        reverse("film", args=[row.slug]) if part == 1 else reverse("film_part", args=[row.slug, part])
        for part in count(1)
    )
    return [TakeAlong(url, size) for url, size in zip(addresses, one_file.film_sizes(row), strict=False)]
