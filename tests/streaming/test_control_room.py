"""The life of a session: begun, replaced, yielded, never connected, fallen silent, ended by whom it may concern."""

import asyncio
import json
import threading
from dataclasses import replace
from datetime import timedelta
from time import monotonic
from types import SimpleNamespace

import pytest
from django.db import DatabaseError

from events.models import Act, Consent, Incident, Stage, Venue
from events.rights import Allowed
from streaming import archive, control_room, statistics
from streaming.control_room import ControlRoom, NotLive, NotYours, Performer, StageTaken, UnknownStage
from streaming.models import LiveSession, Recording
from streaming.on_air import StageState
from streaming.signalling.socket import Page, tell_the_artist
from streaming.threads import in_thread
from tests.streaming.evening import EIGHT, OnStage, until
from tests.streaming.fakes import FakeRelay
from tests.streaming.recording.cast import Ada

pytestmark = pytest.mark.django_db(transaction=True)

ADA = Performer("act:1", act_name="Ada")
BEN = Performer("act:2", act_name="Ben")
LOOP = Performer("key:1", rehearsal=True)


@pytest.fixture
def dom(settings, tmp_path) -> str:
    settings.DATA = tmp_path
    venue = Venue.objects.create(slug="dom", name="Dom", short_name="Dom", lat=51.7, lon=8.7)
    Stage.objects.create(venue=venue, slug="dom", name="Kreuzgang", order=1)
    yield "dom"
    for recorder in archive._recorders.values():
        recorder.packager.close()
    archive._recorders.clear()


@pytest.fixture
def told(monkeypatch) -> list[str]:
    """States of the stage, as every page hears them."""
    heard: list[str] = []

    async def tell(_rooms, message) -> None:
        heard.append(message.state)

    monkeypatch.setattr(control_room.fanout, "tell", tell)
    return heard


@pytest.fixture
def room(dom, told) -> ControlRoom:
    return ControlRoom(FakeRelay(), clock=lambda: EIGHT)


async def on_air(room: ControlRoom, performer: Performer = ADA):
    """The performer's connection, heard on the stage."""
    connection = await room.go_on_air("dom", performer, "offer", EIGHT)
    connection.arrives = True
    connection.connects()
    await until(lambda: room.on_stage["dom"].recorder and room.state_of("dom").state == "on_air")
    return connection


async def sessions() -> list[tuple[str, bool]]:
    """Why each session ended, and whether it has."""
    rows = LiveSession.objects.order_by("pk")
    return [(row.why_ended, row.ended is not None) async for row in rows]


async def test_a_session_is_recorded_from_the_first_connection_on_and_ends_by_its_artist(room, told):
    await on_air(room)
    assert (await sessions(), [*archive._recorders.values()]) == ([("", False)], [room.on_stage["dom"].recorder])
    await room.end_session("dom", ADA.holder, "ended", EIGHT + timedelta(minutes=5))
    assert (await sessions(), told, room.on_stage) == ([("ended", True)], ["on_air", "off"], {})
    assert (archive._recorders, room.relay.broadcasts) == ({}, {})


async def test_nobody_plays_on_a_stage_that_is_not_there(room):
    with pytest.raises(UnknownStage):
        await room.go_on_air("mond", ADA, "offer", EIGHT)


async def test_who_does_not_want_to_be_shown_live_is_not(room):
    act = await Act.objects.acreate(slug="ada", name="Ada", kind=Act.Kind.SOLO)
    ada = Performer("act:1", act.pk, "Ada")
    await Consent.objects.acreate(act=act, live=False, version="1", given_at=EIGHT, given_by="Ada")
    with pytest.raises(NotLive):
        await room.go_on_air("dom", ada, "offer", EIGHT)
    assert (room.on_stage, await sessions()) == ({}, [])
    await Consent.objects.acreate(act=act, version="1", given_at=EIGHT + timedelta(minutes=1), given_by="Ada")
    await on_air(room, ada)


@pytest.mark.parametrize(("days_later", "kept"), [(-1, False), (0, True)])
async def test_nothing_is_recorded_that_could_be_seen_on_no_day(room, days_later, kept):
    act = await Act.objects.acreate(slug="ada", name="Ada", kind=Act.Kind.SOLO)
    last_day = (EIGHT + timedelta(days=days_later)).date()
    said = {"days": 900, "last_day": last_day, "version": "1", "given_at": EIGHT, "given_by": "Ada"}
    await Consent.objects.acreate(act=act, **said)
    await on_air(room, Performer("act:1", act.pk, "Ada"))
    until = Allowed(days=900, last_day=last_day) if kept else None
    assert room.on_stage["dom"].kept == until


async def test_nobody_else_may_take_or_end_it(room):
    await on_air(room)
    for other in (BEN, LOOP):
        with pytest.raises(StageTaken):
            await room.go_on_air("dom", other, "offer", EIGHT)
        with pytest.raises(NotYours):
            await room.end_session("dom", other.holder, "ended", EIGHT)
    assert await sessions() == [("", False)]


