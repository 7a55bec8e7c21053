"""The office's page of incidents: what the house noticed, and what somebody writes down."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from events.desk.forms import DateInput, TimeInput
from events.duties import incidents as log
from events.models import Incident, Stage
from events.schedule import ClockRepeats, ClockSkips, wall_moment
from kultour.accounts.doors import office_required

SAVED = "gespeichert"
PER_PAGE = 50


class StageChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.venue.short_name} – {obj.name}"


class IncidentForm(forms.Form):
    """When, where, what."""

    day = forms.DateField(
        label=gettext_lazy("Day"),
        widget=DateInput,
        error_messages={
            "required": gettext_lazy("Please give the day."),
            "invalid": gettext_lazy("Please give the day as day, month and year, for example 24.05.2026."),
        },
    )
    clock = forms.TimeField(
        label=gettext_lazy("Time"),
        widget=TimeInput,
        error_messages={
            "required": gettext_lazy("Please give the time."),
            "invalid": gettext_lazy("Please give the time as hours and minutes, for example 19:30."),
        },
    )
    stage = StageChoice(
        Stage.objects.select_related("venue").order_by("order"),
        label=gettext_lazy("Stage"),
        required=False,
        empty_label=gettext_lazy("no particular one"),
    )
    what = forms.CharField(
        label=gettext_lazy("What happened"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The council report shows it. Please write what failed, and no names."),
        error_messages={"required": gettext_lazy("Please say what happened.")},
    )

    def __init__(self, *arguments: Any, now: datetime, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.now = now

    def clean(self) -> dict[str, Any]:
        known = super().clean() or {}
        if "day" in known and "clock" in known:
            known["at"] = self._moment(known["day"], known["clock"])
        return known

    def _moment(self, day: Any, clock: Any) -> datetime | None:
        """Of a time that the clocks show twice the first one: it is close enough for a log."""
        zone = timezone.get_default_timezone()
        try:
            at = wall_moment(day, clock, zone, second=False)
        except (ClockSkips, ClockRepeats):
            self.add_error("clock", _("The clocks skip this time that night. Please choose an earlier or a later one."))
            return None
        if at > self.now:
            self.add_error("day", _("This has not happened yet."))
        return at


@office_required
@require_http_methods(["GET", "HEAD", "POST"])
def incidents(request: HttpRequest) -> HttpResponse:
    """The log, the latest first, and a form for one more."""
    now = timezone.now()
    form = IncidentForm(
        request.POST if request.method == "POST" else None,
        now=now,
        initial={"day": timezone.localdate(now), "clock": timezone.localtime(now).time()},
    )
    if request.method == "POST" and form.is_valid():
        known = form.cleaned_data
        Incident.objects.create(at=known["at"], stage=known["stage"], what=known["what"], by=request.user)
        return redirect(f"{reverse('incidents')}?{SAVED}")
    rows = Incident.objects.select_related("stage__venue", "by")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("seite"))
    context = {
        "page": page,
        "incidents": [(one, log.in_words(one)) for one in page],
        "form": form,
        "saved": SAVED in request.GET,
    }
    return render(request, "duties/incidents.html", context, status=422 if form.errors else 200)


@office_required
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Written by mistake. What the house noticed itself stays."""
    Incident.objects.filter(pk=pk, kind=Incident.Kind.BY_HAND).delete()
    return redirect(f"{reverse('incidents')}?{SAVED}")
