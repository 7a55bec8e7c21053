"""What each line of a planning list asks for, with everything that is not understood in it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from events.planning_list import cells
from events.planning_list.cells import Clock, Unclear
from events.planning_list.sheet import Column, Line, Sheet, plain
from events.programme import StageCard
from events.schedule import DAY_BEGINS, LONGEST, ClockRepeats, ClockSkips, Slot, wall_moment, wall_moments
from events.sentences import clock as clock_words

LONGEST_NAME = 200
T = TypeVar("T")


@dataclass(frozen=True)
class Setting:
    """What is known of the edition and the house before anything is read."""

    zone: ZoneInfo
    first_day: date
    last_day: date
    stages: Sequence[StageCard]
    acts: Mapping[str, str]
    """Names of the acts by their plain names."""


@dataclass(frozen=True)
class Problem:
    """Something about one row; `grave` keeps the whole list from being taken over, the rest is only said."""

    row: int
    column: Column | None
    sentence: str
    grave: bool = True


@dataclass(frozen=True)
class Wish:
    """One performance as the list wants it. None: the list has no such column and says nothing about it."""

    row: int
    slot: Slot
    act: str
    kind: str
    age: int | None = None
    access: tuple[str, ...] | None = None
    spoken: str | None = None
    text: str | None = None
    title_en: str | None = None
    text_en: str | None = None


@dataclass
class _Reading:
    """One line, while it is read."""

    line: Line
    sheet: Sheet
    setting: Setting
    problems: list[Problem] = field(default_factory=list)

    def complain(self, column: Column | None, sentence: str, *, grave: bool = True) -> None:
        self.problems.append(Problem(self.line.number, column, sentence, grave))

    def take(self, column: Column, understand: Callable[[str], T]) -> T | None:
        """What the cell means; None where the column is missing or what stands there is not understood."""
        if column not in self.sheet.heads or (column in self.line.computed and not self.line[column]):
            return None
        try:
            return understand(self.line[column])
        except Unclear as unclear:
            self.complain(column, str(unclear))
            return None


def read_line(line: Line, sheet: Sheet, setting: Setting) -> tuple[Wish | None, list[Problem]]:
    """The wish, where enough of it is understood to look for its place; and every problem of the line."""
    reading = _Reading(line, sheet, setting)
    _look_for_formulas(reading)
    title = reading.take(Column.TITLE, _named)
    act = _act(reading)
    stage = reading.take(Column.STAGE, lambda text: _stage(text, setting))
    start, end = _times(reading)
    kind = reading.take(Column.KIND, _kind)
    rest = {
        "age": reading.take(Column.AGE, cells.age_of),
        "access": reading.take(Column.ACCESS, cells.access_of),
        "spoken": reading.take(Column.SPOKEN, cells.spoken_of),
        "text": reading.take(Column.TEXT, str),
        "title_en": reading.take(Column.TITLE_EN, _short),
        "text_en": reading.take(Column.TEXT_EN, str),
    }
    if title is None or act is None or stage is None or start is None or end is None:
        return None, reading.problems
    return Wish(line.number, Slot(stage, start, end, title), act, kind or "", **rest), reading.problems  # type: ignore[arg-type]


def _look_for_formulas(reading: _Reading) -> None:
    for column in sorted(reading.line.computed):
        if text := reading.line[column]:
            sentence = _("A formula stands here; its last value is taken: “{text}”.").format(text=text)
            reading.complain(column, sentence, grave=False)
        else:
            reading.complain(column, _("A formula without a value stands here. Please paste it as a value."))


# --- names ------------------------------------------------------------------------------------------------------------


def _named(text: str) -> str:
    if not text:
        raise Unclear(_("Nothing stands here."))
    return _short(" ".join(text.split()))


def _short(text: str) -> str:
    if len(text) > LONGEST_NAME:
        raise Unclear(_("This has more than {most} characters. Please shorten it.").format(most=LONGEST_NAME))
    return text


def _kind(text: str) -> str:
    return cells.kind_of(_named(text))


def _act(reading: _Reading) -> str | None:
    """The act under the name that the house knows; a new one is told, with the name it may have been meant to be."""
    name = reading.take(Column.ACT, _named)
    if name is None:
        return None
    acts = reading.setting.acts
    if known := acts.get(plain(name)):
        return known
    similar = cells.nearest(name, acts)
    sentence = (
        _("“{name}” is new and will be added. Is “{similar}” meant?").format(name=name, similar=similar)
        if similar
        else _("“{name}” is new and will be added.").format(name=name)
    )
    reading.complain(Column.ACT, sentence, grave=False)
    return name


def _stage(text: str, setting: Setting) -> str:
    """The slug of the stage of this name, or of the only stage of the venue of this name."""
    wanted = plain(_named(text))
    names: dict[str, set[str]] = {}
    shown: dict[str, str] = {}
    for stage in setting.stages:
        for name in (stage.slug, stage.name, stage.short_name, stage.venue_name):
            names.setdefault(plain(name), set()).add(stage.slug)
            shown[plain(name)] = name
    found = names.get(wanted, set())
    if len(found) == 1:
        return next(iter(found))
    if found:
        there = ", ".join(stage.name for stage in setting.stages if stage.slug in found)
        raise Unclear(_("“{text}” has several stages. Please name one: {stages}.").format(text=text, stages=there))
    similar = cells.nearest(text, shown)
    if similar:
        raise Unclear(_("There is no stage “{text}”. Is “{similar}” meant?").format(text=text, similar=similar))
    there = ", ".join(stage.short_name for stage in setting.stages)
    raise Unclear(_("There is no stage “{text}”. There are: {stages}.").format(text=text, stages=there))


# --- times ------------------------------------------------------------------------------------------------------------


def _times(reading: _Reading) -> tuple[datetime | None, datetime | None]:
    day = _day(reading)
    start_text, end_in_start = reading.take(Column.START, cells.span_of) or ("", "")
    begin = reading.take(Column.START, lambda _text: cells.clock_of(start_text) if start_text else _missing())
    if day is None or begin is None:
        return None, None
    start = _moment(reading, Column.START, _calendar_day(day, begin, reading.setting), begin)
    return start, _end(reading, start, end_in_start) if start else None


def _missing() -> Clock:
    raise Unclear(_("Nothing stands here."))


def _day(reading: _Reading) -> date | None:
    """Where an edition has one day only, its date need not be repeated."""
    first, last = reading.setting.first_day, reading.setting.last_day
    if not reading.line[Column.DAY] and Column.DAY not in reading.line.computed:
        if first == last:
            return first
        reading.complain(Column.DAY, _("Nothing stands here."))
        return None
    return reading.take(Column.DAY, lambda text: cells.day_of(text, first, last))


def _calendar_day(day: date, clock: Clock, setting: Setting) -> date:
    """After midnight the date is that of the evening before; the calendar's is understood after the last evening."""
    after_midnight = clock.time < DAY_BEGINS
    after_the_last = day == setting.last_day + timedelta(days=1)
    return day + timedelta(days=1) if after_midnight and not after_the_last else day


