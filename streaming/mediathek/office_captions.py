"""The office's page about the captions of one recording: uploaded, read, checked, taken away."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from kultour.accounts.doors import right_required
from kultour.accounts.roles import Right
from streaming.mediathek import captions, cues, publication
from streaming.mediathek.office import recordings_required
from streaming.mediathek.publication import Door, Way
from streaming.models import Captions, Recording

captions_required = right_required(Right.WRITE_CAPTIONS)


class CaptionsForm(forms.Form):
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=[(each, captions.name_of(each)) for each in captions.LANGUAGES]
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "WebVTT (.vtt) or SubRip (.srt), 1 MB at most, with the times of what the Mediathek shows now."
        ),
        error_messages={
            "required": gettext_lazy("Please choose a file."),
            "empty": gettext_lazy("This file is empty."),
        },
        widget=forms.FileInput(attrs={"accept": ".vtt,.srt,text/vtt"}),
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > cues.MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 1 MB."))
        return file


@captions_required
@require_http_methods(["GET", "HEAD", "POST"])
def captions_of(request: HttpRequest, pk: int) -> HttpResponse:
    """What there is in which language, and a form for one more, or for a better one."""
    now = timezone.now()
    recording = get_object_or_404(Recording.objects.select_related("session"), pk=pk)
    shown = publication.agreed_door(recording, Way.WATCH, now) == Door.OPEN
    form = CaptionsForm(request.POST or None, request.FILES or None) if shown else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            captions.put(recording, form.cleaned_data["language"], form.cleaned_data["file"].read(), now)
        except cues.Faulty as fault:
            form.add_error("file", in_words(fault))
        else:
            return redirect("office_recording_captions", pk=pk)
    context = {"recording": recording, "texts": texts_of(recording), "form": form}
    status = 422 if form is not None and form.errors else 409 if request.method == "POST" and form is None else 200
    return render(request, "office/captions.html", context, status=status)


def texts_of(recording: Recording) -> list[tuple[Captions, str]]:
    """With the name of the language."""
    return [(each, captions.name_of(each.language)) for each in recording.captions.defer("cues", "text")]


def in_words(fault: cues.Faulty) -> str:
    if not fault.line:
        return str(fault.reason)
    return _("Line %(line)d: %(reason)s") % {"line": fault.line, "reason": fault.reason}


@captions_required
@require_POST
def checked(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """Somebody has read them along with the recording."""
    Captions.objects.filter(recording=pk, language=language).update(state=Captions.State.CHECKED)
    return redirect("office_recording_captions", pk=pk)


@recordings_required
@require_POST
def take_away(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    Captions.objects.filter(recording=pk, language=language).delete()
    return redirect("office_recording_captions", pk=pk)
