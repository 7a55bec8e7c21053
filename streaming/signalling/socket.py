"""The page's WebSocket: one per page, for watching, playing, chatting and news of the programme."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from time import monotonic
from typing import Any
from urllib.parse import parse_qs

from django.utils import timezone, translation
from django.utils.translation import gettext_noop

from events import invitations, programme
from streaming import relays
from streaming.chat import room as chat
from streaming.chat.moderation import Bucket, Unsayable
from streaming.control_room import NotYours, OnStage, Performer, UnknownStage
from streaming.relay import Viewer
from streaming.signalling import messages, tickets, wire
from streaming.signalling.fanout import EVERYWHERE, rooms, stage_room
from streaming.signalling.keys import KeyUnknown
from streaming.signalling.problems import REFUSING, refusal
from streaming.threads import in_thread

log = logging.getLogger(__name__)

OUTBOX = 256
"""Frames waiting for a slow page; then it is let go and comes back by itself."""
PATIENCE = 5
"""Messages that no page of ours would send, until the connection is closed."""
TOO_SLOW, TOO_MUCH, STUMBLED = 4408, 4429, 4500


class Page:
    """One open page: who it is, what it follows, and what waits to be sent to it."""

    def __init__(self, language: str) -> None:
        self.ticket = tickets.Ticket(language=language)
        self.language = language
        self.outbox: asyncio.Queue[str] = asyncio.Queue(OUTBOX)
        self.lost = asyncio.Event()
        self.chat_stage = ""
        self.follows: set[str] = set()
        self.backstage = asyncio.Event()
        """Came by a personal link; only then there is anything to report."""
        self.holder = ""
        self.playing: OnStage | None = None
        self.viewer: Viewer | None = None
        """Its last seat: who asks again before it was taken gives it back."""
        self.faults = 0
        self.bucket = Bucket(tokens=60, size=60, refill=20)
        self.chat_bucket = Bucket()
        """As a seat's in the room: names are free, and so a flood could come under a hundred of them."""
        self.report_bucket = chat.bucket_for_reports()

    def hear(self, frame: str) -> None:
        try:
            self.outbox.put_nowait(frame)
        except asyncio.QueueFull:
            self.lost.set()

    def say(self, message: Any) -> None:
        self.hear(wire.encode(message))

    def tell_line(self, viewer: Viewer) -> None:
        self.say(messages.WatchLine(viewer.id, viewer.picture, viewer.wanted))


async def socket(scope: dict[str, Any], receive: Callable[[], Any], send: Callable[[Any], Awaitable[None]]) -> None:
    """ASGI application of `/ws`."""
    await receive()
    await send({"type": "websocket.accept"})
    page = Page(language_of(scope))
    jobs = {asyncio.ensure_future(job) for job in (listen(page, receive), speak(page, send), report(page))}
    try:
        done, _pending = await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
        code = next((job.result() for job in done if not job.exception()), STUMBLED)
        if code:
            await say_the_rest(page, send)
            await send({"type": "websocket.close", "code": code})
        for job in done:
            if job.exception():
                log.error("the socket stumbled", exc_info=job.exception())
    finally:
        rooms.leave_all(page)
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)


def language_of(scope: dict[str, Any]) -> str:
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("lang", [""])[0]
    return asked if asked in {"de", "en"} else "de"


async def listen(page: Page, receive: Callable[[], Any]) -> int:
    """Read until the page hangs up (0) or has to be closed (a code)."""
    while True:
        event = await receive()
        if event["type"] == "websocket.disconnect":
            return 0
        if not page.bucket.takes(monotonic()) or page.faults >= PATIENCE:
            return TOO_MUCH
        await answer(page, event.get("text"))


async def speak(page: Page, send: Callable[[Any], Awaitable[None]]) -> int:
    """Send what waits, in order, until the page is too slow to take it."""
    lost = asyncio.ensure_future(page.lost.wait())
    waiting: asyncio.Future[str] = lost  # type: ignore[assignment]
    try:
        while not page.lost.is_set():
            waiting = asyncio.ensure_future(page.outbox.get())
            await asyncio.wait({waiting, lost}, return_when=asyncio.FIRST_COMPLETED)
            if waiting.done():
                await send({"type": "websocket.send", "text": waiting.result()})
        return TOO_SLOW
    finally:
        waiting.cancel()
        lost.cancel()


