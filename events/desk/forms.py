"""The office's forms: what was typed becomes a slot, or an error that names the cure."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.models import Performance
from events.programme import StageCard
from events.refusals import Conflicting, Refused
from events.schedule import LONGEST, ClockRepeats, ClockSkips, Rule, Slot, wall_moment, wall_moments

FIRST, SECOND = "first", "second"
FIELD_OF = {Rule.LENGTH: "minutes", Rule.EDITION: "day", Rule.STAGE: "stage", Rule.ACT: "clock", Rule.AGE: "clock"}
"""Next to which field a conflict is shown."""
LONGEST_MINUTES = LONGEST // timedelta(minutes=1)


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class PerformanceForm(forms.Form):
    """Title, stage and time of one performance; the version says what the editor had in front of them."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=200,
        error_messages={"required": gettext_lazy("Please give the performance a title.")},
    )
    stage = forms.ChoiceField(
        label=gettext_lazy("Stage"),
        error_messages={
            "required": gettext_lazy("Please choose the stage."),
            "invalid_choice": gettext_lazy("There is no such stage. Please choose one from the list."),
        },
    )
    day = forms.DateField(
        label=gettext_lazy("Day"),
        widget=DateInput,
        help_text=gettext_lazy("The day in the calendar: after midnight it is the next one."),
        error_messages={
            "required": gettext_lazy("Please give the day."),
            "invalid": gettext_lazy("Please give the day as day, month and year, for example 24.05.2026."),
        },
    )
    clock = forms.TimeField(
        label=gettext_lazy("Start"),
        widget=TimeInput,
        error_messages={
            "required": gettext_lazy("Please give the time of the start."),
            "invalid": gettext_lazy("Please give the time as hours and minutes, for example 19:30."),
        },
    )
    which = forms.ChoiceField(
        label=gettext_lazy("Which of the two?"),
        required=False,
        choices=[
            ("", gettext_lazy("please choose")),
            (FIRST, gettext_lazy("the first one, in summer time")),
            (SECOND, gettext_lazy("the second one, in winter time")),
        ],
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Duration in minutes"),
        min_value=1,
        max_value=LONGEST_MINUTES,
        error_messages={
            "required": gettext_lazy("Please say how many minutes it lasts."),
            "invalid": gettext_lazy("Please give the duration as a number of minutes, for example 40."),
            "min_value": gettext_lazy("A performance lasts at least 1 minute. Please check the duration."),
            "max_value": gettext_lazy("A performance lasts at most 12 hours. Please check the duration."),
        },
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, stages: list[StageCard], zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.fields["stage"].choices = [(stage.slug, f"{stage.short_name} – {stage.name}") for stage in stages]

    @property
    def asks_which(self) -> bool:
        """Whether the start is a time that the clocks show twice that night."""
        try:
            day = date.fromisoformat(str(self["day"].value()))
            clock = time.fromisoformat(str(self["clock"].value()))
        except ValueError:
            return False
        return len(wall_moments(day, clock, self.zone)) == 2

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "day" in data and "clock" in data:
            data["start"] = self._start(data["day"], data["clock"], data.get("which", ""))
        return data

    def _start(self, day: date, clock: time, which: str) -> datetime | None:
        second = {FIRST: False, SECOND: True}.get(which)
        try:
            return wall_moment(day, clock, self.zone, second=second)
        except ClockSkips:
            self.add_error("clock", _("The clocks skip this time that night. Please choose an earlier or a later one."))
        except ClockRepeats:
            self.add_error("which", _("The clocks show this time twice that night. Please say which one you mean."))
        return None

    @property
    def slot(self) -> Slot:
        """What was typed; only for a valid form."""
        data = self.cleaned_data
        end = data["start"] + timedelta(minutes=data["minutes"])
        return Slot(data["stage"], data["start"], end, data["title"])

    def refuse(self, refusal: Refused) -> None:
        """Show why it was not saved, beside the field that can help."""
        rules = refusal.rules if isinstance(refusal, Conflicting) else ()
        fields: list[str | None] = [FIELD_OF[rule] for rule in rules] or [None] * len(refusal.sentences)
        for field, sentence in zip(fields, refusal.sentences, strict=True):
            self.add_error(field, sentence)


def as_typed(performance: Performance, zone: ZoneInfo) -> dict[str, Any]:
    """A performance as the form shows it first."""
    wall = performance.start.astimezone(zone)
    twice = len(wall_moments(wall.date(), wall.time(), zone)) == 2
    return {
        "title": performance.title,
        "stage": performance.stage.slug,
        "day": wall.date().isoformat(),
        "clock": f"{wall:%H:%M}",
        "which": (SECOND if wall.fold else FIRST) if twice else "",
        "minutes": (performance.end - performance.start) // timedelta(minutes=1),
        "version": performance.version,
    }


class CancelForm(forms.Form):
    """Why a performance is cancelled; the audience reads it."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        widget=forms.TextInput(attrs={"lang": "de"}),
        help_text=gettext_lazy("The audience reads it, for example: cancelled because of illness."),
        error_messages={"required": gettext_lazy("Please give the reason in a few words.")},
    )
    reason_en = forms.CharField(
        label=gettext_lazy("Reason in English"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"lang": "en"}),
        help_text=gettext_lazy(
            "Whoever reads the English pages sees it; the German one where nothing is written here."
        ),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
