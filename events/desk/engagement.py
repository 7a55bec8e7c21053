"""One act as the office sees it: what is missing, whom to call, its personal link; and what the office does for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events import engagements, invitations, letters, reminders
from events.backstage import consenting, setlist_pages
from events.desk import post
from events.desk.board import inviting
from events.desk.engagement_forms import InviteForm, NotedAnswerForm, NotedContactForm, NoteForm
from events.desk.paper_consents import performances_of
from events.engagements import Engaged
from events.letters import Letter
from events.models import Act, Edition, Engagement

DONE = "erledigt"
"""In the address after an action: which one the page tells about."""
ACTIONS = ("antwort", "kontakt", "notiz", "link", "link-ende", "erinnert")


@dataclass(frozen=True)
class Shown:
    """What a page shows beyond the act itself."""

    answer: NotedAnswerForm | None = None
    contact: NotedContactForm | None = None
    note: NoteForm | None = None
    invite: InviteForm | None = None
    link: str = ""
    """A new personal link: shown this once."""
    letter: Letter | None = None
    sent: bool = False
    not_sent: str = ""
    """Why a mail did not go out."""


@inviting
@require_safe
def engagement(request: HttpRequest, edition: str, slug: str) -> HttpResponse:
    """What is agreed with this act, and how far it is."""
    return _page(request, _engaged(edition, slug), Shown())


@inviting
@require_POST
def do(request: HttpRequest, edition: str, slug: str, action: str) -> HttpResponse:
    """One of `ACTIONS`; then back to the page, which tells what was done."""
    engaged = _engaged(edition, slug)
    if action == "link":
        return _link(request, engaged)
    if action == "link-ende":
        invitations.end(engaged.act, engaged.edition, timezone.now())
        return _told(engaged, action)
    if action == "erinnert":
        return _reminded(request, engaged)
    return _written(request, engaged, action)


# --- what is written down ---------------------------------------------------------------------------------------------


def _written(request: HttpRequest, engaged: Engaged, action: str) -> HttpResponse:
    form = _forms(engaged, {action: request.POST})[action]
    if not form.is_valid():
        name = {"antwort": "answer", "kontakt": "contact", "notiz": "note"}[action]
        return _page(request, engaged, Shown(**{name: form}), status=422)
    said = form.cleaned_data
    if action == "antwort":
        assert request.user.is_authenticated
        by, now = request.user.display_name, timezone.now()
        engagements.answer(engaged.act, engaged.edition, said["answer"], said["words"], now, by=by)
    else:
        engagements.note(engaged.act, engaged.edition, **said)
    return _told(engaged, action)


def _forms(engaged: Engaged, posted: Mapping[str, Any]) -> dict[str, forms.BaseForm]:
    row = engaged.engagement
    answer = row.answer if row.answer != Engagement.Answer.OPEN else None
    # A form changes the row it was given before it says that something is wrong with it.
    own = engagements.of(engaged.act, engaged.edition)
    return {
        "link": InviteForm(posted.get("link"), instance=own),
        "antwort": NotedAnswerForm(posted.get("antwort"), initial={"answer": answer, "words": row.answer_words}),
        "kontakt": NotedContactForm(posted.get("kontakt"), instance=own),
        "notiz": NoteForm(posted.get("notiz"), initial={"note": row.note}),
    }


@inviting
@require_http_methods(["GET", "HEAD", "POST"])
def setlist(request: HttpRequest, edition: str, slug: str, production: str) -> HttpResponse:
    """The act's set list, to be completed by the office."""
    engaged = _engaged(edition, slug)
    here = reverse("office_engagement", args=[edition, slug])
    asked = setlist_pages.production_of(engaged.act, engaged.edition, production)
    return setlist_pages.edit(request, asked, "acts/setlist.html", f"{here}?{DONE}=setliste")


# --- links and letters ------------------------------------------------------------------------------------------------


