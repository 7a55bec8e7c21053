"""The catalogue of everything said on `/ws`, in both directions.

Each message is a class; its name on the wire stands in `FROM_PAGE` or `TO_PAGE`. The browser's types
(`frontend/shared/messages.ts`) are generated from here: `python3 -m kultour manage write_messages`. How a message
becomes a frame, and a frame a message, stands in `wire`.
"""

from dataclasses import dataclass, field

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
class ChatFollow:
    """Tell me what is said in every room, as anybody can hear it there: for the moderators' page, by its ticket."""


@dataclass(frozen=True)
class ChatSay:
    request: int
    text: str


@dataclass(frozen=True)
class ChatReport:
    """The moderators should look at this message."""

    request: int
    id: int


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
    "chat.follow": ChatFollow,
    "chat.say": ChatSay,
    "chat.report": ChatReport,
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
class ChatHidden:
    """The moderation took these away: remove them, and show them no more however they come."""

    stage: str
    ids: list[int]


@dataclass(frozen=True)
class ChatRestored:
    """What was hidden stands again where it stood, by its number."""

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
class ChatReported:
    request: int
    id: int


@dataclass(frozen=True)
class ChatReports:
    """To the moderators' page: something was reported. What it is stands behind their door only."""


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
    ChatHidden: "chat.hidden",
    ChatRestored: "chat.restored",
    ChatAccepted: "chat.accepted",
    ChatReported: "chat.reported",
    ChatReports: "chat.reports",
    Refused: "refused",
    Pong: "pong",
}
