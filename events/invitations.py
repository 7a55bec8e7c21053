"""Personal links: how an invited act comes backstage without an account.

The token has 256 bits of chance and is shown once; only its SHA-256 is kept. A link may be used again and again until
it expires or is renewed. Opening it shows a page with a button, and only the button sets the cookie, so that no link
preview of a messenger can burn or use it.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from events.models import Act, Edition, Engagement, Invitation, Stage
from events.programme import edition_of

SESSION_KEY = "invitation"
VALID_AFTER_EDITION = timedelta(days=14)


@transaction.atomic
def make(act: Act, stage: Stage | None, now: datetime, edition: Edition | None = None) -> str:
    """A new link's token for this act, for one stage or for any; for this edition, or the one of now. Older links stay
    valid. With its first link an act is invited."""
    token = secrets.token_urlsafe(32)
    edition = edition or _edition_of(now)
    Engagement.objects.get_or_create(act=act, edition=edition)
    Engagement.objects.filter(act=act, edition=edition, invited_at=None).update(invited_at=now)
    Invitation.objects.create(
        edition=edition,
        act=act,
        stage=stage,
        token_hash=_digest(token),
        made_at=now,
        expires_at=max(edition.closes, now) + VALID_AFTER_EDITION,
    )
    return token


@transaction.atomic
def renew(act: Act, stage: Stage | None, now: datetime, edition: Edition | None = None) -> str:
    """A new link that ends the older ones of this act for the same edition."""
    edition = edition or _edition_of(now)
    end(act, edition, now)
    return make(act, stage, now, edition)


def end(act: Act, edition: Edition, now: datetime) -> int:
    """From now on none of the act's links for this edition opens anything. Returns how many that were."""
    return Invitation.objects.filter(act=act, edition=edition, renewed_at=None).update(renewed_at=now)


def open_links(act: Act, edition: Edition, now: datetime) -> list[Invitation]:
    """The act's links for this edition that open the stage door, the newest first."""
    return list(_valid(now).filter(act=act, edition=edition).order_by("-made_at", "-pk"))


def find(token: str, now: datetime) -> Invitation | None:
    """The invitation behind a token, while it is valid."""
    return _valid(now).filter(token_hash=_digest(token)).first()


def by_id(invitation_id: int, now: datetime) -> Invitation | None:
    """The invitation with this number, while it is valid."""
    return _valid(now).filter(pk=invitation_id).first()


def was_made(token: str) -> bool:
    """Whether the house ever made this token: then it has expired or was renewed, and that may be said."""
    return Invitation.objects.filter(token_hash=_digest(token)).exists()


def accept(request: HttpRequest, invitation: Invitation) -> None:
    """Remember in this browser's session who came by the link."""
    request.session.cycle_key()
    request.session[SESSION_KEY] = invitation.pk


def act_of(request: HttpRequest, now: datetime) -> Invitation | None:
    """By whose link this browser came, while the link is valid."""
    invitation_id = request.session.get(SESSION_KEY)
    return by_id(invitation_id, now) if invitation_id else None


def _edition_of(now: datetime) -> Edition:
    card = edition_of(now)
    if card is None:
        raise Edition.DoesNotExist("Nobody can be invited before there is an edition.")
    return Edition.objects.get(pk=card.id)


def _valid(now: datetime) -> QuerySet[Invitation]:
    """Neither expired nor ended; and once a later edition has opened, no link of an earlier one opens its stages."""
    later = Edition.objects.filter(opens__gte=OuterRef("edition__closes"), opens__lte=now)
    rows = Invitation.objects.select_related("act", "stage", "edition")
    return rows.filter(~Exists(later), expires_at__gt=now, renewed_at=None)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
