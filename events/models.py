"""What the programme remembers. Written by `publishing` (and loaded by `demo`), read through `programme`.

Texts are kept in the edition's language; a translation would be a row beside them, so nothing here ends in `_de`.
"""

from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from events.rights import Consent, Setlist, Work

__all__ = [
    "Act",
    "Change",
    "Consent",
    "Edition",
    "Invitation",
    "Performance",
    "Production",
    "Route",
    "Setlist",
    "Stage",
    "Station",
    "Venue",
    "Work",
]


def known_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("“%(zone)s” is not a time zone; an example is Europe/Berlin."), params={"zone": name})


class Edition(models.Model):
    """One year's event (Ausgabe): an evening, or several days in a row."""

    slug = models.SlugField(unique=True)
    title = models.CharField(_("title"), max_length=200)
    subtitle = models.CharField(_("subtitle"), max_length=200, blank=True)
    note = models.TextField(_("note"), blank=True)
    language = models.CharField(_("language of the texts"), max_length=8, default="de")
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Berlin", validators=[known_zone])
    opens = models.DateTimeField(_("opens"))
    closes = models.DateTimeField(_("closes"))
    travel_minutes = models.PositiveSmallIntegerField(_("minutes an act needs from place to place"), default=20)

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["opens"]
        constraints = [models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="edition_closes_after_opening")]

    def __str__(self) -> str:
        return self.title

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class Venue(models.Model):
    """A place in town (Spielort)."""

    slug = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=60)
    lat = models.FloatField(_("latitude"))
    lon = models.FloatField(_("longitude"))
    note = models.TextField(_("note for the office"), blank=True)

    class Meta:
        verbose_name = _("venue")
        verbose_name_plural = _("venues")
        ordering = ["short_name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(lat__gte=-90, lat__lte=90, lon__gte=-180, lon__lte=180), name="venue_is_on_earth"
            )
        ]

    def __str__(self) -> str:
        return self.short_name


class Stage(models.Model):
    """Where performances follow each other (Bühne); its slug is its public address and outlives the editions."""

    class Ingest(models.TextChoices):
        PHONE = "phone", _("telephone")
        OBS = "obs", _("OBS")

    slug = models.SlugField(unique=True)
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="stages")
    name = models.CharField(_("name"), max_length=200)
    order = models.PositiveSmallIntegerField(_("order along the way"), unique=True)
    default_ingest = models.CharField(_("usually transmits by"), max_length=8, choices=Ingest, default=Ingest.PHONE)
    change_over_minutes = models.PositiveSmallIntegerField(_("minutes between two performances"), default=5)

    class Meta:
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name


class Route(models.Model):
    """A walk from station to station (Rundgang)."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="routes")
    slug = models.SlugField(unique=True)
    title = models.CharField(_("title"), max_length=200)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    stages = models.ManyToManyField(Stage, through="Station", related_name="routes")

    class Meta:
        verbose_name = _("route")
        verbose_name_plural = _("routes")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.title


class Station(models.Model):
    """One stop of a walk; each has exactly one before and one behind it."""

    route = models.ForeignKey(Route, on_delete=models.CASCADE, related_name="stations")
    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="stations")
    order = models.PositiveSmallIntegerField(_("order"))

    class Meta:
        verbose_name = _("station")
        verbose_name_plural = _("stations")
        ordering = ["route", "order"]
        constraints = [
            models.UniqueConstraint(fields=["route", "order"], name="station_order_is_unique"),
            models.UniqueConstraint(fields=["route", "stage"], name="station_is_passed_once"),
        ]


class Act(models.Model):
    """Who plays (Mitwirkende): a person or a group."""

    class Kind(models.TextChoices):
        SOLO = "solo", _("solo")
        ENSEMBLE = "ensemble", _("ensemble")
        GUIDE = "guide", _("guide")
        OFFICE = "office", _("culture office")

    slug = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=200)
    blurb = models.TextField(_("in one sentence"), blank=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)

    class Meta:
        verbose_name = _("act")
        verbose_name_plural = _("acts")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Production(models.Model):
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

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="productions")
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="productions")
    slug = models.SlugField(max_length=80)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), blank=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    age = models.PositiveSmallIntegerField(_("age"), choices=Age, default=Age.ALL)
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


def known_access(codes: object) -> None:
    if not isinstance(codes, list) or not set(codes) <= set(Access.values):
        raise ValidationError(_("Unknown access feature."))


class Performance(models.Model):
    """One time that something is played (Auftritt). `publishing` alone changes slot, status and version."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        MOVED = "moved", _("moved")
        CANCELLED = "cancelled", _("cancelled")

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


class Invitation(models.Model):
    """An act's personal link. Only a hash of its token is kept; who reads the database cannot use the link."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="invitations")
    act = models.ForeignKey(Act, on_delete=models.CASCADE, related_name="invitations")
    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("valid until"))
    renewed_at = models.DateTimeField(_("replaced at"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="invitation_expires_after_made")
        ]

    @property
    def act_name(self) -> str:
        return self.act.name

    @property
    def stage_slug(self) -> str | None:
        return self.stage.slug if self.stage else None
