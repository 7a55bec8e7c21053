"""What the socket bears from a page that is none of ours."""

import json
from dataclasses import replace

import pytest
from channels.testing import WebsocketCommunicator
from django.utils import timezone

from events import demo
from events.models import Performance
from streaming import relays
from streaming.chat import room
from streaming.control_room import Performer
from streaming.signalling import tickets
from streaming.signalling.socket import STUMBLED, TOO_MUCH, TOO_SLOW, Page, socket, tell_the_artist
from streaming.threads import in_thread
from tests.streaming.relay.offers import CHROMIUM_WATCHES, OBS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def house():
    yield await relays.open_house()
    await relays.close_house()


class Guest(WebsocketCommunicator):
    """Says what it likes on a socket of its own and reads what comes."""

    def __init__(self) -> None:
        super().__init__(socket, "/ws")

    async def says(self, kind: str, **fields: object) -> None:
        await self.send_to(text_data=json.dumps({"type": kind, **fields}))

    async def hears(self, kind: str) -> dict[str, object]:
        while True:
            heard = json.loads(await self.receive_from(timeout=5))
            if heard["type"] == kind:
                return heard


@pytest.fixture
async def guest(house):
    guest = Guest()
    await guest.connect()
    yield guest
    await guest.disconnect()


async def test_half_a_surrogate_pair_is_refused_and_the_socket_lives(guest, caplog):
    await guest.send_to(text_data='{"type": "stage.follow", "stages": ["\\ud800"]}')
    assert (await guest.hears("refused"))["reason"] == "bad_message"
    await guest.says("ping")
    await guest.hears("pong")
    assert caplog.records == []


async def test_nobody_follows_more_stages_than_a_town_has(guest):
    await guest.says("stage.follow", stages=[f"stage-{number}" for number in range(64)])
    await guest.says("stage.follow", stages=["one-more"])
    assert (await guest.hears("refused"))["reason"] == "bad_message"
    await guest.says("stage.follow", stages=["stage-1"])
    assert (await guest.hears("stage.state"))["stage"] == "stage-1"


async def test_a_hundred_names_are_no_way_around_the_patience_of_the_chat(guest):
    await in_thread(demo.load)(timezone.now())
    room._buckets.clear()
    await guest.says("chat.join", stage="dom")
    for number in range(6):
        await guest.says("hello", ticket=tickets.sealed(tickets.Ticket("de", f"seat-{number}", f"Troll {number}")))
        await guest.says("chat.say", request=number, text="!1")
    assert (await guest.hears("refused"))["reason"] == "too_fast"


async def test_who_reports_a_message_has_a_name_first(guest):
    await guest.says("chat.report", request=7, id=1)
    refused = await guest.hears("refused")
    assert (refused["request"], refused["reason"]) == (7, "needs_name")


async def test_a_moderators_page_hears_every_room_and_nobody_elses_does(guest):
    await guest.says("chat.follow")
    assert (await guest.hears("refused"))["reason"] == "bad_message"
    await guest.says("hello", ticket=tickets.of_a_moderator())
    await guest.says("chat.follow")
    await guest.says("ping")
    await guest.hears("pong")
    for stage in ("dom", "schloss"):
        await room.say(stage, f"seat-{stage}", "Vera", "Guten Abend", timezone.now())
    assert [(await guest.hears("chat.message"))["stage"] for _ in range(2)] == ["dom", "schloss"]


async def test_a_page_that_asks_again_gives_its_empty_seat_back(house, guest):
    house.relay.open("dom")
    for request in (1, 2):
        await guest.says("watch.offer", request=request, stage="dom", sdp=CHROMIUM_WATCHES)
        await guest.hears("watch.answer")
    assert house.relay.seats_taken == 1


async def sits(house, guest) -> str:
    """The guest's seat in the front row."""
    house.relay.open("dom")
    await guest.says("watch.offer", request=1, stage="dom", sdp=CHROMIUM_WATCHES)
    return str((await guest.hears("watch.answer"))["session"])


