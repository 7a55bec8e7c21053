"""What somebody did with one press of a button, and how all of it is taken back together.

All that one press writes bears the same name and the same moment: by these it is found again, in the history itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from events import drafts, next_edition, planning, publishing
from events.models import Change, Edit, Edition, Performance
from events.publishing import UNDO_WITHIN, Kind
from events.refusals import Refused
from events.versions import claim_as_left
from kultour.accounts.models import User


@dataclass(frozen=True)
class Action:
    """Changes of performances, and edits of what belongs to them, in the order in which they were written."""

    changes: tuple[Change, ...]
    edits: tuple[Edit, ...]

    @property
    def last(self) -> Change:
        return self.changes[-1]

    @property
    def edition(self) -> Edition:
        return self.last.performance.production.edition

    @property
    def made_the_edition(self) -> bool:
        """Whether a whole edition was made of last year's; it goes with its last draft."""
        return any((edit.subject, edit.kind) == (Edit.Subject.EDITION, Edit.Kind.MADE) for edit in self.edits)

    @property
    def at(self) -> datetime:
        return self.last.at


def of(change: Change) -> Action:
    """All that was done together with this change."""
    if change.by_id is None:
        return Action((change,), ())
    changes = Change.objects.filter(by=change.by_id, at=change.at).order_by("pk")
    together = changes.select_related("performance__stage__venue", "performance__production__edition")
    return Action(tuple(together), tuple(Edit.objects.filter(by=change.by_id, at=change.at).order_by("pk")))


def around(row: Change | Edit) -> Action | None:
    """What was done together with this one; None where nothing else was."""
    change = row if isinstance(row, Change) else _change_beside(row)
    action = of(change) if change else None
    return action if action and len(action.changes) + len(action.edits) > 1 else None


def _change_beside(edit: Edit) -> Change | None:
    return Change.objects.filter(by=edit.by_id, at=edit.at).order_by("pk").last() if edit.by_id else None


def refuse_part(row: Change | Edit) -> None:
    """One press, one undo: a part that was taken back alone would keep the rest from being taken back."""
    if around(row):
        raise Refused(_("This was changed together with something else. Please undo all of it, in the history."))


def last_of(user: User, now: datetime) -> Action | None:
    """The last thing that somebody did to performances, while it can still be taken back."""
    last = Change.objects.filter(by=user, at__gte=now - UNDO_WITHIN).order_by("pk").last()
    action = of(last) if last else None
    return action if action and may_undo(action, now) else None


def may_undo(action: Action, now: datetime) -> bool:
    """Whether it is young enough, and every performance still as it was left."""
    if now - action.at > UNDO_WITHIN:
        return False
    return all(each.kind != Kind.UNDONE and each.version == each.performance.version for each in action.changes)


@transaction.atomic
def undo(change: Change, by: User | None, now: datetime) -> Action:
    """Take back what was done together with this change, all of it or nothing: within 30 s, by the rules of `undo`."""
    action = of(change)
    publishing.refuse_late(action.changes, now)
    _throw_away([each for each in action.changes if each.kind == Kind.MADE], by, now)
    others = [each for each in action.changes if each.kind != Kind.MADE]
    if others:
        publishing.undo_together(others, by, now)
    if action.made_the_edition:
        next_edition.clear(action.edition, action.at)
    for edit in reversed(action.edits):
        planning.undo(edit.pk, by, now)
    return action


def _throw_away(made: Sequence[Change], by: User | None, now: datetime) -> None:
    performances: dict[int, Performance] = claim_as_left(made) if made else {}
    if performances:
        drafts.throw_away(list(performances.values()), by, now)
