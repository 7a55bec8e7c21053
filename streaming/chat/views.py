"""Choosing a name for the chat: the only thing a visitor ever leaves with us, and the only cookie."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from streaming.chat.moderation import Unsayable, nameable
from streaming.signalling import tickets
from streaming.signalling.problems import problem


@csrf_exempt  # the Origin is checked instead: a token would need a cookie before somebody speaks
@require_POST
def chat_name(request: HttpRequest) -> HttpResponse:
    """Form fields `name` and `ticket` (the page's) → the cookie, and `{ticket, name}` for the socket."""
    if not is_own_page(request):
        return HttpResponse(status=403)
    try:
        name = nameable(request.POST.get("name", ""))
    except Unsayable as error:
        return problem(request, error)
    seat = tickets.chat_identity(request)[0] or tickets.new_seat(timezone.now())
    page = tickets.read(request.POST.get("ticket", ""))
    ticket = tickets.sealed(replace(page, seat=seat, name=name))
    response = JsonResponse({"ticket": ticket, "name": name})
    tickets.remember_name(response, seat, name)
    return response


def is_own_page(request: HttpRequest) -> bool:
    """Whether the browser says that one of our own pages asks."""
    scheme, _, host = request.headers.get("Origin", "").partition("://")
    return scheme in {"http", "https"} and host == request.get_host()
