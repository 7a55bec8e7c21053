"""Who plays, and what was agreed with them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from events.models.places import Edition, Stage
from events.models.wording import Planned


class Act(Planned):
    """Who plays (Mitwirkende): a person or a group."""

    class Kind(models.TextChoices):
        SOLO = "solo", _("solo")
        ENSEMBLE = "ensemble", _("ensemble")
        GUIDE = "guide", _("guide")
        OFFICE = "office", _("culture office")

    WORDS = ("name", "blurb")
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


class Engagement(models.Model):
    """What an act and the office have agreed about one edition (Engagement), and what the office needs of the act."""

    class Answer(models.TextChoices):
        OPEN = "open", _("invited")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="engagements")
    act = models.ForeignKey(Act, on_delete=models.CASCADE, related_name="engagements")
    answer = models.CharField(_("answer"), max_length=16, choices=Answer, default=Answer.OPEN)
    invited_at = models.DateTimeField(_("invited"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.CharField(_("answer noted by"), max_length=200, blank=True)
    """Who of the office wrote the answer down, after a telephone call; empty: the act itself gave it."""
    answer_words = models.CharField(_("a sentence with the answer"), max_length=500, blank=True)
    reminded_at = models.DateTimeField(_("last reminded"), null=True, blank=True)
    contact_name = models.CharField(_("contact"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=60, blank=True)
    technique = models.TextField(_("technique"), blank=True)
    leader_name = models.CharField(_("leader"), max_length=200, blank=True)
    leader_address = models.TextField(_("address of the leader"), blank=True)
    leader_gema_number = models.CharField(_("GEMA membership number of the leader"), max_length=40, blank=True)
    musicians = models.PositiveSmallIntegerField(_("number of musicians"), null=True, blank=True)
    formation = models.CharField(_("formation"), max_length=100, blank=True)
    fee_data_wanted = models.BooleanField(_("the office asks for what it needs to pay the fee"), default=False)
    note = models.TextField(_("note for the office"), blank=True)

    class Meta:
        verbose_name = _("engagement")
        verbose_name_plural = _("engagements")
        ordering = ["act__name"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "act"], name="engagement_is_one_per_edition"),
            models.CheckConstraint(
                condition=Q(answer="open") | Q(answered_at__isnull=False), name="engagement_answered_at_some_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} · {self.edition}"


class Invitation(models.Model):
    """An act's personal link. Only a hash of its token is kept; who reads the database cannot use the link."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="invitations")
    act = models.ForeignKey(Act, on_delete=models.CASCADE, related_name="invitations")
    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("valid until"))
    renewed_at = models.DateTimeField(_("replaced or ended at"), null=True, blank=True)

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
