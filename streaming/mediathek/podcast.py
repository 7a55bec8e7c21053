"""What may be listened to, as a podcast: RSS 2.0 with the sound of each recording. What is over is no longer in it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Enclosure, Rss201rev2Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from events import programme
from kultour.answers import site, tidy
from streaming.mediathek import handing_out, one_file, publication
from streaming.mediathek.cards import LOADED, by_slug, kept

MOST = 100
"""Recordings, the latest first."""
CACHE = "public, max-age=60"


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    home = site(request)

    def absolute(name: str, *arguments: str) -> str:
        return home + reverse(name, args=arguments)

    now = timezone.now()
    found = publication.to_be_heard(now).select_related(*LOADED)
    recordings = list(found.order_by("-session__started", "-pk")[:MOST])
    places = by_slug(programme.stages())
    sizes = one_file.sound_sizes(recordings)
    told = Rss201rev2Feed(
        title=tidy(_("%(town)s: to listen to") % {"town": settings.TOWN}),
        link=absolute("archive"),
        description=_("The sound of the town's stages, as long as the artists agree to it."),
        language=get_language() or "de",
        feed_url=absolute("podcast"),
    )
    for recording in recordings:
        shown = kept(recording, places, now)
        address = absolute("recording", recording.slug)
        told.add_item(
            title=tidy(f"{shown.act_name}: {shown.title}" if shown.act_name else shown.title),
            link=address,
            description=tidy(programme.plain(shown.text)),
            unique_id=address,
            unique_id_is_permalink=True,
            pubdate=shown.started,
            enclosures=[
                Enclosure(absolute("sound", recording.slug), str(sizes.get(recording.pk, 0)), handing_out.SOUND_TYPE)
            ],
        )
    # Browsers show it as text; podcast players do not mind.
    response = HttpResponse(content_type="application/xml; charset=utf-8", headers={"Cache-Control": CACHE})
    told.write(response, "utf-8")
    return response
