"""A new edition made from an old one: its plan on other days, and nothing of what was agreed or happened.

Copied are the edition itself, routes with their stations, productions with their set lists, and performances as drafts
at the same time on the wall. Consents, keys, invitations, engagements, recordings and changes stay where they are.
"""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Model, Q
from django.utils import formats
from django.utils.translation import gettext as _

from events import planning, publishing, versions
from events.models import Edit, Edition, Performance, Production, Route, Setlist, Station, Work
from events.refusals import ChangedMeanwhile, Refused
from events.schedule import LONGEST_EDITION, ClockSkips, Slot, programme_day, wall_moments
from events.slugs import free_slug
from events.whit_sunday import next_whit_sunday
from kultour.accounts.models import User

AHEAD_YEARS = 10
MOST = 500
"""Performances of one edition that can be taken at once."""
COPIED: dict[type[Model], tuple[str, ...]] = {
    Edition: (*("title", "subtitle", "note", "language", "time_zone", "organiser", "travel_minutes", "translations"),),
    Route: ("title", "order", "translations"),
    Station: ("stage", "order"),
    Production: ("act", "slug", "title", "text", "kind", "age", "spoken", "hat", "translations"),
    Performance: ("title", "text", "access", "translations"),
    Work: (
        *("order", "title", "composer", "lyricist", "arranger", "publisher", "seconds", "times", "gema_number", "iswc"),
        *("source", "label_code", "isrc"),
    ),
}
"""What a new row takes from the old one as it is."""
_YEAR_BEHIND = re.compile(r"-\d{4}(-\d+)?$")
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Wish:
    """The new edition's title and first day, and which performances and routes it takes along."""

    title: str
    first_day: date
    performances: Collection[int]
    routes: Collection[int]


# --- what is proposed -------------------------------------------------------------------------------------------------


def proposed_day(old: Edition, today: date) -> date:
    """The next Whit Sunday after the old edition and after today."""
    return next_whit_sunday(max(programme_day(old.closes, old.zone), today))


def proposed_title(old: Edition, day: date) -> str:
    return _with_year(old.title, programme_day(old.opens, old.zone).year, day.year)


def _with_year(title: str, old: int, new: int) -> str:
    """The title with the new year, where the old one stands in it."""
    return re.sub(rf"\b{old}\b", str(new), title)


def planned(performance: Performance) -> Slot:
    """Where it was announced: last year's rain is nobody's plan."""
    lasts = performance.end - performance.start
    start = performance.previous_start or performance.start
    stage = performance.previous_stage or performance.stage
    return Slot(stage.slug, start, start + lasts, performance.title)


# --- times on the wall ------------------------------------------------------------------------------------------------


