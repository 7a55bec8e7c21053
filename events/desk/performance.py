"""One form to change a performance: move, publish, cancel, undo."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from events import actions, drafts, programme, publishing, versions
from events.desk import plan
from events.desk.forms import CancelForm
from events.desk.performance_form import PerformanceSheet, sheet_of
from events.desk.sheet import merged, refused
from events.models import Change, Performance
from events.publishing import UNDO_WITHIN
from events.refusals import ChangedMeanwhile, Refused
from events.schedule import programme_day
from kultour.accounts.doors import office_required

SAVED = "gespeichert"
"""In the address after saving: the number of the change that the page tells about."""
NOTHING = "0"


@office_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Time, stage and words of one performance."""
    performance = _performance(pk)
    if request.method != "POST":
        return _page(request, performance)
    form = _form(performance, request.POST)
    if not form.is_valid():
        return _page(request, performance, form=form, status=422)
    data, now = form.cleaned_data, timezone.now()
    try:
        change = publishing.move(pk, form.slot, request.user, now, seen=data["version"], wording=form.wording)
    except Refused as refusal:
        return _refused(request, refusal, pk, form)
    return _told(pk, change)


def _refused(request: HttpRequest, refusal: Refused, pk: int, form: PerformanceSheet) -> HttpResponse:
    """What was typed stays. If somebody else was faster, saving once more means to overrule them knowingly."""
    performance = _performance(pk)
    meanwhile = isinstance(refusal, ChangedMeanwhile)
    if meanwhile:
        form = _set_upon_what_is_saved(form, performance)
    form.refuse(refusal)
    return _page(request, performance, form=form, status=409 if meanwhile else 422)


def _set_upon_what_is_saved(form: PerformanceSheet, performance: Performance) -> PerformanceSheet:
    """The form goes on from what stands there now; where both have written, the other one's words stand beside."""
    now = _form(performance)
    before = _form(versions.as_seen(performance, form.cleaned_data["version"]))
    data, beside = merged(form, before, now, performance.version)
    again = _form(performance, data)
    again.full_clean()
    for name in beside:
        again[name].beside = now.in_words(name)
    return again


@office_required
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    form = CancelForm(request.POST)
    if not form.is_valid():
        return _page(request, _performance(pk), cancel_form=form, status=422)
    get_object_or_404(Performance, pk=pk)
    data, now = form.cleaned_data, timezone.now()
    try:
        change = publishing.cancel(
            pk, data["reason"], request.user, now, seen=data["version"], reason_en=data["reason_en"]
        )
    except Refused as refusal:
        performance = _performance(pk)
        return _page(request, performance, cancel_form=_upon(form, performance), refusal=refusal, status=409)
    return _told(pk, change)


def _cancel_form(performance: Performance) -> CancelForm:
    english = performance.translations.get("en", {})
    return CancelForm(
        initial={
            "reason": performance.cancel_reason,
            "reason_en": english.get("cancel_reason", ""),
            "version": performance.version,
        }
    )


def _upon(form: CancelForm, performance: Performance) -> CancelForm:
    """The reason stays as it was typed; whoever sends it again has read what somebody else did."""
    return CancelForm(initial={**form.cleaned_data, "version": performance.version})


@office_required
@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a draft, or bring back what was cancelled."""
    return _do(request, pk, lambda now: publishing.publish(pk, request.user, now))


@office_required
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    performance = get_object_or_404(Performance, pk=pk)
    seen = request.POST.get("version", "")
    version = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
    try:
        edit = drafts.discard(pk, request.user, timezone.now(), seen=version)
    except Refused as refusal:
        return refused(request, refusal, reverse("office_performance", args=[pk]))
    return redirect(f"{reverse('office_production', args=[performance.production_id])}?{SAVED}={edit.pk}")


@office_required
@require_POST
def undo(request: HttpRequest, change: int) -> HttpResponse:
    row = get_object_or_404(Change, pk=change)

    def verb(now: datetime) -> Change:
        actions.refuse_part(row)
        return publishing.undo(change, request.user, now)

    return _do(request, row.performance_id, verb)


def _do(request: HttpRequest, pk: int, verb: Callable[[datetime], Change]) -> HttpResponse:
    """Do it and tell, or say why not."""
    get_object_or_404(Performance, pk=pk)
    try:
        return _told(pk, verb(timezone.now()))
    except Refused as refusal:
        return _page(request, _performance(pk), refusal=refusal, status=409)


def _told(pk: int, change: Change | None) -> HttpResponse:
    """Back to the form, which tells what was done. Told by the address: no cookie, and reloading does nothing again."""
    address = reverse("office_performance", args=[pk])
    return redirect(f"{address}?{SAVED}={change.pk if change else NOTHING}")


def _performance(pk: int) -> Performance:
    rows = Performance.objects.select_related("stage__venue", "production__act", "production__edition")
    return get_object_or_404(rows, pk=pk)


def _form(performance: Performance, data: Any = None) -> PerformanceSheet:
    zone = performance.production.edition.zone
    return PerformanceSheet(data, stages=programme.stages(), zone=zone, initial=sheet_of(performance, zone))


def _page(
    request: HttpRequest,
    performance: Performance,
    *,
    form: PerformanceSheet | None = None,
    cancel_form: CancelForm | None = None,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    change = _change_to_tell(request, performance) if status == 200 else None
    edition = performance.production.edition
    context = {
        "performance": performance,
        "plan": plan.address_of(edition.slug, programme_day(performance.start, edition.zone)),
        "form": form or _form(performance),
        "cancelling": cancel_form is not None,
        "cancel_form": cancel_form or _cancel_form(performance),
        "refusal": refusal,
        "change": change,
        "unchanged": status == 200 and request.GET.get(SAVED) == NOTHING,
        "may_undo": change is not None and _may_undo(change, performance, timezone.now()),
    }
    with timezone.override(edition.zone):
        return render(request, "office/performance.html", context, status=status)


def _change_to_tell(request: HttpRequest, performance: Performance) -> Change | None:
    number = request.GET.get(SAVED, "")
    return performance.changes.filter(pk=number).first() if number.isdecimal() and len(number) < 19 else None


def _may_undo(change: Change, performance: Performance, now: datetime) -> bool:
    fresh = now - change.at <= UNDO_WITHIN and change.version == performance.version
    return fresh and change.kind not in {Change.Kind.UNDONE, Change.Kind.MADE} and not actions.around(change)
