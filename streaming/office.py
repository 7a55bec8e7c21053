"""The office's page about recordings: how far each one is, and one action for each fault."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from kultour.accounts.doors import right_required
from kultour.accounts.roles import Right
from streaming import archive, publication, shelf
from streaming.models import Recording

PER_PAGE = 25
DONE = "erledigt"
"""In the address after an action: which one the page tells about."""

recordings_required = right_required(Right.KEEP_RECORDINGS)


@dataclass(frozen=True)
class Sheet:
    """A page of the list, as `Paginator` needs it: only what is shown is read."""

    def __len__(self) -> int:
        return shelf.count()

    def __getitem__(self, span: slice) -> list[shelf.Listed]:
        return shelf.listed(timezone.now(), span.stop - span.start, span.start)


@recordings_required
@require_safe
def recordings(request: HttpRequest) -> HttpResponse:
    page = Paginator(Sheet(), PER_PAGE).get_page(request.GET.get("seite"))
    done = request.GET.get(DONE, "")
    context = {"page": page, "recordings": list(page), "done": done if done in ACTIONS else ""}
    return render(request, "office/recordings.html", context)


@recordings_required
@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """`erneut`, `ohne` or `zurueckziehen`; then back to the list, which tells what was done."""
    recording = get_object_or_404(Recording.objects.select_related("session"), pk=pk)
    ACTIONS[action](recording)
    return redirect(f"{reverse('office_recordings')}?{DONE}={action}")


def _withdraw(recording: Recording) -> None:
    publication.withdraw([recording.pk], timezone.now())


ACTIONS: dict[str, Callable[[Recording], None]] = {
    "erneut": archive.try_again,
    "ohne": archive.leave_out_missing,
    "zurueckziehen": _withdraw,
}
"""By the last word of the address."""