async def test_a_visitor_hops_in_the_session_she_has_and_stays_where_nobody_plays_there(house, guest):
    seat = await sits(house, guest)
    house.relay.open("hof")
    await guest.says("stage.hop", request=2, session=seat, stage="hof")
    assert await guest.hears("stage.hopped") == {"type": "stage.hopped", "request": 2, "session": seat, "stage": "hof"}
    await guest.says("stage.hop", request=3, session=seat, stage="nowhere")
    assert (await guest.hears("refused"))["reason"] == "not_on_air"
    await guest.says("stage.hop", request=4, session="somebody-elses", stage="dom")
    assert (await guest.hears("refused"))["reason"] == "not_allowed"
    assert (house.control_room.viewers[seat].stage, house.relay.seats_taken) == ("hof", 1)


async def test_who_finds_no_seat_is_told_so(house, guest):
    house.relay.seats = 0
    house.relay.open("dom")
    await guest.says("watch.offer", request=1, stage="dom", sdp=CHROMIUM_WATCHES)
    heard = await guest.hears("refused")
    assert (heard["request"], heard["reason"]) == (1, "no_seat")


async def test_a_visitor_chooses_sound_only_and_the_picture_again(house, guest):
    seat = await sits(house, guest)
    for wanted in (False, True):
        await guest.says("watch.picture", session=seat, wanted=wanted)
        line = {"type": "watch.line", "session": seat, "picture": wanted, "wanted": wanted}
        assert (await guest.hears("watch.line"), house.control_room.viewers[seat].wanted) == (line, wanted)


async def test_a_line_that_grows_too_thin_is_told_to_the_page_that_sits_there(house, guest):
    seat = await sits(house, guest)
    viewer = house.control_room.viewers[seat]
    viewer._line.picture = False
    viewer.on_line(viewer)
    told = await guest.hears("watch.line")
    assert told == {"type": "watch.line", "session": seat, "picture": False, "wanted": True}


async def test_a_new_socket_of_the_same_page_hears_at_once_how_the_line_stands_and_from_then_on(house, guest):
    seat = await sits(house, guest)
    await guest.says("watch.picture", session=seat, wanted=False)
    await guest.hears("watch.line")
    await guest.disconnect()
    again = Guest()
    await again.connect()
    await again.says("watch.picture", session=seat, wanted=False)
    heard = [await again.hears("watch.line")]
    house.control_room.viewers[seat].choose_picture(True)
    heard.append(await again.hears("watch.line"))
    await again.disconnect()
    assert [(line["picture"], line["wanted"]) for line in heard] == [(False, False), (True, True)]


async def test_nobody_chooses_for_a_seat_that_is_not_there(guest):
    await guest.says("watch.picture", session="somebody-elses", wanted=False)
    assert (await guest.hears("refused"))["reason"] == "not_allowed"


async def test_an_artist_backstage_hears_of_what_her_encoder_begins_elsewhere(house, settings, tmp_path):
    settings.DATA = tmp_path
    await in_thread(demo.load)(timezone.now())
    page = Page("de")
    page.holder = "act:1"
    tell_the_artist(page)
    await house.control_room.go_on_air("dom", Performer("act:1"), OBS, timezone.now())
    tell_the_artist(page)
    assert [json.loads(page.outbox.get_nowait())["connected"] for _ in range(page.outbox.qsize())] == [False]


async def test_on_a_stage_where_a_performance_of_the_programme_plays_visitors_talk(house, guest, settings, tmp_path):
    settings.DATA = tmp_path
    play = await in_thread(a_performance_of_today)()
    jorinde = Performer("act:1", play.production.act_id, "Jorinde")
    await house.control_room.go_on_air("quellen", jorinde, OBS, play.start)
    await guest.says("hello", ticket=tickets.sealed(tickets.Ticket(seat="1", name="Vera")))
    await guest.says("stage.follow", stages=["quellen"])
    assert (await guest.hears("stage.state"))["title"] == "Gitarre, Handy, Abendlicht"
    await guest.says("chat.join", stage="quellen")
    await house.control_room._tell(replace(house.control_room.state_of("quellen"), state="on_air"))
    assert (await guest.hears("stage.state"))["state"] == "on_air"
    await guest.says("chat.say", request=1, text="Guten Abend!")
    assert (await guest.hears("chat.accepted"))["request"] == 1


def a_performance_of_today() -> Performance:
    demo.load(timezone.now())
    return Performance.objects.select_related("production").get(slug="gitarre-handy-abendlicht")


def test_the_door_closes_with_codes_a_server_may_say():
    assert all(3000 <= code < 5000 for code in (TOO_SLOW, TOO_MUCH, STUMBLED))
