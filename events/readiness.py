"""How far an act is on its way to the evening: invited, accepted, consent, set list, rehearsal, ready.

Pure: the facts come in as values, the marks go out; `engagements` gathers the facts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from events.models import Engagement, Production

MUSIC = frozenset({Production.Kind.CONCERT, Production.Kind.DANCE})
"""Kinds that play works in any case; every other one needs a set list only once works stand in it."""
REHEARSAL_COUNTS = timedelta(days=60)
"""So long before the edition opens a transmission is a rehearsal for it, and not one of an earlier evening."""


class Step(StrEnum):
    """The way of an act, in order."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    CONSENT = "consent"
    SETLIST = "setlist"
    REHEARSAL = "rehearsal"
    READY = "ready"

    @property
    def label(self) -> str:
        return str(STEPS[self])


STEPS = {
    Step.INVITED: pgettext_lazy("step of an act", "invited"),
    Step.ACCEPTED: pgettext_lazy("step of an act", "accepted"),
    Step.CONSENT: gettext_lazy("Consent"),
    Step.SETLIST: gettext_lazy("Set list"),
    Step.REHEARSAL: gettext_lazy("Rehearsal"),
    Step.READY: pgettext_lazy("step of an act", "ready"),
}
LACKING = {
    **STEPS,
    Step.INVITED: pgettext_lazy("what an act lacks", "invitation"),
    Step.ACCEPTED: pgettext_lazy("what an act lacks", "answer"),
    Step.CONSENT: pgettext_lazy("what an act lacks", "consent"),
    Step.SETLIST: pgettext_lazy("what an act lacks", "set list"),
    Step.REHEARSAL: pgettext_lazy("what an act lacks", "rehearsal"),
}
"""What is not there where a step is missing."""


class State(StrEnum):
    DONE = "done"
    MISSING = "missing"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True)
class Facts:
    """What is known of one act in one edition."""

    invited: bool
    answer: str
    """As in `Engagement.Answer`."""
    has_telephone: bool
    in_programme: bool
    """Something of it is published; before that nobody can be asked for a consent."""
    without_consent: tuple[str, ...]
    """Titles of published performances about which the act has not said a word."""
    setlists: tuple[str, ...]
    """Titles of the productions that need a set list."""
    open_setlists: tuple[str, ...]
    """Those of them that the act has not called complete."""
    rehearsed: datetime | None
    """Begin of its last transmission before its performance."""
    opens: datetime


@dataclass(frozen=True)
class Mark:
    """One step of one act; `what` names what is missing."""

    step: Step
    state: State
    what: tuple[str, ...] = ()

    @property
    def is_missing(self) -> bool:
        return self.state == State.MISSING

    @property
    def words(self) -> str:
        """What is missing, by its name."""
        return _words(self)

    @property
    def short(self) -> str:
        """For a list of thirty acts."""
        if not self.is_missing or (self.step == Step.ACCEPTED and self.what):
            return _words(self)
        if self.step == Step.READY:
            return _("{number} open").format(number=len(self.what))
        return _("missing ({number})").format(number=len(self.what)) if len(self.what) > 1 else _("missing")


def needs_setlist(kind: str, works: int) -> bool:
    return kind in MUSIC or works > 0


def steps(facts: Facts) -> tuple[Mark, ...]:
    """All six marks. An act that declined has nothing more to do."""
    invited = _mark(Step.INVITED, facts.invited or facts.answer != Engagement.Answer.OPEN)
    if facts.answer == Engagement.Answer.DECLINED:
        rest = (Step.CONSENT, Step.SETLIST, Step.REHEARSAL, Step.READY)
        declined = Mark(Step.ACCEPTED, State.MISSING, (_("has declined"),))
        return invited, declined, *(Mark(step, State.NOT_NEEDED) for step in rest)
    marks = (
        invited,
        _mark(Step.ACCEPTED, facts.answer == Engagement.Answer.ACCEPTED),
        _mark(Step.CONSENT, facts.in_programme and not facts.without_consent, facts.without_consent),
        _mark(Step.SETLIST, not facts.open_setlists, facts.open_setlists)
        if facts.setlists
        else Mark(Step.SETLIST, State.NOT_NEEDED),
        _mark(Step.REHEARSAL, facts.rehearsed is not None and facts.rehearsed >= facts.opens - REHEARSAL_COUNTS),
    )
    missing = tuple(str(LACKING[mark.step]) for mark in marks if mark.is_missing)
    if not facts.has_telephone:
        missing = (*missing, _("telephone number"))
    return *marks, _mark(Step.READY, not missing, missing)


def declined(marks: Sequence[Mark]) -> bool:
    return any(mark.step == Step.READY and mark.state == State.NOT_NEEDED for mark in marks)


def lacks(marks: Sequence[Mark], step: str) -> bool:
    """Whether this step is missing; an act that declined lacks nothing."""
    return not declined(marks) and any(mark.step == step and mark.is_missing for mark in marks)


def counts(rows: Sequence[Sequence[Mark]]) -> dict[Step, tuple[int, int]]:
    """For each step: how many acts have done it, of how many that have to."""
    due = [mark for marks in rows if not declined(marks) for mark in marks if mark.state != State.NOT_NEEDED]
    return {
        step: (
            sum(mark.step == step and mark.state == State.DONE for mark in due),
            sum(mark.step == step for mark in due),
        )
        for step in Step
    }


def _mark(step: Step, done: bool, what: tuple[str, ...] = ()) -> Mark:
    return Mark(step, State.DONE) if done else Mark(step, State.MISSING, what)


def _words(mark: Mark) -> str:
    """What is missing, in a few words."""
    if mark.state == State.DONE:
        return _("done")
    if mark.state == State.NOT_NEEDED:
        return _("not needed")
    if mark.step in (Step.ACCEPTED, Step.READY) and mark.what:
        return ", ".join(mark.what)
    sentence = {
        Step.INVITED: _("not invited yet"),
        Step.ACCEPTED: _("no answer yet"),
        Step.CONSENT: _("missing for {what}") if mark.what else _("nothing of it is published yet"),
        Step.SETLIST: _("not complete: {what}"),
        Step.REHEARSAL: _("no rehearsal yet"),
    }[mark.step]
    return sentence.format(what=", ".join(_("“{title}”").format(title=title) for title in mark.what))
