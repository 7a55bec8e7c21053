"""What the ground floor remembers of people, and until when."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kultour.accounts.models import Deed, PasswordLink, User
from kultour.retention import YEAR, Rule

RULES = (
    Rule(
        User,
        ("username", "password", "first_name", "last_name", "email", "last_login", "date_joined", "role", "locked_at"),
        _("accounts of the office's people: name, sign-in name, role"),
        life=None,
        since=_("as long as somebody works here"),
    ),
    Rule(
        User,
        (),
        _("accounts that are locked, with their passkeys and codes"),
        life=YEAR,
        since=_("after they were locked"),
        # What they changed in the programme stays, without the name.
        due=lambda limit: User.objects.filter(is_active=False, locked_at__lt=limit),
    ),
    Rule(Authenticator, ("user", "data", "last_used_at"), data="", life=None, since=""),
    Rule(
        PasswordLink,
        ("user",),
        _("links by which somebody chooses a password (only a check sum of each)"),
        life=PasswordLink.LIFE,
        since=_("after they were made, or as soon as they were used"),
        due=lambda limit: PasswordLink.objects.filter(
            Q(expires_at__lt=limit + PasswordLink.LIFE) | Q(used_at__lt=limit + PasswordLink.LIFE)
        ),
    ),
    Rule(
        Deed,
        ("by", "by_name", "whom", "whom_name", "note"),
        _("who changed an account, whose, and how"),
        life=2 * YEAR,
        since=_("after the change"),
        due=lambda limit: Deed.objects.filter(at__lt=limit),
    ),
    Rule(SocialAccount, ("user", "uid", "extra_data", "last_login"), data="", life=None, since=""),
    Rule(EmailAddress, ("user", "email"), data="", life=None, since=""),
    Rule(
        Session,
        ("session_data",),
        _("who is signed in, or came by a personal link"),
        life=timedelta(seconds=settings.SESSION_COOKIE_AGE),
        since=_("after the last sign-in"),
        # The row itself knows when it ends: at that age.
        due=lambda limit: Session.objects.filter(
            expire_date__lt=limit + timedelta(seconds=settings.SESSION_COOKIE_AGE)
        ),
    ),
)
