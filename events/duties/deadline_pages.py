"""The office's page of deadlines, and its calendar."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from events.duties import calendar as calendars
from events.duties import deadlines, settling
from events.duties.deadlines import Deadline
from events.duties.lights import Light
from events.models import Settled
from kultour.accounts.doors import office_required, private

SAVED = "gespeichert"
Row: TypeAlias = tuple[Deadline, Light, str]
"""A deadline, its light and how it stands, in words."""
OF_MANY = {
    settling.SETLIST: gettext_lazy("{number} set lists to GEMA"),
    settling.LEVY: gettext_lazy("{number} reports to the Künstlersozialkasse"),
    settling.CAPTIONS: gettext_lazy("Captions of {number} recordings"),
    settling.ARCHIVE_OFFER: gettext_lazy("{number} recordings to offer to the municipal archive"),
    settling.STATEMENT: gettext_lazy("{number} reviews of the accessibility statement"),
    deadlines.CONSENT_END: gettext_lazy("The consent ends, {number} recordings are deleted"),
}
"""What several duties of one day are called together."""


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
        "open": grouped([each for each in found if each[0].done is None]),
        "done": [each for each in found if each[0].done is not None],
        "address": address,
        "saved": SAVED in request.GET,
    }
    return render(request, "duties/deadlines.html", context)


@dataclass(frozen=True)
class Group:
    """Duties of one kind and one day; `of_many` calls all of them, and is empty where there is one alone."""

    rows: list[Row]
    of_many: str


def grouped(found: Iterable[Row]) -> list[Group]:
    """Rows in their order, neighbours of one kind and day together."""
    days = [list(rows) for _key, rows in groupby(found, key=lambda row: (row[0].due, row[0].duty))]
    return [Group(rows, _of_many(rows)) for rows in days]


def _of_many(rows: list[Row]) -> str:
    return str(OF_MANY[rows[0][0].duty]).format(number=len(rows)) if len(rows) > 1 else ""


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
