"""Who has what in hand at the office's desk, for as long as they say so."""

from django.conf import settings
from django.db import models

from events.models.items import Performance


class InHand(models.Model):
    """Somebody has a performance's form open, or holds it in the plan. Gone a minute after they last said so."""

    performance = models.ForeignKey(Performance, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["performance", "by"], name="in_hand_once_per_person")]
