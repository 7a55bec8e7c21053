"""The stage door: where an artist comes in by personal link."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from events import invitations
from kultour.accounts.doors import private

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
