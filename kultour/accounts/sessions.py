"""A session ends 14 days after the sign-in, for every page: whatever is written into it puts off Django's own end."""

import time

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from kultour.accounts.models import User


class SignedIn(AuthenticationMiddleware):
    """`request.user` is nobody once the sign-in is too long ago. Judged only where a page asks who it is, as Django
    does: all other pages stay the same for everybody, and in caches."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        found = request.user
        request.user = SimpleLazyObject(lambda: _still_signed_in(request, found))


def _still_signed_in(request: HttpRequest, user: User | AnonymousUser) -> User | AnonymousUser:
    proofs = get_authentication_records(request, user)
    if not proofs or time.time() - proofs[-1]["at"] <= settings.SESSION_COOKIE_AGE:
        return user
    # `logout` asks who it is, and makes it nobody.
    request.user = user
    logout(request)
    return request.user