async def say_the_rest(page: Page, send: Callable[[Any], Awaitable[None]]) -> None:
    """What was already answered is still said before the door closes."""
    while not page.lost.is_set() and not page.outbox.empty():
        await send({"type": "websocket.send", "text": page.outbox.get_nowait()})


async def answer(page: Page, text: str | None) -> None:
    """One message from the page; every refusal becomes a sentence."""
    request = 0
    try:
        message = wire.decode(text or "")
        request = getattr(message, "request", 0)
        await DO[type(message)](page, message)
    except REFUSING as error:
        page.faults += isinstance(error, wire.BadMessage)
        found = refusal(error)
        with translation.override(page.language):
            page.say(messages.Refused(request, found.reason, str(found.text)))


# --- what a page may wish for -------------------------------------------------------------------------------------


async def hello(page: Page, message: messages.Hello) -> None:
    if message.ticket:
        page.ticket = tickets.read(message.ticket)
        page.language = page.ticket.language
    page.say(messages.Welcome(page.ticket.name or None))
    if page.ticket.invitation:
        page.backstage.set()
        page.holder = await holder_of(page)
        page.playing = playing_by(page.holder) or page.playing


async def stage_follow(page: Page, message: messages.StageFollow) -> None:
    follows = page.follows.union(message.stages)
    if len(follows) > wire.MAX_STAGES:
        raise wire.BadMessage("more stages than there are")
    page.follows = follows
    for name in message.stages:
        rooms.enter(stage_room(name), page)
    if not message.stages:
        rooms.enter(EVERYWHERE, page)
    room = relays.control_room()
    for name in message.stages or list(room.on_stage):
        page.say(room.state_of(name).as_message())


async def watch_offer(page: Page, message: messages.WatchOffer) -> None:
    if page.viewer and page.viewer.state == "new":
        relays.control_room().leave(page.viewer.id)
    page.viewer = viewer = relays.control_room().watch(message.stage, message.sdp)
    viewer.on_line = page.tell_line
    page.say(messages.WatchAnswer(message.request, viewer.id, viewer.answer))


async def stage_hop(page: Page, message: messages.StageHop) -> None:
    relays.control_room().hop(message.session, message.stage)
    page.say(messages.StageHopped(message.request, message.session, message.stage))


async def watch_picture(page: Page, message: messages.WatchPicture) -> None:
    viewer = relays.control_room().viewers.get(message.session)
    if viewer is None:
        raise NotYours(message.session)
    viewer.on_line = None
    viewer.choose_picture(message.wanted)
    viewer.on_line = page.tell_line
    # Also where nothing changed: what happened while the page had no socket, nobody has told it.
    page.tell_line(viewer)


async def watch_leave(page: Page, message: messages.WatchLeave) -> None:
    relays.control_room().leave(message.session)


async def on_air_offer(page: Page, message: messages.OnAirOffer) -> None:
    performer = replace(await performer_of(page, message.stage), rehearsal=message.rehearsal)
    room = relays.control_room()
    # A rehearsal that this offer ends is no news for the page that makes it.
    page.playing = None
    publisher = await room.go_on_air(message.stage, performer, message.sdp, timezone.now())
    page.playing = room.on_stage.get(message.stage)
    page.say(messages.OnAirAnswer(message.request, publisher.id, publisher.answer))


async def on_air_end(page: Page, message: messages.OnAirEnd) -> None:
    if page.playing is None:
        raise NotYours
    stage = page.playing.state.stage
    await relays.control_room().end_session(stage, await holder_of(page), "ended", timezone.now())
    page.say(messages.OnAirEnded(message.request))


async def chat_join(page: Page, message: messages.ChatJoin) -> None:
    if await in_thread(programme.stage)(message.stage) is None:
        raise UnknownStage(message.stage)
    if page.chat_stage:
        rooms.leave(chat.room_name(page.chat_stage), page)
    page.chat_stage = message.stage
    rooms.enter(chat.room_name(message.stage), page)
    page.say(messages.ChatHistory(message.stage, await chat.history(message.stage, timezone.now())))


