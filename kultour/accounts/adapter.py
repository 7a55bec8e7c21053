"""How allauth behaves in this house."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kultour.accounts.roles import Right


class HouseAdapter(DefaultAccountAdapter):
    """Nobody signs up: the house gives accounts to its own people."""

    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        # allauth's own German says "du" here.
        "too_many_login_attempts": _("Too many failed attempts to sign in. Please try again later."),
    }

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """No words after signing in or out: the page shows it, and after signing out there is no session for them."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The office's people go to their desk, everybody else to the programme."""
        return reverse("office" if request.user.may(Right.EDIT_PROGRAMME) else "today")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("today")
