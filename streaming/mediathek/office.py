"""The office's pages about recordings: how far each one is, one action for each fault, and what is left out of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kultour.accounts.doors import right_required
from kultour.accounts.roles import Right
from streaming import disk, storage, uploading
from streaming.mediathek import audit, captions, findings, passages, publication, second_look, shelf, undeleted
from streaming.mediathek.passages import Span
from streaming.models import Passage, Recording

PER_PAGE = 25
DONE = "erledigt"
"""In the address after an action: which one the page tells about."""

ALL_RIGHT = "heil"
REFUSED: dict[str, type[Exception]] = {
    "nichts": uploading.NothingLeft,
    "spielt": uploading.StillPlaying,
    "anderswo": second_look.AnotherBucket,
    "fort": storage.StorageError,
}
"""Why the rest was not published; then nothing has changed."""

recordings_required = right_required(Right.KEEP_RECORDINGS)
seeing_required = right_required(Right.SEE_RECORDINGS)


@dataclass(frozen=True)
class Sheet:
    """A page of the list, as `Paginator` needs it: only what is shown is read."""

    def __len__(self) -> int:
        return shelf.count()

    def __getitem__(self, span: slice) -> list[shelf.Listed]:
        return shelf.listed(timezone.now(), span.stop - span.start, span.start)


@seeing_required
@require_safe
def recordings(request: HttpRequest) -> HttpResponse:
    page = Paginator(Sheet(), PER_PAGE).get_page(request.GET.get("seite"))
    done, now = request.GET.get(DONE, ""), timezone.now()
    context = {
        "page": page,
        "recordings": list(page),
        "done": done if done in {*ACTIONS, *REFUSED, ALL_RIGHT} else "",
        "refused": done in REFUSED,
        "has_room": disk.has_room(),
        "audit": audit.latest(),
        "found": findings.total(now),
        "undeleted": undeleted.undeleted(now),
    }
    return render(request, "office/recordings.html", context)


@recordings_required
@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """`erneut`, `ohne` or `zurueckziehen`; then back to the list, which tells what was done."""
    recording = get_object_or_404(Recording.objects.select_related("session"), pk=pk)
    # A page that lay open for long may offer what is over.
    if publication.is_over(recording, timezone.now()) or recording.deleted:
        return redirect("office_recordings")
    return redirect(f"{reverse('office_recordings')}?{DONE}={ACTIONS[action](recording) or action}")


def _withdraw(recording: Recording) -> None:
    publication.withdraw([recording.pk], timezone.now())


def _publish_the_rest(recording: Recording) -> str | None:
    try:
        left_out = second_look.publish_the_rest(recording, timezone.now())
    except tuple(REFUSED.values()) as refusal:
        return next(word for word, kind in REFUSED.items() if isinstance(refusal, kind))
    return None if left_out else ALL_RIGHT


ACTIONS: dict[str, Callable[[Recording], str | None]] = {
    "erneut": uploading.try_again,
    "ohne": _publish_the_rest,
    "zurueckziehen": _withdraw,
}
"""By the last word of the address. They return what the page tells, where that is another word."""


# --- passages that are not cleared ------------------------------------------------------------------------------------


class ClockField(forms.CharField):
    """Minutes and seconds into a recording, 2:05 or 1:02:05, as seconds."""

    _SHAPE = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)", re.ASCII)

    def clean(self, value: object) -> float:
        text = super().clean(value)
        found = self._SHAPE.fullmatch(text)
        if found is None:
            raise forms.ValidationError(_("Please give minutes and seconds, for example 2:05."))
        return float(int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3]))


class PassageForm(forms.Form):
    begins = ClockField(
        label=gettext_lazy("From"),
        max_length=9,
        help_text=gettext_lazy("Minutes and seconds as the Mediathek shows them, for example 2:05."),
        error_messages={"required": gettext_lazy("Please say where the passage begins.")},
    )
    ends = ClockField(
        label=gettext_lazy("To"),
        max_length=9,
        error_messages={"required": gettext_lazy("Please say where the passage ends.")},
    )
    reason = forms.CharField(label=gettext_lazy("Reason, for the office only"), max_length=200, required=False)

    def clean(self) -> dict[str, object]:
        known = super().clean() or {}
        begins, ends = known.get("begins"), known.get("ends")
        if begins is not None and ends is not None and ends <= begins:
            self.add_error("ends", _("The passage has to end after it begins."))
        return known

    @property
    def span(self) -> Span:
        return Span(self.cleaned_data["begins"], self.cleaned_data["ends"])


@recordings_required
@require_http_methods(["GET", "HEAD", "POST"])
def cut(request: HttpRequest, pk: int) -> HttpResponse:
    """What is left out of one recording, and a form for one passage more."""
    recording = get_object_or_404(Recording.objects.select_related("session"), pk=pk)
    form = PassageForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            hidden = passages.gaps_in(recording)
            span = Span(
                passages.in_whole(form.span.begins, hidden), passages.in_whole(form.span.ends, hidden, ends=True)
            )
            passages.leave_out(recording, span, form.cleaned_data["reason"], timezone.now())
            captions.settle(recording)
        except passages.TooMany:
            form.add_error(None, _("A recording can have at most %(count)d passages.") % {"count": passages.MOST})
        except passages.Nowhere:
            form.add_error("begins", _("The recording ends before that."))
        else:
            return redirect("office_recording_cut", pk=pk)
    context = {"recording": recording, "passages": recording.passages.all(), "form": form}
    return render(request, "office/passages.html", context, status=422 if form.errors else 200)


@recordings_required
@require_POST
def clear(request: HttpRequest, pk: int, passage: int) -> HttpResponse:
    """The passage may be shown after all."""
    found = get_object_or_404(Passage.objects.select_related("recording"), pk=passage, recording=pk)
    passages.clear(found)
    captions.settle(found.recording)
    return redirect("office_recording_cut", pk=pk)
