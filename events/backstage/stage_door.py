"""The stage door: where an artist comes in by personal link."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from events import invitations
from events.models import Invitation
from kultour.accounts.doors import private

P = ParamSpec("P")
NEVER_SAY_THE_PATH = "strict-origin"
"""The token stands in the address and must not travel in a Referer, not even to our own server's log. `no-referrer`
would do that too, but makes browsers send `Origin: null` with the form, which Django's CSRF check rightly refuses."""


@private
@require_http_methods(["GET", "HEAD", "POST"])
def stage_door(request: HttpRequest, token: str) -> HttpResponse:
    """Looking shows a page with a button; only the button opens, so that link previews neither use nor burn a link."""
    invitation = invitations.find(token, timezone.now())
    if invitation is None:
        status = 410 if invitations.was_made(token) else 404
        response = render(request, "account/invitation_closed.html", {"was_made": status == 410}, status=status)
    elif request.method == "POST":
        invitations.accept(request, invitation)
        response = redirect("backstage")
    else:
        response = render(request, "account/invitation.html", {"invitation": invitation})
    response["Referrer-Policy"] = NEVER_SAY_THE_PATH
    response["X-Robots-Tag"] = "noindex"
    return response


def by_link(
    view: Callable[Concatenate[HttpRequest, Invitation, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """For the rooms behind the door: the view learns by whose link this browser came; a stranger, how to get one."""

    @private
    @wraps(view)
    def enter(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        invitation = invitations.act_of(request, timezone.now())
        if invitation is None:
            return render(request, "studio/no_invitation.html", status=403)
        response = view(request, invitation, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        return response

    return enter
