"""What the office does to people's accounts. Every verb is written down as a `Deed`, and ends what it has to end."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from kultour.accounts import links
from kultour.accounts.models import Deed, User
from kultour.accounts.roles import Right, roles_with

P = ParamSpec("P")
Result = TypeVar("Result")
Verb = Callable[Concatenate[int, P], Result]


class Refused(Exception):
    """It was not done; the text says why, in the reader's language."""


_NO_PASSWORD = Q(password="") | Q(("password__startswith", UNUSABLE_PASSWORD_PREFIX))


def keepers() -> QuerySet[User]:
    """Who can let others in, by a password of their own: people who come by the city's login do not count, for it may
    be out of order on the one day somebody has to be let in."""
    may = Q(role__in=roles_with(Right.MANAGE_PEOPLE)) | Q(is_superuser=True)
    return User.objects.filter(may, is_active=True).exclude(_NO_PASSWORD)


def leaving_a_keeper(verb: Verb[P, Result]) -> Verb[P, Result]:
    """Takes back what would leave nobody who can let others in. One at a time: two who lock each other in the same
    moment must not both succeed."""

    @wraps(verb)
    def guarded(pk: int, *args: P.args, **kwargs: P.kwargs) -> Result:
        with transaction.atomic():
            before = list(keepers().select_for_update().values_list("pk", flat=True))
            result = verb(pk, *args, **kwargs)
            if before and not keepers().exists():
                raise Refused(_("Somebody with a password has to be able to let people in. This is the last account."))
            return result

    return guarded


@transaction.atomic
def create(first_name: str, last_name: str, email: str, role: str, by: User | None, now: datetime) -> tuple[User, str]:
    """An account without a password, and the token of the link by which its owner chooses one. The address of the
    mailbox is the sign-in name."""
    name = email.lower()
    taken = _("There is an account with this e-mail address already.")
    if User.objects.filter(Q(username__iexact=name) | Q(email__iexact=name)).exists():
        raise Refused(taken)
    user = User(username=name, email=name, first_name=first_name, last_name=last_name, role=role)
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:  # a colleague was faster by a moment
        raise Refused(taken) from error
    _note(Deed.Kind.CREATED, user, by, now, role)
    return user, links.make(user, now)


@transaction.atomic
def give_link(pk: int, by: User | None, now: datetime) -> str:
    """A new link to choose a password; older ones end, the present password goes on working until then."""
    user = _account(pk)
    if comes_from_the_city(user):
        raise Refused(_("This person signs in with the city's login and has no password here."))
    _note(Deed.Kind.LINK, user, by, now)
    return links.make(user, now)


@leaving_a_keeper
def give_role(pk: int, role: str, by: User | None, now: datetime) -> None:
    user = _account(pk)
    if comes_from_the_city(user):
        raise Refused(_("This role comes from the city's login and is changed there."))
    if user.role == role:
        return
    _note(Deed.Kind.ROLE, user, by, now, f"{user.role}>{role}")
    user.role = role  # the sessions end with it, see User._get_session_auth_hash
    user.save(update_fields=["role"])


@leaving_a_keeper
def lock(pk: int, by: User | None, now: datetime) -> None:
    """Nobody comes in with this account any more, and who is inside is outside with the next click."""
    user = _account(pk)
    if not user.is_active:
        return
    _note(Deed.Kind.LOCKED, user, by, now)
    User.objects.filter(pk=pk).update(is_active=False, locked_at=now, session_number=F("session_number") + 1)
    user.password_links.all().delete()


@transaction.atomic
def unlock(pk: int, by: User | None, now: datetime) -> None:
    user = _account(pk)
    if user.is_active:
        return
    _note(Deed.Kind.UNLOCKED, user, by, now)
    User.objects.filter(pk=pk).update(is_active=True, locked_at=None)


@transaction.atomic
def end_sessions(pk: int, by: User | None, now: datetime) -> None:
    user = _account(pk)
    _note(Deed.Kind.SESSIONS, user, by, now)
    _end_sessions(user)


@transaction.atomic
def remove_second_factor(pk: int, note: str, by: User | None, now: datetime) -> None:
    """For whoever lost phone and recovery codes. The note says how the office made sure that it was really they."""
    user = _account(pk)
    if not Authenticator.objects.filter(user=user).delete()[0]:
        raise Refused(_("This account has no second factor."))
    _note(Deed.Kind.FACTOR, user, by, now, note)
    _end_sessions(user)


@transaction.atomic
def rescue(pk: int, now: datetime) -> None:
    """From the server, when nobody in the office can: unlocked, without a second factor, all sessions ended."""
    unlock(pk, by=None, now=now)
    user = _account(pk)
    if Authenticator.objects.filter(user=user).delete()[0]:
        _note(Deed.Kind.FACTOR, user, None, now)
    _end_sessions(user)


def comes_from_the_city(user: User) -> bool:
    """Whether this account was opened by the city's login: then the city gives the role, too."""
    return SocialAccount.objects.filter(user=user).exists()


def _end_sessions(user: User) -> None:
    User.objects.filter(pk=user.pk).update(session_number=F("session_number") + 1)


def _account(pk: int) -> User:
    return User.objects.select_for_update().get(pk=pk)


def _note(kind: object, user: User, by: User | None, now: datetime, note: str = "") -> None:
    Deed.objects.create(
        at=now,
        kind=kind,
        by=by,
        by_name=by.display_name if by else "",
        whom=user,
        whom_name=user.display_name,
        note=note,
    )
