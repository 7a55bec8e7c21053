"""An act agrees to what is kept of it, or takes that back: what is asked, word for word, and what is remembered.

The text is a constant, in the languages it is shown in; whoever changes a word gives it a new version. A consent keeps
version and SHA-256 of the very text that was shown, so that a later text never changes an earlier word.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from events.models import Consent
from events.rights import ConsentKind, KeepRule, rule_for

VERSION = "2026-11-25"
TEXT: Mapping[str, tuple[str, ...]] = {
    "de": (
        "Ihre Übertragung ist live zu sehen und zu hören. Darüber hinaus wird nur aufbewahrt, was Sie hier erlauben.",
        "Wählen Sie eine Zahl von Tagen, so erlauben Sie der Stadt, diesen Auftritt aufzuzeichnen und die Aufzeichnung "
        "so lange in der Mediathek für alle zum Ansehen bereitzuhalten (§§ 77, 78 Urheberrechtsgesetz; § 22 "
        "Kunsturhebergesetz). Danach wird sie gelöscht.",
        "Sie sprechen für alle, die auf der Bühne stehen, und haben mit ihnen darüber gesprochen.",
        "Sie können das jederzeit zurückziehen, ohne einen Grund zu nennen. Dann ist die Aufzeichnung binnen einer "
        "Minute nicht mehr zu sehen und wird innerhalb einer Stunde gelöscht.",
    ),
    "en": (
        "Your transmission can be seen and heard live. Beyond that, only what you allow here is kept.",
        "If you choose a number of days, you allow the town to record this performance and to keep the recording in "
        "the Mediathek for everybody to watch for that long (sections 77 and 78 of the German Copyright Act; section "
        "22 of the Art Copyright Act). After that it is deleted.",
        "You speak for everybody on the stage, and have talked about it with them.",
        "You can take this back at any time, without giving a reason. Then the recording cannot be watched any more "
        "within a minute, and is deleted within an hour.",
    ),
}
CHOICES = (7, 30, 90, 365)
"""Days in the Mediathek that can be chosen; or live only."""


def text_in(language: str) -> tuple[str, tuple[str, ...]]:
    """The version with its language, and the paragraphs; German where there are none in that language."""
    known = language if language in TEXT else "de"
    return f"{VERSION} {known}", TEXT[known]


def hash_of(paragraphs: tuple[str, ...]) -> str:
    return hashlib.sha256("\n\n".join(paragraphs).encode()).hexdigest()


def give(
    act_id: int,
    performance_id: int,
    days: int | None,
    *,
    name: str,
    minors: bool,
    guardians_agreed: bool,
    language: str,
    now: datetime,
) -> Consent:
    """The act's word from now on; `days` None: live only. The database refuses minors without their parents."""
    version, paragraphs = text_in(language)
    now = _not_before_the_last(act_id, now)
    return Consent.objects.create(
        act_id=act_id,
        performance_id=performance_id,
        kind=ConsentKind.LIVE_ONLY if days is None else ConsentKind.ARCHIVE,
        days=days,
        version=version,
        text_hash=hash_of(paragraphs),
        minors=minors,
        guardians_agreed=guardians_agreed,
        given_at=now,
        given_by=name,
    )


@transaction.atomic
def take_back(act_id: int, performance_id: int, *, name: str, language: str, now: datetime) -> None:
    """Nothing may be kept of this performance any more, whatever the act said about it, or about all it plays."""
    now = _not_before_the_last(act_id, now)
    own = Consent.objects.filter(act=act_id, performance=performance_id, withdrawn_at=None)
    own.update(withdrawn_at=now)
    give(act_id, performance_id, None, name=name, minors=False, guardians_agreed=False, language=language, now=now)


def _not_before_the_last(act_id: int, now: datetime) -> datetime:
    """A clock that was put back must not make the newest word an older one."""
    last = Consent.objects.filter(act=act_id).aggregate(Max("given_at"))["given_at__max"]
    return max(now, last) if last else now


def word_of(act_id: int, performance_id: int) -> tuple[KeepRule, Consent | None]:
    """What this act itself allows for the performance, and its latest own word about it."""
    words = list(Consent.objects.filter(act=act_id).order_by("given_at", "pk"))
    own = [word for word in words if word.performance_id == performance_id]
    return rule_for((word.terms for word in words), performance_id), own[-1] if own else None