async def test_the_same_act_goes_on_in_the_same_session(room, told):
    first = await on_air(room)
    recorder = room.on_stage["dom"].recorder
    second = await on_air(room)
    assert (first.state, second.state) == ("closed", "connected")
    assert (await sessions(), room.on_stage["dom"].recorder) == ([("", False)], recorder)
    assert "off" not in told


async def test_a_synthetic_artist_yields_and_the_recording_begins_in_a_folder_of_its_own(room, told):
    await on_air(room, LOOP)
    loop = room.on_stage["dom"].recorder
    broadcast = room.relay.open("dom")
    await room.go_on_air("dom", ADA, "offer", EIGHT)
    assert (broadcast.listeners, loop.folder.exists(), archive.on_air("dom")) == ((), False, None)
    room.relay.connections["dom"].connects()
    await until(lambda: room.on_stage["dom"].recorder)
    ada = room.on_stage["dom"].recorder
    assert (room.relay.open("dom"), broadcast.listeners) == (broadcast, (ada.packager,))
    assert ada.folder != loop.folder
    assert await sessions() == [("yielded", True), ("", False)]
    assert "off" not in told


async def test_a_rehearsal_is_never_kept_and_who_then_plays_begins_anew(room):
    act = await Act.objects.acreate(slug="ada", name="Ada", kind=Act.Kind.SOLO)
    await Consent.objects.acreate(act=act, days=30, version="1", given_at=EIGHT, given_by="Ada")
    ada = Performer("act:1", act.pk, "Ada")
    await on_air(room, LOOP)
    await on_air(room, replace(ada, rehearsal=True))
    assert (room.state_of("dom").title, room.state_of("dom").rehearsal) == ("Probe: Ada", True)
    with pytest.raises(StageTaken):
        await room.go_on_air("dom", LOOP, "offer", EIGHT)
    assert await Recording.objects.acount() == 0
    await on_air(room, ada)
    with pytest.raises(StageTaken):
        await room.go_on_air("dom", replace(ada, rehearsal=True), "offer", EIGHT)
    assert await sessions() == [("yielded", True), ("yielded", True), ("", False)]
    assert await Recording.objects.filter(session__rehearsal=False).acount() == await Recording.objects.acount() == 1


async def test_who_never_connects_was_never_there(room):
    page = Page("de")
    connection = await room.go_on_air("dom", ADA, "offer", EIGHT)
    page.playing = room.on_stage["dom"]
    connection.closes()
    await until(lambda: not room.on_stage and not room._tasks)
    assert await sessions() == []
    tell_the_artist(page)
    assert json.loads(page.outbox.get_nowait())["ended"] == "never connected"


async def test_five_silent_minutes_end_a_session(room):
    connection = await on_air(room)
    connection.closes()
    playing = room.on_stage["dom"]
    playing.heard -= control_room.SILENCE.total_seconds() - 1
    await room._look_after(playing)
    assert (await sessions(), room.state_of("dom").state) == ([("", False)], "stalled")
    playing.heard -= 2
    await room._look_after(playing)
    assert (await sessions(), room.state_of("dom")) == ([("silent", True)], StageState("dom"))


async def test_the_curtain_ends_whatever_plays(room, told):
    await on_air(room)
    await room.drop_curtain("dom", EIGHT)
    await room.drop_curtain("dom", EIGHT)
    assert (await sessions(), told) == ([("curtain", True)], ["on_air", "off"])


async def test_a_line_that_is_down_for_a_minute_is_an_incident_once(room, dom):
    connection = await on_air(room)
    connection.arrives = False
    playing = room.on_stage["dom"]
    for silent in (59, 61, 62):
        playing.heard = monotonic() - silent
        await room._look_after(playing)
    await until(lambda: not room._tasks)
    row = await Incident.objects.select_related("stage").aget()
    assert (row.kind, row.stage.slug, row.at, row.what) == ("line", "dom", EIGHT - timedelta(minutes=1), "")
    playing.heard = monotonic()
    await room._look_after(playing)
    playing.heard = monotonic() - 70
    await room._look_after(playing)
    await until(lambda: not room._tasks)
    assert await Incident.objects.acount() == 2


async def test_a_synthetic_artists_line_is_no_loss_and_has_no_audience(room):
    connection = await on_air(room, LOOP)
    connection.arrives = False
    playing = room.on_stage["dom"]
    playing.heard = monotonic() - 90
    await room._look_after(playing)
    assert (await Incident.objects.acount(), room.seats(), room.played_on("dom")) == (0, {}, None)


