"""The doors for other people's players and encoders, over HTTP and with the real relay behind them (RFC 9725)."""

import pytest
from django.test import AsyncClient
from django.utils import timezone

from streaming import relays
from streaming.signalling import keys
from streaming.threads import in_thread
from tests.streaming.relay.offers import CHROMIUM_WATCHES, OBS
from tests.streaming.test_control_room import dom

__all__ = ["dom"]

pytestmark = pytest.mark.django_db(transaction=True)

FRAGMENT = "application/trickle-ice-sdpfrag"
CANDIDATE = "a=candidate:1 1 udp 1 192.0.2.7 9 typ host\r\n"
RESTART = "a=ice-ufrag:moved\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\n"


@pytest.fixture
async def house(dom, settings):
    settings.SEATS = 1
    yield await relays.open_house()
    await relays.close_house()


@pytest.fixture
def vera(house) -> AsyncClient:
    house.relay.open("dom")
    return AsyncClient()


async def watches(player: AsyncClient):
    return await player.post("/whep/dom", data=CHROMIUM_WATCHES, content_type="application/sdp")


async def patches(
    client: AsyncClient, address: str, body: str, matches: str | None, content_type: str = FRAGMENT, token: str = ""
):
    headers = bearing(token) | ({} if matches is None else {"If-Match": matches})
    return await client.patch(address, data=body, content_type=content_type, headers=headers)


def bearing(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


async def test_when_the_front_row_is_full_a_player_is_told_when_to_ask_again(vera):
    seated = await watches(vera)
    assert (seated.status_code, seated["Content-Type"]) == (201, "application/sdp")
    assert seated["Access-Control-Expose-Headers"] == "Location, ETag, Link"
    full = await watches(vera)
    assert (full.status_code, full["Retry-After"], full["Content-Type"]) == (503, "20", "application/problem+json")
    assert full.json()["title"] == "no_seat"
    assert (await vera.delete(seated["Location"])).status_code == 200
    assert (await watches(vera)).status_code == 201
    assert (await vera.delete(seated["Location"])).status_code == 404


async def test_where_nobody_plays_a_player_is_told_when_to_ask_again(house):
    answer = await watches(AsyncClient())
    assert (answer.status_code, answer["Retry-After"]) == (409, "10")


async def test_a_player_adds_candidates_and_restarts_its_ice_and_nothing_changes_by_mistake(vera):
    """RFC 9725 section 4.3: without If-Match 428, for an ICE session that is over 412."""
    seated = await watches(vera)
    address, tag = seated["Location"], seated["ETag"]
    refused = [
        (await patches(vera, address, RESTART, None)).status_code,
        (await patches(vera, address, RESTART, '"another"')).status_code,
        (await patches(vera, address, RESTART, tag, "application/sdp")).status_code,
        (await patches(vera, address, "v=0\r\n", tag)).status_code,
        (await patches(vera, address, CANDIDATE * 2000, tag)).status_code,
        (await patches(vera, address + "x", RESTART, tag)).status_code,
    ]
    assert refused == [428, 412, 415, 400, 413, 404]
    added = await patches(vera, address, CANDIDATE, tag)
    assert (added.status_code, added.content) == (204, b"")

    restarted = await patches(vera, address, RESTART, "*")
    assert (restarted.status_code, restarted["Content-Type"]) == (200, FRAGMENT)
    assert f"a=ice-ufrag:{restarted['ETag'].strip(chr(34))}" in restarted.content.decode()
    assert restarted["ETag"] != tag
    assert (await patches(vera, address, CANDIDATE, tag)).status_code == 412
    again = await patches(vera, address, RESTART.replace("moved", "again"), restarted["ETag"])
    assert (again.status_code, again["Retry-After"]) == (429, "1")


async def test_only_who_holds_the_key_goes_on_with_an_encoders_session(house):
    mine, other = [await in_thread(keys.make)("dom", timezone.now()) for _ in range(2)]
    obs = AsyncClient()
    on_air = await obs.post("/whip/dom", data=OBS, content_type="application/sdp", headers=bearing(mine))
    address = on_air["Location"]
    assert [
        (await patches(obs, address, RESTART, "*", token=other)).status_code,
        (await patches(obs, address, RESTART, "*")).status_code,
        (await obs.delete(address, headers=bearing(other))).status_code,
        (await patches(obs, address, RESTART, "*", token=mine)).status_code,
        (await obs.delete(address, headers=bearing(mine))).status_code,
        (await obs.delete(address, headers=bearing(mine))).status_code,
    ] == [404, 401, 404, 200, 200, 404]


@pytest.mark.parametrize(
    ("address", "methods"),
    [("/whep/dom", "POST"), ("/whip/dom", "POST"), ("/whep/dom/x", "DELETE, PATCH"), ("/whip/dom/x", "DELETE, PATCH")],
)
async def test_a_foreign_page_is_told_what_it_may_ask(house, address, methods):
    asked, refused = await AsyncClient().options(address), await AsyncClient().get(address)
    assert (asked.status_code, refused.status_code) == (204, 405)
    assert asked["Allow"] == refused["Allow"] == f"{methods}, OPTIONS"
    assert asked["Access-Control-Allow-Headers"] == "Authorization, Content-Type, If-Match"
    kind = ("Accept-Post", "application/sdp") if methods == "POST" else ("Accept-Patch", FRAGMENT)
    assert asked[kind[0]] == kind[1]
