"""What other programs are told: our address in full, text that every format can carry, and no answer twice."""

import hashlib
import json
import unicodedata
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

LONGEST_SECOND = timedelta(seconds=1)


def site(request: HttpRequest) -> str:
    """`https://buehne.example.org`: as it is configured; else as it was asked for."""
    return settings.PUBLIC_ADDRESS or request.build_absolute_uri("/").rstrip("/")


def tidy(text: str) -> str:
    """Without what XML 1.0 or a calendar may not hold: control characters, surrogates, U+FFFE and U+FFFF. Lines end
    with one LF."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(each for each in lines if each in "\n\t" or not _is_unfit(each))


def _is_unfit(sign: str) -> bool:
    return unicodedata.category(sign) in {"Cc", "Cs"} or sign in "\ufffe\uffff"


def document(
    request: HttpRequest, body: bytes, media_type: str, *, changed: datetime | None, now: datetime
) -> HttpResponseBase:
    """A document for programs of any origin, or 304 where they have it already.

    `changed`: when its content last did; None where more can change it than is dated. HTTP knows whole seconds only
    (RFC 9110, 8.8.2.2): within the second of a change another one may follow, so nothing is said of it before that
    second is over.
    """
    response = HttpResponse(body, content_type=media_type)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response.headers["ETag"] = etag
    seconds = int(changed.timestamp()) if changed and now - changed > LONGEST_SECOND else None
    if seconds is not None:
        response.headers["Last-Modified"] = http_date(seconds)
    answer = get_conditional_response(request, etag, seconds, response)
    assert answer is not None
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def as_json(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=1).encode()
