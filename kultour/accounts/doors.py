"""Doors to private rooms: who may pass, and that no cache keeps what is inside."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control

from kultour.accounts import second_factor, witness
from kultour.accounts.roles import Right

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

private = cache_control(private=True, no_store=True)
"""For pages that belong to one person: no cache may keep them."""


def right_required(right: Right) -> Callable[[View[P]], View[P]]:
    """Strangers are asked to sign in, people without the right are told so (403), and who still owes a second factor
    is led to where it is set up."""

    def door(view: View[P]) -> View[P]:
        @private
        @wraps(view)
        def enter(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not request.user.may(right):
                witness.no_right(request.user, right)
                return render(request, "office/forbidden.html", status=403)
            if second_factor.is_owed(request):
                return redirect("mfa_index")
            return view(request, *args, **kwargs)

        return enter

    return door


reading_required = right_required(Right.READ_PROGRAMME)
office_required = right_required(Right.EDIT_PROGRAMME)
people_required = right_required(Right.MANAGE_PEOPLE)


def account_required(view: View[P]) -> View[P]:
    """For one's own account: strangers are asked to sign in."""

    @private
    @wraps(view)
    def enter(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return enter
