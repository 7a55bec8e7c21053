"""The only writer of editions, places, walks, acts, productions and pictures, as `publishing` is of performances.

Each verb is one transaction: claim the object, refuse what cannot be, write it with one more version, remember what was
different, and after commit tell the house. Values go in and come out under the names they have in the forms, plain
enough for JSON; the English of `title` is `title_en`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _

from events import stations
from events.collisions import refuse_conflicts_of
from events.models import Act, Edit, Edition, Performance, Picture, Production, Route, Stage, Station, Venue
from events.models.wording import Planned
from events.publishing import UNDO_WITHIN
from events.refusals import ChangedMeanwhile, Refused, TooLate
from events.sentences import clock
from events.signals import programme_changed
from events.slugs import free_slug
from kultour.accounts.models import User

ENGLISH = "en"
Subject: Any = Edit.Subject
Kind: Any = Edit.Kind
State = dict[str, Any]


@dataclass(frozen=True)
class Sheet:
    """What can be written of one kind of object."""

    model: type[Planned]
    fields: tuple[str, ...]
    named: str
    """The field that the public name is made of."""
    kept: tuple[str, ...] = ("slug",)
    """What is given once and never changed."""


SHEETS: Mapping[str, Sheet] = {
    Subject.EDITION: Sheet(
        Edition,
        ("title", "subtitle", "note", "time_zone", "opens", "closes", "organiser", "travel_minutes"),
        named="title",
    ),
    Subject.VENUE: Sheet(
        Venue,
        ("name", "short_name", "address", "lat", "lon", "access", "access_note", "rain_venue", "note"),
        named="short_name",
    ),
    Subject.STAGE: Sheet(Stage, ("name", "venue", "default_ingest", "change_over_minutes"), named="name"),
    Subject.ROUTE: Sheet(Route, ("title", "order"), named="title", kept=("slug", "edition_id")),
    Subject.ACT: Sheet(Act, ("name", "kind", "blurb"), named="name"),
    Subject.PRODUCTION: Sheet(
        Production,
        ("title", "act", "kind", "age", "spoken", "hat", "text"),
        named="title",
        kept=("slug", "edition_id"),
    ),
    Subject.PICTURE: Sheet(Picture, ("alt", "author", "licence"), named="alt", kept=()),
}


# --- the verbs --------------------------------------------------------------------------------------------------------


@transaction.atomic
def make(subject: str, values: Mapping[str, Any], by: User | None, now: datetime, **given: Any) -> Edit:
    """Something new; `given` is what it belongs to for good, as a production does to its edition."""
    sheet = SHEETS[subject]
    row = sheet.model(**given)
    if "slug" in sheet.kept:
        row.slug = _slug(row, str(values[sheet.named]), subject)
    _write_new(row, values)
    return _remember(row, Kind.MADE, {}, state_of(row), by, now)


def remember_made(row: Planned, by: User | None, now: datetime) -> Edit:
    """That something was made, by another way than `make`."""
    return _remember(row, Kind.MADE, {}, state_of(row), by, now)


@transaction.atomic
def change(
    subject: str, pk: int, values: Mapping[str, Any], by: User | None, now: datetime, *, seen: int
) -> Edit | None:
    """Write these values; None if they stand there already. `seen` is the version that the editor had in front."""
    row = _claim(subject, pk, seen)
    before = state_of(row)
    if before | _given(row, values) == before:
        return None
    return _rewrite(row, values, Kind.CHANGED, before, by, now)


@transaction.atomic
def remove(subject: str, pk: int, by: User | None, now: datetime, *, seen: int) -> Edit:
    """Take something away that nothing depends on."""
    return _take_away(_claim(subject, pk, seen), Kind.REMOVED, by, now)


@transaction.atomic
def undo(edit_id: int, by: User | None, now: datetime) -> Edit:
    """Put back what an edit replaced: within 30 s, and only while nobody has edited it again."""
    edit = Edit.objects.get(pk=edit_id)
    if edit.subject not in SHEETS:
        raise Refused(_("A draft that was thrown away does not come back. Please plan it anew."))
    if now - edit.at > UNDO_WITHIN:
        raise TooLate(_("A change can be undone for 30 seconds only, and they are over. Please change it again."))
    if not may_undo(edit, now):
        raise ChangedMeanwhile(_("This was changed once more in the meantime and cannot be undone any more."))
    if edit.kind == Kind.REMOVED:
        return _bring_back(edit, by, now)
    row = _claim(edit.subject, edit.object_id, edit.version)
    if edit.kind == Kind.MADE:
        return _take_away(row, Kind.UNDONE, by, now)
    return _rewrite(row, edit.before, Kind.UNDONE, state_of(row), by, now)


def may_undo(edit: Edit, now: datetime) -> bool:
    """Whether `undo` would do it; a picture that was taken away is gone at once, as its rights may demand.

    A draft that was thrown away is gone too, with its own changes.
    """
    if edit.subject not in SHEETS or edit.kind == Kind.UNDONE or now - edit.at > UNDO_WITHIN:
        return False
    if edit.kind == Kind.REMOVED and edit.subject == Subject.PICTURE:
        return False
    same = Edit.objects.filter(subject=edit.subject, object_id=edit.object_id)
    return not same.filter(pk__gt=edit.pk).exists()


# --- what stands there ------------------------------------------------------------------------------------------------


def subject_of(row: Planned) -> str:
    return next(subject for subject, sheet in SHEETS.items() if isinstance(row, sheet.model))


def state_of(row: Planned) -> State:
    """All that can be written of it, plain."""
    state = {name: _plain(getattr(row, _column(row, name))) for name in SHEETS[subject_of(row)].fields}
    english = row.translations.get(ENGLISH, {})
    state |= {f"{word}_{ENGLISH}": english.get(word, "") for word in row.WORDS}
    if isinstance(row, Route):
        state["stations"] = stations.of_route(row)
    if isinstance(row, Stage):
        state["after"] = stations.before_stage(row)
    return state


def as_seen(row: Planned, version: int) -> State:
    """What stood there when it had this version."""
    state = state_of(row)
    later = Edit.objects.filter(subject=subject_of(row), object_id=row.pk, version__gt=version)
    for edit in later.order_by("-version"):
        state |= edit.before
    return state


def last_edit(row: Planned) -> Edit | None:
    return Edit.objects.select_related("by").filter(subject=subject_of(row), object_id=row.pk).last()


# --- claiming and refusing --------------------------------------------------------------------------------------------


def _claim(subject: str, pk: int, seen: int) -> Planned:
    row = SHEETS[subject].model.objects.select_for_update().get(pk=pk)
    if row.version != seen:
        raise ChangedMeanwhile(_what_happened(row))
    return row


def _what_happened(row: Planned) -> str:
    last = last_edit(row)
    return _(
        "{who} changed this at {at}. What you did not touch is up to date again; where you both wrote, "
        "the other text stands beside yours. Please compare and save once more."
    ).format(
        who=last.by.display_name if last and last.by else _("Somebody else"),
        at=clock(last.at, zone=get_current_timezone()) if last else "–",
    )


def _slug(row: Planned, title: str, subject: str) -> str:
    names: Any = type(row).objects.all()
    if isinstance(row, Production):
        names = names.filter(edition=row.edition)
    field = row._meta.get_field("slug")
    otherwise = str(Subject(subject).label)
    return free_slug(title, otherwise.lower(), lambda slug: names.filter(slug=slug).exists(), field.max_length)


def _depending(row: Planned) -> list[str]:
    """In words, what would lose its ground."""
    relations = [
        each
        for each in row._meta.get_fields(include_hidden=True)
        if (each.one_to_many or each.one_to_one) and each.on_delete is not models.SET_NULL
    ]
    own = {Station} if isinstance(row, Route) else set()
    found = {
        str(each.related_model._meta.verbose_name_plural)
        for each in relations
        if each.related_model not in own and each.related_model._base_manager.filter(**{each.field.name: row}).exists()
    }
    return sorted(found | _sheltered(row))


def _sheltered(row: Planned) -> set[str]:
    """The venues that go to this one when it rains: the removal would end that, and no undoing could bring it back."""
    if not isinstance(row, Venue):
        return set()
    names = Venue.objects.filter(rain_venue=row).order_by("short_name").values_list("short_name", flat=True)
    return {_("the way out of the rain of {venues}").format(venues=", ".join(names))} if names else set()


# --- writing ----------------------------------------------------------------------------------------------------------


def _write(row: Planned, values: Mapping[str, Any]) -> None:
    """Put the values into the row and keep it; names that the row does not have are left alone."""
    for name in SHEETS[subject_of(row)].fields:
        if name in values:
            setattr(row, _column(row, name), _read(row, name, values[name]))
    english = {word: values[f"{word}_{ENGLISH}"] for word in row.WORDS if f"{word}_{ENGLISH}" in values}
    row.put_words(ENGLISH, english)
    if isinstance(row, Stage) and "after" in values:
        stations.place_stage(row, values["after"])
    row.save()
    if isinstance(row, Route) and "stations" in values:
        stations.set_route(row, values["stations"])


def _write_new(row: Planned, values: Mapping[str, Any]) -> None:
    try:
        with transaction.atomic():
            _write(row, values)
    except IntegrityError as error:
        raise Refused(_("Somebody made the same at the same moment. Please look at the list first.")) from error


def _given(row: Planned, values: Mapping[str, Any]) -> State:
    """Values as `state_of` tells them."""
    fields = SHEETS[subject_of(row)].fields
    return {name: _plain(_read(row, name, value)) if name in fields else value for name, value in values.items()}


def _read(row: Planned, name: str, value: Any) -> Any:
    """A form's value, or one out of the history, as the row keeps it."""
    return row._meta.get_field(name).to_python(getattr(value, "pk", value))


