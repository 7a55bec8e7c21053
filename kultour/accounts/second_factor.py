"""Who owes a second factor, and how its secrets are kept."""

import hashlib
from base64 import urlsafe_b64encode

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.http import HttpRequest

FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
"""Recovery codes alone are none: they only stand in for one of these."""


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


def _lock() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [Fernet(urlsafe_b64encode(hashlib.sha256(f"second factor:{key}".encode()).digest())) for key in keys]
    )
