"""Pictures of the acts: small enough for the database, which all web processes share."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from events.models.acts import Act
from events.models.wording import Planned


class Picture(Planned):
    """A picture of an act, written anew by us in two sizes; nothing of the file that was sent is kept."""

    class Licence(models.TextChoices):
        CC0 = "CC0", _("CC0: free for everybody")
        CC_BY = "CC BY 4.0", "CC BY 4.0"
        CC_BY_SA = "CC BY-SA 4.0", "CC BY-SA 4.0"
        PERMISSION = "permission", _("with permission")

    WORDS = ("alt",)
    act = models.ForeignKey(Act, on_delete=models.CASCADE, related_name="pictures")
    alt = models.CharField(
        _("what is to be seen"),
        max_length=300,
        help_text=_("For people who do not see it, for example: Jorinde sits by the water and tunes a guitar."),
    )
    author = models.CharField(_("author"), max_length=200, help_text=_("Who took or drew the picture."))
    licence = models.CharField(_("licence"), max_length=16, choices=Licence)
    digest = models.CharField(max_length=32, db_index=True, editable=False)
    """First half of the SHA-256 of `large`: the picture's public name."""
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    large = models.BinaryField(editable=False)
    small_width = models.PositiveIntegerField(editable=False)
    small_height = models.PositiveIntegerField(editable=False)
    small = models.BinaryField(editable=False)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.alt
