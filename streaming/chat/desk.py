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
    _forget_words(Kind.HIDDEN, number)
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


@transaction.atomic
def exclude(number: int, by: User, now: datetime, why: str = "", *, hide_all: bool = False) -> bool:
    """Who wrote this message writes no more until the evening is over; `hide_all` their messages, too."""
    message = ChatMessage.objects.filter(pk=number).first()
    if message is None or (until := exclusion.end_of_evening(message.said)) <= now:
        return False
    about = {"name": message.name, "stage": message.stage, "message": number, "since": now, "until": until}
    _ban, is_new = Ban.objects.get_or_create(seat=message.seat, defaults=about)
    if is_new:
        _note(Kind.EXCLUDED, by, now, [message], why)
    is_hidden = hide_all and _hide(ChatMessage.objects.filter(seat=message.seat), by, now, why)
    return is_new or is_hidden


@transaction.atomic
def lift(ban: int, by: User, now: datetime) -> bool:
    """They may write again."""
    found = Ban.objects.select_for_update().filter(pk=ban).first()
    if found is None:
        return False
    found.delete()
    _forget_words(Kind.EXCLUDED, found.message)
    about = {"stage": found.stage, "message": found.message}
    ChatDeed.objects.create(at=now, kind=Kind.LIFTED, by=by, by_name=by.display_name, **about)
    return True


def give_reason(number: int, why: str) -> bool:
    """Why a message was hidden: there is time to say so once it is gone."""
    return bool(ChatDeed.objects.filter(message=number, kind=Kind.HIDDEN).exclude(text="").update(why=why))


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


def _forget_words(kind: object, number: int) -> None:
    ChatDeed.objects.filter(kind=kind, message=number).update(name="", text="")


def _tell(message: Any) -> None:
    # Robust: with the channel layer away the deed is done all the same, and every page reads so when it comes back.
    transaction.on_commit(lambda: async_to_sync(fanout.tell)(room.heard_in(message.stage), message), robust=True)
