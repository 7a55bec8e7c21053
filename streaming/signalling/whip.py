"""The encoder's door: WHIP, RFC 9725."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from streaming.control_room import NotYours, Performer
from streaming.relays import control_room
from streaming.signalling import keys
from streaming.signalling.door import created, door, not_sdp, offer_of, patched
from streaming.threads import in_thread


@door("POST")
async def whip(request: HttpRequest, stage: str) -> HttpResponse:
    """An artist's encoder goes on air: 201 with the answer, the session's address in Location."""
    performer = await bearer(request, stage)
    offer = offer_of(request)
    if offer is None:
        return not_sdp()
    publisher = await control_room().go_on_air(stage, performer, offer, timezone.now())
    return created(publisher, reverse("whip_session", args=[stage, publisher.id]))


@door("DELETE", "PATCH")
async def whip_session(request: HttpRequest, stage: str, session: str) -> HttpResponse:
    """DELETE ends the session, PATCH goes on with its ICE from another network."""
    performer = await bearer(request, stage)
    room = control_room()
    playing = room.on_stage.get(stage)
    if playing is None or playing.publisher.id != session or playing.performer.holder != performer.holder:
        raise NotYours(session)
    if request.method == "PATCH":
        return patched(request, playing.publisher)
    await room.end_session(stage, performer.holder, "ended", timezone.now())
    return HttpResponse(status=200)


async def bearer(request: HttpRequest, stage: str) -> Performer:
    """Who shows the bearer token of this request. Raises KeyUnknown, OtherStage."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip() or len(token) > 200:
        raise keys.KeyUnknown
    return await in_thread(keys.performer)(token.strip(), stage, timezone.now())
