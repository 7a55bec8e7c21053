"""What the forms of a sheet have in common: German and English side by side, and what the fields hold, in words."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator, MaxValueValidator
from django.db import models
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.models.wording import LONGEST
from events.planning import ENGLISH
from events.refusals import Conflicting, Refused
from events.schedule import Rule

LINES = {"text": 10, "note": 3, "organiser": 3, "address": 3, "access_note": 4, "blurb": 4}
"""Height of the fields for longer texts."""
LENGTHS = {"organiser": 500, "address": 500, "access_note": 1_000, "blurb": 1_000, "note": 2_000}
GERMAN = "de"
MISSING = gettext_lazy("Please fill in this field.")
CHOOSE = gettext_lazy("please choose")
FIELD_OF = {Rule.AGE: "age", Rule.ACT: "act"}
"""Beside which field a refusal of the timetable is shown."""
LONG_TEXT = 5_000
MARKDOWN = gettext_lazy(
    "An empty line begins a new paragraph; *word* is emphasised, a line with - at its beginning is a list, "
    "[words](https://…) is a link."
)


def long_text(label: str, rows: int, language: str, **options: Any) -> forms.CharField:
    """A field for a text of several lines."""
    attrs = {"rows": rows, "maxlength": LONG_TEXT, "lang": language}
    return forms.CharField(
        label=label, required=False, max_length=LONG_TEXT, widget=forms.Textarea(attrs=attrs), **options
    )


class TwoLanguages(forms.BaseForm):
    """Mixed into a form whose fields for English end in _en and whose hidden `version` says what was in front."""

    @property
    def german(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name != "version" and not name.endswith(f"_{ENGLISH}")]

    @property
    def english(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.endswith(f"_{ENGLISH}")]

    def inputs(self) -> dict[str, list[str]]:
        """What the fields hold, as a browser sends it."""
        return {name: _sent(self[name].value()) for name in self.fields if name != "version"}

    def in_words(self, name: str) -> str:
        """What the field holds, for people."""
        field, held = self.fields[name], self[name].value()
        if isinstance(field, forms.BooleanField):
            return _("yes") if held else _("no")
        if hasattr(field, "choices"):
            words = {str(getattr(code, "value", code)): str(label) for code, label in field.choices}
            return ", ".join(words.get(each, each) for each in _sent(held)) or "–"
        return str(held or "–")


def _sent(held: object) -> list[str]:
    if held is None or held is False:
        return []
    if held is True:
        return ["on"]
    if isinstance(held, list | tuple):
        return [str(getattr(each, "value", each)) for each in held]
    return [str(getattr(held, "pk", held))]


# --- of a row ---------------------------------------------------------------------------------------------------------


class PlanForm(TwoLanguages, forms.ModelForm):
    """One object's form. Its fields bear the names that `planning` knows; `version` is what the editor had in front."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, files: Any = None, *, state: Mapping[str, Any] | None = None, **about: Any):
        super().__init__(data, files, initial=self.initial_of(state or {}))
        for name in self._meta.model.WORDS:
            if name in self.fields:
                self.fields[f"{name}_{ENGLISH}"] = self._in_english(name)
        for name, field in self.fields.items():
            self._furnish(name, field)
        self.furnish(**about)

    def furnish(self, **about: Any) -> None:
        """What a form needs to know beyond its own fields."""

    def initial_of(self, state: Mapping[str, Any]) -> dict[str, Any]:
        """An object's state as the form shows it first."""
        return dict(state)

    def values(self) -> dict[str, Any]:
        """What was typed, for `planning`; only of a valid form."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def given(self) -> dict[str, Any]:
        """What is kept of it for good, beside the values."""
        return {}

    def refuse(self, refusal: Refused) -> None:
        """Show why it was not saved, beside the field that can help."""
        rules = refusal.rules if isinstance(refusal, Conflicting) else ()
        fields = [FIELD_OF.get(rule) for rule in rules] or [None] * len(refusal.sentences)
        for field, sentence in zip(fields, refusal.sentences, strict=True):
            self.add_error(field, sentence)

    def _in_english(self, name: str) -> forms.Field:
        german = self.fields[name]
        area = isinstance(german.widget, forms.Textarea)
        field = forms.CharField(
            label=german.label,
            required=False,
            max_length=german.max_length or LENGTHS.get(name, LONGEST),
            widget=forms.Textarea if area else forms.TextInput,
        )
        field.widget.attrs["lang"] = ENGLISH
        if area:
            field.widget.attrs["rows"] = LINES.get(name, 4)
        return field

    def _furnish(self, name: str, field: forms.Field) -> None:
        field.error_messages["required"] = MISSING
        if isinstance(field, forms.ModelChoiceField):
            field.label, field.empty_label = field_name(self._meta.model, name), CHOOSE
        elif isinstance(field, forms.ChoiceField):
            field.choices = [(code, words if code != "" else CHOOSE) for code, words in field.choices]
        if name in self._meta.model.WORDS:
            field.widget.attrs["lang"] = GERMAN
        if isinstance(field, forms.CharField) and isinstance(field.widget, forms.Textarea):
            longest = field.max_length or LENGTHS.get(name, LONGEST)
            field.max_length = longest
            field.validators.append(MaxLengthValidator(longest))
            field.widget.attrs |= {"rows": LINES.get(name, 4), "maxlength": longest}


def field_name(model: type[models.Model], name: str) -> str:
    """A field's name for people; that of what it leads to where it has none of its own."""
    field: Any = model._meta.get_field(name)
    named = field.verbose_name
    if field.is_relation and not isinstance(named, Promise):
        named = field.related_model._meta.verbose_name
    return capfirst(str(named))


def at_most(field: forms.Field, number: int) -> None:
    field.validators.append(MaxValueValidator(number))
    field.widget.attrs["max"] = number
