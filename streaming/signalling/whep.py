"""The door for other people's players: WHEP, draft-ietf-wish-whep-03. Our own pages use the WebSocket."""

from time import monotonic

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from events import programme
from streaming import statistics
from streaming.control_room import NotYours, UnknownStage
from streaming.relays import control_room
from streaming.signalling.door import created, door, not_sdp, offer_of, patched
from streaming.threads import in_thread


@door("POST")
async def whep(request: HttpRequest, stage: str) -> HttpResponse:
    """A player takes a seat: 201 with the answer; 409 while nobody plays, 503 when the front row is full."""
    offer = offer_of(request)
    if offer is None:
        return not_sdp()
    if await in_thread(programme.stage)(stage) is None:
        raise UnknownStage(stage)
    room = control_room()
    viewer = room.watch(stage, offer)
    # Our own pages say so themselves, once for all the ways by which their picture may come.
    if (subject := room.played_on(stage)) and statistics.bound.admits(monotonic()):
        statistics.audience.start(subject)
    return created(viewer, reverse("whep_session", args=[stage, viewer.id]))


@door("DELETE", "PATCH")
async def whep_session(request: HttpRequest, stage: str, session: str) -> HttpResponse:
    """Only who holds the unguessable address can end the session, or go on with its ICE."""
    room = control_room()
    if session not in room.viewers:
        raise NotYours(session)
    if request.method == "PATCH":
        return patched(request, room.viewers[session])
    room.leave(session)
    return HttpResponse(status=200)
