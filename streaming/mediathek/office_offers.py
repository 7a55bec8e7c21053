"""The office's page about what is on offer to the town's archive: two buttons, and the package to hand over."""

from collections.abc import AsyncIterator, Iterator

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from streaming.mediathek import bag, handing_out, offers
from streaming.mediathek.office import PER_PAGE, recordings_required
from streaming.mediathek.publication import Door, Way, door
from streaming.models import ArchiveOffer
from streaming.threads import in_thread

WORDS = {"annehmen": str(ArchiveOffer.State.ACCEPTED), "ablehnen": str(ArchiveOffer.State.DECLINED)}
"""By the last word of the address."""


@recordings_required
@require_safe
def offers_page(request: HttpRequest) -> HttpResponse:
    page = Paginator(offers.to_be_answered_first(), PER_PAGE).get_page(request.GET.get("seite"))
    now = timezone.now()
    rows = [(offer, door(offer.recording, Way.WATCH, now) == Door.OPEN) for offer in page]
    return render(request, "office/offers.html", {"page": page, "offers": rows})


@recordings_required
@require_POST
def answer(request: HttpRequest, pk: int, word: str) -> HttpResponse:
    """What lay open for too long changes nothing; the list says how it stands."""
    offers.answer(pk, WORDS[word], timezone.now())
    return redirect("office_offers")


@recordings_required
@require_safe
def package(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The bag of an accepted recording, built while it is sent; 404 where there is none."""
    now = timezone.now()
    offer = get_object_or_404(
        ArchiveOffer.objects.select_related("recording__session__act", "recording__session__performance"), pk=pk
    )
    recording = offer.recording
    if not offers.packable(recording, now) or not recording.segments.exists():
        raise Http404
    pieces = bag.as_tar(recording.slug, bag.entries(recording, now), now)
    headers = {
        "Content-Disposition": f'attachment; filename="{recording.slug}.tar"',
        "Cache-Control": "private, no-store",
    }
    return StreamingHttpResponse(_sent(pieces, recording.pk), content_type="application/x-tar", headers=headers)


async def _sent(pieces: Iterator[bytes], recording: int) -> AsyncIterator[bytes]:
    """Each file asks anew whether it may still be handed over."""
    async with handing_out.taking:
        while (piece := await in_thread(next)(pieces, None)) is not None:
            if not await in_thread(handing_out.still_open)(recording, Way.WATCH):
                raise handing_out.Interrupted("it may not be handed over any more")
            yield piece
