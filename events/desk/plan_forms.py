"""Forms of all that the office plans but performances: German first, English in the same form."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events import pictures
from events.desk.sheet_form import MARKDOWN, PlanForm, at_most
from events.languages import spoken_choices
from events.models import Act, Edition, Picture, PlaceAccess, Production, Route, Stage, Venue
from events.models.places import known_zone
from events.pictures import Drawn, NoPicture, redrawn
from events.planning import ENGLISH
from events.schedule import wall_moments

EARLIEST, LATEST = 2000, 2100
"""Years in which an edition can be."""


# --- editions ---------------------------------------------------------------------------------------------------------


class WallClock(forms.Field):
    """A day and a time as the clocks of the town show them; the time zone is another field of the form."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
        super().__init__(widget=widget, **options)

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        try:
            wall = datetime.fromisoformat(str(value)).replace(tzinfo=None, second=0, microsecond=0)
        except ValueError:
            raise forms.ValidationError(_("Please give day and time, for example 24.05.2026, 14:00.")) from None
        if not EARLIEST <= wall.year <= LATEST:
            raise forms.ValidationError(_("Please check the year."))
        return wall


class EditionForm(PlanForm):
    opens = WallClock(label=gettext_lazy("Opens"))
    closes = WallClock(
        label=gettext_lazy("Closes"),
        help_text=gettext_lazy("A programme day lasts from 5 in the morning to 5 in the next."),
    )

    class Meta:
        model = Edition
        fields = ("title", "subtitle", "opens", "closes", "time_zone", "travel_minutes", "organiser", "note")

    def furnish(self, **about: Any) -> None:
        self.fields["time_zone"].validators.append(known_zone)
        at_most(self.fields["travel_minutes"], 600)

    def initial_of(self, state: Mapping[str, Any]) -> dict[str, Any]:
        wall = {
            name: datetime.fromisoformat(state[name])
            .astimezone(ZoneInfo(state["time_zone"]))
            .strftime("%Y-%m-%dT%H:%M")
            for name in ("opens", "closes")
            if name in state
        }
        return dict(state) | wall

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        zone = ZoneInfo(data.get("time_zone", "UTC"))
        for name in ("opens", "closes"):
            if data.get(name):
                data[name] = self._moment(name, data[name], zone)
        opens, closes = data.get("opens"), data.get("closes")
        if opens and closes and closes <= opens:
            self.add_error("closes", _("The edition closes after it opens. Please check the two."))
        return data

    def _moment(self, name: str, wall: datetime, zone: ZoneInfo) -> datetime | None:
        """The first of two where the clocks show it twice."""
        moments = wall_moments(wall.date(), wall.time(), zone)
        if not moments:
            self.add_error(name, _("The clocks skip this time that night. Please choose an earlier or a later one."))
            return None
        return moments[0]


# --- places -----------------------------------------------------------------------------------------------------------


class Degrees(forms.FloatField):
    """Part of a position, with a comma or a point."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}), **options)
        self.error_messages["invalid"] = gettext_lazy("Please give the position in degrees, for example 51.7202.")

    def prepare_value(self, value: Any) -> Any:
        """With the comma or the point that the page's language has."""
        return formats.number_format(value) if isinstance(value, float) else value

    def to_python(self, value: Any) -> float | None:
        return super().to_python(str(value or "").strip().rstrip("°").replace(",", "."))


