"""What the forms of a sheet have in common: German and English side by side, and what the fields hold, in words."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.planning import ENGLISH

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
