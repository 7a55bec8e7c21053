// Watches a stage's page from inside, before its own scripts: what its videos show and when, and how its connections do.
// `readPicture(video)` tells what a picture says; whoever puts this script into a page brings it.

(() => {
  const watch = { shown: [], connections: [], answers: 0, clicks: [], asked: [] };
  window.spectator = watch;

  /** A picture as it was decoded, by the point; a canvas would convert all of it, at ten times the cost. */
  const pictureOf = async (frame) => {
    const bytes = new Uint8Array(frame.allocationSize());
    const { format, visibleRect } = frame;
    const planes = await frame.copyTo(bytes);
    frame.close();
    if (format !== "I420") throw new Error(`a picture of format ${format}`);
    const at = ({ offset, stride }, column, row) => bytes[offset + stride * row + column];
    return {
      width: visibleRect.width,
      height: visibleRect.height,
      luma: (column, row) => at(planes[0], column, row),
      blue: (column, row) => at(planes[1], column >> 1, row >> 1),
      red: (column, row) => at(planes[2], column >> 1, row >> 1),
    };
  };

  /** None if the video has just been let go, or has its very first picture not at hand. */
  const frameOf = (video) => {
    try {
      return new VideoFrame(video);
    } catch {
      return null;
    }
  };

  const met = new WeakSet();
  const follow = (video) => {
    video.requestVideoFrameCallback(async (_, picture) => {
      follow(video);
      const frame = frameOf(video);
      if (!frame) return;
      watch.shown.push({
        says: readPicture(await pictureOf(frame)),
        came: picture.receiveTime ? wallClock(picture.receiveTime) : null,
        at: wallClock(Math.max(picture.presentationTime, picture.expectedDisplayTime)),
        count: picture.presentedFrames,
        way: video.srcObject ? "webrtc" : "hls",
        size: [picture.width, picture.height],
      });
    });
  };
  setInterval(() => {
    for (const video of document.querySelectorAll("video")) {
      if (met.has(video)) continue;
      met.add(video);
      follow(video);
    }
  }, 20);

  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...settings) {
      super(...settings);
      watch.connections.push(this);
    }
    setRemoteDescription(description) {
      watch.answers += 1;
      return super.setRemoteDescription(description);
    }
  };
  addEventListener("click", ({ timeStamp }) => watch.clicks.push(wallClock(timeStamp)), { capture: true });

  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (message) {
    if (String(message).includes('"stage.hop"')) watch.asked.push(wallClock());
    return send.call(this, message);
  };

  /** The inbound figures of the newest connection, by kind. */
  watch.received = async () => {
    const found = {};
    for (const entry of ((await watch.connections.at(-1)?.getStats()) ?? new Map()).values()) {
      if (entry.type === "inbound-rtp") found[entry.kind] = entry;
    }
    return found;
  };
})();
