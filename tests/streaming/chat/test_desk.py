"""What the moderators do to the chat: nothing of what they took away is heard or read again, on no way."""

from datetime import timedelta

import pytest
from channels.layers import get_channel_layer
from django.db import transaction
from django.db.models.signals import post_save, pre_save

from kultour.accounts.models import User
from kultour.accounts.roles import Role
from streaming.chat import desk, exclusion, overview, room
from streaming.chat.moderation import Unsayable
from streaming.models import Ban, ChatDeed, ChatMessage
from streaming.signalling import fanout, messages, tickets, wire
from streaming.threads import in_thread
from tests.streaming.chat.test_room import NOW, Ear, heard_by, listening

__all__ = ["listening"]
IN_THREADS = pytest.mark.django_db(transaction=True)
"""What threads write, they have to see."""
MIDNIGHT, FIVE = NOW + timedelta(hours=2), NOW + timedelta(hours=7)
"""In Paderborn; it is ten in the evening."""


@pytest.fixture
def mo(db) -> User:
    return User.objects.create(username="mo", role=Role.MODERATOR)


@pytest.fixture
def vera(listening):
    ear = Ear()
    fanout.rooms.enter(room.room_name("dom"), ear)
    yield ear
    fanout.rooms.leave_all(ear)


def said(text: str, seat: str = "troll", stage: str = "dom") -> ChatMessage:
    mark = tickets.seat_of_the_day(seat, exclusion.evening_of(NOW))
    return ChatMessage.objects.create(stage=stage, seat=mark, name=seat.title(), text=text, said=NOW)


def deeds() -> list[tuple[str, str, str, str]]:
    return list(ChatDeed.objects.order_by("pk").values_list("kind", "by_name", "text", "why"))


async def says(seat: str, when, stage: str = "dom") -> str:
    """What becomes of it: the reason why it is refused, or nothing."""
    room._buckets.clear()
    try:
        await room.say(stage, seat, seat.title(), "Hallo", when)
    except Unsayable as refused:
        return refused.reason
    return ""


async def read(stage: str = "dom") -> list[str]:
    return [line.text for line in await room.history(stage, NOW)]


@IN_THREADS
async def test_a_hidden_message_vanishes_for_all_and_comes_back_to_its_place(vera, mo):
    first, gift, last = [await in_thread(said)(text) for text in ("Guten Abend", "Gift", "Bravo")]
    assert await in_thread(desk.hide)(gift.pk, mo, NOW)
    assert await heard_by(vera, 1) == [wire.encode(messages.ChatHidden("dom", [gift.pk]))]
    assert await read() == ["Guten Abend", "Bravo"]
    assert await in_thread(desk.bring_back)(gift.pk, mo, NOW + timedelta(minutes=9))
    back = messages.ChatRestored("dom", **vars(room.as_line(gift)))
    assert (await heard_by(vera, 2))[1:] == [wire.encode(back)]
    assert await read() == ["Guten Abend", "Gift", "Bravo"]
    assert first.pk < gift.pk < last.pk


@IN_THREADS
async def test_with_the_channel_layer_away_open_pages_hear_all_the_same_and_in_order(vera, mo, monkeypatch):
    async def away(*words: object) -> None:
        raise ConnectionError

    gift = await in_thread(said)("Gift")
    monkeypatch.setattr(get_channel_layer(), "group_send", away)
    assert await in_thread(desk.hide)(gift.pk, mo, NOW)
    await fanout.tell_rest()
    monkeypatch.undo()
    assert await in_thread(desk.bring_back)(gift.pk, mo, NOW)
    await fanout.tell_rest()
    gone = wire.encode(messages.ChatHidden("dom", [gift.pk]))
    back = wire.encode(messages.ChatRestored("dom", **vars(room.as_line(gift))))
    assert (await heard_by(vera, 4), len(fanout._untold)) == ([gone, back, gone, back], 0)


@IN_THREADS
async def test_what_is_written_in_the_moment_of_the_exclusion_does_not_survive_it(listening, mo):
    """Between the question whether somebody is excluded and the writing; and until everybody can read that they are."""
    gift, meanwhile = await in_thread(said)("Gift"), []

    def excludes(**kwargs: object) -> None:
        pre_save.disconnect(excludes, ChatMessage)
        desk.exclude(gift.pk, mo, NOW, hide_all=True)

    def writes(**kwargs: object) -> None:
        transaction.on_commit(lambda: meanwhile.append(said("Galle")))

    post_save.connect(writes, Ban)
    pre_save.connect(excludes, ChatMessage)
    assert await says("troll", NOW) == "excluded"
    post_save.disconnect(writes, Ban)
    left = await in_thread(lambda: list(ChatMessage.objects.order_by("pk").values_list("text", "hidden")))()
    assert left == [("Gift", NOW), ("Galle", NOW)]


