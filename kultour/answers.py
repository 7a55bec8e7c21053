"""What other programs are told: our address in full, text that every format can carry, and no answer twice."""

import hashlib
import json
import unicodedata
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response


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


def document(request: HttpRequest, body: bytes, media_type: str) -> HttpResponseBase:
    """A document for programs of any origin, or 304 where they have it already.

    Told apart by its bytes alone: more can change it than is dated, and what is taken back makes the newest date older.
    """
    response = HttpResponse(body, content_type=media_type)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response.headers["ETag"] = etag
    answer = get_conditional_response(request, etag, None, response)
    assert answer is not None
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def as_json(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=1).encode()
