"""The moderators' desk: hide a message or bring it back, exclude who wrote it for the evening or lift that.

Each of these is written down (`ChatDeed`) together with what it does, and told to every open page after commit. False
means that there was nothing to do (any more): a page that lay open for long changes nothing.
"""

from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from asgiref.sync import async_to_sync
from django.db import transaction
from django.db.models import Q, QuerySet

from kultour.accounts.models import User
from streaming.chat import exclusion, room
from streaming.models import Ban, ChatDeed, ChatMessage
from streaming.signalling import fanout, messages

UNDO = timedelta(minutes=10)
"""For so long a hidden message can be brought back; after that everybody has forgotten what it was about."""
PENDING = Q(reported__isnull=False, cleared=None, hidden=None)
"""Reported, and nobody has decided yet."""
Kind = ChatDeed.Kind


@transaction.atomic
def hide(number: int, by: User, now: datetime, why: str = "") -> bool:
    """Nobody in the audience sees this message any more."""
    return _hide(ChatMessage.objects.filter(pk=number), by, now, why)


@transaction.atomic
def bring_back(number: int, by: User, now: datetime) -> bool:
    """It stands where it stood. The words are evidence of nothing then, and are no longer kept."""
    if not ChatMessage.objects.filter(pk=number, hidden__gt=now - UNDO).update(hidden=None, cleared=now):
        return False
    message = ChatMessage.objects.get(pk=number)
    _forget_words(number, Kind.HIDDEN, Kind.EXCLUDED)
    _note(Kind.BACK, by, now, [message], words=False)
    _tell(messages.ChatRestored(message.stage, **vars(room.as_line(message))))
    return True


@transaction.atomic
def clear(number: int, by: User, now: datetime) -> bool:
    """It was reported, and may stand; who reports it again changes nothing."""
    if not ChatMessage.objects.filter(PENDING, pk=number).update(cleared=now):
        return False
    _note(Kind.CLEARED, by, now, [ChatMessage.objects.get(pk=number)], words=False)
    return True


def exclude(number: int, by: User, now: datetime, why: str = "", *, hide_all: bool = False) -> bool:
    """Who wrote this message writes no more until the evening is over; `hide_all` their messages, too."""
    message = ChatMessage.objects.filter(pk=number).first()
    if message is None or (until := exclusion.end_of_evening(message.said)) <= now:
        return False
    is_new = _write_down(message, until, by, now, why)
    if not hide_all:
        return is_new
    # Only once everybody can read of the exclusion: whatever is written until then is among them (see `room.remember`).
    with transaction.atomic():
        return _hide(ChatMessage.objects.filter(seat=message.seat), by, now, why) or is_new


@transaction.atomic
def _write_down(message: ChatMessage, until: datetime, by: User, now: datetime, why: str) -> bool:
    about = {"name": message.name, "stage": message.stage, "message": message.pk, "since": now, "until": until}
    _ban, is_new = Ban.objects.get_or_create(seat=message.seat, defaults=about)
    if is_new:
        _note(Kind.EXCLUDED, by, now, [message], why)
    return is_new


@transaction.atomic
def lift(ban: int, by: User, now: datetime) -> bool:
    """They may write again."""
    found = Ban.objects.select_for_update().filter(pk=ban).first()
    if found is None:
        return False
    found.delete()
    _forget_words(found.message, Kind.EXCLUDED)
    about = {"stage": found.stage, "message": found.message}
    ChatDeed.objects.create(at=now, kind=Kind.LIFTED, by=by, by_name=by.display_name, **about)
    return True


def give_reason(number: int, by: User, why: str) -> bool:
    """Why they hid a message: there is time to say so once it is gone. Nobody else speaks for them in the log."""
    return bool(ChatDeed.objects.filter(message=number, kind=Kind.HIDDEN, by=by).exclude(text="").update(why=why))


def _hide(rows: QuerySet[ChatMessage], by: User, now: datetime, why: str) -> bool:
    found = list(rows.filter(hidden=None).select_for_update().order_by("stage", "pk"))
    ChatMessage.objects.filter(pk__in=[message.pk for message in found]).update(hidden=now)
    _note(Kind.HIDDEN, by, now, found, why)
    for stage, group in groupby(found, lambda message: message.stage):
        _tell(messages.ChatHidden(stage, [message.pk for message in group]))
    return bool(found)


def _note(
    kind: object, by: User, now: datetime, about: list[ChatMessage], why: str = "", *, words: bool = True
) -> None:
    ChatDeed.objects.bulk_create(
        ChatDeed(
            at=now,
            kind=kind,
            by=by,
            by_name=by.display_name,
            stage=message.stage,
            message=message.pk,
            said=message.said,
            name=message.name if words else "",
            text=message.text if words else "",
            why=why,
        )
        for message in about
    )


def _forget_words(number: int, *kinds: object) -> None:
    ChatDeed.objects.filter(kind__in=kinds, message=number).update(name="", text="")


def _tell(message: Any) -> None:
    # With the channel layer away the deed is done all the same: open pages hear of it when the layer is back, others
    # read so in the history. Robust: a fault in telling must not look as if nothing had been done.
    transaction.on_commit(lambda: async_to_sync(fanout.tell_surely)(room.heard_in(message.stage), message), robust=True)
