"""Where an act agrees to what is kept of it: backstage, on the phone, behind its personal link."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events import invitations, programme
from events.backstage import consenting
from events.desk.forms import DateInput
from events.models import Consent, Invitation
from events.programme import Item
from events.rights import MOST_RELIVE_DAYS, Allowed
from kultour.accounts.doors import private

NOT_AT_ALL = "0"
A_DATE = "date"
LONGEST = 9 * 365
"""Days that may be agreed to. A consent is forgotten ten years after it was given (`events.retention`), often months
before the performance: no recording may outlive the proof that it was allowed."""
SAVED = "gespeichert"
PARTS = ("excerpt", "download", "audio")


class ConsentForm(forms.Form):
    """What may be done with it, each with a tick of its own, and who says so. Nothing is ticked that was not said."""

    live = forms.BooleanField(required=False)
    relive = forms.BooleanField(required=False)
    days = forms.ChoiceField(
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Please choose for how long."),
            "invalid_choice": gettext_lazy("Please choose one of the answers."),
        },
    )
    until = forms.DateField(
        label=gettext_lazy("The last day in the Mediathek"),
        help_text=gettext_lazy("Only if you choose “until a day”."),
        required=False,
        widget=DateInput,
        error_messages={
            "invalid": gettext_lazy("Please give the day as day, month and year, for example 24.05.2026."),
        },
    )
    excerpt = forms.BooleanField(required=False)
    download = forms.BooleanField(required=False)
    audio = forms.BooleanField(required=False)
    minors = forms.BooleanField(label=gettext_lazy("Somebody on the stage is under 18."), required=False)
    guardians_agreed = forms.BooleanField(
        label=gettext_lazy("Their parents or guardians have agreed to this in writing."), required=False
    )
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=200,
        error_messages={"required": gettext_lazy("Please give your name: somebody has to have said it.")},
    )

    def __init__(
        self,
        ticks: Mapping[str, str],
        latest: Consent | None,
        played: date | None,
        today: date,
        data: QueryDict | None,
    ) -> None:
        """`played`: the day on which the performance ends; None where it is about whatever else is played."""
        super().__init__(data, initial=initial_of(latest) if latest else None)
        self.played, self.today = played, today
        for field, sentence in ticks.items():
            self.fields[field].label = sentence
        days = self.fields["days"]
        assert isinstance(days, forms.ChoiceField)
        choices = sorted(
            {*consenting.CHOICES, *([latest.days] if latest and latest.days and not latest.last_day else [])}
        )
        days.choices = [
            (NOT_AT_ALL, _("not at all")),
            *((str(each), _for_days(each)) for each in choices),
            (A_DATE, _("until a day that I choose:")),
        ]

    def clean(self) -> dict[str, Any]:
        known = super().clean() or {}
        if known.get("days") == A_DATE:
            self._look_at_day(known.get("until"))
        kept = known.get("relive") or known.get("days", NOT_AT_ALL) != NOT_AT_ALL
        if kept and not known.get("live"):
            self.add_error("live", _("Only what is shown live is recorded. Please tick this, too, or nothing below."))
        if not kept and any(known.get(part) for part in PARTS) and "days" in known:
            self.add_error(
                "days",
                _("This needs a recording. Please allow watching it again or the Mediathek, or untick the rest."),
            )
        if known.get("minors") and not known.get("guardians_agreed"):
            self.add_error(
                "guardians_agreed",
                _("Where somebody is under 18, their parents have to agree in writing first."),
            )
        return known

    def _look_at_day(self, until: date | None) -> None:
        if until and not 1 <= (until - (self.played or self.today)).days <= LONGEST:
            after_the_performance = _("Please choose a day after the performance, within nine years.")
            after_today = _("Please choose a day after today, within nine years.")
            self.add_error("until", after_the_performance if self.played else after_today)
        elif not until and "until" not in self.errors:
            self.add_error("until", _("Please give the day."))

    @property
    def allowed(self) -> Allowed:
        said = self.cleaned_data
        relive_days = MOST_RELIVE_DAYS if said["relive"] else 0
        parts = {part: said[part] for part in PARTS}
        if said["days"] == A_DATE:
            # The day alone decides, whenever the evening will have ended.
            return Allowed(said["live"], relive_days, LONGEST, last_day=said["until"], **parts)
        return Allowed(said["live"], relive_days, int(said["days"]), **parts)


def initial_of(word: Consent) -> dict[str, Any]:
    """The form as it was when the act said this."""
    said = {field: getattr(word, field) for field in ("live", *PARTS, "minors", "guardians_agreed")}
    how_long = {"days": A_DATE if word.last_day else str(word.days), "until": word.last_day}
    return said | how_long | {"relive": word.relive_days > 0, "name": word.given_by}


def _for_days(days: int) -> str:
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


@private
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The act's performances, each with its present word."""
    invitation = invitations.act_of(request, timezone.now())
    if invitation is None:
        return _stranger(request)
    items = [(item, _in_words(invitation, item.id)) for item in _items(invitation)]
    context = {"act_name": invitation.act.name, "items": items, "everything": _in_words(invitation, None)}
    return render(request, "studio/consents.html", context)


def _in_words(invitation: Invitation, performance_id: int | None) -> list[str]:
    return consenting.in_words(consenting.word_of(invitation.act_id, performance_id)[0])


@private
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest, slug: str = "") -> HttpResponse:
    """One performance, or (no slug) all that has no word of its own: the text, the ticks, and what was said before."""
    now = timezone.now()
    invitation = invitations.act_of(request, now)
    if invitation is None:
        return _stranger(request)
    item = _own(invitation, slug) if slug else None
    about = item.id if item else None
    allowed, latest = consenting.word_of(invitation.act_id, about)
    version, paragraphs, ticks = consenting.text_in(translation.get_language() or "de")
    played = item.end.astimezone(invitation.edition.zone).date() if item else None
    today = now.astimezone(invitation.edition.zone).date()
    form = ConsentForm(ticks, latest, played, today, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        _give(invitation, about, form, now)
        return redirect(f"{request.path}?{SAVED}")
    context = {
        "item": item, "form": form, "allowed": allowed, "holds": consenting.in_words(allowed), "latest": latest,
        "version": version, "paragraphs": paragraphs, "saved": SAVED in request.GET,
    }  # fmt: skip
    return render(request, "studio/consent.html", context, status=422 if form.errors else 200)


def _give(invitation: Invitation, performance_id: int | None, form: ConsentForm, now: datetime) -> None:
    consenting.give(
        invitation.act_id,
        performance_id,
        form.allowed,
        name=form.cleaned_data["name"],
        minors=form.cleaned_data["minors"],
        guardians_agreed=form.cleaned_data["guardians_agreed"],
        language=translation.get_language() or "de",
        now=now,
    )


@private
@require_POST
def take_back(request: HttpRequest, slug: str = "") -> HttpResponse:
    now = timezone.now()
    invitation = invitations.act_of(request, now)
    if invitation is None:
        return _stranger(request)
    about = _own(invitation, slug).id if slug else None
    language = translation.get_language() or "de"
    consenting.take_back(invitation.act_id, about, name=invitation.act.name, language=language, now=now)
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
