"""What search engines are asked to leave alone: doors, and what is only of use to a player."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from kultour.answers import site

BEHIND_DOORS = ("/buero/", "/regie/", "/hinterbuehne/", "/anmelden", "/abmelden")
FOR_PLAYERS = ("/media/", "/whip/", "/whep/", "/ws")


@require_safe
@cache_control(public=True, max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    """RFC 9309."""
    languages = ["", *(f"/{code}" for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE)]
    paths = [*(language + path for language in languages for path in BEHIND_DOORS), *FOR_PLAYERS]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in paths), "", f"Sitemap: {site(request)}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
