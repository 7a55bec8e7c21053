"""The form about who is paid: the same questions to an act and to the office."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.models import FeeData
from events.models.duties import LONGEST_ADDRESS

PAYEE = ("name", "stage_name", "address", "work", "standing")
LABELS = {
    "name": gettext_lazy("Name of the person or group that is paid"),
    "stage_name": gettext_lazy("Stage name"),
    "address": gettext_lazy("Address"),
    "work": gettext_lazy("Kind of work"),
    "standing": gettext_lazy("Paid as"),
}
REQUIRED = {
    "name": {"required": gettext_lazy("Please say who is paid.")},
    "address": {"required": gettext_lazy("Please give the address: the levy's record has to hold it.")},
    "work": {"required": gettext_lazy("Please choose the kind of work.")},
    "standing": {"required": gettext_lazy("Please choose: the levy depends on it.")},
}


def _address() -> forms.Textarea:
    return forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST_ADDRESS})


class Questions:
    """Of a form's Meta."""

    fields: tuple[str, ...] = PAYEE
    labels = LABELS
    error_messages = REQUIRED
    widgets = {"address": _address()}


class PayeeForm(forms.ModelForm):
    """Nothing is chosen beforehand, and that is said in words instead of dashes."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        for name in ("work", "standing"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            known = [choice for choice in field.choices if choice[0]]
            field.choices = [("", _("please choose")), *known]


class FeeDataForm(PayeeForm):
    """What an act says about itself."""

    class Meta(Questions):
        model = FeeData


def payee_of(data: FeeData) -> dict[str, str]:
    """What the office's form begins with."""
    return {name: getattr(data, name) for name in PAYEE}
