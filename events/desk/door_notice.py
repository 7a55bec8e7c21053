"""A notice for the door: what was moved or is cancelled, large, on one sheet of paper, in German and English."""

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from events.models import Performance
from kultour.accounts.doors import office_required

LANGUAGES = ("de", "en")
"""The town's own language comes first, and larger."""


@office_required
@require_safe
def door_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """What hangs at the door does not depend on the language in which the office works."""
    rows = Performance.objects.exclude(status=Performance.Status.DRAFT).select_related(
        "stage__venue", "previous_stage__venue", "production__act", "production__edition"
    )
    performance = get_object_or_404(rows, pk=pk)
    address = public_address(request, performance)
    context = {
        "performance": performance,
        "sheets": LANGUAGES,
        "address": address.split("://", 1)[-1],
        "code": code_of(address),
    }
    with timezone.override(performance.production.edition.zone):
        return render(request, "office/door/door.html", context)


def public_address(request: HttpRequest, performance: Performance) -> str:
    """Where the audience reads about it, in the town's language."""
    with translation.override(LANGUAGES[0]):
        path = reverse("performance", args=[performance.slug])
    return (settings.PUBLIC_ADDRESS or request.build_absolute_uri("/").rstrip("/")) + path


def code_of(address: str) -> SafeString:
    """A QR code (ISO/IEC 18004) as an SVG in the page; a quarter of it may be torn off."""
    code = segno.make(address, error="q", micro=False)
    drawing = code.svg_inline(omitsize=True, border=2, svgclass="door-code", lineclass=None, title=_("QR code"))
    return mark_safe(drawing.replace("<svg ", '<svg role="img" ', 1))  # noqa: S308 - segno escapes what it writes