def _rewrite(row: Planned, values: Mapping[str, Any], kind: str, before: State, by: User | None, now: datetime) -> Edit:
    row.version += 1
    _write(row, values)
    after = state_of(row)
    if isinstance(row, Production) and any(before[name] != after[name] for name in ("age", "act")):
        refuse_conflicts_of(row)
    return _remember(row, kind, before, after, by, now)


def _take_away(row: Planned, kind: str, by: User | None, now: datetime) -> Edit:
    depending = _depending(row)
    if depending:
        raise Refused(
            _("This cannot be removed while something belongs to it: {what}. Please remove or move that first.").format(
                what=", ".join(depending)
            )
        )
    before = state_of(row) | {name: getattr(row, name) for name in SHEETS[subject_of(row)].kept}
    row.version += 1
    edit = _remember(row, kind, before, {}, by, now)
    row.delete()
    return edit


def _bring_back(edit: Edit, by: User | None, now: datetime) -> Edit:
    sheet = SHEETS[edit.subject]
    row = sheet.model(pk=edit.object_id, version=edit.version + 1, **{name: edit.before[name] for name in sheet.kept})
    _write_new(row, edit.before)
    return _remember(row, Kind.UNDONE, {}, state_of(row), by, now)


def _remember(row: Planned, kind: str, before: State, after: State, by: User | None, now: datetime) -> Edit:
    different = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    edit = Edit.objects.create(
        subject=subject_of(row),
        object_id=row.pk,
        name=str(row)[:200],
        kind=kind,
        by=by,
        at=now,
        before={name: before[name] for name in different if name in before},
        after={name: after[name] for name in different if name in after},
        version=row.version,
    )
    _announce(row, now)
    return edit


def _announce(row: Planned, now: datetime) -> None:
    """Tell open pages, those of the audience and the office's plan, unless none of them could show anything of it."""
    stages = _stages_showing(row)
    if stages is not None:
        tell = partial(programme_changed.send_robust, type(row), performance_id=0, stages=stages, version=0, now=now)
        transaction.on_commit(tell)


def _stages_showing(row: Planned) -> set[str] | None:
    if isinstance(row, Production | Act | Picture):
        whose = {Production: "production", Act: "production__act", Picture: "production__act__pictures"}[type(row)]
        shown = Performance.objects.filter(**{whose: row.pk})
        if isinstance(row, Picture):  # which the plan does not show
            shown = shown.exclude(status=Performance.Status.DRAFT)
        return set(shown.values_list("stage__slug", flat=True)) or None
    if isinstance(row, Stage):
        return {row.slug}
    if isinstance(row, Venue):
        return set(row.stages.values_list("slug", flat=True))
    return set()


def _column(row: models.Model, name: str) -> str:
    return str(row._meta.get_field(name).attname)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
