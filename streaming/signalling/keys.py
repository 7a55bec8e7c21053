"""Ingest keys: what an encoder shows at the WHIP door (RFC 9725, section 4.7).

A key is bound to a stage and a time, and usually to an act. The token has 256 bits and is never stored.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db.models import Q

from streaming.control_room import Performer
from streaming.models import IngestKey

LIFE = timedelta(days=2)


class KeyUnknown(Exception):
    """No key, an unknown, expired, not yet valid or revoked one: nothing is said about which."""


class OtherStage(Exception):
    """A valid key for another stage."""


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def make(
    stage: str,
    now: datetime,
    *,
    act_id: int | None = None,
    rehearsal: bool = False,
    life: timedelta = LIFE,
    rotate: bool = False,
) -> str:
    """A new token for a stage, valid from now. `rotate` ends the stage's older keys."""
    if rotate:
        IngestKey.objects.filter(stage=stage, rehearsal=rehearsal, revoked=None).update(revoked=now)
    token = secrets.token_urlsafe(32)
    IngestKey.objects.create(
        stage=stage,
        act_id=act_id,
        digest=digest(token),
        rehearsal=rehearsal,
        valid_from=now,
        valid_until=now + life,
    )
    return token


def performer(token: str, stage: str, now: datetime) -> Performer:
    """Who shows this token for this stage. Raises KeyUnknown, OtherStage."""
    valid = Q(valid_from__lte=now, valid_until__gt=now) & (Q(revoked=None) | Q(revoked__gt=now))
    key = IngestKey.objects.filter(valid, digest=digest(token)).select_related("act").first()
    if key is None:
        raise KeyUnknown
    if key.stage != stage:
        raise OtherStage(key.stage)
    if key.act is None:
        return Performer(f"key:{key.pk}", rehearsal=key.rehearsal)
    return Performer(f"act:{key.act_id}", key.act_id, key.act.name, key.rehearsal)
