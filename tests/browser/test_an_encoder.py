"""Encoders' ways through a difficult network, with a browser's own WebRTC at the other end."""

from tests.browser.conftest import eventually, moving_picture, open_page

WHIP = """async () => {
  const canvas = document.createElement("canvas"), paper = canvas.getContext("2d");
  setInterval(() => {
    paper.fillStyle = `hsl(${performance.now() / 20} 80% 50%)`;
    paper.fillRect(0, 0, 300, 150);
  }, 33);
  const connection = window.connection = new RTCPeerConnection({ iceServers: [], bundlePolicy: "max-bundle" });
  const camera = connection.addTransceiver(canvas.captureStream(30).getTracks()[0], { direction: "sendonly" });
  const { codecs } = RTCRtpSender.getCapabilities("video");
  camera.setCodecPreferences(codecs.filter(({ mimeType }) => /h264/i.test(mimeType)));
  await connection.setLocalDescription();
  const answer = await fetch(ADDRESS, {
    method: "POST", body: connection.localDescription.sdp,
    headers: { "Content-Type": "application/sdp", Authorization: `Bearer ${TOKEN}` },
  });
  window.session = answer.headers.get("Location");
  window.answer = await answer.text();
  await connection.setRemoteDescription({ type: "answer", sdp: window.answer });
  return answer.status;
}"""

RESTART = """async () => {
  const connection = window.connection;
  const offer = await connection.createOffer({ iceRestart: true });
  await connection.setLocalDescription(offer);
  const of = (sdp, name) => new RegExp(`a=${name}:(\\\\S+)`).exec(sdp)[1];
  const names = (sdp) => [of(sdp, "ice-ufrag"), of(sdp, "ice-pwd")];
  const [ufrag, password] = names(offer.sdp);
  const answer = await fetch(window.session, {
    method: "PATCH",
    body: `m=video 9 UDP/TLS/RTP/SAVPF 96\\r\\na=mid:0\\r\\na=ice-ufrag:${ufrag}\\r\\na=ice-pwd:${password}\\r\\n`,
    headers: {
      "Content-Type": "application/trickle-ice-sdpfrag", "If-Match": "*", Authorization: `Bearer ${TOKEN}`,
    },
  });
  const [ourUfrag, ourPassword] = names(await answer.text());
  const sdp = window.answer
    .replace(/a=ice-ufrag:\\S+/g, `a=ice-ufrag:${ourUfrag}`).replace(/a=ice-pwd:\\S+/g, `a=ice-pwd:${ourPassword}`);
  await connection.setRemoteDescription({ type: "answer", sdp });
  return answer.status;
}"""

USED = """async () => {
  const pairs = [...(await window.connection.getStats()).values()].filter(({ type }) => type === "candidate-pair");
  const used = pairs.filter(({ state, bytesSent }) => state === "succeeded" && bytesSent > 2000);
  return used.length && used.map(({ id }) => id);
}"""
"""The ways that media took so far; a restart leaves the old one among them."""


def of_key(script: str, address: str, token: str) -> str:
    return script.replace("ADDRESS", f'"{address}"').replace("${TOKEN}", token)


async def test_a_whip_client_restarts_its_ice_and_the_picture_goes_on(house, browser):
    address, token = house.key("kulturwerkstatt")
    ada = await open_page(browser, f"{house.address}/impressum")
    assert await ada.evaluate(of_key(WHIP, address, token)) == 201
    (first,) = await eventually(
        ada, f"async () => {{ const ways = await ({USED})(); return ways.length && ways; }}", "a way"
    )
    vera = await open_page(browser, f"{house.address}/buehne/kulturwerkstatt")
    await moving_picture(vera)
    assert await ada.evaluate(of_key(RESTART, address, token)) == 200
    another = f"async () => (await ({USED})() || []).some((way) => way !== '{first}')"
    await eventually(ada, another, "media by the new way")
    await moving_picture(vera)
    assert await vera.locator("stage-player").get_attribute("way") == "webrtc"
    await ada.context.close()


async def test_where_udp_is_blocked_an_artist_sends_by_tcp_and_is_told_so(house, browser_without_udp):
    leyla = await open_page(
        browser_without_udp, house.address + house.artist_path, permissions=["camera", "microphone"]
    )
    await leyla.get_by_role("button", name="Weiter").click()
    await leyla.get_by_role("button", name="Kamera und Mikrofon einschalten").click()
    await leyla.get_by_role("button", name="Auf Sendung").click()
    await leyla.get_by_text("Das Bild kommt an").first.wait_for()
    await leyla.get_by_text("Die Übertragung läuft über TCP").first.wait_for()
    await leyla.get_by_role("button", name="Beenden").click()
    await leyla.get_by_role("button", name="Wirklich beenden").click()
    await leyla.get_by_text("Vielen Dank").first.wait_for()
