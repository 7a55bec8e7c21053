"""How counts leave the house: no number so small that somebody might be recognised behind it."""

from django.utils.translation import gettext as _

LEAST = 5


def told(count: int) -> str:
    """The count; “under 5” where it is that small, and 0 where it is none."""
    return _("under %(least)d") % {"least": LEAST} if 0 < count < LEAST else str(count)


def told_mean(mean: float) -> str:
    """To one decimal place."""
    if 0 < mean < LEAST:
        return told(1)
    return f"{mean:.1f}".replace(".", ",")


def told_hours(hours: float) -> str:
    return f"{hours:.1f}".replace(".", ",")
