"""Every edit of the plan: of anything but a performance, whose edits are `Change`."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Edit(models.Model):
    """One edit of an edition, a place, a walk, an act, a production or a picture: who, when, and what was different.

    `before` and `after` hold the changed fields only, under the names they have in the form.
    """

    class Subject(models.TextChoices):
        EDITION = "edition", _("edition")
        VENUE = "venue", _("venue")
        STAGE = "stage", _("stage")
        ROUTE = "route", _("route")
        ACT = "act", _("act")
        PRODUCTION = "production", _("production")
        PICTURE = "picture", _("picture")
        PERFORMANCE = "performance", _("performance")
        """Only of a draft that was thrown away: with it went its own changes."""

    class Kind(models.TextChoices):
        MADE = "made", _("made")
        CHANGED = "changed", _("changed")
        REMOVED = "removed", _("removed")
        UNDONE = "undone", _("undone")

    subject = models.CharField(_("what"), max_length=16, choices=Subject)
    object_id = models.PositiveBigIntegerField()
    name = models.CharField(_("name"), max_length=200)
    """What it was called then; it may be gone."""
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("at"))
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    version = models.PositiveIntegerField()
    """The version of the object that this edit made."""

    class Meta:
        verbose_name = _("edit")
        verbose_name_plural = _("edits")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["subject", "object_id", "version"], name="edit_of_object"),
            models.Index(fields=["at"], name="edit_by_time"),
        ]
