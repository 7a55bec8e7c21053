"""A stage's chat: judge, store, fan out."""

from datetime import datetime

from streaming.chat import exclusion
from streaming.chat.moderation import Bucket, Unsayable, sayable
from streaming.models import ChatMessage
from streaming.retention import CHAT_LIFE
from streaming.signalling import fanout, messages, tickets
from streaming.threads import in_thread

HISTORY = 50
SEATS_KNOWN = 10_000

EVERY_ROOM = "chats"

REPORTS_AT_ONCE = 5
REPORTS_PER_SECOND = 1 / 60

_buckets: dict[str, Bucket] = {}
_report_buckets: dict[str, Bucket] = {}


def room_name(stage: str) -> str:
    return f"chat:{stage}"


def heard_in(stage: str) -> list[str]:
    return [room_name(stage), EVERY_ROOM]


async def say(stage: str, seat: str, name: str, text: str, now: datetime) -> ChatMessage:
    """One visitor says one thing. Raises `Unsayable`; otherwise everybody in the room hears it."""
    judged = judge(seat, text, now)
    message = await remember(stage, seat, name, judged, now)
    await fanout.tell(heard_in(stage), messages.ChatMessage(stage=stage, **vars(as_line(message))))
    return message


def judge(seat: str, text: str, now: datetime) -> str:
    judged = sayable(text)
    _take(_buckets, seat, Bucket(), now)
    return judged


def bucket_for_reports() -> Bucket:
    """More of them are no help to the moderators: a handful at once, then one a minute."""
    return Bucket(tokens=REPORTS_AT_ONCE, size=REPORTS_AT_ONCE, refill=REPORTS_PER_SECOND)


def _take(buckets: dict[str, Bucket], seat: str, full: Bucket, now: datetime) -> None:
    if len(buckets) >= SEATS_KNOWN:
        buckets.clear()
    if not buckets.setdefault(seat, full).takes(now.timestamp()):
        raise Unsayable("too_fast")


@in_thread
def remember(stage: str, seat: str, name: str, text: str, now: datetime) -> ChatMessage:
    """Raises `Unsayable` for whom the moderation has excluded."""
    mark = refuse_excluded(stage, seat, now)
    message = ChatMessage.objects.create(stage=stage, seat=mark, name=name, text=text, said=now)
    try:
        # Once more: an exclusion of this very moment has either hidden the message or is seen here.
        refuse_excluded(stage, seat, now)
    except Unsayable:
        message.delete()
        raise
    return message


def refuse_excluded(stage: str, seat: str, now: datetime) -> str:
    """What a message remembers of this seat; raises `Unsayable` for whom the moderation has excluded."""
    mark = tickets.seat_of_the_day(seat, exclusion.evening_of(now))
    exclusion.refuse_excluded(stage, mark, tickets.age_of(seat, now), now)
    return mark


async def report(stage: str, number: int, seat: str, now: datetime) -> None:
    """Somebody in the audience asks the moderators to look at this message; by whom is not kept. Raises `Unsayable`
    for whoever reports too much, or may not write themselves."""
    _take(_report_buckets, seat, bucket_for_reports(), now)
    if await take_report(stage, number, seat, now):
        await fanout.tell([EVERY_ROOM], messages.ChatReports())


@in_thread
def take_report(stage: str, number: int, seat: str, now: datetime) -> bool:
    """Whether it is the first one; what the moderators have found in order stays so."""
    refuse_excluded(stage, seat, now)
    first = ChatMessage.objects.filter(pk=number, stage=stage, hidden=None, reported=None)
    return bool(first.update(reported=now))


@in_thread
def history(stage: str, now: datetime) -> list[messages.ChatLine]:
    """What was last said, oldest first."""
    recent = ChatMessage.objects.filter(stage=stage, hidden=None, said__gt=now - CHAT_LIFE).order_by("-pk")[:HISTORY]
    return [as_line(message) for message in reversed(recent)]


def as_line(message: ChatMessage) -> messages.ChatLine:
    return messages.ChatLine(message.pk, message.name, message.text, message.said.isoformat(timespec="seconds"))
