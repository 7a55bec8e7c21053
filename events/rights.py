"""Under which rights something is shown: what an act agreed to, and what is played.

Nothing is kept without an agreement. The rules are functions of plain values; the rows below only remember.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# --- rules ------------------------------------------------------------------------------------------------------------


MOST_RELIVE_DAYS = 7
"""Watched again is what was just played; what stays for longer is kept in the Mediathek."""
LONGEST_EXCERPT = 180
"""Seconds of an excerpt for the press, at most."""


@dataclass(frozen=True)
class Allowed:
    """What may be done with a performance: what one word says, or what several allow together."""

    live: bool = True
    relive_days: int = 0
    """It can be watched again for so many days, right after the evening."""
    days: int = 0
    """It stays in the Mediathek for so many days."""
    excerpt: bool = False
    """The press may show up to `LONGEST_EXCERPT` seconds of it."""
    download: bool = False
    audio: bool = False
    """The sound may be heard alone, also as a podcast."""
    last_day: date | None = None
    """On which it is in the Mediathek at the latest, whenever the evening ends."""

    @property
    def public_days(self) -> int:
        """Days after the evening on which a recording may be seen at most; 0: there must be none."""
        return max(self.relive_days, self.days)

    @property
    def kept(self) -> bool:
        return self.public_days > 0

    def listed_to(self, ended: datetime) -> date | None:
        """The last day in the Mediathek of what ended then; None: it is never in it."""
        if not self.days:
            return None
        day = last_day(self.days, ended)
        return min(day, self.last_day) if self.last_day else day

    def public_to(self, ended: datetime) -> date | None:
        """The last day on which it may be seen at all; None: it must not be kept."""
        again = last_day(self.relive_days, ended) if self.relive_days else None
        return max((day for day in (again, self.listed_to(ended)) if day), default=None)


LIVE_ONLY = Allowed()
"""Where nobody said anything: who goes on air wants to be seen, and nothing of it is kept."""


@dataclass(frozen=True)
class Terms:
    """What one act said, once: about one performance, or (None) about everything it plays."""

    act_id: int
    performance_id: int | None
    allowed: Allowed
    given_at: datetime
    withdrawn: bool = False

    @property
    def counts_as(self) -> Allowed:
        """A word that was taken back allows nothing to be kept."""
        return LIVE_ONLY if self.withdrawn else self.allowed


def strictest(said: Iterable[Allowed]) -> Allowed:
    """What all of them allow: of each permission the narrowest. Of what must not be kept nothing else is left."""
    words = list(said)
    if not words:
        return LIVE_ONLY
    days = min(word.days for word in words)
    both = Allowed(
        live=all(word.live for word in words),
        relive_days=min(word.relive_days for word in words),
        days=days,
        excerpt=all(word.excerpt for word in words),
        download=all(word.download for word in words),
        audio=all(word.audio for word in words),
        last_day=min((word.last_day for word in words if word.last_day), default=None) if days else None,
    )
    return both if both.kept else Allowed(live=both.live)


def rule_for(terms: Iterable[Terms], performance_id: int | None) -> Allowed:
    """What all these words allow together.

    Each act's latest word about the performance counts (its word about everything, where it said nothing about this
    one), and the strictest act decides. A free transmission (None) follows words about everything alone: what was said
    about one performance was said about no other.
    """
    by_act: dict[int, Terms] = {}
    for each in sorted(terms, key=lambda each: (each.performance_id is not None, each.given_at)):
        if each.performance_id in (None, performance_id):
            by_act[each.act_id] = each
    return strictest(each.counts_as for each in by_act.values())


def last_day(days: int, ended: datetime, zone: tzinfo | None = None) -> date:
    """The last of so many days after a transmission that ended at `ended`, in the town's calendar."""
    return ended.astimezone(zone or timezone.get_default_timezone()).date() + timedelta(days=days)


# --- what is remembered -----------------------------------------------------------------------------------------------


class Consent(models.Model):
    """An act's agreement. Rows are never edited: a new word is a new row, a withdrawal is dated."""

    act = models.ForeignKey("events.Act", on_delete=models.PROTECT, related_name="consents")
    performance = models.ForeignKey(
        "events.Performance", on_delete=models.CASCADE, null=True, blank=True, related_name="consents"
    )
    live = models.BooleanField(_("live"), default=True)
    relive_days = models.PositiveSmallIntegerField(_("days to watch it again"), default=0)
    days = models.PositiveSmallIntegerField(_("days in the Mediathek"), default=0)
    last_day = models.DateField(_("last day in the Mediathek"), null=True, blank=True)
    excerpt = models.BooleanField(_("excerpt for the press"), default=False)
    download = models.BooleanField(_("download"), default=False)
    audio = models.BooleanField(_("sound alone"), default=False)
    version = models.CharField(_("version of the text"), max_length=40)
    text_hash = models.CharField(
        _("SHA-256 of the text"), max_length=64, blank=True, help_text=_("Empty where it was agreed to on paper.")
    )
    minors = models.BooleanField(_("somebody is under 18"), default=False)
    guardians_agreed = models.BooleanField(_("their parents have agreed in writing"), default=False)
    given_at = models.DateTimeField(_("given at"))
    given_by = models.CharField(_("given by"), max_length=200)
    signed_on = models.DateField(_("signed on paper on"), null=True, blank=True)
    """Of what the office wrote down from a paper; it counts from when it was written down."""
    paper = models.CharField(_("where the paper is kept"), max_length=200, blank=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    """Who of the office wrote it down; empty: the act itself said it."""
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["given_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(relive_days__lte=MOST_RELIVE_DAYS), name="consent_relive_is_right_after_the_evening"
            ),
            models.CheckConstraint(
                condition=Q(days=0, relive_days=0) | Q(live=True), name="consent_only_what_is_live_is_recorded"
            ),
            models.CheckConstraint(
                condition=Q(excerpt=False, download=False, audio=False) | Q(days__gt=0) | Q(relive_days__gt=0),
                name="consent_parts_need_a_recording",
            ),
            models.CheckConstraint(
                condition=Q(last_day=None) | Q(days__gt=0), name="consent_last_day_in_the_mediathek"
            ),
            models.CheckConstraint(
                condition=Q(minors=False) | Q(guardians_agreed=True), name="consent_for_minors_needs_their_parents"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=models.F("given_at")),
                name="consent_withdrawn_after_given",
            ),
        ]

    @property
    def terms(self) -> Terms:
        return Terms(self.act_id, self.performance_id, self.allowed, self.given_at, self.withdrawn_at is not None)

    @property
    def allowed(self) -> Allowed:
        return Allowed(self.live, self.relive_days, self.days, self.excerpt, self.download, self.audio, self.last_day)


