"""When and where: editions, venues, stages, and the walks along them."""

from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from events.models.wording import Planned


def known_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("“%(zone)s” is not a time zone; an example is Europe/Berlin."), params={"zone": name})


class Edition(Planned):
    """One year's event (Ausgabe): an evening, or several days in a row."""

    WORDS = ("title", "subtitle", "note")
    slug = models.SlugField(unique=True)
    title = models.CharField(_("title"), max_length=200)
    subtitle = models.CharField(_("subtitle"), max_length=200, blank=True)
    note = models.TextField(_("note"), blank=True)
    language = models.CharField(_("language of the texts"), max_length=8, default="de")
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Berlin", validators=[known_zone])
    opens = models.DateTimeField(_("opens"))
    closes = models.DateTimeField(_("closes"))
    organiser = models.TextField(
        _("organiser"), blank=True, help_text=_("Name and address, as they stand on the set lists for GEMA.")
    )
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


class PlaceAccess(models.TextChoices):
    """What a place offers to people who need it."""

    STEP_FREE = "step_free", _("no steps")
    TOILET = "toilet", _("accessible toilet")
    PARKING = "parking", _("accessible parking")
    INDUCTION_LOOP = "induction_loop", _("induction loop")
    SEATS = "seats", _("seats")
    QUIET_ROOM = "quiet_room", _("quiet room")
    GUIDE_DOGS = "guide_dogs", _("assistance dogs welcome")


def known_place_access(codes: object) -> None:
    if not isinstance(codes, list) or not set(codes) <= set(PlaceAccess.values):
        raise ValidationError(_("Unknown access feature."))


class Venue(Planned):
    """A place in town (Spielort)."""

    WORDS = ("name", "short_name", "access_note")
    slug = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=60)
    lat = models.FloatField(_("latitude"))
    lon = models.FloatField(_("longitude"))
    address = models.TextField(_("address"), blank=True)
    access = models.JSONField(_("access"), default=list, blank=True, validators=[known_place_access])
    access_note = models.TextField(_("how to get in"), blank=True)
    rain_venue = models.ForeignKey(
        "self", verbose_name=_("when it rains"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
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


class Stage(Planned):
    """Where performances follow each other (Bühne); its slug is its public address and outlives the editions."""

    class Ingest(models.TextChoices):
        PHONE = "phone", _("telephone")
        OBS = "obs", _("OBS")

    WORDS = ("name",)
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


class Route(Planned):
    """A walk from station to station (Rundgang)."""

    WORDS = ("title",)
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
