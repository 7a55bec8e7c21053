/**
 * The front row: one WebRTC connection to the relay, offered over the house's socket. Knows no DOM.
 *
 * The relay is ICE-lite and needs none of our candidates, so the offer goes out before any is gathered.
 */

import { onHangUp } from "../shared/rtc";
import { hasH264, wishOpus } from "../shared/sdp";
import type { HouseSocket } from "../shared/socket";
import type { Evenness } from "./cushion";
import type { Pulse } from "./patience";

/** False in browsers that could never show what the stages send: they need not ask. */
export function frontRowPossible(): boolean {
  if (typeof RTCPeerConnection === "undefined") return false;
  const capabilities = RTCRtpReceiver.getCapabilities?.("video");
  return !capabilities || hasH264(capabilities.codecs);
}

/** Figures that grow with whatever arrives; browsers differ in which of them they have. */
const HEARD: Record<string, (entry: Record<string, number | undefined>) => number> = {
  "inbound-rtp": ({ packetsReceived = 0 }) => packetsReceived,
  "remote-outbound-rtp": ({ reportsSent = 0 }) => reportsSent,
  "candidate-pair": ({ bytesReceived = 0 }) => bytesReceived,
  transport: ({ packetsReceived = 0 }) => packetsReceived,
};

export class FrontRow {
  readonly stream = new MediaStream();
  private readonly connection = new RTCPeerConnection({ iceServers: [], bundlePolicy: "max-bundle" });
  private session: string | null = null;
  private left = false;

  /** `broke`: the connection is closed by the relay or given up by the browser; silence shows only in the pulse. */
  constructor(
    private readonly house: HouseSocket,
    private readonly broke: () => void,
  ) {
    this.connection.addTransceiver("video", { direction: "recvonly" });
    this.connection.addTransceiver("audio", { direction: "recvonly" });
    this.connection.ontrack = ({ track }) => this.stream.addTrack(track);
    this.connection.onconnectionstatechange = () => {
      if (this.connection.connectionState === "failed") this.broke();
    };
  }

  /** The relay's name for this seat; null before it answered. */
  get seat(): string | null {
    return this.session;
  }

  /** Its sound without its picture: a browser plays nothing of a stream whose picture has not come. */
  get sound(): MediaStream {
    return new MediaStream(this.stream.getAudioTracks());
  }

  /** Ask for a seat; resolves when the answer is applied, throws `Refused`. */
  async join(stage: string): Promise<void> {
    const offer = await this.connection.createOffer();
    const sdp = wishOpus(offer.sdp ?? "", { stereo: true });
    const [answer] = await Promise.all([
      this.house.ask("watch.answer", { type: "watch.offer", stage, sdp }),
      this.connection.setLocalDescription({ type: "offer", sdp }),
    ]);
    this.session = answer.session;
    if (this.left) {
      this.sayGoodbye();
      return;
    }
    await this.connection.setRemoteDescription({ type: "answer", sdp: answer.sdp });
    onHangUp(this.connection, () => this.left || this.broke());
  }

  /** Another stage through the same connection; throws `Refused`. */
  async hop(stage: string): Promise<void> {
    if (!this.session) throw new Error("There is no seat to hop from.");
    await this.house.ask("stage.hopped", { type: "stage.hop", session: this.session, stage });
  }

  /** Sound only, or the picture too. Where the socket is down, it is to be said again once it is open. */
  choosePicture(wanted: boolean): void {
    if (this.session) this.house.send({ type: "watch.picture", session: this.session, wanted });
  }

  /** Let pictures wait so long before they are shown, in milliseconds; 0 leaves it to the browser. */
  hold(wait: number): void {
    for (const receiver of this.connection.getReceivers()) {
      if (receiver.track.kind === "video") receiver.jitterBufferTarget = wait || null;
    }
  }

  async pulse(now: number): Promise<Pulse & Evenness> {
    const pulse = { at: now, heard: 0, packets: 0, lost: 0, frozen: 0, videoPackets: 0, frames: 0 };
    const evenness = { pictures: 0, steps: 0, squares: 0, waited: 0, left: 0 };
    for (const entry of (await this.connection.getStats()).values()) {
      pulse.heard += HEARD[entry.type]?.(entry) ?? 0;
      if (entry.type !== "inbound-rtp") continue;
      pulse.packets += entry.packetsReceived ?? 0;
      pulse.lost += entry.packetsLost ?? 0;
      if (entry.kind !== "video") continue;
      pulse.videoPackets += entry.packetsReceived ?? 0;
      pulse.frames += entry.framesDecoded ?? 0;
      pulse.frozen += entry.totalFreezesDuration ?? 0;
      evenness.pictures += entry.framesRendered ?? entry.framesDecoded ?? 0;
      evenness.steps += entry.totalInterFrameDelay ?? 0;
      evenness.squares += entry.totalSquaredInterFrameDelay ?? 0;
      evenness.waited += entry.jitterBufferDelay ?? 0;
      evenness.left += entry.jitterBufferEmittedCount ?? 0;
    }
    return { ...pulse, ...evenness };
  }

  leave(): void {
    this.left = true;
    this.connection.close();
    this.sayGoodbye();
  }

  private sayGoodbye(): void {
    if (this.session) this.house.send({ type: "watch.leave", session: this.session });
  }
}
