"""What an artist's page says about the way to the house: open, slow, walled up; and about an encoder's faults."""

import json

from tests.browser.conftest import eventually, look, open_page
from tests.cast import Artist

HOUSE_SAYS = """
  const data = Object.getOwnPropertyDescriptor(MessageEvent.prototype, "data").get;
  window.houseSays = {};
  Object.defineProperty(MessageEvent.prototype, "data", {
    get() {
      const frame = data.call(this);
      if (typeof frame !== "string" || !frame.includes('"on_air.state"')) return frame;
      return JSON.stringify({ ...JSON.parse(frame), ...houseSays });
    },
  });
"""
"""Lets a test say what a network of another kind would make the house say."""
WALL = """
  const answer = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function (description) {
    if (!window.walled) return answer.call(this, description);
    return answer.call(this, { ...description, sdp: description.sdp.replace(/^a=candidate.*\\r\\n/gm, "") });
  };
  window.walled = true;
"""
"""A network through which nothing comes: no way leads to the house."""
IMPATIENT = """
  new MutationObserver(() => document.querySelector("artist-studio")?.setAttribute("first-answer", "2"))
    .observe(document, { childList: true, subtree: true });
"""


async def backstage(house, browser, *scripts: str):
    page = await open_page(browser, house.address + house.artist_path, *scripts, permissions=["camera", "microphone"])
    await page.get_by_role("button", name="Weiter").click()
    await page.get_by_role("button", name="Kamera und Mikrofon einschalten").wait_for()
    return page


async def goes_on_air(page) -> None:
    """With a rehearsal, whatever the page proposes at this hour."""
    await page.get_by_role("button", name="Kamera und Mikrofon einschalten").click()
    await page.get_by_label("Nur eine Probe").check()
    await page.get_by_role("button", name="Auf Sendung").click()


async def ends(page) -> None:
    await page.get_by_role("button", name="Beenden").click()
    await page.get_by_role("button", name="Wirklich beenden").click()
    await page.get_by_role("heading", name="Vielen Dank").wait_for()


async def says(page, path: str | None, fault: str | None, sentence: str) -> None:
    await look(page, f"() => {{ houseSays = {json.dumps({'path': path, 'fault': fault})}; }}")
    await page.get_by_text(sentence, exact=True).wait_for()


async def test_a_network_that_lets_nothing_through_is_named_and_tried_again(house, browser):
    leyla = await backstage(house, browser, WALL, IMPATIENT)
    await goes_on_air(leyla)
    await leyla.get_by_text("Ihr Netz lässt weder UDP noch TCP zu unserem Server durch.").wait_for()
    assert await leyla.get_by_role("heading", name="NOCH NICHT AUF SENDUNG").count() == 1
    await look(leyla, "() => { walled = false; }")
    await leyla.get_by_text("Das Bild kommt an.").wait_for()
    assert (await leyla.get_by_role("heading", name="SIE PROBEN").count(), leyla.faults) == (1, [])
    await ends(leyla)


async def test_the_way_to_the_house_has_its_sentence(house, browser):
    leyla = await backstage(house, browser, HOUSE_SAYS)
    await goes_on_air(leyla)
    await says(leyla, "udp", None, "Verbunden über UDP, den schnellen Weg.")
    await says(
        leyla, "tcp", None,
        "Ihr Netz sperrt UDP. Die Übertragung läuft über TCP; das kann öfter stocken. Mit Mobilfunk geht es besser.",
    )  # fmt: skip
    await ends(leyla)
    assert await leyla.locator(".studio-report").inner_text() == ""


async def test_faults_of_an_encoder_are_told_to_who_sends_by_obs_and_looks_at_backstage(house, browser):
    leyla = await backstage(house, browser, HOUSE_SAYS)
    obs = Artist(*house.key("bibliothek", "--act", "leyla-probe"))
    await obs.go_live()
    await leyla.get_by_text("Bild und Ton kommen an.").wait_for()
    await says(
        leyla, "udp", "b_frames",
        "Ihr Kodierer sendet B-Bilder; Browser zeigen sie ruckelnd. In OBS: Einstellungen → Ausgabe → x264 → "
        "„B-Frames“ auf 0 (oder Tune zerolatency).",
    )  # fmt: skip
    await says(
        leyla, "udp", "keyframes",
        "Es kommen zu selten Schlüsselbilder; wer neu dazukommt, wartet lange. In OBS: Keyframeintervall 2 s.",
    )  # fmt: skip
    await obs.finish()
    await eventually(leyla, "() => document.querySelector('artist-studio').getAttribute('step') === 'ended'", "the end")