def _link(request: HttpRequest, engaged: Engaged) -> HttpResponse:
    """A new link, shown in this answer and never again; older ones end. With `senden` it goes out by mail, too.

    What is typed with it is looked at and saved first: a link that is made is not lost to a wrong address.
    """
    sends = "senden" in request.POST
    if "mit-kontakt" in request.POST:
        form = _forms(engaged, {"link": request.POST})["link"]
        if sends and form.is_valid() and not form.cleaned_data["email"]:
            form.add_error("email", _("Please give the address to which the letter is to go."))
        if not form.is_valid():
            return _page(request, engaged, Shown(invite=form), status=422)
        engagements.note(engaged.act, engaged.edition, **form.cleaned_data)
        engaged = engagements.one(engaged.act, engaged.edition)
    token = invitations.renew(engaged.act, None, timezone.now(), engaged.edition)
    with translation.override(engaged.edition.language):
        path = reverse("invitation", args=[token])
    link = settings.PUBLIC_ADDRESS + path if settings.PUBLIC_ADDRESS else request.build_absolute_uri(path)
    letter = letters.invitation(engaged, link)
    trouble = _sent(letter) if sends else None
    shown = Shown(link=link, letter=letter, sent=trouble == "", not_sent=trouble or "")
    return _page(request, engagements.one(engaged.act, engaged.edition), shown)


def _reminded(request: HttpRequest, engaged: Engaged) -> HttpResponse:
    """Note that the act was reminded; with `senden` only once the mail has gone out."""
    if "senden" in request.POST:
        trouble = _sent(letters.reminder(engaged, reminders.open_to(engaged.marks)))
        if trouble:
            return _page(request, engaged, Shown(not_sent=trouble), status=502)
    engagements.note(engaged.act, engaged.edition, reminded_at=timezone.now())
    if request.POST.get("von") == "liste":
        return redirect(f"{reverse('office_reminders')}?{DONE}={engaged.act.slug}")
    return _told(engaged, "erinnert")


def _sent(letter: Letter) -> str:
    """Why it was not sent; empty where it was."""
    try:
        post.send(letter)
    except post.NotSent as error:
        return str(error) or type(error).__name__
    return ""


# --- the page ---------------------------------------------------------------------------------------------------------


def _engaged(edition: str, slug: str) -> Engaged:
    found = get_object_or_404(Edition, slug=edition), get_object_or_404(Act, slug=slug)
    if found[1].kind == Act.Kind.OFFICE:
        raise Http404
    return engagements.one(found[1], found[0])


def _told(engaged: Engaged, action: str) -> HttpResponse:
    address = reverse("office_engagement", args=[engaged.edition.slug, engaged.act.slug])
    return redirect(f"{address}?{DONE}={action}")


def _holds(engaged: Engaged, performance_id: int | None) -> list[str]:
    return consenting.in_words(consenting.word_of(engaged.act.pk, performance_id)[0])


def _page(request: HttpRequest, engaged: Engaged, shown: Shown, status: int = 200) -> HttpResponse:
    now, blank = timezone.now(), _forms(engaged, {})
    played = performances_of(engaged.act, engaged.edition)
    missing = reminders.open_to(engaged.marks)
    done = request.GET.get(DONE, "")
    context = {
        "engaged": engaged,
        "edition": engaged.edition,
        "engagement": engaged.engagement,
        "consents": [(one, _holds(engaged, one.pk if one else None)) for one in (*played, None)],
        "setlists": [(one, engagements.is_filled(one)) for one in engaged.productions],
        "answer_form": shown.answer or blank["antwort"],
        "contact_form": shown.contact or blank["kontakt"],
        "note_form": shown.note or blank["notiz"],
        "invite_form": shown.invite or blank["link"],
        "links": invitations.open_links(engaged.act, engaged.edition, now),
        "shown": shown,
        "reminder": letters.reminder(engaged, missing) if missing else None,
        "can_send": post.can_send(),
        "done": done if done in {*ACTIONS, "setliste", "einwilligung"} and status == 200 and not shown.link else "",
        "refused": status == 422,
    }
    with timezone.override(engaged.edition.zone):
        response = render(request, "acts/act.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response