async def test_seats_are_counted_by_stage_and_only_while_they_are_connected(room):
    await on_air(room)
    for number, (stage, state) in enumerate([("dom", "connected"), ("dom", "connected"), ("dom", "new")]):
        room.viewers[str(number)] = SimpleNamespace(stage=stage, state=state)
    assert room.seats() == {statistics.live(room.on_stage["dom"].session): 2}


class SlowDatabase:
    """Lets the work of one function wait until the test lets it go on."""

    def __init__(self, monkeypatch, module, name: str) -> None:
        self.asked, self.go_on = threading.Event(), threading.Event()
        work = getattr(module, name)

        def slow(*args):
            self.asked.set()
            assert self.go_on.wait(10)
            return work(*args)

        monkeypatch.setattr(module, name, slow)

    async def interrupts(self, asking: asyncio.Task) -> None:
        """Daphne cancels a request whose client has hung up."""
        await until(self.asked.is_set)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        self.go_on.set()


async def test_an_asker_who_hangs_up_leaves_nothing_half_done(room, monkeypatch):
    beginning = SlowDatabase(monkeypatch, control_room, "open_session")
    ending = SlowDatabase(monkeypatch, archive, "_finish")
    await beginning.interrupts(asyncio.ensure_future(room.go_on_air("dom", ADA, "offer", EIGHT)))
    await until(lambda: "dom" in room.on_stage)
    await on_air(room)
    recorder = room.on_stage["dom"].recorder
    await ending.interrupts(asyncio.ensure_future(room.end_session("dom", ADA.holder, "ended", EIGHT)))
    await until(lambda: not archive._recorders)
    assert (await sessions(), recorder.packager.close(0)) == ([("ended", True)], True)


async def test_without_a_session_nobody_is_heard(room, monkeypatch):
    def broken(*_args):
        raise DatabaseError

    with monkeypatch.context() as patch:
        patch.setattr(control_room, "open_session", broken)
        with pytest.raises(DatabaseError):
            await room.go_on_air("dom", ADA, "offer", EIGHT)
    assert (room.on_stage, room.relay.broadcasts) == ({}, {})
    await on_air(room)


async def test_what_a_killed_program_left_open_does_not_bar_the_stage(room):
    await LiveSession.objects.acreate(stage="dom", title="Orgel", started=EIGHT, heard=EIGHT + timedelta(minutes=1))
    await on_air(room)
    assert await sessions() == [("interrupted", True), ("", False)]


async def test_a_recording_begins_late_rather_than_never(room, monkeypatch):
    tries = []
    begin = archive.begin

    async def refused_once(*args):
        tries.append(args)
        if len(tries) == 1:
            raise OSError("no space left on device")
        return await begin(*args)

    monkeypatch.setattr(archive, "begin", refused_once)
    connection = await room.go_on_air("dom", ADA, "offer", EIGHT)
    connection.connects()
    await until(lambda: tries)
    await room._look_after(room.on_stage["dom"])
    assert room.on_stage["dom"].recorder is archive.on_air("dom") is not None


async def test_when_the_house_closes_every_session_ends(room):
    await on_air(room)
    await room.close(EIGHT)
    assert (await sessions(), archive._recorders) == ([("closed", True)], {})


async def test_what_the_database_cannot_note_at_the_end_is_finished_later(dom, monkeypatch):
    stage = OnStage()
    session = await LiveSession.objects.acreate(stage="dom", title="Orgel", started=EIGHT, heard=EIGHT)
    recorder = await archive.begin(session, stage.broadcast, Allowed(days=90), EIGHT)
    stage.hears(Ada(seconds=3).sends())

    def away(*_args):
        raise DatabaseError

    with monkeypatch.context() as patch:
        patch.setattr(archive, "remember", away)
        await archive.finish(recorder, EIGHT)
    assert (archive.on_air("dom"), (await Recording.objects.aget()).state) == (None, Recording.State.RECORDING)
    await in_thread(archive.finish_rest)(EIGHT)
    assert ((await Recording.objects.aget()).state, archive._recorders) == (Recording.State.RECORDED, {})


class TestTheArtistIsTold:
    async def told(self, page: Page) -> list[str | None]:
        """One look; what it says of the end."""
        tell_the_artist(page)
        return [json.loads(page.outbox.get_nowait())["ended"] for _ in range(page.outbox.qsize())]

    async def test_once_that_her_session_has_ended(self, room):
        page = Page("de")
        await on_air(room)
        page.playing = room.on_stage["dom"]
        assert await self.told(page) == [None]
        await room.drop_curtain("dom", EIGHT)
        assert [await self.told(page), await self.told(page)] == [["curtain"], []]

    async def test_of_the_session_she_began_anew_and_not_of_the_one_before(self, room):
        page = Page("de")
        await on_air(room)
        page.playing = room.on_stage["dom"]
        await room.end_session("dom", ADA.holder, "ended", EIGHT)
        await on_air(room)
        page.playing = room.on_stage["dom"]
        assert await self.told(page) == [None]
