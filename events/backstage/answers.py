"""Four plain questions to an act, on its phone, behind its personal link: what is done, and what is missing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from events import engagements, readiness
from events.backstage.forms import AnswerForm, ContactForm, TechniqueForm
from events.backstage.stage_door import by_link
from events.models import Engagement, Invitation
from events.readiness import State, Step

SAVED = "gespeichert"
"""In the address after saving, so that the list says it."""


@by_link
@require_safe
def overview(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """The questions, and how far the act is."""
    engaged = engagements.one(invitation.act, invitation.edition)
    marks = {mark.step: mark for mark in engaged.marks}
    context = {
        "engaged": engaged,
        "engagement": engaged.engagement,
        "ready": marks[Step.READY],
        "declined": readiness.declined(engaged.marks),
        "consent": marks[Step.CONSENT],
        "rehearsal": marks[Step.REHEARSAL],
        "setlists": [
            (one, readiness.needs_setlist(one.kind, one.works), engagements.is_filled(one))
            for one in engaged.productions
        ],
        "saved": SAVED in request.GET,
        "done": State.DONE,
    }
    with timezone.override(invitation.edition.zone):
        return render(request, "answers/overview.html", context)


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Whether the act comes."""
    engagement = _engagement(invitation)
    given = engagement.answer if engagement.answer != Engagement.Answer.OPEN else None
    form = AnswerForm(request.POST or None, initial={"answer": given, "words": engagement.answer_words})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        engagements.answer(invitation.act, invitation.edition, said["answer"], said["words"], timezone.now())
        return _back()
    return _page(request, invitation, "answers/answer.html", form)


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Whom the office reaches, and who stands on the stage."""
    form = ContactForm(request.POST or None, instance=_engagement(invitation))
    if request.method == "POST" and form.is_valid():
        engagements.note(invitation.act, invitation.edition, **form.cleaned_data)
        return _back()
    return _page(request, invitation, "answers/contact.html", form)


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
def technique(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """What the act brings, and what it needs."""
    form = TechniqueForm(request.POST or None, initial={"technique": _engagement(invitation).technique})
    if request.method == "POST" and form.is_valid():
        engagements.note(invitation.act, invitation.edition, technique=form.cleaned_data["technique"])
        return _back()
    return _page(request, invitation, "answers/technique.html", form)


def _engagement(invitation: Invitation) -> Engagement:
    return engagements.of(invitation.act, invitation.edition)


def _back() -> HttpResponse:
    return redirect(f"{reverse('answers')}?{SAVED}")


def _page(request: HttpRequest, invitation: Invitation, template: str, form: object) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    return render(request, template, {"form": form, "act": invitation.act}, status=status)
