"""What an act is asked before the evening, in plain words. The office uses the same forms after a telephone call."""

import re

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.models import Engagement

TELEPHONE = RegexValidator(
    re.compile(r"^(?=(?:\D*\d){4})[0-9 +()/.–-]+$"),
    gettext_lazy("Please give the number in digits, for example 05251 123456 or +49 170 1234567."),
)


class AnswerForm(forms.Form):
    """Whether the act comes, and a sentence with it."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Are you coming?"),
        widget=forms.RadioSelect,
        choices=[
            (Engagement.Answer.ACCEPTED, gettext_lazy("Yes, we are coming.")),
            (Engagement.Answer.DECLINED, gettext_lazy("No, it does not work out.")),
        ],
        error_messages={
            "required": gettext_lazy("Please choose yes or no."),
            "invalid_choice": gettext_lazy("Please choose one of the answers."),
        },
    )
    words = forms.CharField(
        label=gettext_lazy("A sentence with it, if you like"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For example: we can only come after 7 p.m."),
    )


class ContactForm(forms.ModelForm):
    """Whom the office reaches, and who stands on the stage."""

    musicians = forms.IntegerField(
        label=gettext_lazy("How many people stand on the stage?"),
        help_text=gettext_lazy("May stay empty. GEMA wants to know it where music is played."),
        required=False,
        min_value=1,
        max_value=500,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"),
            gettext_lazy("Please give a number from 1 to 500; where you do not know it, nothing."),
        ),
    )
    leader_address = forms.CharField(
        label=gettext_lazy("Address of the leader"),
        help_text=gettext_lazy("Street, postal code, town. Not needed where you give the number below."),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
    )

    class Meta:
        model = Engagement
        fields = (
            "contact_name", "phone", "email", "musicians", "formation",
            "leader_name", "leader_address", "leader_gema_number",
        )  # fmt: skip
        labels = {
            "contact_name": gettext_lazy("Whom may we call?"),
            "phone": gettext_lazy("Telephone number on the evening"),
            "email": gettext_lazy("E-mail address"),
            "formation": gettext_lazy("What do you call your group?"),
            "leader_name": gettext_lazy("Who leads the group?"),
            "leader_gema_number": gettext_lazy("or GEMA membership number of the leader"),
        }
        help_texts = {
            "contact_name": gettext_lazy("First name and surname. The audience does not see them."),
            "phone": gettext_lazy("Only the culture office sees it, and calls when something changes."),
            "email": gettext_lazy("May stay empty."),
            "formation": gettext_lazy("For example: duo, choir, brass band. May stay empty."),
            "leader_name": gettext_lazy("Only where you play music. On your own, that is you."),
            "leader_gema_number": gettext_lazy("If there is one."),
        }
        widgets = {
            "contact_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
        }

    def __init__(self, *args: object, required: tuple[str, ...] = ("contact_name", "phone"), **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name in required:
            self.fields[name].required = True
        self.fields["phone"].validators.append(TELEPHONE)
        self.fields["contact_name"].error_messages["required"] = _("Please give a name.")
        self.fields["phone"].error_messages["required"] = _("Please give a telephone number.")
        self.fields["email"].error_messages["invalid"] = _("Please check the e-mail address: it needs an @ and a dot.")


class TechniqueForm(forms.Form):
    """What the act brings, and what it needs."""

    technique = forms.CharField(
        label=gettext_lazy("What do you bring, what do you need?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy(
            "A few words are enough. Where you need nothing, please write: nothing. Examples: “2 voices, guitar with "
            "pick-up, need a socket and 2 chairs” · “send with our own phone, need wireless internet” · “violin and "
            "piano, there has to be a piano on the spot” · “puppet stage of 3 × 2 m, dark behind it”."
        ),
        error_messages={"required": gettext_lazy("Please write a few words. If you need nothing, write: nothing.")},
    )
