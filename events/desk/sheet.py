"""One sheet for everything that is planned: a form, what was saved with it, and who was faster."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from events import actions, planning
from events.desk.rebase import rebase
from events.desk.sheet_form import PlanForm, TwoLanguages
from events.models import Edit
from events.models.wording import Planned
from events.planning import Subject
from events.refusals import ChangedMeanwhile, Refused
from kultour.accounts.doors import office_required

SAVED = "gespeichert"
"""In the address after saving: the number of the edit that the page tells about."""
NOTHING = "0"
ADDRESS: Mapping[str, str] = {
    Subject.EDITION: "office_edition",
    Subject.VENUE: "office_venue",
    Subject.STAGE: "office_stage",
    Subject.ROUTE: "office_route",
    Subject.ACT: "office_act",
    Subject.PRODUCTION: "office_production",
    Subject.PICTURE: "office_picture",
}
LISTS: Mapping[str, str] = {
    Subject.EDITION: "office_editions",
    Subject.VENUE: "office_venues",
    Subject.STAGE: "office_venues",
    Subject.ROUTE: "office_routes",
    Subject.ACT: "office_acts",
    Subject.PRODUCTION: "office_productions",
    Subject.PICTURE: "office_acts",
}


# --- the form ---------------------------------------------------------------------------------------------------------


def make(
    request: HttpRequest,
    subject: str,
    form_class: type[PlanForm],
    template: str,
    context: Mapping[str, Any],
    *,
    given: Mapping[str, Any] | None = None,
    initial: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Something new: an empty form, and after saving its own page."""
    if request.method != "POST":
        return _page(request, template, {**context, "form": form_class(state=initial)})
    form = form_class(request.POST, request.FILES)
    if form.is_valid():
        try:
            edit = planning.make(subject, form.values(), request.user, timezone.now(), **(given or {}), **form.given())
            return told(edit)
        except Refused as refusal:
            form.refuse(refusal)
    return _page(request, template, {**context, "form": form}, status=422)


def change(
    request: HttpRequest,
    row: Planned,
    form_class: type[PlanForm],
    template: str,
    context: Mapping[str, Any],
    **about: Any,
) -> HttpResponse:
    """What is there: its form; 422 for what cannot be, 409 where somebody else was faster."""
    subject, state = planning.subject_of(row), planning.state_of(row)
    context = {**context, "row": row, "subject": subject, "last": planning.last_edit(row), **notice(request)}
    if request.method != "POST":
        form = form_class(state=state | {"version": row.version}, **about)
        return _page(request, template, {**context, "form": form})
    form = form_class(request.POST, request.FILES, state=state, **about)
    if form.is_valid():
        seen = form.cleaned_data["version"] or 0
        try:
            edit = planning.change(subject, row.pk, form.values(), request.user, timezone.now(), seen=seen)
            return told(edit) if edit else redirect(f"{address(subject, row.pk)}?{SAVED}={NOTHING}")
        except ChangedMeanwhile as refusal:
            row.refresh_from_db()
            form = _set_upon_what_is_saved(form, row, seen, **about)
            form.refuse(refusal)
            return _page(request, template, {**context, "row": row, "form": form}, status=409)
        except Refused as refusal:
            form.refuse(refusal)
    return _page(request, template, {**context, "form": form}, status=422)


def _set_upon_what_is_saved(form: PlanForm, row: Planned, seen: int, **about: Any) -> PlanForm:
    """The form goes on from what stands there now."""
    now = type(form)(state=planning.state_of(row), **about)
    before = type(form)(state=planning.as_seen(row, seen), **about)
    again, beside = merged(form, before, now, row.version)
    bound = type(form)(again, state=planning.state_of(row), **about)
    bound.full_clean()
    for name in beside:
        bound[name].beside = now.in_words(name)
    return bound


def merged(
    typed: TwoLanguages, before: TwoLanguages, now: TwoLanguages, version: int
) -> tuple[QueryDict, frozenset[str]]:
    """What the form holds next, and the fields beside which the other one's text is to stand."""
    rebased = rebase(typed.inputs(), before.inputs(), now.inputs())
    data = QueryDict(mutable=True)
    for name, values in rebased.inputs.items():
        data.setlist(name, values)
    data["version"] = str(version)
    return data, rebased.beside


def _page(request: HttpRequest, template: str, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
    return render(request, template, dict(context), status=status)


# --- what was done ----------------------------------------------------------------------------------------------------


def address(subject: str, pk: int) -> str:
    return reverse(ADDRESS[subject], args=[pk])


def told(edit: Edit) -> HttpResponse:
    """To the page that tells what was done; by the address, so that reloading does nothing again."""
    gone = not planning.SHEETS[edit.subject].model.objects.filter(pk=edit.object_id).exists()
    where = reverse(LISTS[edit.subject]) if gone else address(edit.subject, edit.object_id)
    return redirect(f"{where}?{SAVED}={edit.pk}")


def notice(request: HttpRequest) -> dict[str, Any]:
    """For the page after saving."""
    number = request.GET.get(SAVED, "") if request.method in {"GET", "HEAD"} else ""
    known = number.isdecimal() and len(number) < 19 and number != NOTHING
    edit = Edit.objects.filter(pk=number).first() if known else None
    return {
        "edit": edit,
        "may_undo": edit is not None and planning.may_undo(edit, timezone.now()) and not actions.around(edit),
        "unchanged": number == NOTHING,
    }


@office_required
@require_POST
def undo(request: HttpRequest, edit: int) -> HttpResponse:
    row = get_object_or_404(Edit, pk=edit)
    try:
        actions.refuse_part(row)
        return told(planning.undo(edit, request.user, timezone.now()))
    except Refused as refusal:
        return refused(request, refusal, reverse("office_history"))


@office_required
@require_POST
def remove(request: HttpRequest, subject: str, pk: int) -> HttpResponse:
    """Take away what nothing depends on."""
    if subject not in planning.SHEETS:
        raise Http404
    row = get_object_or_404(planning.SHEETS[subject].model, pk=pk)
    seen = request.POST.get("version", "")
    try:
        version = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
        return told(planning.remove(subject, pk, request.user, timezone.now(), seen=version))
    except Refused as refusal:
        return refused(request, refusal, address(subject, row.pk))


def refused(request: HttpRequest, refusal: Refused, back: str) -> HttpResponse:
    """The reason, and the way back."""
    return _page(request, "planning/refused.html", {"refusal": refusal, "back": back}, status=409)
