"""How allauth behaves in this house."""

import base64
import hashlib
import hmac
import secrets
import time
from typing import Any, ClassVar

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core.internal.ratelimit import truncate_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kultour.accounts import known_browsers, witness
from kultour.accounts.models import User
from kultour.accounts.people import comes_from_the_city
from kultour.accounts.roles import Right
from kultour.accounts.second_factor import opened, sealed

WORDS = {
    "mfa/messages/totp_activated.txt": _("The authenticator app is set up."),
    "mfa/messages/totp_deactivated.txt": _("The authenticator app is removed."),
    "mfa/messages/webauthn_added.txt": _("The passkey is saved."),
    "mfa/messages/webauthn_removed.txt": _("The passkey is removed."),
}
"""What is said after an action, in our own words: allauth's German says "du"."""


class HouseAdapter(DefaultAccountAdapter):
    """Nobody signs up: the house gives accounts to its own people."""

    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        # allauth's own German says "du" here, or "und/oder".
        "too_many_login_attempts": _(
            "Too many failed attempts to sign in. Please wait five minutes; with a passkey you come in all the same."
        ),
        "rate_limited": _("Too many attempts. Please try again later."),
        "incorrect_password": _("That is not your password."),
        "username_password_mismatch": _("This user name and this password do not belong together."),
    }

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """After signing in or out the page shows it, and after signing out there is no session for words."""
        words = WORDS.get(message_template or "") or kwargs.get("message")
        if words:
            messages.add_message(request, level, words)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Who works with the programme goes to the desk, other people to their account, artists to the programme."""
        if request.user.may(Right.READ_PROGRAMME):
            return reverse("office")
        return reverse("today" if request.user.role in {User.Role.NOBODY, User.Role.ACT} else "mfa_index")

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return self.get_login_redirect_url(request)

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("today")

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Who comes by the city's login comes by no other way: the city decides each time whether they still may."""
        by_the_city = "sociallogin" in (kwargs.get("signal_kwargs") or {})
        refused: HttpResponse | None = super().pre_login(request, user, **kwargs)
        if refused is None and comes_from_the_city(user) and not by_the_city:
            witness.by_the_city_only(user)
            return render(request, "account/city_only.html", status=403)
        return refused

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        witness.locked(user)
        return render(request, "account/locked.html", status=403)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """A browser that is known for this name has a count of its own; strangers use up only the strangers'."""
        name = credentials.get("username", "")
        if known := known_browsers.number(request, name):
            credentials["username"] = f"{name} {known}"
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            witness.too_many_attempts(bool(known))
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Not Django's signal: that also goes out for a locked account whose password was right."""
        witness.wrong_password(credentials.get("username", ""))

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponseBase:
        """After all factors: who only knows the password is still a stranger. Who has none is not guessed at."""
        response: HttpResponseBase = super().post_login(request, user, **kwargs)
        if user.has_usable_password():
            known_browsers.remember(request, response, user.username)
        return response

    def get_client_ip(self, request: HttpRequest) -> str:
        """What allauth counts attempts by besides the name. Nobody's address is kept, not even in memory: only whether
        two attempts come from the same one can be told, by all processes of this installation, and for a day at most.
        A known browser counts as a place of its own: the next room may hang on the same line."""
        known = known_browsers.number(request, request.POST.get("login"))
        place = known or truncate_ip(super().get_client_ip(request))
        key = f"attempts of {timezone.now():%Y-%m-%d}:{settings.SECRET_KEY}"
        return hmac.new(key.encode(), place.encode(), hashlib.sha256).hexdigest()

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who signed in a moment ago need not say who they are a second time."""
        request = self.request
        signed_in = [record["at"] for record in get_authentication_records(request, request.user)]
        if signed_in and time.time() - signed_in[-1] < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return super().is_reauthentication_required(app=app, **kwargs)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Passkeys, codes of an app, and recovery codes."""

    error_messages: ClassVar = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("That did not match. Please try again."),
    }

    def encrypt(self, text: str) -> str:
        return sealed(text)

    def decrypt(self, encrypted_text: str) -> str:
        """What cannot be opened any more must match no code at all, so something nobody knows takes its place."""
        return opened(encrypted_text) or base64.b32encode(secrets.token_bytes(40)).decode()

    def _get_site_name(self) -> str:
        return settings.TOWN

    def build_totp_svg(self, url: str) -> str:
        """The QR code without the XML head, to stand inside the page."""
        return super().build_totp_svg(url).partition("?>")[2].strip()

    def generate_authenticator_name(self, user: User, type: str) -> str:
        others = Authenticator.objects.filter(user=user, type=type).count()
        return f"{_('Passkey')} {others + 1}" if others else str(_("Passkey"))
