"""The control room: who is on air, who has a seat, and when it is over. The one place where Django meets the relay.

A live session survives drops of the artist's line; what stands in memory here (`OnStage`) is its present connection.
All methods run on the relay's event loop; the database is asked in threads.
"""

import asyncio
import contextvars
import logging
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, TypeVar

from django.db.models import F
from django.utils import timezone
from django.utils.translation import override

from events import programme, rights
from events.signals import incident_noticed
from streaming import archive, statistics, titles
from streaming.models import LiveSession
from streaming.on_air import HEARD_EVERY, StageState
from streaming.relay import Publisher, PublisherStats, Relay, Viewer
from streaming.signalling import fanout
from streaming.statistics import Subject
from streaming.threads import in_thread

log = logging.getLogger(__name__)
T = TypeVar("T")

SILENCE = timedelta(minutes=5)
"""A session ends this long after its last packet."""
LINE_DOWN = timedelta(minutes=1)
"""Not heard for so long, it is an incident, which the office finds in its log."""


class UnknownStage(Exception):
    """There is no such stage in this town."""


class StageTaken(Exception):
    """Somebody else is playing on this stage."""


class NotLive(Exception):
    """The act does not want this performance to be shown live."""


class NotYours(Exception):
    """No session at this address, or somebody else's: both look the same from outside."""


@dataclass(frozen=True)
class Performer:
    """Who wants to send. `holder` says when two connections are the same sender (an act, or a key without one)."""

    holder: str
    act_id: int | None = None
    act_name: str | None = None
    rehearsal: bool = False

    @property
    def rank(self) -> int:
        """Whoever has the higher one may take the stage: a synthetic artist, one who tries it out, one who plays."""
        if not self.rehearsal:
            return 2
        return 0 if self.act_id is None else 1

    def goes_on_as(self, playing: "Performer") -> bool:
        """The same sender in the same session. Who has rehearsed and now plays begins a new one, which may be kept."""
        return self.holder == playing.holder and self.rank == playing.rank


@dataclass
class OnStage:
    """A session on air and its present connection. `opened` and `heard` (None: not yet) are on the monotonic clock."""

    performer: Performer
    session: LiveSession
    publisher: Publisher
    state: StageState
    opened: float
    heard: float | None = None
    kept: rights.Allowed | None = None
    recorder: archive.Recorder | None = None
    connected: bool = False
    line_down: bool = False
    """Noted already."""


