"""What a transmission outside the programme is called: remembered in the house's first language, as every title is, and
shown in the visitor's. What somebody at the office or an act has named stays as they named it."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_noop, override
from django.utils.translation import gettext as _

from events.programme import Text

FIRST = "de"
FREE = gettext_noop("Free transmission: %(stage)s, %(date)s")
REHEARSAL = gettext_noop("Rehearsal: %(act)s")
_GAP = "\0"


def free(stage: str, started: datetime) -> str:
    """By stage and date, as it is remembered."""
    with override(FIRST):
        return _(FREE) % {"stage": stage, "date": f"{timezone.localtime(started):%d.%m.%Y}"}


def beginning() -> tuple[str, str]:
    """What every such title begins with: as it is remembered, and as the page tells it."""
    told = _(FREE) % {"stage": _GAP, "date": ""}
    return free(_GAP, timezone.now()).partition(_GAP)[0], told.partition(_GAP)[0]


def in_first_language() -> bool:
    """Titles are shown as they are remembered."""
    return (get_language() or FIRST) == FIRST


def rehearsal(act: str) -> str:
    with override(FIRST):
        return _(REHEARSAL) % {"act": act}


def shown(title: str, started: datetime, stage: Text | None) -> Text:
    """The remembered title of what is in no programme, in the page's language. `stage`: its name there, if it still
    stands."""
    language = get_language() or FIRST
    if in_first_language():
        return Text(title, FIRST)
    if (place := _between(title, free(_GAP, started))) is not None:
        translated = stage if stage and stage.language != FIRST else place
        date = date_format(timezone.localtime(started), "DATE_FORMAT")
        return Text(_(FREE) % {"stage": translated, "date": date}, language)
    if (act := _between(title, rehearsal(_GAP))) is not None:
        return Text(_(REHEARSAL) % {"act": act}, language)
    return Text(title, FIRST)


def _between(title: str, pattern: str) -> str | None:
    """What stands in the gap of the pattern, if the title is made by it."""
    before, after = pattern.split(_GAP)
    long_enough = len(title) > len(before) + len(after)
    fits = long_enough and title.startswith(before) and title.endswith(after)
    return title[len(before) : len(title) - len(after)] if fits else None
