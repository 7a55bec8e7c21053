"""The office's page of deadlines, and its calendar."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from events.duties import calendar as calendars
from events.duties import deadlines, settling
from events.models import Settled
from kultour.accounts.doors import office_required, private

SAVED = "gespeichert"


@office_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What is owed, by its day; what is done stands below."""
    return _page(request)


def _page(request: HttpRequest, address: str = "") -> HttpResponse:
    now = timezone.now()
    today = timezone.localdate(now)
    found = [(one, one.light(today), one.in_words(today)) for one in deadlines.all_of_them(now)]
    context = {
        "open": [each for each in found if each[0].done is None],
        "done": [each for each in found if each[0].done is not None],
        "address": address,
        "saved": SAVED in request.GET,
    }
    return render(request, "duties/deadlines.html", context)


@office_required
@require_POST
def settle(request: HttpRequest) -> HttpResponse:
    """A duty of the list is done today, or (`offen`) open after all; one that is not in the list does not exist."""
    assert request.user.is_authenticated
    now = timezone.now()
    asked = (request.POST.get("duty", ""), request.POST.get("subject", ""))
    found = next((one for one in deadlines.all_of_them(now) if (one.duty, one.subject) == asked), None)
    if found is None or not found.may_be_settled:
        raise Http404
    today = timezone.localdate(now)
    if "offen" in request.POST:
        settling.reopen([found.duty], found.subject)
    else:
        # A review is known by its own day, so that each year has one.
        subject = today.isoformat() if found.duty == Settled.Duty.STATEMENT else found.subject
        settling.settle(found.duty, [subject], today, request.user)
    return redirect(f"{reverse('deadlines')}?{SAVED}")


@office_required
@require_POST
def renew_calendar(request: HttpRequest) -> HttpResponse:
    """A new secret address, shown this once."""
    token = calendars.new_token(timezone.now())
    return _page(request, request.build_absolute_uri(reverse("deadlines_calendar", args=[token])))


@private
@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """For calendar programs, which have no cookie: whoever knows the address may read it."""
    if not calendars.is_known(token):
        raise Http404
    now = timezone.now()
    text = calendars.calendar(deadlines.all_of_them(now), now, timezone.localdate(now), request.get_host())
    response = HttpResponse(text, content_type=calendars.MEDIA_TYPE)
    response["X-Robots-Tag"] = "noindex"
    return response
