"""What the WHIP and the WHEP door have in common: methods, CORS, reading an offer, the answer with its Location."""

from collections.abc import Awaitable, Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_etags
from django.views.decorators.csrf import csrf_exempt

from streaming.relay import SDP_FRAGMENT, OfferHostile, OfferTooLarge, Publisher, Viewer
from streaming.signalling.problems import REFUSING, problem

MAX_OFFER = 64 * 1024
SDP = "application/sdp"
View = Callable[..., Awaitable[HttpResponse]]


def door(*methods: str) -> Callable[[View], View]:
    """Answers OPTIONS (CORS), refuses other methods with 405, and turns refusals into problem documents."""
    allowed = ", ".join([*methods, "OPTIONS"])

    def wrap(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        async def answered(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
            if request.method == "OPTIONS":
                response = HttpResponse(status=204)
            elif request.method not in methods:
                response = HttpResponse(status=405)
            else:
                try:
                    response = await view(request, *args, **kwargs)
                except REFUSING as error:
                    response = problem(request, error)
            response["Allow"] = allowed
            if "POST" in methods:
                response["Accept-Post"] = SDP
            if "PATCH" in methods:
                response["Accept-Patch"] = SDP_FRAGMENT
            response["Access-Control-Allow-Origin"] = "*"
            response["Access-Control-Allow-Methods"] = allowed
            response["Access-Control-Allow-Headers"] = "Authorization, Content-Type, If-Match"
            response["Access-Control-Expose-Headers"] = "Location, ETag, Link"
            response["Cache-Control"] = "no-store"
            return response

        return answered

    return wrap


def text_of(request: HttpRequest, media_type: str) -> str | None:
    """What was sent; None when it is not declared as that. Raises the relay's refusals."""
    if request.content_type != media_type:
        return None
    if len(request.body) > MAX_OFFER:
        raise OfferTooLarge
    try:
        return request.body.decode()
    except UnicodeDecodeError as error:
        raise OfferHostile from error


def offer_of(request: HttpRequest) -> str | None:
    return text_of(request, SDP)


def created(session: Publisher | Viewer, location: str) -> HttpResponse:
    """201 with the answer (RFC 9725 section 4.2)."""
    headers = {"Location": location, "ETag": f'"{session.etag}"'}
    return HttpResponse(session.answer, status=201, content_type=SDP, headers=headers)


def patched(request: HttpRequest, session: Publisher | Viewer) -> HttpResponse:
    """Trickle: 204; ICE restart: 200 with our new names and their ETag. A request without If-Match, or for an ICE
    session that is over, changes nothing: 428, 412 (RFC 9725 section 4.3, RFC 6585 section 3)."""
    fragment = text_of(request, SDP_FRAGMENT)
    if fragment is None:
        return HttpResponse(status=415)
    matches = request.headers.get("If-Match")
    if matches is None:
        return HttpResponse(status=428)
    if matches.strip() != "*" and f'"{session.etag}"' not in parse_etags(matches):
        return HttpResponse(status=412)
    answer = session.trickle(fragment)
    if answer is None:
        return HttpResponse(status=204)
    return HttpResponse(answer, content_type=SDP_FRAGMENT, headers={"ETag": f'"{session.etag}"'})


def not_sdp() -> HttpResponse:
    return HttpResponse(status=415)