class ControlRoom:
    """One per process with a relay."""

    def __init__(self, relay: Relay, clock: Callable[[], datetime] = timezone.now) -> None:
        self.relay = relay
        self.clock = clock
        self.on_stage: dict[str, OnStage] = {}
        self.viewers: dict[str, Viewer] = {}
        self._doors: dict[str, asyncio.Lock] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    # --- the artist -----------------------------------------------------------------------------------------------

    async def go_on_air(self, stage: str, performer: Performer, offer: str, now: datetime) -> Publisher:
        """Answer an artist's offer. Raises UnknownStage, StageTaken, NotLive or the relay's refusals.

        The same holder replaces its own connection and goes on in the same session; a real artist takes the stage
        from a rehearsal, and an artist's rehearsal from a synthetic one.
        """
        if await in_thread(programme.stage)(stage) is None:
            raise UnknownStage(stage)
        return await self._wholly(self._let_on_air(stage, performer, offer, now))

    async def _let_on_air(self, stage: str, performer: Performer, offer: str, now: datetime) -> Publisher:
        async with self._door(stage):
            playing = self.on_stage.get(stage)
            if playing and performer.goes_on_as(playing.performer):
                playing.publisher = self._publish(stage, offer)
                return playing.publisher
            if playing and performer.rank <= playing.performer.rank:
                raise StageTaken(stage)
            if not await in_thread(may_go_live)(stage, performer, now):
                raise NotLive(stage)
            publisher = self._publish(stage, offer)
            try:
                if playing:
                    self.on_stage.pop(stage)
                    await self._close_session(playing, "yielded", now)
                self.on_stage[stage] = await self._open_session(stage, performer, publisher, now)
            except BaseException:
                # Without a session nobody may be heard here.
                self.on_stage.pop(stage, None)
                self.relay.close(stage)
                raise
            return publisher

    def _publish(self, stage: str, offer: str) -> Publisher:
        return self.relay.publish(stage, offer, on_change=self._publisher_changed)

    async def _open_session(self, stage: str, performer: Performer, publisher: Publisher, now: datetime) -> OnStage:
        session, kept = await in_thread(open_session)(stage, performer, now)
        state = StageState(
            stage,
            since=now,
            title=session.title,
            act_name=performer.act_name,
            rehearsal=performer.rehearsal,
            session_id=session.pk,
            performance_id=session.performance_id,
        )
        return OnStage(performer, session, publisher, state, opened=monotonic(), kept=kept)

    async def end_session(self, stage: str, holder: str, why: str, now: datetime) -> None:
        """The artist has finished. Raises NotYours when somebody else, or nobody, is on this stage."""
        await self._wholly(self._end_own(stage, holder, why, now))

    async def _end_own(self, stage: str, holder: str, why: str, now: datetime) -> None:
        async with self._door(stage):
            playing = self.on_stage.get(stage)
            if playing is None or playing.performer.holder != holder:
                raise NotYours(stage)
            await self._end(playing, why, now)

    async def drop_curtain(self, stage: str, now: datetime) -> None:
        """End whatever is on this stage."""
        await self._wholly(self._end_any(stage, "curtain", now))

    async def _end_any(self, stage: str, why: str, now: datetime) -> None:
        async with self._door(stage):
            if playing := self.on_stage.get(stage):
                await self._end(playing, why, now)

    async def _end(self, playing: OnStage, why: str, now: datetime) -> None:
        stage = playing.state.stage
        self.on_stage.pop(stage, None)
        self.relay.close(stage)
        try:
            await self._close_session(playing, why, now)
        finally:
            await self._tell(StageState(stage))

    async def _close_session(self, playing: OnStage, why: str, now: datetime) -> None:
        session = playing.session
        session.ended, session.why_ended = now, why
        if not playing.connected:
            await in_thread(LiveSession.objects.filter(pk=session.pk).delete)()
            return
        try:
            await in_thread(session.save)(update_fields=["ended", "why_ended"])
        finally:
            if playing.recorder:
                await archive.finish(playing.recorder, now)

    def _publisher_changed(self, publisher: Publisher) -> None:
        self._spawn(guarded(self._follow_publisher(publisher)))

    async def _follow_publisher(self, publisher: Publisher) -> None:
        """First connection: the session is on air and recorded. Never connected: as if it had not been."""
        async with self._door(publisher.stage):
            playing = self.on_stage.get(publisher.stage)
            if playing is None or playing.publisher is not publisher:
                return
            playing.connected |= publisher.state == "connected"
            if publisher.state == "closed" and not playing.connected:
                await self._end(playing, "never connected", self.clock())
                return
        await self._look_after(playing)

    async def _record(self, playing: OnStage) -> None:
        """From the first connection on; where disk or database refuse, the next look tries again."""
        stage = playing.state.stage
        async with self._door(stage):
            if self.on_stage.get(stage) is playing and playing.recorder is None:
                playing.recorder = await archive.begin(
                    playing.session, self.relay.open(stage), playing.kept, self.clock()
                )

    # --- the audience ---------------------------------------------------------------------------------------------

    def watch(self, stage: str, offer: str) -> Viewer:
        """A seat in the front row. Raises the relay's NotOnAir, NoSeat and OfferRefused."""
        viewer = self.relay.watch(stage, offer, on_change=self._viewer_changed)
        self.viewers[viewer.id] = viewer
        return viewer

    def hop(self, session: str, stage: str) -> Viewer:
        """Move a viewer's session to another stage. Raises NotYours, NotOnAir."""
        viewer = self.viewers.get(session)
        if viewer is None:
            raise NotYours(session)
        viewer.hop(stage)
        return viewer

    def leave(self, session: str) -> None:
        """A viewer goes; unknown sessions have gone already."""
        if viewer := self.viewers.pop(session, None):
            viewer.close()

    def _viewer_changed(self, viewer: Viewer) -> None:
        if viewer.state == "closed":
            self.viewers.pop(viewer.id, None)

    def played_on(self, stage: str) -> Subject | None:
        """The real transmission that is counted here."""
        playing = self.on_stage.get(stage)
        counts = playing is not None and playing.connected and not playing.performer.rehearsal
        return statistics.live(playing.session) if playing and counts else None

    def seats(self) -> dict[Subject, int]:
        """How many sit in the front row of each of them. Nobody's name."""
        taken = Counter(viewer.stage for viewer in self.viewers.values() if viewer.state == "connected")
        played = {stage: self.played_on(stage) for stage in self.on_stage}
        return {subject: taken[stage] for stage, subject in played.items() if subject}

    # --- the clock ------------------------------------------------------------------------------------------------

    async def keep_watch(self) -> None:
        """Every second: who stumbles, who is back, who has gone for good. Until cancelled."""
        second = 0
        while True:
            await asyncio.sleep(1)
            second += 1
            for playing in list(self.on_stage.values()):
                await guarded(self._look_after(playing))
            if second % HEARD_EVERY == 0:
                await guarded(self._note_heard())

    async def _look_after(self, playing: OnStage) -> None:
        await self._look_at(playing)
        if playing.connected and playing.recorder is None:
            await self._record(playing)
        self._heed_line(playing)
        if monotonic() - (playing.heard or playing.opened) > SILENCE.total_seconds():
            async with self._door(playing.state.stage):
                if self.on_stage.get(playing.state.stage) is playing:
                    await self._end(playing, "silent", self.clock())

    def _heed_line(self, playing: OnStage) -> None:
        """Once for each time that an artist is away for long; synthetic ones are no loss."""
        down = playing.heard is not None and monotonic() - playing.heard > LINE_DOWN.total_seconds()
        if down and not playing.line_down and not playing.performer.rehearsal:
            at = self.clock() - LINE_DOWN
            note = in_thread(incident_noticed.send_robust)(ControlRoom, kind="line", stage=playing.state.stage, at=at)
            self._spawn(guarded(note))
        playing.line_down = down

    async def _note_heard(self) -> None:
        audible = [p.session.pk for p in self.on_stage.values() if p.connected and p.state.state == "on_air"]
        if audible:
            await in_thread(LiveSession.objects.filter(pk__in=audible).update)(heard=self.clock())

    async def _look_at(self, playing: OnStage) -> None:
        stats = playing.publisher.stats(monotonic())
        if stats.video or stats.audio:
            playing.heard = monotonic()
        state = replace(playing.state, state=state_now(playing.heard is not None, stats))
        if state != playing.state:
            playing.state = state
            await self._tell(state)

    async def _tell(self, state: StageState) -> None:
        await fanout.tell([fanout.stage_room(state.stage), fanout.EVERYWHERE], state.as_message())

    def state_of(self, stage: str) -> StageState:
        """From memory: to the second."""
        playing = self.on_stage.get(stage)
        return playing.state if playing else StageState(stage)

    # --- house-keeping --------------------------------------------------------------------------------------------

    def _door(self, stage: str) -> asyncio.Lock:
        """One change at a time per stage."""
        return self._doors.setdefault(stage, asyncio.Lock())

    def _spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """A task that belongs to the house, not to the request that caused it."""
        task = asyncio.get_running_loop().create_task(work, context=contextvars.Context())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _wholly(self, work: Coroutine[Any, Any, T]) -> T:
        """Done to its end, also when the one who asked for it hangs up meanwhile and their request is cancelled."""
        return await asyncio.shield(self._spawn(work))

    async def close(self, now: datetime) -> None:
        """The house closes: every session ends and its last segment is written."""
        await asyncio.gather(*(guarded(self._end_any(stage, "closed", now)) for stage in self.on_stage))


