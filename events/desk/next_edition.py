"""A new edition from an old one: choose what goes along, and on which day."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.validators import validate_slug
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from events import next_edition
from events.desk import taking_back
from events.desk.forms import DateInput
from events.models import Edition, Performance
from events.next_edition import MOST, Wish
from events.refusals import Refused
from kultour.accounts.doors import office_required

EDITIONS_SHOWN = 30
MADE = "neu"
"""In the address: the edition that the page tells about."""
SENTENCES_SHOWN = 20


class NextEditionForm(forms.Form):
    """How the new edition is called, and when it begins."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=200,
        error_messages={"required": gettext_lazy("Please give the edition a title.")},
    )
    day = forms.DateField(
        label=gettext_lazy("First day"),
        widget=DateInput,
        help_text=gettext_lazy("Proposed is the next Whit Sunday. Everything keeps its time on the clock."),
        error_messages={
            "required": gettext_lazy("Please give the day."),
            "invalid": gettext_lazy("Please give the day as day, month and year, for example 24.05.2026."),
        },
    )


@office_required
@require_safe
def editions(request: HttpRequest) -> HttpResponse:
    """Which edition is to be repeated."""
    made = request.GET.get(MADE, "")
    context = {
        "editions": Edition.objects.order_by("-opens")[:EDITIONS_SHOWN],
        "made": Edition.objects.filter(slug=made).first() if validate_slug.regex.match(made) else None,
        "action": taking_back.offered(request),
    }
    return render(request, "next_edition/editions.html", context)


@office_required
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose, and make the new edition in one go."""
    old = get_object_or_404(Edition, slug=slug)
    if request.method != "POST":
        return _page(request, old, _proposal(old))
    form = NextEditionForm(request.POST)
    if not form.is_valid():
        return _page(request, old, form, status=422)
    wish = Wish(
        title=form.cleaned_data["title"],
        first_day=form.cleaned_data["day"],
        performances=_numbers(request, "performance"),
        routes=_numbers(request, "route"),
    )
    now = timezone.now()
    try:
        new = next_edition.make(old, wish, request.user, now)
    except Refused as refusal:
        return _page(request, old, form, refusal=refusal, status=422)
    told = {MADE: new.slug, **taking_back.address_of(taking_back.written_at(request.user, now))}
    return redirect(f"{reverse('office_next_editions')}?{urlencode(told)}")


def _proposal(old: Edition) -> NextEditionForm:
    day = next_edition.proposed_day(old, timezone.localdate())
    return NextEditionForm(initial={"title": next_edition.proposed_title(old, day), "day": day})


def _numbers(request: HttpRequest, name: str) -> set[int]:
    return {int(number) for number in request.POST.getlist(name) if number.isdecimal() and len(number) < 19}


def _page(
    request: HttpRequest, old: Edition, form: NextEditionForm, *, refusal: Refused | None = None, status: int = 200
) -> HttpResponse:
    rows = Performance.objects.filter(production__edition=old).order_by("start", "stage__order", "pk")
    rows = rows.select_related("production__act", "stage__venue", "previous_stage__venue")
    chosen = _numbers(request, "performance") if form.is_bound else None
    chosen_routes = _numbers(request, "route") if form.is_bound else None
    context: dict[str, Any] = {
        "edition": old,
        "form": form,
        "performances": [
            (row, next_edition.planned(row), row.status != row.Status.CANCELLED if chosen is None else row.pk in chosen)
            for row in rows[:MOST]
        ],
        "more": max(0, rows.count() - MOST),
        "routes": [(route, chosen_routes is None or route.pk in chosen_routes) for route in old.routes.all()],
        "sentences": refusal.sentences[:SENTENCES_SHOWN] if refusal else (),
    }
    with timezone.override(old.zone):
        return render(request, "next_edition/make.html", context, status=status)
