"""What a town owes others: what was paid to whom, what is handed in, and what went wrong on the evening."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.models.acts import Engagement
from events.models.items import Performance
from events.models.places import Stage, Venue

LONGEST_ADDRESS = 500


class Payee(models.Model):
    """Who is paid, as the Künstlersozialkasse wants it written down (§ 28 KSVG)."""

    class Work(models.TextChoices):
        MUSIC = "music", _("music")
        WORD = "word", _("word")
        VISUAL = "visual", _("visual art")
        PERFORMING = "performing", _("performing art")

    class Standing(models.TextChoices):
        SELF_EMPLOYED = "self_employed", _("self-employed, or a partnership (GbR)")
        LEGAL_PERSON = "legal_person", _("company or association (GmbH, e. V.)")
        ABROAD = "abroad", _("lives abroad")

    name = models.CharField(_("name"), max_length=200)
    stage_name = models.CharField(_("stage name"), max_length=200, blank=True)
    address = models.TextField(_("address"), max_length=LONGEST_ADDRESS)
    work = models.CharField(_("kind of work"), max_length=12, choices=Work)
    standing = models.CharField(_("invoices as"), max_length=16, choices=Standing)

    class Meta:
        abstract = True


class FeeData(Payee):
    """What an act itself said about whom to pay; the office's fee begins with it. No bank account is asked for."""

    engagement = models.OneToOneField(Engagement, on_delete=models.CASCADE, related_name="fee_data")
    filled_at = models.DateTimeField(_("filled in"))

    class Meta:
        verbose_name = _("data for the fee")
        verbose_name_plural = _("data for fees")


class Fee(Payee):
    """One payment to one payee (Gage). The levy of a year counts what was paid in it."""

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="fees")
    contract = models.CharField(_("contract"), max_length=100, blank=True)
    amount = models.DecimalField(_("amount in euros"), max_digits=9, decimal_places=2)
    paid_on = models.DateField(_("paid on"), null=True, blank=True)

    class Meta:
        verbose_name = _("fee")
        verbose_name_plural = _("fees")
        ordering = ["paid_on", "name", "pk"]
        constraints = [models.CheckConstraint(condition=models.Q(amount__gte=0), name="fee_is_no_debt")]


class LevyRate(models.Model):
    """The percentage of the Künstlersozialabgabe in one year, as the yearly ordinance says (§ 26 KSVG)."""

    year = models.PositiveSmallIntegerField(
        _("year"), unique=True, validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    percent = models.DecimalField(
        _("per cent"),
        max_digits=4,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(20)],
    )

    class Meta:
        verbose_name = _("rate of the levy")
        verbose_name_plural = _("rates of the levy")
        ordering = ["-year"]


class Settled(models.Model):
    """A duty that is done: which, when, and by whom."""

    class Duty(models.TextChoices):
        SETLIST = "setlist", _("set list handed in to GEMA")
        NO_MUSIC = "no_music", _("no music was played")
        LEVY = "levy", _("fees reported to the Künstlersozialkasse")
        CAPTIONS = "captions", _("captions of the recording")
        ARCHIVE_OFFER = "archive_offer", _("offered to the municipal archive")
        STATEMENT = "statement", _("accessibility statement reviewed")

    duty = models.CharField(_("duty"), max_length=16, choices=Duty)
    subject = models.CharField(max_length=80)
    """A performance's guid, a recording's slug, a year; of the statement the day of the review."""
    told = models.CharField(max_length=64, blank=True)
    """Fingerprint of the set list that was handed in; empty where nothing was told, or before anybody asked."""
    on = models.DateField(_("done on"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("settled duty")
        verbose_name_plural = _("settled duties")
        ordering = ["on", "pk"]
        constraints = [models.UniqueConstraint(fields=["duty", "subject"], name="duty_is_settled_once")]


class SetlistColumns(models.Model):
    """In which order the columns of the set list export come; one row at most."""

    codes = models.JSONField(default=list)

    class Meta:
        verbose_name = _("columns of the set list")
        verbose_name_plural = _("columns of the set list")


class Incident(models.Model):
    """Something that went wrong (Störung): written by the office, or noticed by the house."""

    class Kind(models.TextChoices):
        BY_HAND = "by_hand", _("written by the office")
        LINE = "line", _("the artist's line was down")
        ARCHIVE = "archive", _("the archive failed")

    at = models.DateTimeField(_("when"))
    stage = models.ForeignKey(Stage, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.BY_HAND)
    what = models.CharField(_("what happened"), max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ["-at", "-pk"]


class HeadCount(models.Model):
    """How many people were in a room (Kopfzahl): at one performance, or at a venue on one programme day."""

    class Method(models.TextChoices):
        COUNTED = "counted", _("counted")
        ESTIMATED = "estimated", _("estimated")
        TICKETS = "tickets", _("by tickets")

    MOST = 100_000

    performance = models.OneToOneField(
        Performance, on_delete=models.CASCADE, null=True, blank=True, related_name="heads"
    )
    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    day = models.DateField(_("programme day"), null=True, blank=True)
    heads = models.PositiveIntegerField(_("heads"), validators=[MaxValueValidator(MOST)])
    method = models.CharField(_("how it was found"), max_length=12, choices=Method)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("noted at"))

    class Meta:
        verbose_name = _("head count")
        verbose_name_plural = _("head counts")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(performance__isnull=False, venue=None, day=None)
                | Q(performance=None, venue__isnull=False, day__isnull=False),
                name="heads_of_a_performance_or_of_a_venue_and_day",
            ),
            models.UniqueConstraint(fields=["venue", "day"], name="heads_of_a_venue_and_day_are_one"),
        ]


class CalendarAddress(models.Model):
    """The secret address of the office's calendar of deadlines. Only a hash of its token is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("address of the calendar")
        verbose_name_plural = _("addresses of the calendar")
