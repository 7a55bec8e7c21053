"""One's own account: the ways in, and out everywhere. The ceremonies are allauth's, the pages ours."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kultour.accounts import second_factor
from kultour.accounts.doors import account_required
from kultour.accounts.models import User
from kultour.accounts.people import comes_from_the_city
from kultour.accounts.roles import rights_of

Ceremony = Callable[..., HttpResponseBase]


@account_required
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """How this person comes in, and what is still missing."""
    found = Authenticator.objects.filter(user=request.user).order_by("pk")
    codes = next((one.wrap() for one in found if one.type == Authenticator.Type.RECOVERY_CODES), None)
    context = {
        "passkeys": [one for one in found if one.type == Authenticator.Type.WEBAUTHN],
        "app": next((one for one in found if one.type == Authenticator.Type.TOTP), None),
        "codes_left": len(codes.get_unused_codes()) if codes else None,
        "owed": second_factor.is_owed(request),
        "from_the_city": comes_from_the_city(request.user),
        "opens_doors": request.user.is_superuser or bool(rights_of(request.user.role)),
    }
    return render(request, "account/account.html", context)


@account_required
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """A new password ends all other sessions."""
    if not request.user.has_usable_password():
        return redirect("mfa_index")
    form = PasswordChangeForm(request.user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        form.save()
        update_session_auth_hash(request, form.user)
        messages.success(request, _("The new password holds from now on. All other devices are signed out."))
        return redirect("mfa_index")
    return render(request, "account/password.html", {"form": form}, status=422 if form.errors else 200)


@account_required
@require_POST
def leave_everywhere(request: HttpRequest) -> HttpResponse:
    """On all devices, this one included."""
    User.objects.filter(pk=request.user.pk).update(session_number=F("session_number") + 1)
    logout(request)
    return redirect("account_login")


def proven(ceremony: Ceremony, *verbs: str) -> Ceremony:
    """For what changes the ways in: only for whoever has just shown that it is really they. Others are asked first and
    led back. allauth would write a POST that it puts off into the session, with address and browser; so it never gets
    to do that."""

    @account_required
    @require_http_methods([*(verbs or ("GET", "HEAD", "POST"))])
    @wraps(ceremony)
    def enter(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return ceremony(request, *args, **kwargs)
        except ReauthenticationRequired:
            how = get_adapter(request).get_reauthentication_methods(request.user)[0]["url"]
            return redirect(f"{how}?{urlencode({'next': request.get_full_path()})}")

    return enter


def of_ones_own(ceremony: Ceremony) -> Ceremony:
    """For new ways in: whoever comes by the city's login gets none beside it, or would come in when the city is
    through with them."""

    @account_required
    @wraps(ceremony)
    def enter(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return redirect("mfa_index") if comes_from_the_city(request.user) else ceremony(request, *args, **kwargs)

    return enter


class AddPasskey(webauthn.AddWebAuthnView):
    template_name = "account/passkey.html"

    def get_context_data(self, **kwargs: Any) -> dict:
        """Kept on the device where it can be, so that it also signs in without name and password."""
        context = super().get_context_data(**kwargs)
        context["options"] = context["js_data"]["creation_options"]
        options = dict(context["options"]["publicKey"])
        options["authenticatorSelection"] = {**options["authenticatorSelection"], "residentKey": "preferred"}
        context["options"] = {"publicKey": options}
        return context


add_passkey = of_ones_own(proven(AddPasskey.as_view()))
rename_passkey = proven(webauthn.EditWebAuthnView.as_view(template_name="account/passkey_name.html"))
remove_passkey = proven(webauthn.RemoveWebAuthnView.as_view(template_name="account/passkey_removal.html"))
add_app = of_ones_own(proven(totp.ActivateTOTPView.as_view(template_name="account/app.html")))
remove_app = proven(totp.DeactivateTOTPView.as_view(template_name="account/app_removal.html"))
recovery_codes = proven(
    recovery.ViewRecoveryCodesView.as_view(template_name="account/recovery_codes.html"), "GET", "HEAD"
)
new_recovery_codes = of_ones_own(
    proven(recovery.GenerateRecoveryCodesView.as_view(template_name="account/new_recovery_codes.html"))
)
