"""A browser in which somebody has signed in is known again: what strangers guess is not counted against it.

Five wrong passwords close a name for five minutes: whoever types the control room's name five times at 20:00 would keep
it out. OWASP's answer is a cookie set at sign-in (“device cookies”): a known browser has a count of its own, all others
share one. The cookie opens nothing. Whoever takes it away from its owner may guess as slowly as any stranger, so it
ends neither with the session nor with the password.
"""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

LIFE = timedelta(days=395)
"""From one event to the next; a sign-in begins it anew."""
NAMES = 5
"""So many people may take turns at one machine."""
SALT = "kultour.known-browser"


def number(request: HttpRequest, name: str | None = None) -> str:
    """By which this browser is counted for who has this sign-in name, or for anybody; empty where it is not known."""
    known = _known(request)
    return next(iter(known.values()), "") if name is None else known.get(_digest(name), "")


def remember(request: HttpRequest, response: HttpResponseBase, name: str) -> None:
    """Somebody has signed in here under this name."""
    known = _known(request)
    mine = known.pop(_digest(name), "") or secrets.token_urlsafe(16)
    kept = [(_digest(name), mine), *known.items()][:NAMES]
    response.set_cookie(
        settings.KNOWN_COOKIE_NAME,
        signing.dumps(kept, salt=SALT),
        max_age=LIFE,
        secure=settings.SECURE,
        httponly=True,
        samesite="Strict",
    )


def _known(request: HttpRequest) -> dict[str, str]:
    """Number by name, the latest first."""
    try:
        return dict(signing.loads(request.COOKIES.get(settings.KNOWN_COOKIE_NAME, ""), salt=SALT, max_age=LIFE))
    except signing.BadSignature:
        return {}


def _digest(name: str) -> str:
    """Without regard to capitals, as at the sign-in; and no name lies on a machine that others use."""
    return hashlib.sha256(name.lower().encode()).hexdigest()[:16]
