"""The link by which somebody chooses their password: good once, for seven days, and kept as a hash only."""

import hashlib
import secrets
from datetime import datetime

from django.db import transaction

from kultour.accounts.models import PasswordLink, User


def make(user: User, now: datetime) -> str:
    """A new link's token (256 bits); the person's older links end."""
    token = secrets.token_urlsafe(32)
    user.password_links.all().delete()
    PasswordLink.objects.create(user=user, digest=_digest(token), expires_at=now + PasswordLink.LIFE)
    return token


def find(token: str, now: datetime) -> PasswordLink | None:
    """The link behind a token, while it is good."""
    rows = PasswordLink.objects.select_related("user").filter(used_at=None, expires_at__gt=now, user__is_active=True)
    return rows.filter(digest=_digest(token)).first()


@transaction.atomic
def use(token: str, password: str, now: datetime) -> bool:
    """Set the password and spend the link. False where somebody was faster: of two clicks one counts."""
    link = find(token, now)
    if link is None or not PasswordLink.objects.filter(pk=link.pk, used_at=None).update(used_at=now):
        return False
    link.user.set_password(password)
    link.user.save(update_fields=["password"])
    return True


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
