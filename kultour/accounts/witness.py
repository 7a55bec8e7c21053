"""Who came in and who did not, in the log (ASVS 16.3.1 and 16.3.2): accounts by their number, which says something
only to those who have the database; never a name, an address, or what was typed."""

import logging
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.contrib.auth import signals
from django.contrib.auth.models import AnonymousUser
from django.dispatch import receiver
from django.http import HttpRequest

from kultour.accounts.models import User
from kultour.accounts.roles import Right

log = logging.getLogger(__name__)


@receiver(signals.user_logged_in)
def came_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    records = get_authentication_records(request, user)
    log.info("account %s came in: %s", user.pk, ", ".join(record.get("type", record["method"]) for record in records))


@receiver(signals.user_logged_out)
def went_out(user: User | None, **kwargs: Any) -> None:
    if user:
        log.info("account %s went out", user.pk)


def wrong_password(name: str) -> None:
    known = User.objects.filter(username__iexact=name).values_list("pk", flat=True).first()
    if known:
        log.warning("account %s was not let in: wrong password", known)
    else:
        log.warning("nobody was let in: no such account")


def too_many_attempts(known_browser: bool) -> None:
    log.warning("nobody was let in: too many attempts%s", " in a known browser" if known_browser else "")


def too_many_requests(user: User | AnonymousUser) -> None:
    if user.pk:
        log.warning("account %s was turned away: too many attempts from one place", user.pk)
    else:
        log.warning("nobody was let in: too many attempts from one place")


def locked(user: User) -> None:
    log.warning("account %s was not let in: locked", user.pk)


def by_the_city_only(user: User) -> None:
    log.warning("account %s was not let in: comes by the city's login only", user.pk)


def no_role(user: User) -> None:
    """Without a number: the city knows somebody whom this house has never let in."""
    if user.pk:
        log.warning("account %s was not let in: no role by the city's login", user.pk)
    else:
        log.warning("nobody was let in: no role by the city's login")


def wrong_code(user: User) -> None:
    log.warning("account %s was not let in: wrong code, or too many", user.pk)


def wrong_passkey() -> None:
    log.warning("nobody was let in: not the passkey")


def no_right(user: User, right: Right) -> None:
    log.warning("account %s was refused: %s", user.pk, right)
