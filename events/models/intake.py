"""A planning list between being uploaded and being taken over."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from events.models.places import Edition


class PlanningList(models.Model):
    """The rows of an uploaded list, so that what is taken over is what was looked at. Kept for two hours at most."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name of the file"), max_length=200)
    sheet = models.JSONField()
    made_at = models.DateTimeField(_("read at"))
    expires_at = models.DateTimeField(_("kept until"))

    class Meta:
        verbose_name = _("planning list")
        verbose_name_plural = _("planning lists")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="planning_list_is_kept_for_a_while")
        ]

    def __str__(self) -> str:
        return self.name
