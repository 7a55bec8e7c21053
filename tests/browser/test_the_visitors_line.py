"""What a visitor sees and hears when a line is thin, breaks or comes back: the visitor's own, or the stage's."""

from aiortc import RTCPeerConnection

from tests.browser.conftest import eventually, look, moving_picture, open_page
from tests.cast import NO_SERVERS, Artist, Tone, until

NO_FRONT_ROW = "delete window.RTCPeerConnection;"
COUNTING = """
  window.connections = [];
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...how) { super(...how); connections.push(this); }
  };
"""
"""Keeps the page's connections where a test can ask them for their figures."""
RECEIVED = """async () => {
  const received = { audio: 0, video: 0 };
  for (const entry of (await connections.at(-1).getStats()).values()) {
    if (entry.type === "inbound-rtp") received[entry.kind] += entry.packetsReceived;
  }
  return received;
}"""
STUMBLING = """
  window.stumbling = true;
  window.WebSocket = class extends WebSocket {
    constructor(address) { super(address); this.addEventListener("message", () => stumbling && this.close()); }
  };
"""
"""The house says hello and hangs up."""
SHOWN = """document.querySelector("video[data-shown]")"""
SOUNDS = """!video.muted && !video.paused && video.currentTime > 1"""
VEIL = """() => document.querySelector("stage-player").getAttribute("veil")"""
WAY = """() => document.querySelector("stage-player").getAttribute("way")"""


async def on_air(house, stage: str) -> Artist:
    artist = Artist(*house.key(stage))
    await artist.go_live()
    return artist


async def on_air_and_in_the_stalls(house, stage: str) -> Artist:
    artist = await on_air(house, stage)
    await until(lambda: house.get(f"/media/live/{stage}/index.m3u8")[0] == 200, "the live playlist")
    return artist


async def sound_without_picture(page) -> None:
    """A second of sound arrives, and meanwhile no packet of a picture."""
    script = f"""async () => {{
      const now = await ({RECEIVED})();
      if (now.video !== window.before?.video) window.before = now;
      return now.audio > before.audio + 50;
    }}"""
    await eventually(page, script, "a second of sound without any picture")


async def test_a_conversation_that_cannot_be_reached_says_so_after_some_tries(house, browser):
    vera = await open_page(browser, f"{house.address}/buehne/dom", STUMBLING)
    await vera.get_by_text("Das Gespräch ist gerade nicht erreichbar; wir versuchen es weiter.").wait_for()
    await look(vera, "() => { stumbling = false; }")
    await eventually(vera, """() => document.querySelector("stage-chat[state=open]")?.localName""", "the conversation")


async def test_in_the_front_row_sound_only_stops_the_picture_and_holds_on_the_next_stage_too(house, browser):
    dom, hnf = await on_air(house, "dom"), await on_air(house, "hnf")
    vera = await open_page(browser, f"{house.address}/buehne/dom", COUNTING)
    await moving_picture(vera)
    await vera.get_by_role("button", name="Nur Ton").press("Enter")
    await vera.get_by_text("Sie hören die Bühne ohne Bild.").first.wait_for()
    await sound_without_picture(vera)
    await vera.get_by_role("link", name="MuseumsForum").first.click()
    await vera.get_by_role("heading", name="MuseumsForum").wait_for()
    await vera.get_by_role("status").get_by_text("Jetzt auf Sendung:").wait_for()
    await sound_without_picture(vera)
    assert await look(vera, VEIL) == "sound_chosen"
    await vera.get_by_role("button", name="Bild wieder an").click()
    await eventually(vera, f"() => ({VEIL})() === ''", "the picture without a veil")
    await moving_picture(vera)
    toggle = vera.get_by_role("button", name="Nur Ton")
    focused = await toggle.evaluate("(button) => button === document.activeElement")
    assert (await toggle.get_attribute("aria-pressed"), focused, vera.faults) == ("false", True, [])
    await dom.finish()
    await hnf.finish()


async def test_in_the_stalls_sound_only_fetches_no_picture(house, browser):
    artist = await on_air_and_in_the_stalls(house, "schloss")
    vera = await open_page(browser, "about:blank", NO_FRONT_ROW)
    fetched: list[str] = []
    vera.on("request", lambda request: fetched.append(request.url.rpartition("/")[2]))
    await vera.goto(f"{house.address}/buehne/schloss")
    await moving_picture(vera)
    fetched.clear()
    await vera.get_by_role("button", name="Nur Ton").click()
    await eventually(vera, f"() => {{ const video = {SHOWN}; return !video.videoWidth && {SOUNDS}; }}", "sound")
    fetched[: fetched.index("sound.m3u8")] = []
    await until(lambda: sum("opus-" in name for name in fetched) > 1, f"pieces of sound among {fetched}")
    assert not any("video" in name for name in fetched)
    await vera.get_by_role("button", name="Bild wieder an").click()
    await moving_picture(vera)
    assert ("index.m3u8" in fetched, await look(vera, VEIL), vera.faults) == (True, "", [])
    await artist.finish()


