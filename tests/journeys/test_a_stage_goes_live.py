"""The artist's packet, from the WHIP door to the eyes of the audience."""

import asyncio

import pytest

from tests.cast import Artist, Viewer, Visitor, ask, until

pytestmark = pytest.mark.journey


async def test_every_picture_of_the_artist_is_seen_by_the_viewer(house):
    artist = Artist(*house.key("hnf"))
    assert (await artist.go_live()).status == 201
    vera = Viewer(f"{house.address}/whep/hnf")
    async with Visitor(house) as page:
        await page.say("stage.follow", stages=["hnf"])
        await page.hears("stage.state", state="on_air")
    assert (await vera.sit_down()).status == 201
    await until(lambda: len(vera.numbers) > 60, "three seconds of pictures")
    await until(lambda: vera.sounds > 100, "two seconds of sound")
    await artist.finish()
    await vera.leave()
    first = vera.numbers[0]
    assert vera.numbers == list(range(first, first + len(vera.numbers)))


async def test_the_audience_hears_when_a_stage_begins_and_ends(house):
    async with Visitor(house) as vera:
        await vera.say("stage.follow", stages=["schloss"])
        await vera.hears("stage.state", stage="schloss", state="off")
        artist = Artist(*house.key("schloss"))
        await artist.go_live()
        await vera.hears("stage.state", stage="schloss", state="on_air")
        assert (await artist.finish()).status == 200
        await until(
            lambda: [m["state"] for m in vera.heard if m["type"] == "stage.state"] == ["off", "on_air", "off"],
            "the stage is dark again",
        )


async def test_a_broken_line_is_told_and_the_same_artist_comes_back(house):
    address, token = house.key("bibliothek")
    async with Visitor(house) as vera:
        await vera.say("stage.follow", stages=["bibliothek"])
        artist = Artist(address, token)
        await artist.go_live()
        await vera.hears("stage.state", state="on_air")
        await artist.vanish()
        await vera.hears("stage.state", state="stalled")
        again = Artist(address, token)
        assert (await again.go_live()).status == 201
        await until(
            lambda: [m["state"] for m in vera.heard if m["type"] == "stage.state"][-2:] == ["stalled", "on_air"],
            "the artist is back",
        )
        await again.finish()


class TestPatch:
    """RFC 9725 section 4.3."""

    NEW = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=ice-ufrag:ysXw\r\na=ice-pwd:vw5LmwG4y/e6dPP/zAP9Gp5k\r\n"
    MORE = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n"

    async def patch(self, artist, fragment, token=None, content_type="application/trickle-ice-sdpfrag", **headers):
        answer = await ask(
            "PATCH", artist.session, fragment, token or artist.token, content_type=content_type, **headers
        )
        return answer.status, answer.headers.get("ETag"), answer.text

    async def test_candidates_are_welcome_and_a_restart_gets_new_names(self, house):
        jorinde = Artist(*house.key("kaiserpfalz", "--act", "jorinde-beispiel"))
        first = (await jorinde.go_live()).headers["ETag"]
        assert await self.patch(jorinde, self.MORE, If_Match=first) == (204, None, "")
        status, second, fragment = await self.patch(jorinde, self.NEW, If_Match="*")
        assert (status, second != first, f"a=ice-ufrag:{second[1:-1]}" in fragment) == (200, True, True)
        assert (await self.patch(jorinde, self.MORE, If_Match=first))[0] == 412
        assert await self.patch(jorinde, self.NEW, If_Match=second) == (204, None, "")
        assert (await self.patch(jorinde, self.NEW.replace("ysXw", "again"), If_Match="*"))[0] == 429
        assert (await jorinde.finish()).status == 200

    async def test_what_is_refused_changes_nothing(self, house):
        jorinde = Artist(*house.key("kaiserpfalz", "--act", "jorinde-beispiel"))
        etag = (await jorinde.go_live()).headers["ETag"]
        _address, stranger = house.key("kaiserpfalz", "--act", "ada-beispiel")
        refused = [
            await self.patch(jorinde, self.NEW),
            await self.patch(jorinde, self.NEW, If_Match='"other"'),
            await self.patch(jorinde, "v=0", If_Match="*"),
            await self.patch(jorinde, "a=x" * 30_000, If_Match="*"),
            await self.patch(jorinde, self.NEW, content_type="application/sdp", If_Match="*"),
            await self.patch(jorinde, self.NEW, token=stranger, If_Match="*"),
            await self.patch(jorinde, self.NEW, token="x" * 43, If_Match="*"),
        ]
        assert [status for status, *_ in refused] == [428, 412, 400, 413, 415, 404, 401]
        assert (await self.patch(jorinde, self.MORE, If_Match=etag))[0] == 204
        assert (await jorinde.finish()).status == 200

    async def test_a_player_may_too(self, house):
        jorinde = Artist(*house.key("kaiserpfalz", "--act", "jorinde-beispiel"))
        await jorinde.go_live()
        vera = Viewer(f"{house.address}/whep/kaiserpfalz")
        vera.token = ""
        etag = (await vera.sit_down()).headers["ETag"]
        status, new, _ = await self.patch(vera, self.NEW, If_Match=etag)
        assert (status, new != etag) == (200, True)
        await vera.leave()
        assert (await jorinde.finish()).status == 200


