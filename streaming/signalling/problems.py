"""Refusals, said once for both doors: a problem document for encoders (RFC 9457), a reason and a sentence for pages."""

import json
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext_lazy as _

from streaming import relay
from streaming.chat.moderation import Unsayable
from streaming.control_room import NotLive, NotYours, StageTaken, UnknownStage
from streaming.relays import NoRelay
from streaming.signalling.keys import KeyUnknown, OtherStage
from streaming.signalling.wire import BadMessage


@dataclass(frozen=True)
class Refusal:
    """`reason`: code in the catalogue of messages; `status`: of HTTP; `retry_after` in seconds."""

    reason: str
    status: int
    text: str | Promise
    retry_after: int | None = None


_REFUSALS: dict[type[Exception], Refusal] = {
    KeyUnknown: Refusal(
        "not_allowed", 401, _("This key is not valid (any more). Please ask the culture office for a new one.")
    ),
    OtherStage: Refusal("not_allowed", 403, _("This key is for another stage.")),
    UnknownStage: Refusal("not_allowed", 404, _("There is no such stage.")),
    NotYours: Refusal("not_allowed", 404, _("There is no such session.")),
    StageTaken: Refusal(
        "stage_taken",
        409,
        _("Somebody else is already playing on this stage. As soon as they have finished, you can go on air."),
    ),
    NotLive: Refusal(
        "not_allowed",
        403,
        _("You have said that this performance is not to be shown live. You can change that backstage."),
    ),
    relay.NotOnAir: Refusal("not_on_air", 409, _("This stage is not on air at the moment."), retry_after=10),
    relay.NoSeat: Refusal("no_seat", 503, _("The front row is full. Please try again later."), retry_after=20),
    relay.NoH264: Refusal(
        "no_h264",
        406,
        _("The picture must be H.264. In OBS: Settings → Output → Video Encoder → x264 or another H.264."),
    ),
    relay.NoOpus: Refusal(
        "no_opus", 406, _("The sound must be Opus. In OBS: Settings → Output → Audio Encoder → Opus.")
    ),
    relay.TooSoon: Refusal("too_fast", 429, _("That was a lot at once. Please wait a moment."), retry_after=1),
    relay.OfferTooLarge: Refusal("offer_refused", 413, _("The offer is larger than 64 KB.")),
    relay.OfferRefused: Refusal("offer_refused", 400, _("This offer cannot be understood or is not allowed.")),
    NoRelay: Refusal("unavailable", 503, _("The transmission is just starting. Please try again."), retry_after=3),
    BadMessage: Refusal("bad_message", 400, _("The page sent something that cannot be understood. Please reload it.")),
}
_UNSAYABLE = {
    "excluded": _(
        "You cannot write in the chat any more today; you can go on watching and reading. If you think that this is a "
        "mistake, please turn to the culture office: the address is in the legal notice."
    ),
    "too_new": _("Who has just come can write here after one minute at the moment. Please send it again then."),
    "empty": _("Please write something first."),
    "too_long": _("That is too long."),
    "too_fast": _("That was a lot at once. Please wait a moment."),
    "taken": _(
        "With this name you would be taken for the culture office or for an artist. Please choose another one. If you "
        "are an artist yourself, open your personal link first."
    ),
}
REFUSING: tuple[type[Exception], ...] = (*_REFUSALS, Unsayable)


def refusal(error: Exception) -> Refusal:
    """What to say about an error of `REFUSING`; the most particular entry of its class counts."""
    if isinstance(error, Unsayable):
        status = {"too_fast": 429, "too_new": 429, "excluded": 403}.get(error.reason, 400)
        return Refusal(error.reason, status, _UNSAYABLE[error.reason])
    return next(_REFUSALS[kind] for kind in type(error).__mro__ if kind in _REFUSALS)


def problem(request: HttpRequest, error: Exception) -> HttpResponse:
    """The answer to a machine, in the language it asks for."""
    found = refusal(error)
    with override(get_language_from_request(request)):
        body = {"type": "about:blank", "status": found.status, "title": found.reason, "detail": str(found.text)}
    response = HttpResponse(
        json.dumps(body, ensure_ascii=False), status=found.status, content_type="application/problem+json"
    )
    if found.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    if found.retry_after:
        response["Retry-After"] = str(found.retry_after)
    return response
