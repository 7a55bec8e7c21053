"""Messages of the catalogue as text frames.

Those from a page are parsed strictly: unknown names, missing, surplus or wrongly typed fields are refused.
"""

import json
from dataclasses import MISSING, Field, asdict, fields
from typing import Any, get_type_hints

from streaming.signalling.messages import FROM_PAGE, TO_PAGE

MAX_SDP = 64 * 1024
MAX_WORD = 200
MAX_STAGES = 64


class BadMessage(ValueError):
    """A message that no page of ours would send; the text says what is wrong with it."""


def encode(message: Any) -> str:
    """One text frame."""
    return json.dumps({"type": TO_PAGE[type(message)], **asdict(message)}, ensure_ascii=False)


def decode(frame: str) -> Any:
    """The message in a text frame from a page; raises `BadMessage`."""
    try:
        raw = json.loads(frame)
    except (ValueError, RecursionError) as error:
        raise BadMessage("not JSON") from error
    if not isinstance(raw, dict) or not isinstance(raw.get("type"), str):
        raise BadMessage("no type")
    kind = FROM_PAGE.get(raw.pop("type"))
    if kind is None:
        raise BadMessage("unknown type")
    known = {one.name: one for one in fields(kind)}
    if surplus := raw.keys() - known.keys():
        raise BadMessage(f"unknown field {min(surplus)[:40]!r}")
    hints = get_type_hints(kind)
    return kind(**{name: checked(raw, one, hints[name]) for name, one in known.items() if name in raw or needed(one)})


def needed(one: Field[Any]) -> bool:
    return one.default is MISSING and one.default_factory is MISSING


def checked(raw: dict[str, Any], one: Field[Any], hint: Any) -> Any:
    if one.name not in raw:
        raise BadMessage(f"{one.name} is missing")
    value = raw[one.name]
    if hint is int:
        if type(value) is not int or not 0 <= value < 2**53:
            raise BadMessage(f"{one.name} is not a number")
    elif hint is bool:
        if type(value) is not bool:
            raise BadMessage(f"{one.name} is neither true nor false")
    elif hint is str:
        if not is_text(value, MAX_WORD if one.name in {"stage", "session"} else MAX_SDP):
            raise BadMessage(f"{one.name} is not a text of a sensible length")
    elif not isinstance(value, list) or len(value) > MAX_STAGES or not all(is_text(v, MAX_WORD) for v in value):
        raise BadMessage(f"{one.name} is not a list of texts")
    return value


def is_text(value: Any, longest: int) -> bool:
    """A text that can be kept and sent again: half a surrogate pair has no bytes, and no PostgreSQL takes a NUL."""
    if not isinstance(value, str) or len(value) > longest or "\0" in value:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
