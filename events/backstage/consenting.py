"""An act agrees to what is kept of it, or takes that back: what is asked, word for word, and what is remembered.

The text is a constant, in the languages it is shown in; whoever changes a word gives it a new version. A consent keeps
version and SHA-256 of the very text that was shown, so that a later text never changes an earlier word.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, tzinfo

from django.db import transaction
from django.db.models import Max, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.models import Act, Consent
from events.refusals import Refused
from events.rights import Allowed, rule_for
from kultour.accounts.models import User

VERSION = "2026-11-28b"
TEXT: Mapping[str, tuple[str, ...]] = {
    "de": (
        "Was Sie hier erlauben, gilt für das, was in der Überschrift dieser Seite steht. Jede Erlaubnis steht für "
        "sich; was Sie nicht ankreuzen, geschieht nicht (§§ 77, 78 Urheberrechtsgesetz; § 22 Kunsturhebergesetz).",
        "Aufgezeichnet wird nur, wenn Sie das Nocheinmal-Ansehen oder die Mediathek erlauben, und nur für diese Zeit. "
        "Danach wird die Aufzeichnung gelöscht. Vorher wird sie dem Stadtarchiv angeboten, das sie mit dieser "
        "Einwilligung aufbewahren, aber nicht länger zeigen darf.",
        "Ausschnitt, Herunterladen und Ton allein gelten für diese Aufzeichnung und enden mit ihr. Was jemand "
        "heruntergeladen hat, kann die Stadt nicht zurückholen.",
        "Sie sprechen für alle, die auf der Bühne stehen, und haben mit ihnen darüber gesprochen.",
        "Sie können das jederzeit zurückziehen, ohne einen Grund zu nennen. Dann ist die Aufzeichnung binnen einer "
        "Minute nicht mehr zu sehen und wird innerhalb einer Stunde gelöscht.",
    ),
    "en": (
        "What you allow here holds for what the heading of this page names. Each permission stands by "
        "itself; what you do not tick does not happen (sections 77 and 78 of the German Copyright Act; section 22 of "
        "the Art Copyright Act).",
        "It is recorded only if you allow watching it again or the Mediathek, and only for that time. After that the "
        "recording is deleted. Before that it is offered to the archive of the town, which may keep it with this "
        "consent, but may not show it for longer.",
        "Excerpt, download and sound alone hold for this recording and end with it. What somebody has downloaded the "
        "town cannot take back.",
        "You speak for everybody on the stage, and have talked about it with them.",
        "You can take this back at any time, without giving a reason. Then the recording cannot be watched any more "
        "within a minute, and is deleted within an hour.",
    ),
}
TICKS: Mapping[str, Mapping[str, str]] = {
    "de": {
        "live": "Der Auftritt darf live gezeigt werden.",
        "relive": "Danach darf er sieben Tage lang noch einmal angesehen werden.",
        "days": "So lange darf er in der Mediathek bleiben:",
        "excerpt": "Die Presse darf daraus einen Ausschnitt von höchstens drei Minuten zeigen.",
        "download": "Alle dürfen die Aufzeichnung herunterladen.",
        "audio": "Der Ton darf auch allein gehört werden, zum Beispiel als Podcast.",
    },
    "en": {
        "live": "The performance may be shown live.",
        "relive": "After that it may be watched again for seven days.",
        "days": "It may stay in the Mediathek for so long:",
        "excerpt": "The press may show an excerpt of it, three minutes at most.",
        "download": "Everybody may download the recording.",
        "audio": "The sound may also be heard alone, for example as a podcast.",
    },
}
"""What is asked, one plain sentence each, by the field of the form."""
CHOICES = (7, 30, 90, 365)
"""Days in the Mediathek that can be chosen; or none."""


OTHER_TEXT = "paper"
"""The version of a paper that carries other words than ours; it has no hash."""


@dataclass(frozen=True)
class Paper:
    """A word that the office writes down for the act."""

    by: User
    kept_at: str
    """Where the proof of it is."""
    signed_on: date | None = None
    """None: nothing was signed, as with a withdrawal by telephone."""
    other_text: bool = False
    zone: tzinfo = UTC
    """By which days are told."""


@dataclass(frozen=True)
class LastWord:
    """What an act has said last about something."""

    day: date
    """A paper counts by its signature."""
    on_paper: bool
    """All of that day was entered from papers, which may have been misread."""

    def outdates(self, signed_on: date) -> bool:
        """Whether it goes before a paper of this day. Of one day nobody knows the hour of the signature: only what
        came from a paper is corrected by one."""
        return signed_on < self.day or (signed_on == self.day and not self.on_paper)


def text_in(language: str) -> tuple[str, tuple[str, ...], Mapping[str, str]]:
    """The version with its language, the paragraphs, and the ticks; German where there are none in that language."""
    known = language if language in TEXT else "de"
    return f"{VERSION} {known}", TEXT[known], TICKS[known]


def hash_of(paragraphs: tuple[str, ...], ticks: Mapping[str, str]) -> str:
    return hashlib.sha256("\n\n".join([*paragraphs, *ticks.values()]).encode()).hexdigest()


@transaction.atomic
def give(
    act_id: int,
    performance_id: int | None,
    allowed: Allowed,
    *,
    name: str,
    minors: bool,
    guardians_agreed: bool,
    language: str,
    now: datetime,
    paper: Paper | None = None,
) -> Consent:
    """The act's word from now on, about one performance or (None) everything else it plays; with `paper` as the office
    writes it down. The database refuses minors without their parents.

    Raises Refused where the act itself has said something since the paper was signed.
    """
    _hold(act_id)
    if paper and paper.signed_on:
        refuse_outdated(last_word(act_id, performance_id, paper.zone), paper.signed_on)
    version, paragraphs, ticks = text_in(language)
    text_hash = hash_of(paragraphs, ticks)
    if paper and paper.other_text:
        version, text_hash = OTHER_TEXT, ""
    now = _not_before_the_last(act_id, now)
    return Consent.objects.create(
        act_id=act_id,
        performance_id=performance_id,
        **asdict(allowed),
        version=version,
        text_hash=text_hash,
        minors=minors,
        guardians_agreed=guardians_agreed,
        given_at=now,
        given_by=name,
        signed_on=paper.signed_on if paper else None,
        paper=paper.kept_at if paper else "",
        noted_by=paper.by if paper else None,
    )


@transaction.atomic
def take_back(
    act_id: int,
    performance_id: int | None,
    *,
    name: str,
    language: str,
    now: datetime,
    paper: Paper | None = None,
) -> None:
    """Nothing may be kept of this performance any more, whatever the act said about it, or about all it plays. Who did
    not want to be shown live does not want it now either."""
    _hold(act_id)
    now = _not_before_the_last(act_id, now)
    allowed, _latest = word_of(act_id, performance_id)
    own = Consent.objects.filter(act=act_id, performance=performance_id, withdrawn_at=None)
    own.update(withdrawn_at=now)
    left = Allowed(live=allowed.live)
    give(
        act_id,
        performance_id,
        left,
        name=name,
        minors=False,
        guardians_agreed=False,
        language=language,
        now=now,
        paper=paper,
    )


def _not_before_the_last(act_id: int, now: datetime) -> datetime:
    """A clock that was put back must not make the newest word an older one."""
    last = Consent.objects.filter(act=act_id).aggregate(Max("given_at"))["given_at__max"]
    return max(now, last) if last else now


def _hold(act_id: int) -> None:
    """Until the transaction ends, nobody else says anything for this act."""
    Act.objects.select_for_update().get(pk=act_id)


def last_word(act_id: int, performance_id: int | None, zone: tzinfo) -> LastWord | None:
    """What this act last said that counts for the performance."""
    words = Consent.objects.filter(Q(performance=performance_id) | Q(performance=None), act=act_id)
    said = [(word.signed_on or word.given_at.astimezone(zone).date(), word.signed_on is not None) for word in words]
    last = max((day for day, _on_paper in said), default=None)
    return LastWord(last, on_paper=all(on_paper for day, on_paper in said if day == last)) if last else None


def refuse_outdated(last: LastWord | None, signed_on: date) -> None:
    """A paper takes back no later word, above all no withdrawal."""
    if last is None or not last.outdates(signed_on):
        return
    day = date_format(last.day, "SHORT_DATE_FORMAT")
    if signed_on < last.day:
        sentence = _("There is a later word of %(day)s, which counts. An older paper does not change it.")
    else:
        sentence = _(
            "On %(day)s the act has also said something itself, which counts. A paper of the same day does not change "
            "it: please let them say it backstage, or sign anew on another day."
        )
    raise Refused(sentence % {"day": day})


def word_of(act_id: int, performance_id: int | None) -> tuple[Allowed, Consent | None]:
    """What this act itself allows for the performance (None: for what has no word of its own), and its latest own word
    about it."""
    words = list(Consent.objects.filter(act=act_id).order_by("given_at", "pk"))
    own = [word for word in words if word.performance_id == performance_id]
    return rule_for((word.terms for word in words), performance_id), own[-1] if own else None


def in_words(allowed: Allowed) -> list[str]:
    """What is allowed, as the pages list it."""
    said = {
        _("live"): allowed.live,
        _("to watch again for seven days"): allowed.relive_days,
        _how_long(allowed): allowed.days,
        _("excerpt for the press"): allowed.excerpt,
        _("download"): allowed.download,
        _("sound alone"): allowed.audio,
    }
    return [words for words, holds in said.items() if holds]


def _how_long(allowed: Allowed) -> str:
    if allowed.last_day:
        return _("until %(day)s in the Mediathek") % {"day": date_format(allowed.last_day)}
    words = ngettext("for one day in the Mediathek", "for %(days)d days in the Mediathek", allowed.days)
    return words % {"days": allowed.days}
