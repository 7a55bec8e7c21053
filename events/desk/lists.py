"""Lists of what is planned: searched, in pages, each line leading to its sheet."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from events import programme
from events.desk.sheet import notice
from events.models import Edition

PER_PAGE = 50
LONGEST_SEARCH = 80


@dataclass(frozen=True)
class Line:
    """One row: where it leads, its name, and what the columns say of it."""

    href: str
    name: str
    cells: tuple[object, ...] = ()


@dataclass(frozen=True)
class Catalogue:
    """A list as its page shows it."""

    title: str
    lead: str
    columns: tuple[str, ...]
    new: tuple[str, str] | None
    """Address and words of the way to something new."""
    nothing: str
    """What to do when there is none yet."""


def show(
    request: HttpRequest, about: Catalogue, rows: QuerySet[Any], line: Callable[[Any], Line], **context: Any
) -> HttpResponse:
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("seite"))
    lines = [line(row) for row in page]
    told = [(each, list(zip(about.columns, each.cells, strict=True))) for each in lines]
    context |= {"about": about, "lines": told, **pages(request, page), **notice(request)}
    return render(request, "planning/list.html", context)


def pages(request: HttpRequest, page: Any) -> dict[str, Any]:
    """A page with the ways to its neighbours; what was searched for stays."""

    def way(number: int) -> str:
        query = {name: value for name, value in request.GET.items() if name in {"suche", "ausgabe", "was"} and value}
        return "?" + urlencode({**query, "seite": number})

    return {
        "page": page,
        "earlier": way(page.previous_page_number()) if page.has_previous() else "",
        "further": way(page.next_page_number()) if page.has_next() else "",
    }


def searched(request: HttpRequest) -> str:
    """`?suche=`, as far as a database can search for it."""
    return request.GET.get("suche", "").replace("\0", "").strip()[:LONGEST_SEARCH]


def edition_here(request: HttpRequest, now: datetime) -> Edition | None:
    """The edition in the address (`?ausgabe=`); else today's, the next or the last one."""
    wished = Edition.objects.filter(slug=request.GET.get("ausgabe", "")[:50].replace("\0", "")).first()
    card = None if wished else programme.edition_of(now)
    return wished or (Edition.objects.filter(pk=card.id).first() if card else None)


def edition_choice(edition: Edition | None) -> Sequence[tuple[str, str, bool]]:
    """Slug, title, whether it is chosen; nothing where there is no choice."""
    rows = list(Edition.objects.order_by("-opens")[:PER_PAGE])
    return [(row.slug, row.title, row == edition) for row in rows] if len(rows) > 1 else []
