"""The moderators' room: one list of what is said on all stages, a button for each deed, and the log."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from kultour.accounts.doors import right_required
from kultour.accounts.roles import Right
from streaming.chat import desk, overview
from streaming.models import ChatDeed
from streaming.signalling import tickets

PER_PAGE = 30
MOST_REPORTED = 20
"""At the top; further ones stay in the list, so that nobody empties it by reporting everything."""
MOST_EXCLUDED = 50
"""Beside the list; who is not among the latest of them is found by their messages."""
FOR_EXCLUSION = [why for why in ChatDeed.Why.values if why != ChatDeed.Why.MISTAKE]
"""Nobody is excluded by mistake."""

moderation_required = right_required(Right.MODERATE_CHAT)


@moderation_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    stages = overview.stage_names()
    stage = request.GET.get("buehne", "")
    stage = stage if stage in stages else ""
    pending = list(overview.reported(now)[:MOST_REPORTED])
    others = overview.spoken(stage, now).exclude(pk__in=[message.pk for message in pending])
    page = Paginator(others, PER_PAGE).get_page(request.GET.get("seite"))
    context = {
        "page": page,
        "reported": overview.lines(pending, stages, now),
        "lines": overview.lines(list(page), stages, now),
        "stages": stages.items(),
        "stage": stage,
        "here": where(stage, page.number),
        **neighbours(stage, page),
        "excluded": overview.excluded(now)[:MOST_EXCLUDED],
        "reasons": ChatDeed.Why.choices,
        "reasons_to_exclude": [(why, words) for why, words in ChatDeed.Why.choices if why in FOR_EXCLUSION],
        "ticket": tickets.of_a_moderator(),
    }
    return render(request, "moderation/moderation.html", context)


def where(stage: str, number: int) -> str:
    """The part of an address that says which page of which stage's messages."""
    return "?" + urlencode({**({"buehne": stage} if stage else {}), "seite": number})


def neighbours(stage: str, page: Page) -> dict[str, str]:
    """For `planning/pages.html`."""
    return {
        "earlier": where(stage, page.previous_page_number()) if page.has_previous() else "",
        "further": where(stage, page.next_page_number()) if page.has_next() else "",
    }


# --- deeds ------------------------------------------------------------------------------------------------------------


def _hide(request: HttpRequest, pk: int, now: datetime) -> bool:
    return desk.hide(pk, request.user, now)


def _clear(request: HttpRequest, pk: int, now: datetime) -> bool:
    return desk.clear(pk, request.user, now)


def _bring_back(request: HttpRequest, pk: int, now: datetime) -> bool:
    return desk.bring_back(pk, request.user, now)


def _give_reason(request: HttpRequest, pk: int, now: datetime) -> bool:
    return desk.give_reason(pk, request.user, reason(request, ChatDeed.Why.values))


def _exclude(request: HttpRequest, pk: int, now: datetime) -> bool:
    return desk.exclude(pk, request.user, now, reason(request, FOR_EXCLUSION), hide_all="alle" in request.POST)


def reason(request: HttpRequest, offered: list[str]) -> str:
    """One of those that are offered, or none."""
    given = request.POST.get("grund", "")
    return given if given in offered else ""


VERBS: dict[str, tuple[Callable[[HttpRequest, int, datetime], bool], str | Promise]] = {
    "ausblenden": (_hide, _("The message is hidden. For ten minutes you can bring it back.")),
    "in-ordnung": (_clear, _("The message may stand.")),
    "zurueckholen": (_bring_back, _("The message stands in its place again.")),
    "grund": (_give_reason, _("The reason is noted.")),
    "ausschliessen": (_exclude, _("Excluded for today. Watching and reading stay possible.")),
}
"""By the last word of the address: what is done, and what is said when it was."""
TOO_LATE = _("Nothing was changed: it was done already, or it is too late for that. The list says how it stands.")


@moderation_required
@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    do, done = VERBS[verb]
    return told(request, do(request, pk, timezone.now()), done, f"#nachricht-{pk}")


@moderation_required
@require_POST
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    return told(request, desk.lift(pk, request.user, timezone.now()), _("They may write again."), "")


def told(request: HttpRequest, is_done: bool, sentence: str | Promise, place: str) -> HttpResponseRedirect:
    """Back to where in the list the button was."""
    if is_done:
        messages.success(request, sentence)
    else:
        messages.warning(request, TOO_LATE)
    stage, number = request.GET.get("buehne", ""), request.GET.get("seite", "")
    here = where(stage, int(number) if number.isdecimal() and len(number) < 9 else 1)
    return redirect(reverse("office_chat") + here + place)


# --- the log ----------------------------------------------------------------------------------------------------------


@moderation_required
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Who did what and why, newest first, with the words that were removed."""
    page = Paginator(ChatDeed.objects.all(), PER_PAGE).get_page(request.GET.get("seite"))
    stages = overview.stage_names()
    deeds = [(deed, stages.get(deed.stage, deed.stage)) for deed in page]
    return render(request, "moderation/log.html", {"page": page, "deeds": deeds, **neighbours("", page)})
