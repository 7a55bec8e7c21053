"""A planning list between upload and taking over: kept for two hours, compared each time anew, all or nothing."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from events import collisions
from events.models import Access, Act, Edition, Performance, PlanningList, Stage
from events.planning_list.comparing import Programme, compare
from events.planning_list.preview import Preview, Standing
from events.planning_list.sheet import Sheet, plain, sheet_of
from events.planning_list.taking import ENGLISH, write
from events.planning_list.wishes import Setting
from events.programme import stages
from events.refusals import Refused
from events.schedule import LONGEST_EDITION, Slot
from kultour import tables
from kultour.accounts.models import User

KEPT = timedelta(hours=2)
MARGIN = timedelta(days=1)
"""The last programme day goes on after the edition closes."""


class Unsound(Refused):
    """The list cannot be taken over as it is; the preview says why."""


class SeenOtherwise(Refused):
    """What would be done now is not what the person has looked at."""


def receive(edition: Edition, name: str, data: bytes, by: User, now: datetime) -> PlanningList:
    """Read a file and keep its rows. Raises tables.Unreadable; whoever uploads again has the newest list only."""
    if edition.closes - edition.opens > LONGEST_EDITION:
        sentence = _("This edition lasts longer than {days} days. Please correct its end before you plan it.")
        raise tables.Unreadable(sentence.format(days=LONGEST_EDITION.days))
    sheet = sheet_of(tables.read(data))
    forget(now)
    PlanningList.objects.filter(by=by).delete()
    return PlanningList.objects.create(
        edition=edition, by=by, name=name[-200:], sheet=sheet.as_json(), made_at=now, expires_at=now + KEPT
    )


def find(pk: int, by: User, now: datetime) -> PlanningList | None:
    """This person's list, while it is kept."""
    return PlanningList.objects.select_related("edition").filter(pk=pk, by=by, expires_at__gt=now).first()


def forget(now: datetime) -> int:
    """Delete the lists whose time is over; how many there were."""
    return PlanningList.objects.filter(expires_at__lte=now).delete()[0]


def preview(kept: PlanningList) -> Preview:
    """What taking over would do, as the programme stands at this moment."""
    programme = _programme(kept.edition)
    setting = Setting(
        zone=kept.edition.zone,
        first_day=programme.plan.first_day,
        last_day=programme.plan.last_day,
        stages=stages(),
        acts={plain(act.name): act.name for act in Act.objects.order_by("-pk")},
    )
    return compare(Sheet.from_json(kept.sheet), setting, programme)


@transaction.atomic
def take_over(kept: PlanningList, seen: str, by: User, now: datetime) -> Preview:
    """Write what the list wants, all of it or nothing; `seen` is the fingerprint of the preview somebody looked at.

    Raises Unsound or SeenOtherwise, and then nothing is written.
    """
    kept.edition = Edition.objects.select_for_update().get(pk=kept.edition_id)
    found = preview(kept)
    if not found.is_sound:
        raise Unsound(_("Nothing is taken over: please correct the rows that are marked, and choose the file again."))
    if found.fingerprint != seen:
        raise SeenOtherwise(
            _("Nothing is taken over yet: the programme has changed meanwhile. Please look through the list once more.")
        )
    write(kept.edition, found, by, now)
    kept.delete()
    return found


# --- what it is held against ------------------------------------------------------------------------------------------


def _programme(edition: Edition) -> Programme:
    rows = Performance.objects.filter(production__edition=edition).select_related("production__act", "stage")
    all_stages = list(Stage.objects.select_related("venue"))
    acts = list(Act.objects.order_by("-pk"))
    plan = collisions.plan_of(edition)
    return Programme(
        plan=plan,
        standing=[_standing(row) for row in rows.order_by("pk")],
        bookings=collisions.bookings_between(edition.opens - MARGIN, edition.closes + MARGIN),
        change_over={stage.slug: timedelta(minutes=stage.change_over_minutes) for stage in all_stages},
        venues={stage.slug: stage.venue.slug for stage in all_stages},
        acts={plain(act.name): act.pk for act in acts},
        offices=frozenset(plain(act.name) for act in acts if act.kind == Act.Kind.OFFICE),
    )


def _standing(row: Performance) -> Standing:
    production, english = row.production, row.translations.get(ENGLISH, {})
    return Standing(
        id=row.pk,
        production=production.pk,
        draft=row.status == Performance.Status.DRAFT,
        cancelled=row.status == Performance.Status.CANCELLED,
        version=row.version,
        slot=Slot(row.stage.slug, row.start, row.end, row.title),
        act=production.act.name,
        kind=production.kind,
        age=production.age,
        spoken=production.spoken,
        access=tuple(code for code in Access.values if code in row.access),
        text=_as_in_a_cell(row.text),
        title_en=_as_in_a_cell(english.get("title", "")),
        text_en=_as_in_a_cell(english.get("text", "")),
    )


def _as_in_a_cell(text: str) -> str:
    """Browsers send other line ends than tables have; that is no difference."""
    return text.replace("\r\n", "\n").strip()
