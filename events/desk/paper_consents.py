"""The office writes down what an act signed on paper, or took back by letter or telephone: by the rule and in the words
of the page backstage, with who signed, when, where the paper is, and who wrote it down."""

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.backstage import consenting
from events.backstage.consent_pages import ConsentForm
from events.backstage.consenting import LastWord, Paper
from events.desk.board import inviting
from events.desk.forms import DateInput
from events.models import Act, Edition, Performance
from events.refusals import Refused
from kultour.accounts.models import User

DONE = "erledigt"


class PaperForm(ConsentForm):
    """The ticks of the paper, and the paper itself. It begins empty: only what was signed is ticked."""

    signed_on = forms.DateField(
        label=gettext_lazy("Signed on"),
        widget=DateInput,
        error_messages={
            "required": gettext_lazy("Please give the day."),
            "invalid": gettext_lazy("Please give the day as day, month and year, for example 24.05.2026."),
        },
    )
    kept_at = forms.CharField(
        label=gettext_lazy("Where the paper is kept"),
        help_text=gettext_lazy("A file number or a folder, so that somebody finds it in ten years."),
        max_length=200,
        error_messages={"required": gettext_lazy("Please say where the paper is kept: it is the proof.")},
    )
    our_text = forms.BooleanField(required=False)

    def __init__(
        self,
        ticks: Mapping[str, str],
        played: date | None,
        today: date,
        last: LastWord | None,
        version: str,
        data: QueryDict | None,
    ) -> None:
        """`last`: the act's last word about it."""
        super().__init__(ticks, None, played, today, data)
        self.last = last
        self.fields["our_text"].label = _("The paper carries the text of version %(version)s, word for word.") % {
            "version": version
        }
        name = self.fields["name"]
        name.label = _("Who signed")
        name.error_messages["required"] = _("Please give the name: somebody has to have said it.")

    def clean_signed_on(self) -> date:
        day: date = self.cleaned_data["signed_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        try:
            consenting.refuse_outdated(self.last, day)
        except Refused as refusal:
            raise forms.ValidationError(list(refusal.sentences)) from refusal
        return day

    def paper(self, by: User, zone: tzinfo) -> Paper:
        said = self.cleaned_data
        return Paper(by, said["kept_at"], said["signed_on"], other_text=not said["our_text"], zone=zone)


class TakingBackForm(forms.Form):
    """It may be taken back in any way; the office notes in which."""

    name = forms.CharField(
        label=gettext_lazy("Who takes it back"),
        max_length=200,
        error_messages={"required": gettext_lazy("Please give the name: somebody has to have said it.")},
    )
    kept_at = forms.CharField(
        label=gettext_lazy("How it was said"),
        help_text=gettext_lazy("For example: by telephone today, or: letter in folder 7."),
        max_length=200,
        error_messages={"required": gettext_lazy("Please say how, so that it can be shown later.")},
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, prefix="zurueck")


def performances_of(act: Act, edition: Edition) -> QuerySet[Performance]:
    """By time; cancelled ones too: what was broken off may have been recorded."""
    rows = Performance.objects.filter(production__act=act, production__edition=edition)
    return rows.select_related("stage__venue", "production").order_by("start", "pk")


class About:
    """What the word is about: one performance of this act in this edition, or (no number) everything else."""

    def __init__(self, edition: str, slug: str, number: int | None) -> None:
        """Raises Http404, too, for a performance of somebody else."""
        self.edition = get_object_or_404(Edition, slug=edition)
        self.act = get_object_or_404(Act.objects.exclude(kind=Act.Kind.OFFICE), slug=slug)
        own = performances_of(self.act, self.edition)
        self.performance = get_object_or_404(own, pk=number) if number is not None else None

    @property
    def pk(self) -> int | None:
        return self.performance.pk if self.performance else None

    @property
    def played(self) -> date | None:
        return self.performance.end.astimezone(self.edition.zone).date() if self.performance else None

    def page(self, name: str) -> str:
        """The address of its page, of its paper, or of taking it back."""
        numbers = [self.pk] if self.performance else []
        name = name if self.performance else f"{name}_everything"
        return reverse(name, args=[self.edition.slug, self.act.slug, *numbers])

    def back(self) -> HttpResponse:
        here = reverse("office_engagement", args=[self.edition.slug, self.act.slug])
        return redirect(f"{here}?{DONE}=einwilligung")


@inviting
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest, edition: str, slug: str, number: int | None = None) -> HttpResponse:
    """What holds, and a form for what was signed."""
    about = About(edition, slug, number)
    form = _form(about, request.POST if request.method == "POST" else None, timezone.now())
    if request.method == "POST" and form.is_valid():
        assert request.user.is_authenticated
        try:
            _note(about, form, request.user)
        except Refused as refusal:  # the act has said something while the form was being looked at
            form.add_error("signed_on", list(refusal.sentences))
        else:
            return about.back()
    return _page(request, about, form, TakingBackForm())


def _note(about: About, form: PaperForm, by: User) -> None:
    consenting.give(
        about.act.pk,
        about.pk,
        form.allowed,
        name=form.cleaned_data["name"],
        minors=form.cleaned_data["minors"],
        guardians_agreed=form.cleaned_data["guardians_agreed"],
        language=translation.get_language() or "de",
        now=timezone.now(),
        paper=form.paper(by, about.edition.zone),
    )


@inviting
@require_POST
def take_back(request: HttpRequest, edition: str, slug: str, number: int | None = None) -> HttpResponse:
    """Nothing is kept any more, whatever was signed."""
    about, taking_back = About(edition, slug, number), TakingBackForm(request.POST)
    if not taking_back.is_valid():
        return _page(request, about, _form(about, None, timezone.now()), taking_back)
    assert request.user.is_authenticated
    said = taking_back.cleaned_data
    language = translation.get_language() or "de"
    paper = Paper(request.user, said["kept_at"])
    consenting.take_back(about.act.pk, about.pk, name=said["name"], language=language, now=timezone.now(), paper=paper)
    return about.back()


@inviting
@require_safe
def paper(request: HttpRequest, edition: str, slug: str, number: int | None = None) -> HttpResponse:
    """To print and to sign: the very text and the very questions that are asked backstage."""
    about = About(edition, slug, number)
    form = _form(about, None, timezone.now())
    version, paragraphs, _ticks = consenting.text_in(translation.get_language() or "de")
    context = {"about": about, "form": form, "version": version, "paragraphs": paragraphs}
    with timezone.override(about.edition.zone):
        return render(request, "acts/consent_paper.html", context)


def _form(about: About, posted: QueryDict | None, now: datetime) -> PaperForm:
    zone = about.edition.zone
    version, _paragraphs, ticks = consenting.text_in(translation.get_language() or "de")
    last = consenting.last_word(about.act.pk, about.pk, zone)
    return PaperForm(ticks, about.played, now.astimezone(zone).date(), last, version, posted)


def _page(request: HttpRequest, about: About, form: PaperForm, taking_back: TakingBackForm) -> HttpResponse:
    allowed, latest = consenting.word_of(about.act.pk, about.pk)
    context: dict[str, Any] = {
        "about": about,
        "form": form,
        "taking_back": taking_back,
        "allowed": allowed,
        "holds": consenting.in_words(allowed),
        "latest": latest,
        "itself": about.page("office_consent"),
        "paper": about.page("office_consent_paper"),
        "back": about.page("office_consent_take_back"),
    }
    wrong = form.errors or taking_back.errors
    with timezone.override(about.edition.zone):
        return render(request, "acts/consent.html", context, status=422 if wrong else 200)
