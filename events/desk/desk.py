"""The desk itself: what plays today, and in which state."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from events import drafts, programme
from kultour.accounts.doors import reading_required


@reading_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Today's performances with their state."""
    now = timezone.now()
    edition = programme.edition_of(now)
    zone = edition.zone if edition else timezone.get_default_timezone()
    context = {
        "edition": edition,
        "now": now,
        "items": programme.day_for_office(edition, now) if edition else [],
        "with_drafts": drafts.to_come(now),
    }
    with timezone.override(zone):
        return render(request, "office/desk.html", context)
