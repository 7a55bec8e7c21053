// An artist's browser that plays the clock: draws it beside something that moves, and brings it to a WHIP door.

const RATE = 30;
const canvas = document.querySelector("canvas");
const context = canvas.getContext("2d");
let drawn = 0;
let due = 0;
let connection = null;

function draw(now) {
  requestAnimationFrame(draw);
  if (now < due - 4) return;
  due = Math.max(due + 1000 / RATE, now);
  drawScene(now / 1000);
  drawClock(context, drawn, wallClock());
  drawn += 1;
}

/** Enough motion that the encoder has about as much to do as with a stage. */
function drawScene(seconds) {
  const { width, height } = canvas;
  const sky = context.createLinearGradient(width / 2, 0, width, height);
  for (const place of [0, 0.5, 1]) sky.addColorStop(place, `hsl(${(seconds * 20 + place * 120) % 360} 50% 40%)`);
  context.fillStyle = sky;
  context.fillRect(width / 2, 0, width / 2, height);
  for (let one = 0; one < 24; one++) {
    const angle = seconds * (0.5 + one / 20) + one;
    context.fillStyle = `hsl(${one * 15} 70% 60%)`;
    context.fillRect(width * (0.72 + 0.2 * Math.cos(angle)), height * (0.45 + 0.4 * Math.sin(angle * 1.3)), 60, 60);
  }
}

/** On air once this resolves. `via`: host and port to send to instead of those in the answer. */
async function publish({ whip, token, via }) {
  requestAnimationFrame(draw);
  const [picture] = canvas.captureStream().getTracks();
  picture.contentHint = "motion";
  const [sound] = (await navigator.mediaDevices.getUserMedia({ audio: true })).getTracks();
  connection = new RTCPeerConnection({ iceServers: [], bundlePolicy: "max-bundle" });
  for (const track of [sound, picture]) connection.addTransceiver(track, { direction: "sendonly" });
  await connection.setLocalDescription();
  const headers = { "Content-Type": "application/sdp", Authorization: `Bearer ${token}` };
  const answer = await fetch(whip, { method: "POST", headers, body: connection.localDescription.sdp });
  if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`);
  const sdp = await answer.text();
  await connection.setRemoteDescription({ type: "answer", sdp: via ? sentTo(sdp, via) : sdp });
}

function sentTo(sdp, { host, port }) {
  return sdp.replaceAll(/ \S+ \d+ typ host/g, ` ${host} ${port} typ host`);
}

async function sent() {
  const entries = [...(await connection.getStats()).values()];
  const picture = entries.find(({ type, kind }) => type === "outbound-rtp" && kind === "video") ?? {};
  return { ...picture, drawn, state: connection.connectionState };
}
