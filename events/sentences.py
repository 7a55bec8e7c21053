"""What the programme says to people when something cannot be done: the reason, and the cure."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from events.schedule import LONGEST, Booking, Conflict, Plan, Rule


def clock(*moments: datetime, zone: ZoneInfo) -> str:
    """One time of day, or a span: 19:00 Uhr, 19:00–19:30 Uhr."""
    times = "–".join(f"{moment.astimezone(zone):%H:%M}" for moment in moments)
    return pgettext("time of day", "{time}").format(time=times)


def explain(conflict: Conflict, wish: Booking, plan: Plan) -> str:
    """One conflict in two sentences; the second names a way out."""
    teller = {
        Rule.LENGTH: _too_long,
        Rule.EDITION: _outside_edition,
        Rule.STAGE: _stage_taken,
        Rule.ACT: _act_elsewhere,
        Rule.AGE: _wrong_hour,
    }[conflict.rule]
    return teller(conflict, wish, plan)


def _too_long(conflict: Conflict, wish: Booking, plan: Plan) -> str:
    return _("A performance lasts between 1 minute and {hours} hours. Please check the duration.").format(
        hours=LONGEST // timedelta(hours=1)
    )


def _outside_edition(conflict: Conflict, wish: Booking, plan: Plan) -> str:
    first, last = (formats.date_format(day, "DATE_FORMAT") for day in (plan.first_day, plan.last_day))
    if first == last:
        return _("This edition takes place on {day}. Please choose that day or the night after it.").format(day=first)
    return _("This edition takes place from {first} to {last}. Please choose a day in between.").format(
        first=first, last=last
    )


def _stage_taken(conflict: Conflict, wish: Booking, plan: Plan) -> str:
    assert conflict.other and conflict.free_from
    return _("“{title}” plays on this stage, {times}. The stage is free for long enough from {free_from} on.").format(
        title=conflict.other.title,
        times=clock(conflict.other.start, conflict.other.end, zone=plan.zone),
        free_from=clock(conflict.free_from, zone=plan.zone),
    )


def _act_elsewhere(conflict: Conflict, wish: Booking, plan: Plan) -> str:
    assert conflict.other and conflict.free_from and conflict.free_until
    return _(
        "{act} plays “{title}” elsewhere, {times}, and needs time for the way. "
        "Please choose a slot that is over by {free_until} or begins at {free_from} or later."
    ).format(
        act=wish.act_name,
        title=conflict.other.title,
        times=clock(conflict.other.start, conflict.other.end, zone=plan.zone),
        free_until=clock(conflict.free_until, zone=plan.zone),
        free_from=clock(conflict.free_from, zone=plan.zone),
    )


def _wrong_hour(conflict: Conflict, wish: Booking, plan: Plan) -> str:
    assert conflict.free_from and conflict.free_until
    return _(
        "What is for people of {age} years and older may only be shown between {begin} and {end} (§ 5 JMStV). "
        "Please choose a slot within these hours."
    ).format(
        age=wish.age,
        begin=clock(conflict.free_from, zone=plan.zone),
        end=clock(conflict.free_until, zone=plan.zone),
    )
