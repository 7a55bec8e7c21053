"""How allauth behaves in this house."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse

from kultour.accounts.roles import Right


class HouseAdapter(DefaultAccountAdapter):
    """Nobody signs up: the house gives accounts to its own people."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The office's people go to their desk, everybody else to the programme."""
        return reverse("office" if request.user.may(Right.EDIT_PROGRAMME) else "today")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("today")
