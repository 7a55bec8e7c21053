"""Where somebody new chooses their password, behind a link that is good once."""

from django import forms
from django.contrib import messages
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from kultour.accounts import links
from kultour.accounts.doors import private


@private
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """Looking spends nothing; the chosen password does. Nobody is signed in by it: the first sign-in is a rehearsal."""
    now = timezone.now()
    link = links.find(token, now)
    form: forms.Form | None = None
    if link is None:
        response = render(request, "account/welcome_over.html", status=404)
    else:
        form = SetPasswordForm(link.user, request.POST if request.method == "POST" else None)
        if form.is_valid() and links.use(token, form.cleaned_data["new_password1"], now):
            messages.success(request, _("Your password is set. Please sign in with it."))
            response = redirect("account_login")
        else:
            context = {"form": form, "person": link.user}
            response = render(request, "account/welcome.html", context, status=422 if form.errors else 200)
    response["Referrer-Policy"] = "strict-origin"  # the token stands in the address, see events.backstage.stage_door
    response["X-Robots-Tag"] = "noindex"
    return response
