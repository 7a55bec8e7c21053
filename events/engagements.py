"""What was agreed with each act of an edition, and how far it is. The rules are in `readiness`; here the rows are read
and written, a whole edition at a time.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, Prefetch, Q
from django.utils.formats import date_format

from events import programme, readiness
from events.models import Act, Consent, Edition, Engagement, Performance, Production
from events.readiness import Facts, Mark
from events.sentences import clock

Status = Performance.Status


@dataclass(frozen=True)
class Engaged:
    """One act in one edition."""

    act: Act
    edition: Edition
    engagement: Engagement
    """Not saved yet where nothing was agreed."""
    productions: tuple[Production, ...]
    performances: tuple[Performance, ...]
    """In order of time; without the cancelled ones, with drafts."""
    facts: Facts

    @property
    def marks(self) -> tuple[Mark, ...]:
        return readiness.steps(self.facts)

    @property
    def first(self) -> Performance | None:
        return next(iter(self.performances), None)

    @property
    def last(self) -> Performance | None:
        return self.performances[-1] if self.performances else None


def of(act: Act, edition: Edition) -> Engagement:
    """What is agreed with this act; a new row, not saved, where nothing is."""
    return Engagement.objects.filter(act=act, edition=edition).first() or Engagement(act=act, edition=edition)


def all_of(edition: Edition) -> list[Engaged]:
    """Every act that plays in this edition or was asked to, by name. The office itself needs no invitation."""
    asked = Q(productions__edition=edition) | Q(engagements__edition=edition)
    return _engaged(edition, Act.objects.filter(asked).exclude(kind=Act.Kind.OFFICE).distinct().order_by("name", "pk"))


def not_asked(edition: Edition) -> list[Act]:
    """Acts that this edition has nothing to do with yet."""
    asked = Q(productions__edition=edition) | Q(engagements__edition=edition)
    inside = Act.objects.filter(asked).values("pk")
    return list(Act.objects.exclude(pk__in=inside).exclude(kind=Act.Kind.OFFICE).order_by("name", "pk"))


def one(act: Act, edition: Edition) -> Engaged:
    return _engaged(edition, [act])[0]


@transaction.atomic
def note(act: Act, edition: Edition, **fields: object) -> Engagement:
    """Write these fields of the agreement, and no others: two people may write at once."""
    engagement, _made = Engagement.objects.get_or_create(act=act, edition=edition)
    for name, value in fields.items():
        setattr(engagement, name, value)
    if fields:
        engagement.save(update_fields=list(fields))
    return engagement


def answer(act: Act, edition: Edition, value: str, words: str, now: datetime, by: str = "") -> Engagement:
    """The act's word whether it comes; `by`: who of the office noted it for the act."""
    return note(act, edition, answer=value, answer_words=words, answered_at=now, answered_by=by)


# --- from rows to values ----------------------------------------------------------------------------------------------


def _engaged(edition: Edition, acts: Iterable[Act]) -> list[Engaged]:
    """A fixed number of queries, and one question to the live side, however many acts there are."""
    found = list(acts)
    ids = [act.pk for act in found]
    agreed = {row.act_id: row for row in Engagement.objects.filter(edition=edition, act__in=ids)}
    productions: dict[int, list[Production]] = {}
    for production in _productions(edition, ids):
        productions.setdefault(production.act_id, []).append(production)
    said = set(Consent.objects.filter(act__in=ids).values_list("act", "performance"))
    rehearsed = programme.rehearsed(ids)
    return [
        _one(
            act,
            edition,
            agreed.get(act.pk) or Engagement(act=act, edition=edition),
            productions.get(act.pk, []),
            {performance for who, performance in said if who == act.pk},
            rehearsed.get(act.pk),
        )
        for act in found
    ]


def _productions(edition: Edition, acts: Collection[int]) -> Iterable[Production]:
    played = Performance.objects.exclude(status=Status.CANCELLED).select_related("stage__venue").order_by("start", "pk")
    rows = Production.objects.filter(edition=edition, act__in=acts).select_related("setlist").order_by("title", "pk")
    return rows.annotate(works=Count("setlist__works")).prefetch_related(
        Prefetch("performances", played, to_attr="played")
    )


def _one(
    act: Act,
    edition: Edition,
    engagement: Engagement,
    productions: list[Production],
    said: set[int | None],
    rehearsed: datetime | None,
) -> Engaged:
    performances = sorted((each for one in productions for each in one.played), key=lambda each: (each.start, each.pk))
    public = [each for each in performances if each.status != Status.DRAFT]
    musical = [each for each in productions if each.played and readiness.needs_setlist(each.kind, each.works)]
    facts = Facts(
        invited=engagement.invited_at is not None,
        answer=engagement.answer,
        has_telephone=bool(engagement.phone),
        in_programme=bool(public),
        without_consent=told_apart([each for each in public if not said & {None, each.pk}], edition.zone),
        setlists=tuple(each.title for each in musical),
        open_setlists=tuple(each.title for each in musical if not is_filled(each)),
        rehearsed=rehearsed,
        opens=edition.opens,
    )
    return Engaged(act, edition, engagement, tuple(productions), tuple(performances), facts)


def told_apart(performances: Sequence[Performance], zone: ZoneInfo) -> tuple[str, ...]:
    """Titles, with day and time where one of them comes twice."""
    times = Counter(each.title for each in performances)
    return tuple(
        f"{each.title} ({_when(each, zone)})" if times[each.title] > 1 else each.title for each in performances
    )


def _when(performance: Performance, zone: ZoneInfo) -> str:
    return f"{date_format(performance.start.astimezone(zone), 'D')}, {clock(performance.start, zone=zone)}"


def is_filled(production: Production) -> bool:
    """Whether the act has called its set list complete."""
    return hasattr(production, "setlist") and production.setlist.filled_at is not None