class VenueForm(PlanForm):
    lat = Degrees(
        label=gettext_lazy("Latitude"),
        min_value=-90,
        max_value=90,
        help_text=gettext_lazy(
            "Where the map of the programme shows the place. You find latitude and longitude on the town's plan or on "
            "any map: right mouse button on the place. They are two numbers such as 51.7202 and 8.7513."
        ),
    )
    lon = Degrees(label=gettext_lazy("Longitude"), min_value=-180, max_value=180)
    access = forms.MultipleChoiceField(
        label=gettext_lazy("Access"), required=False, choices=PlaceAccess.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Venue
        fields = ("name", "short_name", "address", "lat", "lon", "access", "access_note", "rain_venue", "note")

    def furnish(self, venue: int | None = None, **about: Any) -> None:
        others = Venue.objects.exclude(pk=venue)
        self.fields["rain_venue"].queryset = others
        self.fields["rain_venue"].empty_label = _("stays where it is")
        self.fields["short_name"].help_text = _("As people in town call the place.")
        self.fields["access_note"].help_text = _("For example: ring at the side door; a lift leads upstairs.")
        self.fields["note"].help_text = _("Only the office reads it.")


class StageForm(PlanForm):
    after = forms.ChoiceField(label=gettext_lazy("Along the way"), required=False)

    class Meta:
        model = Stage
        fields = ("name", "venue", "default_ingest", "change_over_minutes")

    def furnish(self, stage: int | None = None, **about: Any) -> None:
        self.fields["venue"].label = _("Venue")
        others = list(Stage.objects.exclude(pk=stage).select_related("venue"))
        behind = _("after: {stage}")
        self.fields["after"].choices = [
            ("", _("the first one")),
            *((each.slug, behind.format(stage=f"{each.venue.short_name} – {each.name}")) for each in others),
        ]
        if "after" not in self.initial and others:
            self.initial["after"] = others[-1].slug
        at_most(self.fields["change_over_minutes"], 600)


class RouteForm(PlanForm):
    stations = forms.MultipleChoiceField(label=gettext_lazy("Stations"), required=False)

    class Meta:
        model = Route
        fields = ("title", "order")

    def furnish(self, **about: Any) -> None:
        stages = Stage.objects.select_related("venue")
        self.stages = {stage.slug: f"{stage.venue.short_name} – {stage.name}" for stage in stages}
        self.fields["stations"].choices = list(self.stages.items())
        self.fields["stations"].widget = forms.MultipleHiddenInput()
        self.fields["stations"].error_messages["invalid_choice"] = _("There is no such stage any more.")
        self.fields["order"].help_text = _("Walks are listed by this number.")

    @property
    def german(self) -> list[forms.BoundField]:
        return [field for field in super().german if field.name != "stations"]

    @property
    def walk(self) -> list[tuple[str, str]]:
        """Stations in order: slug and words."""
        held = dict.fromkeys(self["stations"].value() or [])
        return [(slug, self.stages[slug]) for slug in held if slug in self.stages]

    @property
    def off_the_walk(self) -> list[tuple[str, str]]:
        held = set(self["stations"].value() or [])
        return [(slug, words) for slug, words in self.stages.items() if slug not in held]


# --- who plays, and what ----------------------------------------------------------------------------------------------


class ActForm(PlanForm):
    class Meta:
        model = Act
        fields = ("name", "kind", "blurb")

    def furnish(self, **about: Any) -> None:
        for name in ("blurb", f"blurb_{ENGLISH}"):
            self.fields[name].label = _("Description")
        self.fields["blurb"].help_text = MARKDOWN


class ProductionForm(PlanForm):
    spoken = forms.MultipleChoiceField(
        label=gettext_lazy("Spoken language"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Choose nothing where nothing is spoken or sung."),
    )
    age = forms.TypedChoiceField(label=gettext_lazy("Age"), choices=Production.Age.choices, coerce=int)

    class Meta:
        model = Production
        fields = ("title", "act", "kind", "text", "age", "spoken", "hat")

    def furnish(self, **about: Any) -> None:
        held = self.initial.get("spoken") or []
        self.fields["spoken"].choices = spoken_choices([*held, *(self.data.getlist("spoken") if self.is_bound else ())])
        self.fields["text"].help_text = MARKDOWN

    def initial_of(self, state: Mapping[str, Any]) -> dict[str, Any]:
        return dict(state) | ({"spoken": state["spoken"].split()} if "spoken" in state else {})

    def clean_spoken(self) -> str:
        return " ".join(self.cleaned_data["spoken"])


class PictureForm(PlanForm):
    class Meta:
        model = Picture
        fields = ("alt", "author", "licence")


class NewPictureForm(PictureForm):
    picture = forms.FileField(
        label=gettext_lazy("Picture"),
        help_text=gettext_lazy("JPEG, PNG or WebP, at most 10 MB and 40 megapixels."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={"empty": gettext_lazy("This file is empty. Please choose another one.")},
    )
    field_order = ("picture", "alt", "author", "licence")
    drawn: Drawn | None = None

    def clean_picture(self) -> Any:
        file = self.cleaned_data["picture"]
        try:
            self.drawn = redrawn(file, file.size)
        except NoPicture as reason:
            raise forms.ValidationError(WHY_NO_PICTURE[reason.why]) from None
        return file

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in super().values().items() if name != "picture"}

    def given(self) -> dict[str, Any]:
        assert self.drawn is not None
        return asdict(self.drawn)


WHY_NO_PICTURE = {
    pictures.UNKNOWN: gettext_lazy("This is no JPEG, PNG or WebP. Please save the picture as one of these first."),
    pictures.TOO_HEAVY: gettext_lazy("This file is larger than 10 MB. Please save the picture smaller first."),
    pictures.TOO_LARGE: gettext_lazy("This picture has more than 40 megapixels. Please save it smaller first."),
    pictures.TOO_SMALL: gettext_lazy("This picture is too small: each side needs 200 pixels at least."),
    pictures.BROKEN: gettext_lazy("This picture cannot be opened; the file is damaged. Please send it once more."),
}
