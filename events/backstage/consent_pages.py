"""Where an act agrees to what is kept of it: backstage, on the phone, behind its personal link."""

from datetime import datetime

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events import invitations, programme
from events.backstage import consenting
from events.models import Invitation
from events.programme import Item
from kultour.accounts.doors import private

LIVE_ONLY = "0"
SAVED = "gespeichert"


class ConsentForm(forms.Form):
    """What may be kept, and who says so."""

    days = forms.ChoiceField(
        label=gettext_lazy("What may be kept of this performance?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Please choose what may be kept."),
            "invalid_choice": gettext_lazy("Please choose one of the answers."),
        },
    )
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=200,
        error_messages={"required": gettext_lazy("Please give your name: somebody has to have said it.")},
    )
    minors = forms.BooleanField(label=gettext_lazy("Somebody on the stage is under 18."), required=False)
    guardians_agreed = forms.BooleanField(
        label=gettext_lazy("Their parents or guardians have agreed to this in writing."), required=False
    )

    def __init__(self, *arguments: object, **more: object) -> None:
        super().__init__(*arguments, **more)
        field = self.fields["days"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (LIVE_ONLY, _("Nothing: live only.")),
            *((str(days), _for_days(days)) for days in consenting.CHOICES),
        ]

    def clean(self) -> dict[str, object]:
        known = super().clean() or {}
        if known.get("minors") and not known.get("guardians_agreed"):
            self.add_error(
                "guardians_agreed",
                _("Where somebody is under 18, their parents have to agree in writing first."),
            )
        return known

    @property
    def chosen(self) -> int | None:
        """Days; None: live only."""
        return int(self.cleaned_data["days"]) or None


def _for_days(days: int) -> str:
    return ngettext(
        "In the Mediathek for %(days)d day after the performance.",
        "In the Mediathek for %(days)d days after the performance.",
        days,
    ) % {"days": days}


@private
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The act's performances, each with its present word."""
    invitation = invitations.act_of(request, timezone.now())
    if invitation is None:
        return _stranger(request)
    items = [(item, consenting.word_of(invitation.act_id, item.id)[0]) for item in _items(invitation)]
    return render(request, "studio/consents.html", {"act_name": invitation.act.name, "items": items})


@private
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest, slug: str) -> HttpResponse:
    """One performance: the text, the choice, and what was said before."""
    now = timezone.now()
    invitation = invitations.act_of(request, now)
    if invitation is None:
        return _stranger(request)
    item = _own(invitation, slug)
    form = ConsentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        _give(invitation, item, form, now)
        return redirect(f"{request.path}?{SAVED}")
    rule, latest = consenting.word_of(invitation.act_id, item.id)
    version, paragraphs = consenting.text_in(translation.get_language() or "de")
    context = {
        "item": item, "form": form, "rule": rule, "latest": latest, "version": version, "paragraphs": paragraphs,
        "saved": SAVED in request.GET,
    }  # fmt: skip
    return render(request, "studio/consent.html", context, status=422 if form.errors else 200)


def _give(invitation: Invitation, item: Item, form: ConsentForm, now: datetime) -> None:
    consenting.give(
        invitation.act_id,
        item.id,
        form.chosen,
        name=form.cleaned_data["name"],
        minors=form.cleaned_data["minors"],
        guardians_agreed=form.cleaned_data["guardians_agreed"],
        language=translation.get_language() or "de",
        now=now,
    )


@private
@require_POST
def take_back(request: HttpRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    invitation = invitations.act_of(request, now)
    if invitation is None:
        return _stranger(request)
    item = _own(invitation, slug)
    language = translation.get_language() or "de"
    consenting.take_back(invitation.act_id, item.id, name=invitation.act.name, language=language, now=now)
    return redirect("consents")


def _stranger(request: HttpRequest) -> HttpResponse:
    return render(request, "studio/no_invitation.html", status=403)


def _items(invitation: Invitation) -> list[Item]:
    """Cancelled ones too: what was broken off may have been recorded. Earlier editions too, for what is kept of them;
    a later one has a link of its own."""
    own = invitation.edition
    return [
        item for item in programme.items_of_act(invitation.act.slug) if item.edition == own.pk or item.end <= own.opens
    ]


def _own(invitation: Invitation, slug: str) -> Item:
    """Somebody else's performance does not exist here."""
    item = next((item for item in _items(invitation) if item.slug == slug), None)
    if item is None:
        raise Http404
    return item