def allowed_for(performance_id: int | None, act_id: int) -> Allowed:
    """What the consents on file allow for this performance, or for a free transmission of this act."""
    return rules_now([(performance_id, act_id)])[0]


def words_about(performance_id: int | None, act_id: int | None) -> Sequence[Consent]:
    """Every word about this performance, and of this act about everything, the oldest first; act and performance
    loaded."""
    about = Q(act=act_id, performance=None)
    if performance_id is not None:
        about |= Q(performance=performance_id)
    return list(Consent.objects.filter(about).select_related("act", "performance"))


def rules_now(sessions: Sequence[tuple[int | None, int | None]]) -> list[Allowed]:
    """What the consents on file allow for each of these (performance, act); of nobody there is no consent."""
    performances = {performance for performance, _act in sessions if performance is not None}
    acts = {act for _performance, act in sessions if act is not None}
    about = Q(performance__in=performances) | Q(act__in=acts, performance=None)
    about_all: dict[int, list[Terms]] = {}
    by_performance: dict[int, list[Terms]] = {}
    for terms in (consent.terms for consent in Consent.objects.filter(about)):
        if terms.performance_id is None:
            about_all.setdefault(terms.act_id, []).append(terms)
        else:
            by_performance.setdefault(terms.performance_id, []).append(terms)

    def said(performance: int | None, act: int | None) -> list[Terms]:
        own = about_all.get(act, []) if act is not None else []
        return own if performance is None else [*by_performance.get(performance, []), *own]

    return [rule_for(said(performance, act), performance) for performance, act in sessions]


class Setlist(models.Model):
    """Which works a production plays, in order: what GEMA is told, and what may be published."""

    production = models.OneToOneField("events.Production", on_delete=models.CASCADE, related_name="setlist")
    filled_at = models.DateTimeField(_("filled in"), null=True, blank=True)
    """When the act said that it is complete; what is loaded or begun only is not."""

    class Meta:
        verbose_name = _("set list")
        verbose_name_plural = _("set lists")


class Work(models.Model):
    """One piece of a set list. Public-domain works are listed too; a new arrangement is a right of its own."""

    class Rights(models.TextChoices):
        OWN = "own", _("own composition")
        PUBLIC_DOMAIN = "public_domain", _("public domain")
        PUBLIC_DOMAIN_ARRANGED = "public_domain_arranged", _("public domain, newly arranged")
        CLEARED = "cleared", _("rights for the recording cleared")
        UNCLEAR = "unclear", _("rights for the recording unclear")

    class Source(models.TextChoices):
        LIVE = "live", _("played live")
        RECORDING = "recording", _("from a recording")

    setlist = models.ForeignKey(Setlist, on_delete=models.CASCADE, related_name="works")
    order = models.PositiveSmallIntegerField(_("order"))
    title = models.CharField(_("title"), max_length=200)
    composer = models.CharField(_("composer"), max_length=200, blank=True)
    lyricist = models.CharField(_("lyricist"), max_length=200, blank=True)
    arranger = models.CharField(_("arranger"), max_length=200, blank=True)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    seconds = models.PositiveIntegerField(_("duration in seconds"), null=True, blank=True)
    times = models.PositiveSmallIntegerField(_("how often it is played"), default=1)
    gema_number = models.CharField(_("GEMA work number"), max_length=40, blank=True)
    iswc = models.CharField("ISWC", max_length=20, blank=True)
    source = models.CharField(_("comes from"), max_length=16, choices=Source, default=Source.LIVE)
    label_code = models.CharField(_("label code"), max_length=20, blank=True)
    isrc = models.CharField("ISRC", max_length=20, blank=True)
    offset = models.PositiveIntegerField(_("begins after so many seconds of the transmission"), null=True, blank=True)
    rights_status = models.CharField(_("rights for the recording"), max_length=24, choices=Rights)

    class Meta:
        verbose_name = _("work")
        verbose_name_plural = _("works")
        ordering = ["setlist", "order"]
        constraints = [models.UniqueConstraint(fields=["setlist", "order"], name="work_order_is_unique")]