class TestTheDoorRefuses:
    async def test_without_a_key(self, house):
        answer = await ask("POST", f"{house.address}/whip/dom", "v=0")
        assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")

    async def test_an_unknown_key(self, house):
        assert (await ask("POST", f"{house.address}/whip/dom", "v=0", token="x" * 43)).status == 401

    async def test_a_revoked_key(self, house):
        address, old = house.key("dom")
        house.key("dom", "--rotate")
        assert (await ask("POST", address, "v=0", token=old)).status == 401

    async def test_the_key_of_another_stage(self, house):
        _address, token = house.key("dom")
        assert (await ask("POST", f"{house.address}/whip/schloss", "v=0", token=token)).status == 403

    async def test_a_hostile_offer(self, house):
        address, token = house.key("dom")
        assert (await ask("POST", address, "v=0\r\nnonsense", token=token)).status == 400

    async def test_an_offer_that_is_too_large(self, house):
        address, token = house.key("dom")
        assert (await ask("POST", address, "a" * 70_000, token=token)).status == 413

    async def test_another_content_type(self, house):
        address, token = house.key("dom")
        assert (await ask("POST", address, "{}", token=token, content_type="application/json")).status == 415

    async def test_a_second_artist_and_lets_the_first_go_on(self, house):
        jorinde = Artist(*house.key("kaiserpfalz", "--act", "jorinde-beispiel"))
        ada = Artist(*house.key("kaiserpfalz", "--act", "ada-beispiel"))
        assert (await jorinde.go_live()).status == 201
        second = await ada.go_live()
        assert (second.status, second.headers["Content-Type"]) == (409, "application/problem+json")
        assert (await jorinde.finish()).status == 200
        await ada.vanish()

    async def test_the_end_of_somebody_elses_session(self, house):
        jorinde = Artist(*house.key("kaiserpfalz", "--act", "jorinde-beispiel"))
        await jorinde.go_live()
        _address, token = house.key("kaiserpfalz", "--act", "ada-beispiel")
        assert (await ask("DELETE", jorinde.session, token=token)).status == 404
        assert (await jorinde.finish()).status == 200

    async def test_other_methods_and_says_which_it_knows(self, house):
        answer = await ask("GET", f"{house.address}/whip/dom")
        assert (answer.status, answer.headers["Allow"]) == (405, "POST, OPTIONS")
        preflight = await ask("OPTIONS", f"{house.address}/whip/dom")
        seen = (preflight.status, preflight.headers["Access-Control-Allow-Origin"], preflight.headers["Accept-Post"])
        assert seen == (204, "*", "application/sdp")

    async def test_viewers_of_a_dark_or_unknown_stage(self, house):
        dark, unknown = Viewer(f"{house.address}/whep/theater"), Viewer(f"{house.address}/whep/mond")
        assert [(await viewer.sit_down()).status for viewer in (dark, unknown)] == [409, 404]
        await asyncio.gather(dark.leave(), unknown.leave())

    async def test_a_picture_that_is_not_h264_and_names_the_cure(self, house):
        artist = Artist(*house.key("dom"))
        await artist.connection.setLocalDescription(await artist.connection.createOffer())
        offer = artist.connection.localDescription.sdp.replace("H264/90000", "VP9/90000")
        answer = await ask("POST", artist.url, offer, artist.token, Accept_Language="en")
        assert (answer.status, "x264" in answer.text) == (406, True)
        await artist.vanish()