FULL_TWICE = """
  const send = WebSocket.prototype.send;
  window.refusals = 0;
  WebSocket.prototype.send = function (frame) {
    const { type, request } = JSON.parse(frame);
    if (type !== "watch.offer" || refusals === 2) return send.call(this, frame);
    refusals += 1;
    const data = JSON.stringify({ type: "refused", request, reason: "no_seat", text: "Besetzt." });
    setTimeout(() => this.dispatchEvent(new MessageEvent("message", { data })));
  };
"""
"""The front row is full for the first two who ask."""
IMPATIENT = """
  new MutationObserver(() => document.querySelector("stage-player")?.setAttribute("way-back", "1.5"))
    .observe(document, { childList: true, subtree: true });
"""
WATCHFUL = """() => {
  window.seen = new Set();
  setInterval(() => {
    const videos = [...document.querySelectorAll("video")];
    const shown = videos.find((video) => "shown" in video.dataset);
    seen.add(`${shown?.videoWidth} wide, ${videos.filter((video) => !video.muted).length} heard`);
  }, 20);
}"""


async def test_who_found_no_seat_gets_one_later_without_a_dark_moment_or_two_sounds(house, browser):
    artist = await on_air_and_in_the_stalls(house, "kaiserpfalz")
    vera = await open_page(browser, f"{house.address}/buehne/kaiserpfalz", FULL_TWICE, IMPATIENT)
    await eventually(vera, f"() => ({WAY})() === 'hls'", "the stalls")
    await vera.get_by_role("button", name="Ton an").click()
    await look(vera, WATCHFUL)
    await eventually(vera, f"() => ({WAY})() === 'webrtc'", "the front row")
    await moving_picture(vera)
    assert await look(vera, "() => [refusals, ...seen]") == [2, "160 wide, 1 heard"]
    await artist.finish()


STATUS = """() => {
  window.said = [];
  const status = document.querySelector("[data-part=status]");
  new MutationObserver(() => said.push(status.textContent)).observe(status, { childList: true, subtree: true });
}"""
STANDBY = "Gleich geht es weiter. Die Leitung der Bühne ist unterbrochen. Bild und Ton kommen von selbst wieder."


async def test_while_the_stage_is_silent_both_rows_are_told_once_that_it_goes_on(house, browser):
    artist = await on_air_and_in_the_stalls(house, "theater")
    vera = await open_page(browser, f"{house.address}/buehne/theater")
    otto = await open_page(browser, f"{house.address}/buehne/theater", NO_FRONT_ROW)
    for page in (vera, otto):
        await moving_picture(page)
        await look(page, STATUS)
    await artist.vanish()
    await eventually(vera, f"() => ({VEIL})() === 'stalled'", "the stand-by picture in the front row")
    assert await look(otto, VEIL) == ""
    await look(otto, f"() => {{ const video = {SHOWN}; video.currentTime = video.buffered.end(0) - 0.2; }}")
    await eventually(otto, f"() => ({VEIL})() === 'stalled'", "the stand-by picture in the stalls")
    again = Artist(artist.url, artist.token)
    await again.go_live()
    for page in (vera, otto):
        await eventually(page, f"() => ({VEIL})() === ''", "the picture without a veil")
        await moving_picture(page)
        assert (await look(page, "() => said")).count(STANDBY) == 1
    await again.finish()


async def test_a_stage_without_a_camera_is_heard_in_the_front_row(house, browser):
    artist = Artist(*house.key("bibliothek"))
    artist.connection = RTCPeerConnection(NO_SERVERS)
    artist.connection.addTrack(Tone())
    await artist.go_live()
    vera = await open_page(browser, "about:blank")
    await vera.goto(f"{house.address}/buehne/bibliothek", wait_until="domcontentloaded")
    await eventually(vera, f"() => ({VEIL})() === 'sound_only' && ({WAY})() === 'webrtc'", "sound only")
    await vera.get_by_text("Die Bühne sendet gerade nur Ton.").first.wait_for()
    await vera.get_by_role("button", name="Ton an").click()
    await eventually(vera, f"() => {{ const video = {SHOWN}; return {SOUNDS}; }}", "sound")
    await artist.finish()


async def test_in_the_stalls_one_may_go_back_and_to_live_again(house, browser):
    artist = await on_air_and_in_the_stalls(house, "theater")
    vera = await open_page(browser, "about:blank", NO_FRONT_ROW)
    fetched: list[str] = []
    vera.on("request", lambda request: fetched.append(request.url.rpartition("/")[2]))
    await vera.goto(f"{house.address}/buehne/theater")
    await moving_picture(vera)
    back, live = (vera.get_by_role("button", name=name) for name in ("30 Sekunden zurück", "Zurück zum Live"))
    assert ("rewind.m3u8" in fetched, await live.is_visible()) == (False, False)
    await vera.get_by_role("button", name="Bild anhalten").click()
    await back.press("Enter")
    await vera.get_by_text("Sie sehen, was vorhin war.").wait_for()
    await until(lambda: any("rewind-video" in name for name in fetched), f"the long playlist among {fetched}")
    await eventually(vera, f"() => !{SHOWN}.paused && {SHOWN}.currentTime < 4", "the beginning")
    await moving_picture(vera)
    await live.press("Enter")
    await live.wait_for(state="hidden")
    focused = await back.evaluate("(button) => button === document.activeElement")
    fetched.clear()
    await until(lambda: any(name.endswith("-video.m3u8") for name in fetched), f"the short playlist among {fetched}")
    await moving_picture(vera)
    assert (focused, any("rewind" in name for name in fetched), vera.faults) == (True, False, [])

    refused: list[str] = []

    async def the_night_is_over(route) -> None:
        if not await live.is_visible():
            await route.continue_()
            return
        refused.append(route.request.url)
        await route.fulfill(status=403)

    await vera.route("**/*.m4s", the_night_is_over)
    await back.press("Enter")
    await live.wait_for(state="hidden")
    await moving_picture(vera)
    assert refused
    await artist.finish()
