"""Who is working on what right now, told to the others at the desk: two do not begin the same thing unknowingly.

Nothing is locked by it: whoever is second reads what the first did (`publishing`), and may still decide.
"""

import json
from collections import defaultdict
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from events.models import InHand, Performance
from kultour.accounts.doors import office_required
from kultour.accounts.models import User

LIFE = timedelta(seconds=60)
"""How long it is believed that somebody is still at it; their page renews it every few seconds."""


def take(performance_id: int, by: User, now: datetime) -> None:
    """From now on, or still, in these hands."""
    InHand.objects.update_or_create(performance_id=performance_id, by=by, defaults={"until": now + LIFE})


def let_go(performance_id: int, by: User) -> None:
    InHand.objects.filter(performance=performance_id, by=by).delete()


def hands_of_others(me: User, now: datetime) -> dict[int, list[str]]:
    """Performance → who works on it, apart from myself. Forgets whoever has not been heard of for a minute."""
    rows = list(InHand.objects.select_related("by").order_by("pk"))
    if any(row.until <= now for row in rows):
        InHand.objects.filter(until__lte=now).delete()
    found: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        if row.by != me and row.until > now:
            found[row.performance_id].append(row.by.display_name)
    return dict(found)


@office_required
@require_http_methods(["GET", "HEAD", "POST"])
def hands(request: HttpRequest) -> HttpResponse:
    """`{"performance": 7, "holds": true}` says what is in one's own hand; the answer, what is in the others'."""
    now = timezone.now()
    if request.method == "POST":
        try:
            said = json.loads(request.body[:200])
            performance_id, holds = int(said["performance"]), said["holds"] is True
        except (ValueError, TypeError, KeyError, OverflowError):
            return HttpResponse(status=400)
        if not holds:
            let_go(performance_id, request.user)
        elif Performance.objects.filter(pk=performance_id).exists():
            take(performance_id, request.user, now)
    return JsonResponse({"hands": hands_of_others(request.user, now)})
