"""The office chooses the excerpt that the press may show, where the act allows one."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from events.rights import LONGEST_EXCERPT
from streaming.mediathek import passages
from streaming.mediathek.office import ClockField, recordings_required
from streaming.mediathek.passages import Span
from streaming.mediathek.publication import Door, Way, door
from streaming.models import Excerpt, Recording

TAKE_AWAY = "entfernen"


class ExcerptForm(forms.Form):
    begins = ClockField(
        label=gettext_lazy("From"),
        max_length=9,
        help_text=gettext_lazy("Minutes and seconds as the Mediathek shows them, for example 2:05."),
        error_messages={"required": gettext_lazy("Please say where the excerpt begins.")},
    )
    ends = ClockField(
        label=gettext_lazy("To"),
        max_length=9,
        error_messages={"required": gettext_lazy("Please say where the excerpt ends.")},
    )

    def __init__(self, hidden: list[Span], data: object) -> None:
        super().__init__(data)
        self.hidden = hidden

    def clean(self) -> dict[str, object]:
        known = super().clean() or {}
        if "begins" in known and "ends" in known:
            span = self.span
            if span.ends <= span.begins:
                self.add_error("ends", _("The excerpt has to end after it begins."))
            elif span.ends - span.begins > LONGEST_EXCERPT:
                self.add_error("ends", _("An excerpt lasts three minutes at most, with what is left out in between."))
        return known

    @property
    def span(self) -> Span:
        """In the whole recording."""
        begins, ends = self.cleaned_data["begins"], self.cleaned_data["ends"]
        return Span(passages.in_whole(begins, self.hidden), passages.in_whole(ends, self.hidden, ends=True))


@recordings_required
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """The present excerpt with its address, and a form for another."""
    recording = get_object_or_404(Recording.objects.select_related("session"), pk=pk)
    allowed = door(recording, Way.EXCERPT, timezone.now()) == Door.OPEN
    if request.method == "POST" and TAKE_AWAY in request.POST:
        Excerpt.objects.filter(recording=recording).delete()
        return redirect("office_recording_excerpt", pk=pk)
    hidden = passages.gaps_in(recording)
    form = ExcerptForm(hidden, request.POST if request.method == "POST" else None) if allowed else None
    if request.method == "POST" and form is not None and form.is_valid():
        span = form.span
        Excerpt.objects.update_or_create(
            recording=recording, defaults={"begins": span.begins, "ends": span.ends, "made": timezone.now()}
        )
        return redirect("office_recording_excerpt", pk=pk)
    chosen = Excerpt.objects.filter(recording=recording).first()
    shown = _as_shown(chosen, hidden) if chosen else None
    status = 422 if form is not None and form.errors else 409 if request.method == "POST" else 200
    context = {"recording": recording, "shown": shown, "form": form}
    return render(request, "office/excerpt.html", context, status=status)


def _as_shown(chosen: Excerpt, hidden: list[Span]) -> Span:
    """At the times of the Mediathek."""
    return Span(passages.closed_up(chosen.begins, hidden), passages.closed_up(chosen.ends, hidden))
