"""Pictures by their public name, which is made of their content: what is once fetched need never be asked for again."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from events.models import Picture

KEPT_BY_BROWSERS = 365 * 24 * 3600
KEPT_BY_SHARED_CACHES = 3600
"""Seconds; so long a picture may still be seen that the office took away."""
SIZES = {"gross": "large", "klein": "small"}


@require_safe
def picture(request: HttpRequest, digest: str, size: str) -> HttpResponse:
    """One of the two sizes, as WebP."""
    if size not in SIZES:
        raise Http404
    content = Picture.objects.filter(digest=digest).values_list(SIZES[size], flat=True).first()
    if content is None:
        raise Http404
    response = HttpResponse(bytes(content), content_type="image/webp")
    response["Cache-Control"] = f"public, max-age={KEPT_BY_BROWSERS}, s-maxage={KEPT_BY_SHARED_CACHES}, immutable"
    return response
