"""Where our own pages say that something plays: no cookie, no address, no name; only that it happened."""

from collections.abc import Callable
from time import monotonic

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from streaming import statistics
from streaming.chat.views import is_own_page
from streaming.mediathek import publication
from streaming.models import LiveSession
from streaming.statistics import Subject

BEGINS = "beginn"
GOES_ON = "weiter"


@csrf_exempt  # the Origin is checked instead: a token would need a cookie
@require_POST
def watching_live(request: HttpRequest, stage: str, what: str) -> HttpResponse:
    """`beginn`: somebody begins to watch this stage. `weiter`: somebody in the stalls still does."""
    return _counted(request, what, lambda: _on_air(stage))


@csrf_exempt
@require_POST
def watching_a_recording(request: HttpRequest, slug: str) -> HttpResponse:
    """Somebody begins to play this recording."""
    return _counted(request, BEGINS, lambda: _kept(slug))


def _on_air(stage: str) -> Subject | None:
    session = LiveSession.objects.filter(stage=stage, ended=None, rehearsal=False).first()
    return statistics.live(session) if session else None


def _kept(slug: str) -> Subject | None:
    recording = publication.visible(timezone.now()).filter(slug=slug).select_related("session").first()
    return statistics.on_demand(recording.session) if recording else None


def _counted(request: HttpRequest, what: str, find: Callable[[], Subject | None]) -> HttpResponse:
    """204, also where there is nothing to count: it may have ended a moment ago. 403 from elsewhere, 429 in a flood."""
    if not is_own_page(request):
        return HttpResponse(status=403)
    if not statistics.bound.admits(monotonic()):
        return HttpResponse(status=429, headers={"Retry-After": "60"})
    subject = find()
    if subject and what == BEGINS:
        statistics.audience.start(subject)
    elif subject:
        statistics.audience.beat(subject)
    return HttpResponse(status=204, headers={"Cache-Control": "no-store"})