def moved_by(moment: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The same time on the wall so many days later; raises ClockSkips where no clock shows it on that day."""
    wall = moment.astimezone(zone)
    there = wall_moments(wall.date() + timedelta(days=days), wall.time().replace(tzinfo=None, fold=0), zone)
    if not there:
        raise ClockSkips
    return there[min(wall.fold, len(there) - 1)]


# --- making it --------------------------------------------------------------------------------------------------------


@transaction.atomic
def make(old: Edition, wish: Wish, by: User, now: datetime) -> Edition:
    """The new edition with all that was chosen. Raises Refused or Conflicting, and then nothing is made."""
    _refuse_day(old, wish.first_day, now)
    days = (wish.first_day - programme_day(old.opens, old.zone)).days
    new = _edition(old, wish, days)
    _copy_routes(old, new, wish.routes)
    rows = Performance.objects.filter(production__edition=old, pk__in=wish.performances)
    performances = list(
        rows.select_related("production__act", "stage__venue", "previous_stage__venue").order_by("start", "pk")
    )
    productions = _copy_productions(new, {row.production_id: row.production for row in performances}.values())
    taken = set(Performance.objects.values_list("slug", flat=True))
    made = [_performance(row, productions[row.production_id], days, taken) for row in performances]
    publishing.draft(new, made, {}, by, now)
    planning.remember_made(new, by, now)
    return new


def clear(new: Edition, made: datetime) -> None:
    """What went along goes before the edition itself is taken back, unless somebody has gone on with it."""
    touched = Edit.objects.filter(at__gt=made).filter(
        Q(subject=Edit.Subject.PRODUCTION, object_id__in=new.productions.values("pk"))
        | Q(subject=Edit.Subject.ROUTE, object_id__in=new.routes.values("pk"))
    )
    if touched.exists() or Performance.objects.filter(production__edition=new).exists():
        raise ChangedMeanwhile(_("Somebody has gone on with this edition in the meantime. Nothing is undone."))
    new.productions.all().delete()
    new.routes.all().delete()


def _refuse_day(old: Edition, day: date, now: datetime) -> None:
    if old.closes - old.opens > LONGEST_EDITION:
        sentence = _("The old edition lasts longer than {days} days. Please correct its end first.")
        raise Refused(sentence.format(days=LONGEST_EDITION.days))
    last = programme_day(old.closes, old.zone)
    if day <= last:
        sentence = _("The old edition lasts until {day}. Please choose a later day.")
        raise Refused(sentence.format(day=formats.date_format(last, "DATE_FORMAT")))
    if day.year > now.year + AHEAD_YEARS:
        raise Refused(_("This is more than {years} years ahead. Please check the year.").format(years=AHEAD_YEARS))


def _edition(old: Edition, wish: Wish, days: int) -> Edition:
    old_year, year = programme_day(old.opens, old.zone).year, wish.first_day.year
    new = _copy(old)
    new.title = wish.title
    new.subtitle = _with_year(old.subtitle, old_year, year)
    new.translations = {
        language: {field: _with_year(text, old_year, year) for field, text in texts.items()}
        for language, texts in old.translations.items()
    }
    new.opens = _kept_on_the_wall(old.opens, days, old.zone, old.title)
    new.closes = _kept_on_the_wall(old.closes, days, old.zone, old.title)
    named = wish.title if str(year) in wish.title else f"{wish.title} {year}"
    new.slug = free_slug(named, "ausgabe", lambda slug: Edition.objects.filter(slug=slug).exists())
    new.save()
    return new


def _kept_on_the_wall(moment: datetime, days: int, zone: ZoneInfo, title: str) -> datetime:
    try:
        return moved_by(moment, days, zone)
    except ClockSkips:
        sentence = _("“{title}” lies at a time that the clocks skip on the new day. Please choose another day.")
        raise Refused(sentence.format(title=title)) from None


def _copy_routes(old: Edition, new: Edition, chosen: Collection[int]) -> None:
    is_taken = _taken_by(Route)
    for route in old.routes.filter(pk__in=chosen).prefetch_related("stations"):
        copy = _copy(route, edition=new, slug=_slug_of_the_year(route.slug, new, is_taken, 50))
        copy.save()
        Station.objects.bulk_create(_copy(station, route=copy) for station in route.stations.all())


def _taken_by(model: type[Route]) -> Callable[[str], bool]:
    return lambda slug: model.objects.filter(slug=slug).exists()


def _copy_productions(new: Edition, productions: Iterable[Production]) -> dict[int, Production]:
    """The copies by the old one's number. A set list is taken along, for the act to look through."""
    copies = {production.pk: _copy(production, edition=new) for production in productions}
    Production.objects.bulk_create(copies.values())
    for setlist in Setlist.objects.filter(production__in=copies).prefetch_related("works"):
        copy = Setlist.objects.create(production=copies[setlist.production_id])
        Work.objects.bulk_create(_work(work, copy) for work in setlist.works.all())
    return copies


def _work(work: Work, setlist: Setlist) -> Work:
    """What was cleared was cleared for the old recording; and where it begins, only that one knows."""
    cleared = work.rights_status == Work.Rights.CLEARED
    return _copy(work, setlist=setlist, rights_status=Work.Rights.UNCLEAR if cleared else work.rights_status)


def _performance(old: Performance, production: Production, days: int, taken: set[str]) -> Performance:
    slot = planned(old)
    zone = production.edition.zone
    start = _kept_on_the_wall(slot.start, days, zone, old.title)
    slug = _slug_of_the_year(old.slug, production.edition, taken.__contains__, 80)
    taken.add(slug)
    copy = _copy(
        old,
        production=production,
        stage=old.previous_stage or old.stage,
        slug=slug,
        start=start,
        end=start + (slot.end - slot.start),
    )
    versions.give_reason(copy, "")
    return copy


def _slug_of_the_year(slug: str, new: Edition, is_taken: Callable[[str], bool], longest: int) -> str:
    """abendlicht-2027 becomes abendlicht-2028."""
    year = programme_day(new.opens, new.zone).year
    bare = _YEAR_BEHIND.sub("", slug)[: longest - 8]
    return free_slug(f"{bare} {year}", "auftritt", is_taken, longest)


def _copy(row: M, **other: object) -> M:
    """A new row with the fields that are copied, and these others."""
    model = type(row)
    return model(**{field: getattr(row, field) for field in COPIED[model]}, **other)
