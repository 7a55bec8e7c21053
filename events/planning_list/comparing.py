"""A planning list held against the programme and against itself: what is new, what changes, what cannot be."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from django.utils.translation import gettext as _

from events.planning_list.preview import Compared, Item, Outcome, Preview, Standing
from events.planning_list.sheet import Column, Sheet, plain
from events.planning_list.wishes import Problem, Setting, Wish, read_line
from events.schedule import Booking, Conflict, Plan, Rule, all_conflicts
from events.sentences import explain


@dataclass(frozen=True)
class Programme:
    """What the list is held against. `stages`: change-over by slug; `offices`: plain names of acts that may be in
    several places at once."""

    plan: Plan
    standing: Sequence[Standing]
    bookings: Sequence[Booking]
    change_over: Mapping[str, timedelta]
    venues: Mapping[str, str]
    acts: Mapping[str, int]
    offices: frozenset[str] = frozenset()


def compare(sheet: Sheet, setting: Setting, programme: Programme) -> Preview:
    """Everything about every row; nothing is written."""
    wishes: dict[int, Wish] = {}
    problems: dict[int, list[Problem]] = {}
    for line in sheet.lines:
        wish, found = read_line(line, sheet, setting)
        problems[line.number] = found
        if wish:
            wishes[line.number] = wish
    programme = _with_new_acts(programme, wishes.values())
    pairs = paired(wishes.values(), programme.standing)
    items = _items(wishes.values(), pairs, programme.standing)
    doubles = _doubles(wishes.values())
    for problem in [
        *doubles,
        *_contradictions(wishes.values(), items),
        *_public_differences(wishes.values(), pairs, items, programme),
    ]:
        problems[problem.row].append(problem)
    rows = [
        replace(_compared(number, wishes.get(number), pairs.get(number)), item=items.get(number)) for number in problems
    ]
    for problem in _collisions(rows, {double.row for double in doubles}, programme):
        problems[problem.row].append(problem)
    taken = {standing.id for standing in pairs.values()}
    return Preview(
        rows=tuple(_with_problems(row, problems[row.row]) for row in rows),
        missing=tuple(each for each in programme.standing if each.id not in taken),
    )


def _with_new_acts(programme: Programme, wishes: Iterable[Wish]) -> Programme:
    """Who is new has no number yet, but cannot play in two places either."""
    acts = dict(programme.acts)
    for wish in wishes:
        acts.setdefault(plain(wish.act), -wish.row)
    return replace(programme, acts=acts)


# --- which row is which performance -----------------------------------------------------------------------------------

Key = tuple[str, str]


def _key(each: Wish | Standing) -> Key:
    return plain(each.slot.title), plain(each.act)


def paired(wishes: Iterable[Wish], standing: Iterable[Standing]) -> dict[int, Standing]:
    """The performance that each row speaks of: same title and act, first in the same place and time, then in order."""
    open_rows: dict[Key, list[Wish]] = {}
    open_standing: dict[Key, list[Standing]] = {}
    for wish in wishes:
        open_rows.setdefault(_key(wish), []).append(wish)
    for each in standing:
        open_standing.setdefault(_key(each), []).append(each)
    found: dict[int, Standing] = {}
    for key, rows in open_rows.items():
        there = open_standing.get(key, [])
        for same in (_same_slot, _same_time, lambda _wish, _standing: True):
            for wish in sorted(rows, key=lambda wish: wish.slot.start):
                match = next((each for each in _drafts_first(there) if same(wish, each)), None)
                if wish.row not in found and match:
                    found[wish.row] = match
                    there.remove(match)
    return found


def _items(wishes: Iterable[Wish], pairs: Mapping[int, Standing], standing: Sequence[Standing]) -> dict[int, Item]:
    """What is played in each row. Performances of one production may bear other titles than it."""
    known = {_key(each): each.production for each in reversed(standing)}
    return {
        wish.row: pairs[wish.row].production if wish.row in pairs else known.get(_key(wish), _key(wish))
        for wish in wishes
    }


def _drafts_first(standing: Iterable[Standing]) -> list[Standing]:
    return sorted(standing, key=lambda each: (not each.draft, each.slot.start, each.id))


def _same_slot(wish: Wish, standing: Standing) -> bool:
    return (wish.slot.stage, wish.slot.start) == (standing.slot.stage, standing.slot.start)


def _same_time(wish: Wish, standing: Standing) -> bool:
    return wish.slot.start == standing.slot.start


def _compared(row: int, wish: Wish | None, standing: Standing | None) -> Compared:
    if wish is None:
        return Compared(row, Outcome.REFUSED, None, None, (), ())
    if standing is None:
        return Compared(row, Outcome.NEW, wish, None, (), ())
    differs = differences(wish, standing)
    otherwise = Outcome.CHANGED if standing.draft else Outcome.KEPT
    return Compared(row, otherwise if differs else Outcome.UNCHANGED, wish, standing, differs, ())


def differences(wish: Wish, standing: Standing) -> tuple[Column, ...]:
    """The columns in which the list says something else."""
    pairs: list[tuple[Column, object, object]] = [
        (Column.START, wish.slot.start, standing.slot.start),
        (Column.END, wish.slot.end, standing.slot.end),
        (Column.STAGE, wish.slot.stage, standing.slot.stage),
        (Column.TITLE, wish.slot.title, standing.slot.title),
        (Column.KIND, wish.kind or None, standing.kind),
        (Column.AGE, wish.age, standing.age),
        (Column.ACCESS, wish.access, standing.access),
        (Column.SPOKEN, wish.spoken, standing.spoken),
        (Column.TEXT, wish.text, standing.text),
        (Column.TITLE_EN, wish.title_en, standing.title_en),
        (Column.TEXT_EN, wish.text_en, standing.text_en),
    ]
    return tuple(column for column, wanted, there in pairs if wanted is not None and wanted != there)


_ORDER = list(Column)


def _with_problems(row: Compared, problems: Sequence[Problem]) -> Compared:
    if row.outcome == Outcome.KEPT:
        problems = [*problems, Problem(row.row, None, _kept(row), grave=False)]
    problems = sorted(problems, key=lambda problem: _ORDER.index(problem.column) if problem.column else len(_ORDER))
    refused = any(problem.grave for problem in problems)
    return replace(row, outcome=Outcome.REFUSED if refused else row.outcome, problems=tuple(problems))


def _kept(row: Compared) -> str:
    assert row.standing
    columns = ", ".join(column.value for column in row.differs)
    if row.standing.cancelled:
        sentence = _("This performance is cancelled. The list does not change it; it differs in: {columns}.")
    else:
        sentence = _("This performance is published already. The list does not change it; it differs in: {columns}.")
    return sentence.format(columns=columns)


# --- what cannot be ---------------------------------------------------------------------------------------------------


def _doubles(wishes: Iterable[Wish]) -> list[Problem]:
    first: dict[tuple[Key, str, object], int] = {}
    found = []
    for wish in wishes:
        what = (_key(wish), wish.slot.stage, wish.slot.start)
        if what in first:
            sentence = _("The same stands in row {row} already. Please delete one of the two.")
            found.append(Problem(wish.row, Column.TITLE, sentence.format(row=first[what])))
        first.setdefault(what, wish.row)
    return found


_OF_PRODUCTION = (Column.KIND, Column.AGE, Column.SPOKEN)


def _of_production(each: Wish | Standing) -> dict[Column, object]:
    return {Column.KIND: each.kind or None, Column.AGE: each.age, Column.SPOKEN: each.spoken}


def _contradictions(wishes: Iterable[Wish], items: Mapping[int, Item]) -> list[Problem]:
    """What is played twice is the same for the same age both times."""
    first: dict[Item, Wish] = {}
    found = []
    for wish in wishes:
        other = first.setdefault(items[wish.row], wish)
        theirs = _of_production(other)
        for column, value in _of_production(wish).items():
            if None not in (value, theirs[column]) and value != theirs[column]:
                sentence = _("Row {row} says something else of the same programme item. Please make them agree.")
                found.append(Problem(wish.row, column, sentence.format(row=other.row)))
    return found


def _public_differences(
    wishes: Iterable[Wish], pairs: Mapping[int, Standing], items: Mapping[int, Item], programme: Programme
) -> list[Problem]:
    """A draft cannot change what is published of its programme item."""
    public: dict[Item, Standing] = {each.production: each for each in programme.standing if not each.draft}
    found = []
    for wish in wishes:
        there = public.get(items[wish.row])
        mine = pairs.get(wish.row)
        if there is None or (mine is not None and not mine.draft):
            continue
        theirs = _of_production(there)
        for column, value in _of_production(wish).items():
            if value is not None and value != theirs[column]:
                sentence = _("This programme item is published already, and with something else here.")
                found.append(Problem(wish.row, column, sentence))
    return found


_COLUMN_OF = {
    Rule.LENGTH: Column.END,
    Rule.EDITION: Column.DAY,
    Rule.STAGE: Column.STAGE,
    Rule.ACT: Column.ACT,
    Rule.AGE: Column.AGE,
}


def _collisions(rows: Sequence[Compared], doubles: set[int], programme: Programme) -> list[Problem]:
    """The timetable's rules for what would be written, against the programme as it would be then."""
    bookings = {row.row: _booking(row, row.wish, programme) for row in rows if row.wish and row.row not in doubles}
    written = [row for row in rows if row.row in bookings and row.outcome in {Outcome.NEW, Outcome.CHANGED}]
    unchanged = [row for row in rows if row.row in bookings and row.outcome == Outcome.UNCHANGED]
    as_listed = [*written, *(row for row in unchanged if row.standing and not row.standing.cancelled)]
    replaced = {row.standing.id for row in as_listed if row.standing}
    others = [
        *(bookings[row.row] for row in as_listed),
        *(booking for booking in programme.bookings if booking.id not in replaced),
    ]
    wishes = [bookings[row.row] for row in written]
    found = all_conflicts(wishes, others, programme.plan, programme.change_over)
    return [
        Problem(-wish.id, _COLUMN_OF[conflict.rule], _explained(conflict, wish, programme.plan))
        for wish, conflicts in found
        for conflict in conflicts
    ]


def _explained(conflict: Conflict, wish: Booking, plan: Plan) -> str:
    sentence = explain(conflict, wish, plan)
    if conflict.other and conflict.other.id < 0:
        return _("Row {row}: {sentence}").format(row=-conflict.other.id, sentence=sentence)
    return sentence


def _booking(row: Compared, wish: Wish, programme: Programme) -> Booking:
    """A row as the timetable sees it; rows have numbers below zero, so that they are nobody else's."""
    name = plain(wish.act)
    slot = wish.slot
    there = row.standing.age if row.standing else 0
    return Booking(
        id=-row.row,
        title=slot.title,
        stage=slot.stage,
        venue=programme.venues[slot.stage],
        act=None if name in programme.offices else programme.acts[name],
        act_name=wish.act,
        start=slot.start,
        end=slot.end,
        age=there if wish.age is None else wish.age,
    )
