"""What the WHIP and the WHEP door have in common: methods, CORS, reading an offer, the answer with its Location."""

from collections.abc import Awaitable, Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from streaming.relay import OfferHostile, OfferTooLarge
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
            response["Access-Control-Allow-Origin"] = "*"
            response["Access-Control-Allow-Methods"] = allowed
            response["Access-Control-Allow-Headers"] = "Authorization, Content-Type, If-Match"
            response["Access-Control-Expose-Headers"] = "Location, ETag, Link"
            response["Cache-Control"] = "no-store"
            return response

        return answered

    return wrap


def offer_of(request: HttpRequest) -> str | None:
    """The offer in a POST; None when it is not declared as SDP. Raises the relay's refusals."""
    if request.content_type != SDP:
        return None
    if len(request.body) > MAX_OFFER:
        raise OfferTooLarge
    try:
        return request.body.decode()
    except UnicodeDecodeError as error:
        raise OfferHostile from error


def created(answer: str, location: str, session: str) -> HttpResponse:
    """201 with the answer (RFC 9725, section 4.2)."""
    return HttpResponse(answer, status=201, content_type=SDP, headers={"Location": location, "ETag": f'"{session}"'})


def not_sdp() -> HttpResponse:
    return HttpResponse(status=415)