def _moment(reading: _Reading, column: Column, day: date, clock: Clock) -> datetime | None:
    try:
        return wall_moment(day, clock.time, reading.setting.zone, second=clock.second)
    except ClockSkips:
        reading.complain(column, _("The clocks skip this time that night. Please choose an earlier or a later one."))
    except ClockRepeats:
        reading.complain(column, _twice(clock))
    return None


def _twice(clock: Clock) -> str:
    return _(
        "The clocks show this time twice that night. Please write “{time} Sommerzeit” for the first one or "
        "“{time} Winterzeit” for the second one."
    ).format(time=f"{clock.time:%H:%M}")


def _end(reading: _Reading, start: datetime, end_in_start: str) -> datetime | None:
    end_text = reading.line[Column.END] or end_in_start
    column = Column.END if reading.line[Column.END] else Column.START
    clock = reading.take(column, lambda _text: cells.clock_of(end_text)) if end_text else None
    minutes = reading.take(Column.DURATION, cells.minutes_of) if reading.line[Column.DURATION] else None
    lasts = timedelta(minutes=minutes) if minutes else None
    if end_text:
        end = _end_by_clock(reading, column, start, clock) if clock else None
        if end and lasts and end - start != lasts:
            there = (end - start) // timedelta(minutes=1)
            sentence = _("From beginning to end it is {there} minutes, but here stand {minutes}.")
            reading.complain(Column.DURATION, sentence.format(there=there, minutes=minutes))
        return end
    if lasts is None and not reading.line[Column.DURATION]:
        column = Column.END if Column.END in reading.sheet.heads else Column.DURATION
        if not reading.line.computed & {Column.END, Column.DURATION}:
            reading.complain(column, _("Neither an end nor a duration is given."))
    return start + lasts if lasts else None


def _end_by_clock(reading: _Reading, column: Column, start: datetime, clock: Clock) -> datetime | None:
    """The next moment after the start at which the clock shows this."""
    zone = reading.setting.zone
    day = start.astimezone(zone).date()
    later = [
        moment
        for each in (day, day + timedelta(days=1))
        for moment in _meant(wall_moments(each, clock.time, zone), clock)
        if start < moment <= start + LONGEST
    ]
    if len(later) == 1:
        return later[0]
    if later:
        reading.complain(column, _twice(clock))
    elif not wall_moments(day, clock.time, zone):
        reading.complain(column, _("The clocks skip this time that night. Please choose an earlier or a later one."))
    else:
        sentence = _("The end lies before the beginning at {start}, or more than {hours} hours after it.")
        words = clock_words(start, zone=zone)
        reading.complain(column, sentence.format(start=words, hours=LONGEST // timedelta(hours=1)))
    return None


def _meant(moments: Sequence[datetime], clock: Clock) -> Sequence[datetime]:
    if len(moments) < 2 or clock.second is None:
        return moments
    return moments[1:] if clock.second else moments[:1]
