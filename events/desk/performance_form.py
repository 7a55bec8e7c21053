"""The whole sheet of a performance: place and time, and what is said of it in two languages."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from events.desk.forms import PerformanceForm, as_typed
from events.desk.sheet_form import MARKDOWN, TwoLanguages, long_text
from events.models import Access, Performance
from events.versions import Wording


class PerformanceSheet(TwoLanguages, PerformanceForm):
    text = long_text(
        gettext_lazy("Text"),
        6,
        "de",
        help_text=format_lazy("{} {}", gettext_lazy("Empty: the text of the production is shown."), MARKDOWN),
    )
    access = forms.MultipleChoiceField(
        label=gettext_lazy("Access"), required=False, choices=Access.choices, widget=forms.CheckboxSelectMultiple
    )
    title_en = forms.CharField(
        label=gettext_lazy("Title"), required=False, max_length=200, widget=forms.TextInput(attrs={"lang": "en"})
    )
    text_en = long_text(gettext_lazy("Text"), 6, "en")

    @property
    def german(self) -> list[forms.BoundField]:
        hidden = () if self.asks_which else ("which",)
        return [field for field in super().german if field.name not in hidden]

    @property
    def wording(self) -> Wording | None:
        """What was typed, of a valid form; None where place and time alone were sent, and the words stay."""
        if "text" not in self.data:
            return None
        data = self.cleaned_data
        return Wording(data["text"], tuple(data["access"]), data["title_en"], data["text_en"])


def sheet_of(performance: Performance, zone: ZoneInfo) -> dict[str, Any]:
    """A performance as its sheet shows it first."""
    english = performance.translations.get("en", {})
    return {
        **as_typed(performance, zone),
        "text": performance.text,
        "access": list(performance.access),
        "title_en": english.get("title", ""),
        "text_en": english.get("text", ""),
    }
