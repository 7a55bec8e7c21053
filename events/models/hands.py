"""Who has what in hand at the office's desk, for as long as they say so."""

from django.conf import settings
from django.db import models

from events.models.edits import Edit


class InHand(models.Model):
    """Somebody has the form of something planned open, or holds a performance in the plan. Gone a minute after they
    last said so; what is in hand may itself be gone before."""

    subject = models.CharField(max_length=16, choices=Edit.Subject)
    object_id = models.PositiveBigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "object_id", "by"], name="in_hand_once_per_person"),
        ]
