"""The office's forms about an act: what it writes down after a telephone call."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from events.backstage.forms import AnswerForm, ContactForm
from events.models import Engagement


class NotedAnswerForm(AnswerForm):
    """The act's answer, in the words of the office."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        answer, words = self.fields["answer"], self.fields["words"]
        assert isinstance(answer, forms.ChoiceField)
        answer.label = gettext_lazy("Does the act come?")
        answer.choices = [
            (Engagement.Answer.ACCEPTED, gettext_lazy("It comes.")),
            (Engagement.Answer.DECLINED, gettext_lazy("It does not come.")),
        ]
        words.label, words.help_text = gettext_lazy("What was said"), ""


class NotedContactForm(ContactForm):
    """The act's contact, as far as the office knows it."""

    class Meta(ContactForm.Meta):
        labels: dict[str, str] = {}
        help_texts: dict[str, str] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, required=(), **kwargs)
        for name in self.fields.keys() & {"musicians", "leader_address"}:
            self.fields[name].label = Engagement._meta.get_field(name).verbose_name
            self.fields[name].help_text = ""


class InviteForm(NotedContactForm):
    """Where the invitation goes; asked with the link, for that is shown only once."""

    class Meta(NotedContactForm.Meta):
        fields: tuple[str, ...] = ("contact_name", "email", "phone")  # type: ignore[assignment]
        help_texts = {"email": gettext_lazy("The letter with the link goes there. May stay empty.")}

    musicians = None
    leader_address = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="einladung", **kwargs)


class NoteForm(forms.Form):
    """What only the office reads."""

    note = forms.CharField(
        label=gettext_lazy("Note for the office"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
