"""What the moderators see: the messages of all stages in one list, and how it stands with each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from events import programme
from events.programme import Text
from streaming.chat import exclusion
from streaming.chat.desk import PENDING, UNDO
from streaming.models import Ban, ChatDeed, ChatMessage
from streaming.retention import CHAT_LIFE


@dataclass(frozen=True)
class Line:
    """A message in the moderators' list."""

    message: ChatMessage
    stage: str | Text
    hiding: ChatDeed | None
    """Who hid it, when and why."""
    ban: Ban | None
    """Its writer is excluded."""
    may_come_back: bool
    may_exclude: bool
    """The evening it was said on still goes on."""

    @property
    def is_reported(self) -> bool:
        return bool(self.message.reported and not self.message.cleared and not self.message.hidden)

    @property
    def state(self) -> str:
        """In words for the browser; whenever they change, the line has to be shown anew."""
        known = {
            "reported": self.is_reported,
            "hidden": self.message.hidden,
            "back": self.may_come_back,
            "excluded": self.ban,
        }
        why = [self.hiding.why] if self.hiding and self.hiding.why else []
        return " ".join([word for word, is_so in known.items() if is_so] + why)


def stage_names() -> dict[str, str | Text]:
    return {card.slug: card.short_name for card in programme.stages()}


def spoken(stage: str, now: datetime) -> QuerySet[ChatMessage]:
    """What was said, newest first, hidden or not; of one stage, or of all ("")."""
    rows = ChatMessage.objects.filter(said__gt=now - CHAT_LIFE).order_by("-pk")
    return rows.filter(stage=stage) if stage else rows


def reported(now: datetime) -> QuerySet[ChatMessage]:
    """What waits for a decision, on whatever stage, the longest waiting first."""
    return ChatMessage.objects.filter(PENDING, said__gt=now - CHAT_LIFE).order_by("reported", "pk")


def lines(shown: Sequence[ChatMessage], stages: dict[str, str | Text], now: datetime) -> list[Line]:
    bans = {ban.seat: ban for ban in excluded(now).filter(seat__in={message.seat for message in shown})}
    gone = [message.pk for message in shown if message.hidden]
    hidings = {
        deed.message: deed for deed in ChatDeed.objects.filter(kind=ChatDeed.Kind.HIDDEN, message__in=gone).reverse()
    }
    return [
        Line(
            message,
            stages.get(message.stage, message.stage),
            hidings.get(message.pk),
            bans.get(message.seat),
            may_come_back=bool(message.hidden and message.hidden > now - UNDO),
            may_exclude=exclusion.end_of_evening(message.said) > now,
        )
        for message in shown
    ]


def excluded(now: datetime) -> QuerySet[Ban]:
    """Who may not write now, the latest first."""
    return Ban.objects.filter(until__gt=now)