@IN_THREADS
async def test_who_is_excluded_writes_on_no_way_until_the_evening_is_over_and_nothing_of_theirs_is_read(vera, mo):
    here, elsewhere = await in_thread(said)("Gift"), await in_thread(said)("Galle", stage="schloss")
    await in_thread(desk.exclude)(here.pk, mo, NOW, "rules", hide_all=True)
    assert await heard_by(vera, 1) == [wire.encode(messages.ChatHidden("dom", [here.pk]))]
    # The same page, another tab or a new connection bring the same seat; another stage is no way around it either.
    refused = [await says("troll", when, stage) for when in (NOW, MIDNIGHT) for stage in ("dom", "schloss")]
    assert (refused, await says("vera", NOW)) == (["excluded"] * 4, "")
    assert (await read(), await read("schloss"), len(vera.frames)) == (["Hallo"], [], 2)
    assert await says("troll", FIVE) == ""
    hidden = set(await in_thread(lambda: list(ChatMessage.objects.exclude(hidden=None).values_list("pk", flat=True)))())
    assert hidden == {here.pk, elsewhere.pk}


def test_each_deed_is_written_down_and_words_that_came_back_are_not_kept(mo):
    gift, galle = said("Gift"), said("Galle")
    other = User.objects.create(username="ida", role=Role.OFFICE)
    assert desk.hide(gift.pk, mo, NOW) and desk.give_reason(gift.pk, mo, "law")
    assert not desk.give_reason(gift.pk, other, "advertising")
    assert desk.hide(galle.pk, mo, NOW) and desk.bring_back(galle.pk, mo, NOW)
    assert desk.exclude(galle.pk, mo, NOW, "advertising") and desk.lift(Ban.objects.get().pk, mo, NOW)
    assert deeds() == [
        ("hidden", "mo", "Gift", "law"), ("hidden", "mo", "", ""), ("back", "mo", "", ""),
        ("excluded", "mo", "", "advertising"), ("lifted", "mo", "", ""),
    ]  # fmt: skip
    exclusion.refuse_excluded("dom", galle.seat, timedelta.max, NOW)


def test_words_that_came_back_are_not_kept_for_the_exclusion_either(mo):
    gift = said("Gift")
    assert desk.exclude(gift.pk, mo, NOW, hide_all=True) and desk.bring_back(gift.pk, mo, NOW)
    assert deeds() == [("excluded", "mo", "", ""), ("hidden", "mo", "", ""), ("back", "mo", "", "")]


@IN_THREADS
async def test_a_report_is_told_once_and_what_was_found_in_order_stays_so(listening, mo):
    gift = await in_thread(said)("Gift")
    desk_page = Ear()
    fanout.rooms.enter(room.EVERY_ROOM, desk_page)
    for stage in ("dom", "dom", "schloss"):
        await room.report(stage, gift.pk, "vera", NOW)
    assert await heard_by(desk_page, 1) == [wire.encode(messages.ChatReports())]
    decided = [await in_thread(desk.clear)(gift.pk, mo, NOW) for _ in range(2)]
    await room.report("dom", gift.pk, "vera", NOW)
    waiting = await in_thread(lambda: overview.reported(NOW).count())()
    assert (decided, waiting, await in_thread(deeds)()) == ([True, False], 0, [("cleared", "mo", "", "")])
    fanout.rooms.leave_all(desk_page)


@IN_THREADS
async def test_who_reports_everything_or_is_excluded_moves_nothing(listening, mo):
    lines = [await in_thread(said)(text, "vera") for text in "123456"]
    await in_thread(desk.exclude)((await in_thread(said)("Gift")).pk, mo, NOW)
    newcomer, refused = tickets.new_seat(NOW), []
    for seat, reported in (("troll", lines[:1]), (newcomer, lines[:1]), ("otto", lines)):
        for line in reported:
            try:
                await room.report("dom", line.pk, seat, NOW)
            except Unsayable as error:
                refused.append((seat, error.reason))
    assert refused == [("troll", "excluded"), (newcomer, "too_new"), ("otto", "too_fast")]
    assert await in_thread(lambda: [line.text for line in overview.reported(NOW)])() == ["1", "2", "3", "4", "5"]


def test_a_page_that_lay_open_for_long_changes_nothing(mo):
    gift, late = said("Gift"), NOW + timedelta(minutes=10)
    assert desk.hide(gift.pk, mo, NOW)
    again = [desk.hide(gift.pk, mo, NOW), desk.bring_back(gift.pk, mo, late), desk.exclude(gift.pk, mo, FIVE)]
    assert (again, desk.lift(0, mo, NOW), desk.hide(0, mo, NOW), desk.exclude(0, mo, NOW)) == (
        [False] * 3,
        *[False] * 3,
    )
    assert deeds() == [("hidden", "mo", "Gift", "")]


def test_excluded_twice_is_excluded_once_and_the_rest_can_still_be_hidden(mo):
    gift = said("Gift")
    assert desk.exclude(gift.pk, mo, NOW)
    assert not desk.exclude(gift.pk, mo, NOW)
    assert desk.exclude(gift.pk, mo, NOW, hide_all=True)
    assert [kind for kind, *_rest in deeds()] == ["excluded", "hidden"]


@pytest.mark.parametrize(
    ("stage", "seconds", "reason"),
    [("dom", 59, "too_new"), ("dom", 60, ""), ("schloss", 0, "")],
)
def test_a_new_cookie_waits_a_minute_where_somebody_was_excluded(mo, stage, seconds, reason):
    desk.exclude(said("Gift").pk, mo, NOW)
    refused = ""
    try:
        exclusion.refuse_excluded(stage, "new", timedelta(seconds=seconds), NOW)
    except Unsayable as error:
        refused = error.reason
    assert refused == reason
