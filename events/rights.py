"""Under which rights something is shown: what an act agreed to, and what is played.

Nothing is kept without an agreement. The rules are functions of plain values; the rows below only remember.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# --- rules ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Terms:
    """What one act agreed to, once: for one performance, or (None) for everything it plays."""

    act_id: int
    performance_id: int | None
    days: int | None
    """Public for so many days; None: live only."""
    given_at: datetime
    withdrawn: bool = False

    @property
    def width(self) -> int:
        """Days of publication; 0 where nothing may be kept."""
        return 0 if self.withdrawn or self.days is None else self.days


@dataclass(frozen=True)
class KeepRule:
    """How long a recording may stay public, in days after the evening; None: it must not be kept at all."""

    days: int | None

    @property
    def kept(self) -> bool:
        return self.days is not None


@dataclass(frozen=True)
class KeepDecision:
    """Whether a recording is kept, and the last day on which the public may see it."""

    kept: bool
    until: date | None


NEVER = KeepRule(days=None)


def rule_for(terms: Iterable[Terms], performance_id: int | None) -> KeepRule:
    """What all these agreements allow together.

    For a performance: each act's latest word about it counts (its word about everything, where it said nothing about
    this one), and the strictest act decides. Without a performance the widest of the act's latest words counts.
    """
    all_terms = list(terms)
    if performance_id is None:
        in_order = sorted(all_terms, key=lambda each: each.given_at)
        latest = {(each.act_id, each.performance_id): each for each in in_order}
        return _rule(max((each.width for each in latest.values()), default=0))
    by_act: dict[int, Terms] = {}
    for each in sorted(all_terms, key=lambda each: (each.performance_id is not None, each.given_at)):
        if each.performance_id in (None, performance_id):
            by_act[each.act_id] = each
    return _rule(min((each.width for each in by_act.values()), default=0))


def keep_for(rule: KeepRule, ended: datetime, zone: tzinfo | None = None) -> KeepDecision:
    """The rule applied to a transmission that ended at `ended`; days are counted in the town's calendar."""
    if rule.days is None:
        return KeepDecision(kept=False, until=None)
    day = ended.astimezone(zone or timezone.get_default_timezone()).date()
    return KeepDecision(kept=True, until=day + timedelta(days=rule.days))


def _rule(days: int) -> KeepRule:
    return KeepRule(days=days) if days else NEVER


# --- what is remembered -----------------------------------------------------------------------------------------------


class ConsentKind(models.TextChoices):
    LIVE_ONLY = "live_only", _("live only")
    ARCHIVE = "archive", _("live and in the Mediathek")


class Consent(models.Model):
    """An act's agreement. Rows are never edited: a new word is a new row, a withdrawal is dated."""

    act = models.ForeignKey("events.Act", on_delete=models.PROTECT, related_name="consents")
    performance = models.ForeignKey(
        "events.Performance", on_delete=models.CASCADE, null=True, blank=True, related_name="consents"
    )
    kind = models.CharField(_("kind"), max_length=16, choices=ConsentKind)
    days = models.PositiveSmallIntegerField(_("days in the Mediathek"), null=True, blank=True)
    version = models.CharField(_("version of the text"), max_length=40)
    text_hash = models.CharField(
        _("SHA-256 of the text"), max_length=64, blank=True, help_text=_("Empty where it was agreed to on paper.")
    )
    minors = models.BooleanField(_("somebody is under 18"), default=False)
    guardians_agreed = models.BooleanField(_("their parents have agreed in writing"), default=False)
    given_at = models.DateTimeField(_("given at"))
    given_by = models.CharField(_("given by"), max_length=200)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["given_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="live_only", days__isnull=True) | Q(kind="archive", days__isnull=False, days__gte=1),
                name="consent_archive_has_days",
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
        return Terms(self.act_id, self.performance_id, self.days, self.given_at, self.withdrawn_at is not None)


def may_be_kept(performance_id: int | None, act_id: int) -> KeepRule:
    """What the consents on file allow for this performance, or for a free transmission of this act."""
    return rules_now([(performance_id, act_id)])[0]


def words_about(performance_id: int | None, act_id: int | None) -> Sequence[Consent]:
    """Every word about this performance, and of this act about everything, the oldest first; act and performance
    loaded."""
    about = Q(act=act_id, performance=None)
    if performance_id is not None:
        about |= Q(performance=performance_id)
    return list(Consent.objects.filter(about).select_related("act", "performance"))


def rules_now(sessions: Sequence[tuple[int | None, int | None]]) -> list[KeepRule]:
    """What the consents on file allow for each of these (performance, act); of nobody there is no consent."""
    performances = {performance for performance, _act in sessions if performance is not None}
    acts = {act for _performance, act in sessions if act is not None}
    about = Q(performance__in=performances) | Q(act__in=acts)
    by_act: dict[int, list[Terms]] = {}
    by_performance: dict[int | None, list[Terms]] = {}
    for terms in (consent.terms for consent in Consent.objects.filter(about)):
        by_act.setdefault(terms.act_id, []).append(terms)
        by_performance.setdefault(terms.performance_id, []).append(terms)

    def said(performance: int | None, act: int | None) -> list[Terms]:
        own = by_act.get(act, []) if act is not None else []
        if performance is None:
            return own
        return [*by_performance.get(performance, []), *(terms for terms in own if terms.performance_id is None)]

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
