"""The office's page of head counts: one programme day, a number and how it was found for each performance and venue."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from events.duties import heads
from events.duties.heads import Room
from events.duties.paper import asked_edition
from events.models import Edition, HeadCount
from kultour.accounts.doors import office_required

SAVED = "gespeichert"
PER_PAGE = 100


class HeadForm(forms.Form):
    """A room's number and its method. What was shown travels along, so that only what somebody changed is written."""

    heads = forms.IntegerField(
        label=gettext_lazy("How many people"),
        required=False,
        min_value=0,
        max_value=HeadCount.MOST,
        show_hidden_initial=True,
        error_messages={"invalid": gettext_lazy("Please give a whole number.")},
    )
    method = forms.ChoiceField(
        label=gettext_lazy("How it was found"),
        required=False,
        choices=[("", pgettext_lazy("no choice", "–")), *HeadCount.Method.choices],
        show_hidden_initial=True,
    )

    def __init__(self, room: Room, data: QueryDict | None) -> None:
        noted = room.noted
        initial = {"heads": noted.heads, "method": noted.method} if noted else {}
        # A copy of one's own: what a colleague noted meanwhile is put into it.
        super().__init__(data.copy() if data is not None else None, prefix=room.key, initial=initial)
        self.room = room

    def clean(self) -> dict[str, Any]:
        known = dict(super().clean() or {})  # a copy: whatever has an error leaves the form's own
        if "heads" not in known or "method" not in known or not self.has_changed():
            return known
        known |= self._beside_colleagues(known)
        count, method = known["heads"], known["method"]
        if count is not None and not method:
            self.add_error("method", _("Please say how it was found."))
        if count is None and method:
            self.add_error("heads", _("Please give the number, or leave both empty."))
        return known

    def _beside_colleagues(self, known: dict[str, Any]) -> dict[str, Any]:
        """What somebody noted since the page was opened stays where it was not touched; where both wrote, we ask."""
        noted = self.room.noted
        there: dict[str, Any] = (
            {"heads": noted.heads, "method": noted.method} if noted else {"heads": None, "method": ""}
        )
        said = {"heads": there["heads"], "method": noted.get_method_display() if noted else ""}
        touched = set(self.changed_data)  # asked before what was shown is corrected
        for name, value in there.items():
            shown, now = self.add_initial_prefix(name), "" if value is None else str(value)
            if self.data.get(shown, "") == now:
                continue
            self.data[shown] = now
            if name not in touched:
                self.data[self.add_prefix(name)] = now
            elif known[name] != value:
                text = _("Meanwhile somebody noted %(heads)s here. Save once more if yours is right.")
                self.add_error(name, text % {"heads": said[name] or "–"})
        return {name: value for name, value in there.items() if name not in touched}


@office_required
@require_http_methods(["GET", "HEAD", "POST"])
def head_counts(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    edition = asked_edition(request, now)
    days = heads.days_of(edition, now) if edition else []
    if edition is None or not days:
        context = {"edition": edition, "editions": Edition.objects.order_by("-opens")}
        return render(request, "duties/heads.html", context)
    day = _asked(request.GET.get("tag", ""), days)
    page = Paginator(heads.rooms(edition, day, now), PER_PAGE).get_page(request.GET.get("seite"))
    found = [HeadForm(room, request.POST if request.method == "POST" else None) for room in page]
    wrong = [form for form in found if form.errors]  # all of them are asked, so that each says what is wrong
    here = {"ausgabe": edition.slug, "tag": day.isoformat(), "seite": page.number}
    if request.method == "POST" and not wrong:
        assert request.user.is_authenticated
        told = [(f.room, f.cleaned_data["heads"], f.cleaned_data["method"]) for f in found if f.has_changed()]
        heads.note(told, request.user, now)
        return redirect(f"{request.path}?{urlencode(here)}&{SAVED}")
    context = {
        "edition": edition,
        "editions": Edition.objects.order_by("-opens"),
        "days": days,
        "day": day,
        "page": page,
        "at_performances": [form for form in found if form.room.performance],
        "at_venues": [form for form in found if not form.room.performance],
        "here": urlencode(here),
        "wrong": wrong,
        "saved": SAVED in request.GET,
    }
    with timezone.override(edition.zone):
        return render(request, "duties/heads.html", context, status=422 if wrong else 200)


def _asked(text: str, days: Sequence[date]) -> date:
    """The day in the address; else the last one."""
    return next((day for day in days if day.isoformat() == text), days[-1])
