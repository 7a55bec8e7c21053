"""Who is working on what right now, told to the others at the desk: two do not begin the same thing unknowingly.

Nothing is locked by it: whoever is second reads what the first did (`publishing`, `planning`), and may still decide.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from events.models import InHand, Performance
from events.planning import SHEETS, Subject
from kultour.accounts.doors import office_required
from kultour.accounts.models import User

LIFE = timedelta(seconds=60)
"""How long it is believed that somebody is still at it; their page renews it every few seconds."""
KINDS: Mapping[str, Any] = {Subject.PERFORMANCE: Performance, **{kind: each.model for kind, each in SHEETS.items()}}
"""What may be in somebody's hand: all that is planned."""


def take(subject: str, pk: int, by: User, now: datetime) -> None:
    """From now on, or still, in these hands."""
    InHand.objects.update_or_create(subject=subject, object_id=pk, by=by, defaults={"until": now + LIFE})


def let_go(subject: str, pk: int, by: User) -> None:
    InHand.objects.filter(subject=subject, object_id=pk, by=by).delete()


def hands_of_others(subject: str, me: User, now: datetime) -> dict[int, list[str]]:
    """Of that kind: which one → who works on it, apart from myself. Forgets whoever has not been heard of for a
    minute."""
    rows = list(InHand.objects.filter(subject=subject).select_related("by").order_by("pk"))
    if any(row.until <= now for row in rows):
        InHand.objects.filter(until__lte=now).delete()
    found: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        if row.by != me and row.until > now:
            found[row.object_id].append(row.by.display_name)
    return dict(found)


@office_required
@require_http_methods(["GET", "HEAD", "POST"])
def hands(request: HttpRequest, subject: str) -> HttpResponse:
    """`{"id": 7, "holds": true}` says what of this kind is in one's own hand; the answer, what is in the others'."""
    if subject not in KINDS:
        raise Http404
    now = timezone.now()
    if request.method == "POST":
        try:
            said = json.loads(request.body[:200])
            pk, holds = int(said["id"]), said["holds"] is True
        except (ValueError, TypeError, KeyError, OverflowError):
            return HttpResponse(status=400)
        if not holds:
            let_go(subject, pk, request.user)
        elif KINDS[subject].objects.filter(pk=pk).exists():
            take(subject, pk, request.user, now)
    return JsonResponse({"hands": hands_of_others(subject, request.user, now)})
