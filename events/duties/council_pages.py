"""The council report by one click: to read, to print, and as a table."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from events.duties import council
from events.duties.paper import asked_edition, table_file
from events.models import Edition
from kultour.accounts.doors import office_required

HEADS = (gettext_lazy("Section"), gettext_lazy("Figure"), gettext_lazy("Value"), gettext_lazy("How it was found"))


@office_required
@require_safe
def report(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    edition = asked_edition(request, now)
    context = {
        "edition": edition,
        "editions": Edition.objects.order_by("-opens"),
        "sections": council.report(council.facts(edition, now), edition) if edition else [],
        "now": now,
    }
    return render(request, "duties/council.html", context)


@office_required
@require_safe
def report_file(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    edition = asked_edition(request, now)
    if edition is None:
        raise Http404
    rows = council.as_rows(council.report(council.facts(edition, now), edition))
    return table_file("csv", " ".join([_("council report"), edition.title]), HEADS, rows, timezone.localdate(now))
