"""What the ground floor remembers of people, and until when."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils.translation import gettext_lazy as _

from kultour.accounts.models import User
from kultour.retention import Rule

RULES = (
    Rule(
        User,
        ("username", "password", "first_name", "last_name", "email", "last_login", "date_joined", "role"),
        _("accounts of the office's people: name, sign-in name, role"),
        life=None,
        since=_("as long as somebody works here"),
    ),
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
