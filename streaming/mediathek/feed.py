"""The Mediathek for newsreaders: what it lists, and, without a word about it, what it does not list any longer."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Coalesce, Least
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from events import programme
from kultour import atom
from kultour.answers import document, site
from streaming.mediathek import publication
from streaming.mediathek.cards import LOADED, Kept, by_slug, kept
from streaming.models import LiveSession, Recording

EMPTY_SINCE = datetime(2000, 1, 1, tzinfo=UTC)


@require_safe
@cache_control(public=True, max_age=0, s_maxage=5)
def mediathek(request: HttpRequest) -> HttpResponseBase:
    """Atom; a recording that was withdrawn, has expired or left the lists is told by a tombstone that names only its
    identity."""
    now, home = timezone.now(), site(request)
    rows = publication.listed(now).select_related(*LOADED).order_by("-session__started", "-pk")[: atom.MOST]
    places = by_slug(programme.stages())
    news = [_news(row, kept(row, places, now), home) for row in rows]
    gone = tombstones(now)
    updated = atom.latest([*news, *gone], otherwise=EMPTY_SINCE)
    feed = atom.Feed(
        title=_("Recordings {town}").format(town=settings.TOWN),
        language=get_language(),
        publisher=settings.PUBLISHER,
        url=home + reverse("archive"),
        itself=home + request.path,
    )
    return document(request, atom.written(feed, news, gone, updated), atom.MEDIA_TYPE)


def tombstones(now: datetime) -> list[atom.Gone]:
    """Of what was in the Mediathek, the latest first. A consent may end twice; the first end counts."""
    over = Q(withdrawn__isnull=False) | Q(public_until__lte=now) | Q(listed_until__lte=now)
    # SQLite's least of something and nothing is nothing.
    ends = [Coalesce(name, "listed_until") for name in ("withdrawn", "public_until")]
    was_listed = Recording.objects.filter(over, state=Recording.State.ARCHIVED, listed_until__isnull=False)
    rows = was_listed.annotate(gone=Least("listed_until", *ends)).select_related("session")
    return [atom.Gone(identity(row.session), row.gone) for row in rows.order_by("-gone", "-pk")[: atom.MOST]]


def identity(session: LiveSession) -> UUID:
    """A recording's, for good: its address tells too much about what is gone."""
    return atom.identity(f"recording of {session.pk} on {session.stage} at {session.started.isoformat()}")


def _news(row: Recording, shown: Kept, home: str) -> atom.News:
    until = formats.date_format(timezone.localtime(shown.until), "DATE_FORMAT") if shown.until else ""
    lines = [
        shown.stage_name,
        programme.plain(shown.text),
        _("Available until {day}.").format(day=until) if until else "",
    ]
    return atom.News(
        id=identity(row.session),
        title=shown.title,
        text="\n".join(line for line in lines if line),
        url=home + shown.url,
        at=row.ended or shown.started + timedelta(seconds=shown.seconds),
        author=shown.act_name or "",
        film=home + shown.playlist,
    )
