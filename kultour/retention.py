"""What is personal in the whole house, and when it is forgotten: one table, one run.

Each part of the house puts its rules in when the program starts. The worker forgets what is due, the privacy page is
written from the same rules, and a test holds them against every model: whoever adds a field that says something about
a person adds it here.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

log = logging.getLogger(__name__)
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Rule:
    """One kind of data, as the law asks: what, how long, and then what."""

    model: type[Model]
    personal: tuple[str, ...]
    """The fields that say something about a person."""
    data: Promise | str
    """What it is, in words for the privacy page. Empty: it goes with what it belongs to, which has its own rule."""
    life: timedelta | None
    """None: as long as `since` says, not a number of days."""
    since: Promise | str
    """After what the life is counted, as in “after it was written”."""
    due: Callable[[datetime], QuerySet] | None = None
    """The rows whose life has ended at this moment."""
    emptied: Mapping[str, object] | None = None
    """What stays of a row: these fields get these values. None: the row is deleted."""

    @property
    def lasts(self) -> str:
        """The length of its life, in words."""
        return "" if self.life is None else length(self.life)

    @property
    def kept(self) -> str:
        """How long, and from when on, in words."""
        return f"{self.lasts} {self.since}".strip()

    @property
    def then(self) -> str:
        """What happens when that is over."""
        if self.life is None:
            return ""
        return _("deleted") if self.emptied is None else _("made anonymous")


_table: dict[str, Sequence[Rule]] = {}


def register(part: str, rules: Sequence[Rule]) -> None:
    """Called once by each part of the house when the program starts."""
    _table[part] = rules


def rules() -> Iterator[Rule]:
    for part in _table.values():
        yield from part


def rule_of(model: str) -> Rule:
    """The first rule about a model, by the model's name."""
    return next(rule for rule in rules() if rule.model.__name__ == model)


def forget(now: datetime) -> dict[str, int]:
    """Forget what is due. Returns the number of forgotten rows per model."""
    forgotten: dict[str, int] = {}
    for rule in rules():
        name = rule.model.__name__
        forgotten[name] = forgotten.get(name, 0) + _forget(rule, now)
    told = ", ".join(f"{number} {name}" for name, number in forgotten.items() if number)
    if told:
        log.info("forgotten: %s", told)
    return forgotten


@transaction.atomic
def _forget(rule: Rule, now: datetime) -> int:
    if rule.life is None or rule.due is None:
        return 0
    rows = rule.due(now - rule.life)
    return rows.delete()[0] if rule.emptied is None else rows.update(**rule.emptied)


def length(life: timedelta) -> str:
    """1 minute, 4 hours, 14 days, 24 months, 10 years: as people say it."""
    if life >= 3 * YEAR:
        return ngettext("{number} year", "{number} years", life // YEAR).format(number=life // YEAR)
    if life >= YEAR / 2:
        months = round(life / YEAR * 12)
        return ngettext("{number} month", "{number} months", months).format(number=months)
    if life >= timedelta(days=1):
        return ngettext("{number} day", "{number} days", life.days).format(number=life.days)
    if life < timedelta(hours=1):
        minutes = life // timedelta(minutes=1)
        return ngettext("{number} minute", "{number} minutes", minutes).format(number=minutes)
    hours = life // timedelta(hours=1)
    return ngettext("{number} hour", "{number} hours", hours).format(number=hours)
