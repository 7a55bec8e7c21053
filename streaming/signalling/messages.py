"""The catalogue of everything said on `/ws`, in both directions.

Each message is a class; its name on the wire stands in `FROM_PAGE` or `TO_PAGE`. The browser's types
(`frontend/shared/messages.ts`) are generated from here: `python3 -m kultour manage write_messages`.
Messages from a page are parsed strictly: unknown names, missing, surplus or wrongly typed fields are refused.
"""

import json
import types
from dataclasses import MISSING, Field, asdict, dataclass, field, fields
from typing import Any, Union, get_args, get_origin, get_type_hints

MAX_SDP = 64 * 1024
MAX_WORD = 200
MAX_STAGES = 64


class BadMessage(ValueError):
    """A message that no page of ours would send; the text says what is wrong with it."""


# --- from the page ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Hello:
    """First of all: who is speaking. Said again after a name was chosen."""

    ticket: str = ""


@dataclass(frozen=True)
class StageFollow:
    """Tell me how it stands with these stages (none: with all), now and at every change."""

    stages: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class WatchOffer:
    request: int
    stage: str
    sdp: str


@dataclass(frozen=True)
class StageHop:
    """Show me another stage in the session I have."""

    request: int
    session: str
    stage: str


@dataclass(frozen=True)
class WatchPicture:
    """Sound only (`wanted` false), or the picture too. Said again on a new socket, which from then on hears of the
    line."""

    session: str
    wanted: bool


@dataclass(frozen=True)
class WatchLeave:
    session: str


@dataclass(frozen=True)
class OnAirOffer:
    """`rehearsal`: only to try it out; nothing of it is kept."""

    request: int
    stage: str
    sdp: str
    rehearsal: bool = False


@dataclass(frozen=True)
class OnAirEnd:
    request: int


@dataclass(frozen=True)
class ChatJoin:
    stage: str


@dataclass(frozen=True)
class ChatSay:
    request: int
    text: str


@dataclass(frozen=True)
class Ping:
    pass


FROM_PAGE: dict[str, type] = {
    "hello": Hello,
    "stage.follow": StageFollow,
    "watch.offer": WatchOffer,
    "stage.hop": StageHop,
    "watch.picture": WatchPicture,
    "watch.leave": WatchLeave,
    "on_air.offer": OnAirOffer,
    "on_air.end": OnAirEnd,
    "chat.join": ChatJoin,
    "chat.say": ChatSay,
    "ping": Ping,
}

# --- to the page --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Welcome:
    """`name`: what the chat calls this visitor, null before a name was chosen."""

    name: str | None


@dataclass(frozen=True)
class WatchAnswer:
    request: int
    session: str
    sdp: str


@dataclass(frozen=True)
class StageHopped:
    request: int
    session: str
    stage: str


@dataclass(frozen=True)
class WatchLine:
    """What is sent on a front-row session now. `picture` false though it is `wanted`: the visitor's line is too thin
    for it; it comes back by itself once the line has been clean for 20 s."""

    session: str
    picture: bool
    wanted: bool


@dataclass(frozen=True)
class OnAirAnswer:
    request: int
    session: str
    sdp: str


@dataclass(frozen=True)
class OnAirState:
    """To the artist, once a second: what of her arrives at the server. `bitrate` in bit/s, `picture_age` in seconds.
    `path`: udp, tcp, or null while not connected. `fault` of the encoder: b_frames (browsers cannot show them in
    order), keyframes (none for about 4 s although asked for), or null."""

    connected: bool
    video: bool
    audio: bool
    picture_age: float | None
    bitrate: int
    since: str
    ended: str | None
    path: str | None
    fault: str | None


@dataclass(frozen=True)
class OnAirEnded:
    request: int


@dataclass(frozen=True)
class StageState:
    """`state`: off, on_air or stalled. `rehearsal`: an artist tries it out, or a synthetic one of the demo plays."""

    stage: str
    state: str
    since: str | None
    title: str
    act: str | None
    rehearsal: bool


@dataclass(frozen=True)
class ProgrammeChanged:
    performance: int
    stages: list[str]
    version: int


@dataclass(frozen=True)
class ChatLine:
    id: int
    name: str
    text: str
    at: str


@dataclass(frozen=True)
class ChatHistory:
    stage: str
    messages: list[ChatLine]


@dataclass(frozen=True)
class ChatMessage:
    stage: str
    id: int
    name: str
    text: str
    at: str


@dataclass(frozen=True)
class ChatAccepted:
    request: int
    id: int


@dataclass(frozen=True)
class Refused:
    """`text` is the sentence for the visitor in the page's language. `request` is 0 for a message without one."""

    request: int
    reason: str
    text: str


@dataclass(frozen=True)
class Pong:
    pass


TO_PAGE: dict[type, str] = {
    Welcome: "welcome",
    WatchAnswer: "watch.answer",
    StageHopped: "stage.hopped",
    WatchLine: "watch.line",
    OnAirAnswer: "on_air.answer",
    OnAirState: "on_air.state",
    OnAirEnded: "on_air.ended",
    StageState: "stage.state",
    ProgrammeChanged: "programme.changed",
    ChatHistory: "chat.history",
    ChatMessage: "chat.message",
    ChatAccepted: "chat.accepted",
    Refused: "refused",
    Pong: "pong",
}


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


# --- the browser's side of the catalogue --------------------------------------------------------------------------

HEAD = """// Generated from streaming/signalling/messages.py by `python3 -m kultour manage write_messages`.
"""


def typescript() -> str:
    """The whole catalogue as TypeScript types."""
    parts = [HEAD, interface(ChatLine, None)]
    parts += [interface(kind, name) for name, kind in FROM_PAGE.items()]
    parts += [interface(kind, name) for kind, name in TO_PAGE.items()]
    parts.append(union("FromPage", list(FROM_PAGE.values())))
    parts.append(union("ToPage", list(TO_PAGE)))
    return "\n".join(parts)


def union(name: str, kinds: list[type]) -> str:
    return f"export type {name} =\n" + "\n".join(f"  | {kind.__name__}" for kind in kinds) + ";\n"


def interface(kind: type, name: str | None) -> str:
    hints = get_type_hints(kind)
    lines = [f'  type: "{name}";'] if name else []
    lines += [f"  {one.name}{'' if needed(one) else '?'}: {ts_type(hints[one.name])};" for one in fields(kind)]
    return f"export interface {kind.__name__} {{\n" + "\n".join(lines) + "\n}\n"


def ts_type(hint: Any) -> str:
    if get_origin(hint) is list:
        return f"{ts_type(get_args(hint)[0])}[]"
    if get_origin(hint) in {Union, types.UnionType}:
        return " | ".join(ts_type(one) for one in get_args(hint))
    names = {int: "number", float: "number", str: "string", bool: "boolean", type(None): "null"}
    return names.get(hint) or hint.__name__
