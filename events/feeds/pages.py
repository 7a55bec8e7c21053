"""The addresses at which other programs read the programme. Nothing in them is about drafts."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from events import my_programme, programme
from events.feeds import calendars, changes, linked_data, open_data, schedules, tables
from events.feeds.reading import LONG_AGO, entries
from events.pages import public_page
from events.programme import Item
from events.schedule import programme_day
from kultour import atom
from kultour.answers import as_json, document, site

# All are told apart by ETag alone, as what ends leaves no date behind: a publication that is undone takes the latest
# along, consents and recordings run out, and an act is renamed beside its performances.

# --- calendars --------------------------------------------------------------------------------------------------------


def _calendar(
    request: HttpRequest, title: str, items: Sequence[Item], *, blocks: bool, query: str = ""
) -> HttpResponseBase:
    found = entries(items)
    body = calendars.of_performances(title, found, site(request), request.path + query, blocks=blocks)
    return document(request, body, calendars.MEDIA_TYPE)


@public_page
def calendar(request: HttpRequest, now: datetime) -> HttpResponseBase:
    """The whole programme. When a next edition is planned, the last one does not vanish from people's calendars."""
    known = programme.editions()
    edition = programme.edition_of(now)
    told = known[: known.index(edition) + 1][-2:] if edition else []
    items = [item for each in told for item in programme.items_of(each)]
    return _calendar(request, edition.title if edition else settings.TOWN, items, blocks=False)


@public_page
def calendar_of_performance(request: HttpRequest, now: datetime, slug: str) -> HttpResponseBase:
    item = programme.item(slug)
    if item is None:
        raise Http404
    return _calendar(request, item.title, [item], blocks=True)


@public_page
def calendar_of_route(request: HttpRequest, now: datetime, slug: str) -> HttpResponseBase:
    """What plays at the stations of a walk."""
    route = programme.route_named(slug)
    if route is None:
        raise Http404
    items = [item for item in programme.items_of(route.edition) if item.stage in route.stations]
    return _calendar(request, route.title, items, blocks=False)


@public_page
def calendar_of_mine(request: HttpRequest, now: datetime) -> HttpResponseBase:
    """What a visitor chose; the choice stands in the address, and we keep none."""
    items = programme.items_chosen(my_programme.read(request.GET.get(my_programme.CHOICE, "")))
    query = f"?{my_programme.CHOICE}={my_programme.written(item.id for item in items)}"
    return _calendar(request, _("My programme"), items, blocks=True, query=query)


@public_page
def calendar_of_editions(request: HttpRequest, now: datetime) -> HttpResponseBase:
    """When the next editions are."""
    body = calendars.of_editions(
        settings.TOWN,
        programme.editions(),
        programme_day(now, timezone.get_default_timezone()),
        site(request),
        request.path,
        on_whit_sunday=settings.WHIT_SUNDAY,
    )
    return document(request, body, calendars.MEDIA_TYPE)


# --- the whole programme in other formats -----------------------------------------------------------------------------


@public_page
def programme_as_linked_data(request: HttpRequest, now: datetime) -> HttpResponseBase:
    """schema.org, all in one document."""
    edition = programme.edition_of(now)
    found = entries(programme.items_of(edition)) if edition else []
    data = linked_data.edition_in_full(edition, found, site(request)) if edition else {"@context": linked_data.CONTEXT}
    return document(request, as_json(data), linked_data.MEDIA_TYPE)


@public_page
def programme_as_table(request: HttpRequest, now: datetime) -> HttpResponseBase:
    edition = programme.edition_of(now)
    found = entries(programme.items_of(edition)) if edition else []
    body = tables.written(found, site(request))
    answer = document(request, body, tables.MEDIA_TYPE)
    answer.headers["Content-Disposition"] = 'attachment; filename="programm.csv"'
    return answer


@public_page
def catalogue(request: HttpRequest, now: datetime) -> HttpResponseBase:
    """For the portals of open data that collect from towns."""
    edition = programme.edition_of(now)
    found = entries(programme.items_of(edition)) if edition else []
    body = as_json(open_data.catalogue(edition, found, site(request)))
    return document(request, body, linked_data.MEDIA_TYPE)


def _schedule(
    request: HttpRequest, now: datetime, media_type: str, write: Callable[[schedules.Schedule], bytes]
) -> HttpResponseBase:
    edition = programme.edition_of(now)
    if edition is None:
        raise Http404
    found = entries(programme.items_of(edition))
    body = write(schedules.schedule(edition, found, site(request)))
    return document(request, body, media_type)


@public_page
def schedule_xml(request: HttpRequest, now: datetime) -> HttpResponseBase:
    return _schedule(request, now, schedules.XML, schedules.written_as_xml)


@public_page
def schedule_json(request: HttpRequest, now: datetime) -> HttpResponseBase:
    return _schedule(request, now, schedules.JSON, schedules.written_as_json)


# --- news -------------------------------------------------------------------------------------------------------------


@public_page
def news(request: HttpRequest, now: datetime) -> HttpResponseBase:
    """What was published, moved and cancelled."""
    edition = programme.edition_of(now)
    said = changes.news(edition, site(request)) if edition else []
    feed = atom.Feed(
        title=_("Programme {town}: what is new").format(town=settings.TOWN),
        language=get_language(),
        publisher=settings.PUBLISHER,
        url=site(request) + reverse("programme"),
        itself=site(request) + request.path,
    )
    updated = atom.latest(said, otherwise=LONG_AGO)
    return document(request, atom.written(feed, said, [], updated), atom.MEDIA_TYPE)
