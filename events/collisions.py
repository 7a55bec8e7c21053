"""What was written is held against all that stands in the programme; `schedule` has the rules."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from events.models import Act, Edition, Performance, Production
from events.refusals import Conflicting, Refused
from events.schedule import Booking, Conflict, Plan, all_conflicts, programme_day
from events.sentences import clock, explain

REASONS = 20
"""So many of what is in the way of many drafts are told at once."""
Status = Performance.Status


def refuse_conflicts_of(production: Production) -> None:
    """Refuse what its performances in the programme may not become, as when it is for older people from now on."""
    shown = production.performances.exclude(status__in=[Status.DRAFT, Status.CANCELLED])
    refuse_conflicts(*shown.select_related("stage__venue", "production__act", "production__edition"))


def refuse_conflicts(*written: Performance) -> None:
    """Hold what was written in one edition against all that stands in the programme now."""
    found = _conflicts(written)
    if found:
        plan = plan_of(written[0].production.edition)
        raise Conflicting(
            tuple(each.rule for _wish, each in found), *(explain(each, wish, plan) for wish, each in found)
        )


def refuse_by_name(written: Sequence[Performance]) -> None:
    """As `refuse_conflicts`, for many: each sentence names whose it is, and there is an end to them."""
    found = _conflicts(written)
    if not found:
        return
    plan, named = plan_of(written[0].production.edition), _("“{title}”, {at}: {reason}")
    sentences = [
        named.format(
            title=wish.title,
            at=clock(wish.start, zone=plan.zone),
            reason=explain(each, wish, plan),
        )
        for wish, each in found[:REASONS]
    ]
    if len(found) > REASONS:
        sentences.append(_("And {number} more.").format(number=len(found) - REASONS))
    raise Refused(_("Nothing is published yet: something is in the way."), *sentences)


def _conflicts(written: Sequence[Performance]) -> list[tuple[Booking, Conflict]]:
    if not written:
        return []
    plan = plan_of(written[0].production.edition)
    near = bookings_between(min(each.start for each in written), max(each.end for each in written))
    change_over = {each.stage.slug: timedelta(minutes=each.stage.change_over_minutes) for each in written}
    wishes = [booking_of(each) for each in written]
    return [(wish, each) for wish, against in all_conflicts(wishes, near, plan, change_over) for each in against]


def plan_of(edition: Edition) -> Plan:
    """What holds for every performance of an edition."""
    return Plan(
        zone=edition.zone,
        first_day=programme_day(edition.opens, edition.zone),
        last_day=programme_day(edition.closes, edition.zone),
        travel=timedelta(minutes=edition.travel_minutes),
    )


def bookings_between(first: datetime, last: datetime) -> list[Booking]:
    """What stands in the programme between these moments or within a day of them, whatever the edition."""
    near = Performance.objects.exclude(status=Status.CANCELLED).filter(
        start__lt=last + timedelta(days=1), end__gt=first - timedelta(days=1)
    )
    return [booking_of(row) for row in near.select_related("stage__venue", "production__act")]


def booking_of(performance: Performance) -> Booking:
    """A performance as the rules of the timetable want it; its stage, venue and act are read with it."""
    act = performance.production.act
    return Booking(
        id=performance.pk,
        title=performance.title,
        stage=performance.stage.slug,
        venue=performance.stage.venue.slug,
        act=None if act.kind == Act.Kind.OFFICE else act.pk,
        act_name=act.name,
        start=performance.start,
        end=performance.end,
        age=performance.production.age,
    )
