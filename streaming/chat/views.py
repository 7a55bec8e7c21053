"""Choosing a name for the chat: the only thing a visitor ever leaves with us, and the only cookie."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from events import invitations, programme
from kultour.accounts import second_factor
from kultour.accounts.roles import Right
from streaming.chat.moderation import Unsayable, nameable
from streaming.signalling import tickets
from streaming.signalling.problems import problem
from streaming.signalling.tickets import Ticket


@csrf_exempt  # the Origin is checked instead: a token would need a cookie before somebody speaks
@require_POST
def chat_name(request: HttpRequest) -> HttpResponse:
    """Form fields `name` and `ticket` (the page's) → the cookie, and `{ticket, name}` for the socket."""
    if not is_own_page(request):
        return HttpResponse(status=403)
    now = timezone.now()
    page = tickets.read(request.POST.get("ticket", ""))
    try:
        name = nameable(request.POST.get("name", ""), taken_names(now), own_names(request, page, now))
    except Unsayable as error:
        return problem(request, error)
    seat = tickets.chat_identity(request)[0] or tickets.new_seat(now)
    ticket = tickets.sealed(replace(page, seat=seat, name=name))
    response = JsonResponse({"ticket": ticket, "name": name})
    tickets.remember_name(response, seat, name)
    return response


def is_own_page(request: HttpRequest) -> bool:
    """Whether the browser says that one of our own pages asks."""
    scheme, _, host = request.headers.get("Origin", "").partition("://")
    return scheme in {"http", "https"} and host == request.get_host()


def taken_names(now: datetime) -> Collection[str]:
    """Whom nobody in the audience should be taken for."""
    return {settings.TOWN, f"Stadt {settings.TOWN}", settings.PUBLISHER} | programme.announced_names(now)


def own_names(request: HttpRequest, page: Ticket, now: datetime) -> Collection[str]:
    """Who looks after the conversation is called as they like, an act as in the programme."""
    user = request.user
    if user.is_authenticated and user.may(Right.MODERATE_CHAT) and not second_factor.is_owed(request):
        return {request.POST.get("name", "")}
    invitation = invitations.by_id(page.invitation, now) if page.invitation else None
    return programme.names_of(invitation.act) if invitation else ()
