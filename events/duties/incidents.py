"""The incident log: what went wrong on the evening. It tells its failures; nobody is blamed in it."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from events.models import Edition, Incident, Stage

AROUND = timedelta(days=1)
AFTER = timedelta(days=7)
"""What the archive loses, it may lose days later."""


def note(sender: Any, kind: str, stage: str, at: datetime, **_more: Any) -> None:
    """The house noticed something itself (signal `incident_noticed`)."""
    Incident.objects.create(at=at, stage=Stage.objects.filter(slug=stage).first(), kind=kind)


def of_edition(edition: Edition) -> QuerySet[Incident]:
    """From a day before it opens to a week after it closes; the first one first."""
    span = (edition.opens - AROUND, edition.closes + AFTER)
    return Incident.objects.filter(at__range=span).select_related("stage__venue", "by").order_by("at", "pk")


def in_words(incident: Incident) -> str:
    match incident.kind:
        case Incident.Kind.LINE:
            return _("The artist's line was down for more than a minute.")
        case Incident.Kind.ARCHIVE:
            return _("A part of the recording is lost.")
        case _other:
            return incident.what
