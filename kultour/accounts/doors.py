"""Doors to private rooms: who may pass, and that no cache keeps what is inside."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control

from kultour.accounts.roles import Right

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

private = cache_control(private=True, no_store=True)
"""For pages that belong to one person: no cache may keep them."""


def right_required(right: Right) -> Callable[[View[P]], View[P]]:
    """Strangers are asked to sign in, people without the right are told so (403)."""

    def door(view: View[P]) -> View[P]:
        @private
        @wraps(view)
        def enter(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not request.user.may(right):
                return render(request, "office/forbidden.html", status=403)
            return view(request, *args, **kwargs)

        return enter

    return door


office_required = right_required(Right.EDIT_PROGRAMME)
