"""Who is speaking on a socket: a signed ticket the page carries, because the socket itself brings no cookie of ours.

The chat's cookie holds a name and a seat: since when, and a random number. There is no account and no row behind it.
"""

import hashlib
import secrets
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language

from events import invitations

AGE = 24 * 3600
TICKET_SALT = "kultour.ticket"
CHAT_SALT = "kultour.chat"


@dataclass(frozen=True)
class Ticket:
    """`seat` and `name`: the chat's cookie; `invitation`: the personal link of an act; `language`: of the page;
    `moderates`: it is the page of somebody who looks after the chat."""

    language: str = "de"
    seat: str = ""
    name: str = ""
    invitation: int = 0
    moderates: bool = False


def issue(request: HttpRequest) -> str:
    """The ticket of this page for this visitor."""
    seat, name = chat_identity(request)
    invitation = (
        invitations.act_of(request, timezone.now()) if settings.SESSION_COOKIE_NAME in request.COOKIES else None
    )
    return sealed(Ticket(get_language() or "de", seat, name, invitation.id if invitation else 0))


def of_a_moderator() -> str:
    """For a page behind their door; as long as it lives, its holder hears in every room what anybody may hear there."""
    return sealed(Ticket(get_language() or "de", moderates=True))


def sealed(ticket: Ticket) -> str:
    return signing.dumps({key: value for key, value in asdict(ticket).items() if value}, salt=TICKET_SALT)


def read(sealed_ticket: str) -> Ticket:
    """What a ticket says; an anonymous one for a forged or old ticket."""
    try:
        return Ticket(**signing.loads(sealed_ticket, salt=TICKET_SALT, max_age=AGE))
    except (signing.BadSignature, TypeError):
        return Ticket()


def chat_identity(request: HttpRequest) -> tuple[str, str]:
    """Seat number and name from the chat's cookie; two empty strings without one."""
    try:
        seat, name = signing.loads(request.COOKIES.get(settings.CHAT_COOKIE_NAME, ""), salt=CHAT_SALT, max_age=AGE)
    except (signing.BadSignature, TypeError, ValueError):
        return "", ""
    return seat, name


def remember_name(response: HttpResponse, seat: str, name: str) -> None:
    """Set the chat's cookie: it lasts until the browser is closed, at most a day."""
    response.set_cookie(
        settings.CHAT_COOKIE_NAME,
        signing.dumps([seat, name], salt=CHAT_SALT),
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )


def new_seat(now: datetime) -> str:
    """When it was taken, and a random number."""
    return f"{int(now.timestamp())}.{secrets.token_urlsafe(12)}"


def age_of(seat: str, now: datetime) -> timedelta:
    """How long ago somebody took this seat; very long for one that does not say so."""
    taken, _dot, _number = seat.partition(".")
    return timedelta(seconds=now.timestamp() - int(taken)) if taken.isdecimal() else timedelta.max


def seat_of_the_day(seat: str, day: date) -> str:
    """What a message remembers of its speaker: enough to act on that programme day's messages, useless on the next."""
    return hashlib.blake2s(
        f"{day.isoformat()}:{seat}".encode(), key=settings.SECRET_KEY.encode()[:32], digest_size=16
    ).hexdigest()
