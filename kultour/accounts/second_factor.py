"""Who owes a second factor, and how its secrets are kept."""

import hashlib
from base64 import urlsafe_b64encode

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
"""Recovery codes alone are none: they only stand in for one of these."""

SEALED = frozenset({"secret", "seed"})
"""Where allauth keeps what makes the codes: of an app, and of a list of recovery codes."""


def is_owed(request: HttpRequest) -> bool:
    """Whether this signed-in person has to set up a second factor first. The city's login asks for its own."""
    if not settings.REQUIRE_SECOND_FACTOR or not request.user.needs_second_factor:
        return False
    return not came_by_the_city(request) and not is_mfa_enabled(request.user, FACTORS)


def came_by_the_city(request: HttpRequest) -> bool:
    """Whether this session was opened with the city's login."""
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "socialaccount" for record in records)


def sealed(secret: str) -> str:
    """A secret as it lies in the database: of no use without the installation's key."""
    return _lock().encrypt(secret.encode()).decode()


def opened(secret: str) -> str | None:
    """None where it was sealed with a key that this installation no longer has."""
    try:
        return _lock().decrypt(secret.encode()).decode()
    except InvalidToken:
        return None


@transaction.atomic
def seal_anew() -> tuple[int, int]:
    """Seal with the present key what lies there, so that older keys can go. Returns how many ways in were sealed, and
    how many none of our keys opens: these stay as they are."""
    lock, done, lost = _lock(), 0, 0
    for way in Authenticator.objects.select_for_update().exclude(type=Authenticator.Type.WEBAUTHN):
        try:
            anew = {name: lock.rotate(way.data[name].encode()).decode() for name in way.data.keys() & SEALED}
        except InvalidToken:
            lost += 1
            continue
        way.data |= anew
        way.save(update_fields=["data"])
        done += 1
    return done, lost


def _lock() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [Fernet(urlsafe_b64encode(hashlib.sha256(f"second factor:{key}".encode()).digest())) for key in keys]
    )