async def chat_follow(page: Page, message: messages.ChatFollow) -> None:
    if not page.ticket.moderates:
        raise wire.BadMessage("no ticket of a moderator")
    rooms.enter(chat.EVERY_ROOM, page)


async def chat_say(page: Page, message: messages.ChatSay) -> None:
    if not page.ticket.seat:
        ask_for_a_name(page, message.request, gettext_noop("Please choose a name first."))
        return
    if not page.chat_stage:
        raise wire.BadMessage("no room joined")
    if not page.chat_bucket.takes(monotonic()):
        raise Unsayable("too_fast")
    said = await chat.say(page.chat_stage, page.ticket.seat, page.ticket.name, message.text, timezone.now())
    page.say(messages.ChatAccepted(message.request, said.pk))


async def chat_report(page: Page, message: messages.ChatReport) -> None:
    if not page.ticket.seat:
        sentence = gettext_noop("To report a message, please choose a name first. Who reported it is not kept.")
        ask_for_a_name(page, message.request, sentence)
        return
    if not page.chat_stage:
        raise wire.BadMessage("no room joined")
    if not page.report_bucket.takes(monotonic()):
        raise Unsayable("too_fast")
    await chat.report(page.chat_stage, message.id, page.ticket.seat, timezone.now())
    page.say(messages.ChatReported(message.request, message.id))


def ask_for_a_name(page: Page, request: int, sentence: str) -> None:
    with translation.override(page.language):
        page.say(messages.Refused(request, "needs_name", translation.gettext(sentence)))


async def ping(page: Page, message: messages.Ping) -> None:
    page.say(messages.Pong())


DO: dict[type, Callable[[Page, Any], Awaitable[None]]] = {
    messages.Hello: hello,
    messages.StageFollow: stage_follow,
    messages.WatchOffer: watch_offer,
    messages.StageHop: stage_hop,
    messages.WatchPicture: watch_picture,
    messages.WatchLeave: watch_leave,
    messages.OnAirOffer: on_air_offer,
    messages.OnAirEnd: on_air_end,
    messages.ChatJoin: chat_join,
    messages.ChatFollow: chat_follow,
    messages.ChatSay: chat_say,
    messages.ChatReport: chat_report,
    messages.Ping: ping,
}

# --- the artist's own page ----------------------------------------------------------------------------------------


async def performer_of(page: Page, stage: str) -> Performer:
    """The act behind this page's personal link, allowed to play here. Raises KeyUnknown."""
    invitation = await in_thread(invitations.by_id)(page.ticket.invitation, timezone.now())
    if invitation is None or invitation.stage_slug not in {None, stage}:
        raise KeyUnknown
    return Performer(f"act:{invitation.act_id}", invitation.act_id, invitation.act_name)


async def holder_of(page: Page) -> str:
    invitation = await in_thread(invitations.by_id)(page.ticket.invitation, timezone.now())
    return f"act:{invitation.act_id}" if invitation else ""


def playing_by(holder: str) -> OnStage | None:
    try:
        room = relays.control_room()
    except relays.NoRelay:
        return None
    return next((playing for playing in room.on_stage.values() if playing.performer.holder == holder), None)


async def report(page: Page) -> int:
    """Tell the artist once a second how it stands with her session; the audience's pages sleep."""
    await page.backstage.wait()
    while True:
        await asyncio.sleep(1)
        tell_the_artist(page)


def tell_the_artist(page: Page) -> None:
    """What of her arrives, also where another device or encoder sends it; last of all that her session has ended, and
    why."""
    page.playing = playing = page.playing or playing_by(page.holder)
    if playing is None:
        return
    stats = playing.publisher.stats(monotonic())
    page.say(
        messages.OnAirState(
            connected=stats.connected,
            video=stats.video,
            audio=stats.audio,
            picture_age=stats.picture_age,
            bitrate=round(stats.bitrate),
            since=playing.session.started.isoformat(timespec="seconds"),
            ended=playing.session.why_ended or None,
            path=stats.path,
            fault=stats.fault,
        )
    )
    if playing.session.why_ended:
        page.playing = None
