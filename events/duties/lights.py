"""How near the day of a duty is: later, green, amber, red, done. A light is never shown without its words."""

from datetime import date, timedelta
from enum import StrEnum

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

GREEN_BEFORE = timedelta(weeks=2)
AMBER_BEFORE = timedelta(weeks=1)


class Light(StrEnum):
    DONE = "done"
    LATER = "later"
    GREEN = "green"
    AMBER = "amber"
    RED = "red"


def light(due: date, today: date, done: date | None = None) -> Light:
    """Green two weeks before the last day, amber one week before, red from that day on."""
    if done is not None:
        return Light.DONE
    if today >= due:
        return Light.RED
    if today >= due - AMBER_BEFORE:
        return Light.AMBER
    return Light.GREEN if today >= due - GREEN_BEFORE else Light.LATER


def in_words(due: date, today: date, done: date | None = None) -> str:
    """What the light says, in a sentence that needs no colour."""
    days = (due - today).days
    match light(due, today, done):
        case Light.DONE:
            return _("done on %(day)s") % {"day": date_format(done or due, "SHORT_DATE_FORMAT")}
        case Light.RED if days == 0:
            return _("today is the last day")
        case Light.RED:
            return ngettext("%(days)d day overdue", "%(days)d days overdue", -days) % {"days": -days}
        case Light.AMBER:
            return ngettext("urgent: %(days)d day left", "urgent: %(days)d days left", days) % {"days": days}
        case Light.GREEN:
            return _("soon: %(days)d days left") % {"days": days}
        case _other:
            return _("%(days)d days left") % {"days": days}