async def guarded(work: Coroutine[Any, Any, None]) -> None:
    """What goes wrong on one stage is told in the log and stops nothing elsewhere."""
    try:
        await work
    except Exception:
        log.exception("the control room stumbled")


def state_now(was_heard: bool, stats: PublisherStats) -> str:
    """off before the first packet; stalled when the artist is not heard any more."""
    if stats.connected and (stats.video or stats.audio):
        return "on_air"
    return "stalled" if was_heard else "off"


def may_go_live(stage: str, performer: Performer, now: datetime) -> bool:
    """Whether all who were asked about what would be played now want it to be shown live."""
    if performer.act_id is None:
        return True
    performance_id = programme.performance_for(stage, performer.act_id, now)
    return rights.allowed_for(performance_id, performer.act_id).live


def open_session(stage: str, performer: Performer, now: datetime) -> tuple[LiveSession, rights.Allowed | None]:
    """The row of a new session, and what is allowed with its recording (None: no recording, as of a rehearsal)."""
    performance_id = None
    kept = None
    if performer.act_id is not None and not performer.rehearsal:
        performance_id = programme.performance_for(stage, performer.act_id, now)
        allowed = rights.allowed_for(performance_id, performer.act_id)
        until = archive.end_of_publication(allowed.public_to(now))
        # A last day may be over before the performance begins that was moved behind it.
        kept = allowed if until and now < until else None
    # What a stumble or a kill left open ends where it was last heard; else nobody could ever play here again.
    LiveSession.objects.filter(stage=stage, ended=None).update(ended=F("heard"), why_ended="interrupted")
    title = title_of(stage, performance_id, performer, now)
    session = LiveSession.objects.create(
        stage=stage,
        act_id=performer.act_id,
        performance_id=performance_id,
        title=title,
        rehearsal=performer.rehearsal,
        started=now,
        heard=now,
    )
    return session, kept


def title_of(stage: str, performance_id: int | None, performer: Performer, now: datetime) -> str:
    """What a session is called, in the house's first language, whatever the artist's page speaks: the performance, who
    rehearses, the stage of a synthetic artist, or stage and date of what is outside the programme."""
    with override(titles.FIRST):
        item = programme.item_by_id(performance_id) if performance_id else None
        place = programme.stage(stage)
        name = str(place.name) if place else stage
        if item:
            return str(item.title)
        if performer.rehearsal:
            return titles.rehearsal(performer.act_name) if performer.act_name else name
        return titles.free(name, now)
