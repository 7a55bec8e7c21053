"""What is played, each time that it is, and every edit of it."""

from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from events.models.acts import Act
from events.models.places import Edition, Stage
from events.models.wording import Planned, Translated


class Production(Planned):
    """What is played (Programmpunkt); it may have several performances."""

    class Kind(models.TextChoices):
        MODERATION = "moderation", _("Presentation")
        CONCERT = "concert", _("Concert")
        CHILDREN = "children", _("For children")
        TOUR = "tour", _("Guided tour")
        READING = "reading", _("Reading")
        THEATRE = "theatre", _("Theatre")
        DANCE = "dance", _("Dance")
        TALK = "talk", _("Talk")

    class Age(models.IntegerChoices):
        ALL = 0, _("for all ages")
        SIX = 6, _("from 6 years")
        TWELVE = 12, _("from 12 years")
        SIXTEEN = 16, _("from 16 years")
        EIGHTEEN = 18, _("from 18 years")

    WORDS = ("title", "text")
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="productions")
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="productions")
    slug = models.SlugField(max_length=80)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), blank=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    age = models.PositiveSmallIntegerField(_("age"), choices=Age, default=Age.ALL)
    spoken = models.CharField(
        _("spoken language"),
        max_length=60,
        blank=True,
        help_text=_("Codes with spaces between, as in: de tr. Empty: nothing is spoken."),
    )
    hat = models.BooleanField(_("the hat goes round"), default=False)

    class Meta:
        verbose_name = _("production")
        verbose_name_plural = _("productions")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "slug"], name="production_slug_is_unique"),
            models.CheckConstraint(condition=Q(age__in=[0, 6, 12, 16, 18]), name="production_age_is_a_label"),
        ]

    def __str__(self) -> str:
        return self.title


class Access(models.TextChoices):
    """Access features, under the codes that the town prints in its programme."""

    CAPTIONS = "UT", _("Live captions")
    SIGN_LANGUAGE = "DGS", _("German Sign Language")
    AUDIO_DESCRIPTION = "AD", _("Audio description")
    EASY_LANGUAGE = "LS", _("Easy or plain language")
    RELAXED = "EV", _("Relaxed performance")


def known_access(codes: object) -> None:
    if not isinstance(codes, list) or not set(codes) <= set(Access.values):
        raise ValidationError(_("Unknown access feature."))


class Performance(Translated):
    """One time that something is played (Auftritt). `publishing` alone changes slot, status and version."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        MOVED = "moved", _("moved")
        CANCELLED = "cancelled", _("cancelled")

    WORDS = ("title", "text", "cancel_reason")
    guid = models.UUIDField(default=uuid4, unique=True, editable=False)
    """What calendars and schedules of other programs know it by; it outlives every move."""
    production = models.ForeignKey(Production, on_delete=models.CASCADE, related_name="performances")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="performances")
    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), blank=True)
    access = models.JSONField(_("access"), default=list, blank=True, validators=[known_access])
    start = models.DateTimeField(_("start"))
    end = models.DateTimeField(_("end"))
    status = models.CharField(_("state"), max_length=16, choices=Status, default=Status.DRAFT)
    cancel_reason = models.CharField(_("reason of the cancellation"), max_length=300, blank=True)
    previous_start = models.DateTimeField(_("announced start"), null=True, blank=True)
    previous_stage = models.ForeignKey(Stage, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("performance")
        verbose_name_plural = _("performances")
        ordering = ["start", "stage__order"]
        indexes = [models.Index(fields=["stage", "start"], name="performance_of_stage")]
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="performance_ends_after_start"),
            models.CheckConstraint(
                condition=~Q(status="moved") | Q(previous_start__isnull=False, previous_stage__isnull=False),
                name="performance_moved_from_somewhere",
            ),
            models.CheckConstraint(
                condition=~Q(status="cancelled") | ~Q(cancel_reason=""), name="performance_cancelled_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Change(models.Model):
    """One edit of the programme, with the state before and after it: the history, and what undo goes back to."""

    class Kind(models.TextChoices):
        MADE = "made", _("made")
        PUBLISHED = "published", _("published")
        MOVED = "moved", _("changed")
        CANCELLED = "cancelled", _("cancelled")
        UNDONE = "undone", _("undone")

    performance = models.ForeignKey(Performance, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("at"))
    before = models.JSONField()
    after = models.JSONField()
    version = models.PositiveIntegerField()
    """The version of the performance that this change made."""

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["performance", "version"], name="change_makes_one_version")]
