/**
 * From the artist's browser to the relay: one WebRTC connection, offered over the house's socket and renewed when it breaks.
 * Knows no DOM.
 */

import { backoff } from "../shared/backoff";
import type { OnAirState } from "../shared/messages";
import { onHangUp } from "../shared/rtc";
import { hasH264, preferH264, wishOpus } from "../shared/sdp";
import { type HouseSocket, Refused } from "../shared/socket";

const VIDEO_BPS = 2_500_000;
const AUDIO_BPS = 128_000;
/** A connection that says nothing for so long is not waited for: a new one takes half a second. */
const PATIENCE_MS = 3000;
const FIRST_ANSWER_MS = 9000;
/** The browser believes in its connection, the house has seen no picture for so long: the house is right. */
const UNSEEN_S = 2.5;
/** Our connection broke though pictures were arriving: perhaps another device of the same act has taken over. */
const OTHER_DEVICE_MS = 2000;
/** A picture at the house younger than this was not ours any more. */
const FRESH_S = 0.8;

/**
 * calling: no answer yet · sending · broken: a new connection is tried · no_path: the house answered, and yet nothing gets
 * through to it; a new connection is tried · off.
 */
export type Progress = "off" | "calling" | "sending" | "broken" | "no_path";

/** Refusals that the next attempt cannot change. */
const FINAL = new Set(["taken_over", "stage_taken", "not_allowed", "no_h264", "no_opus", "offer_refused"]);

export function canTransmit(): boolean {
  if (typeof RTCPeerConnection === "undefined") return false;
  const capabilities = RTCRtpSender.getCapabilities?.("video");
  return !capabilities || hasH264(capabilities.codecs);
}

export interface Listener {
  progressed(progress: Progress): void;
  /** The house will not have it, and the transmission is over; `taken_over`: the same act sends from another device. */
  refused(why: Refused): void;
}

export class Transmission {
  private connection: RTCPeerConnection | null = null;
  private stage = "";
  private rehearsal = false;
  private stream: MediaStream | null = null;
  private attempts = 0;
  private running = false;
  private patience: ReturnType<typeof setTimeout> | undefined;
  /** When the present connection came about; null before. */
  private connectedAt: number | null = null;
  private heard: { at: number; pictureAge: number | null } | null = null;

  constructor(
    private readonly house: HouseSocket,
    private readonly listener: Listener,
    private readonly firstAnswer = FIRST_ANSWER_MS,
  ) {}

  get isRunning(): boolean {
    return this.running;
  }

  /** Go on air and stay there until `end` or a final refusal. */
  async begin(stage: string, stream: MediaStream, rehearsal: boolean): Promise<void> {
    this.stage = stage;
    this.rehearsal = rehearsal;
    this.stream = stream;
    this.running = true;
    this.attempts = 0;
    this.listener.progressed("calling");
    await this.connect();
  }

  /** Another camera or microphone without a break; a new connection only where a track is added or missing. */
  async use(stream: MediaStream): Promise<void> {
    this.stream = stream;
    const senders = this.connection?.getSenders() ?? [];
    if (!this.running || senders.length === 0) return;
    const tracks = stream.getTracks();
    if (tracks.length !== senders.length || tracks.some(({ kind }) => !senderOf(senders, kind))) {
      await this.connect();
      return;
    }
    await Promise.all(tracks.map((track) => senderOf(senders, track.kind)?.replaceTrack(track)));
  }

  /** What the house sees of us. */
  heed({ connected, picture_age: pictureAge }: OnAirState): void {
    this.heard = { at: performance.now(), pictureAge: connected ? pictureAge : null };
    const connection = this.connection;
    const camera = this.stream?.getVideoTracks()[0];
    const connectedFor = performance.now() - (this.connectedAt ?? Number.POSITIVE_INFINITY);
    const believes = connection?.connectionState === "connected" && connectedFor > UNSEEN_S * 1000;
    if (connection && believes && camera && !camera.muted && (pictureAge ?? 0) > UNSEEN_S) this.broke(connection);
  }

  /** The artist has finished. The relay is told first, so that nobody sees a broken line. */
  async end(): Promise<void> {
    this.running = false;
    try {
      await this.house.ask("on_air.ended", { type: "on_air.end" });
    } finally {
      this.stop();
    }
  }

  /** The house has ended it, or the page closes. */
  stop(): void {
    this.running = false;
    this.disconnect();
    this.listener.progressed("off");
  }

  /** The network is back: do not sit out the waiting time. */
  hurry(): void {
    if (this.running && this.connection?.connectionState !== "connected") this.reconnectIn(0);
  }

  private async connect(): Promise<void> {
    this.disconnect();
    const stream = this.stream;
    if (!this.running || !stream) return;
    const connection = new RTCPeerConnection({ iceServers: [], bundlePolicy: "max-bundle" });
    this.connection = connection;
    this.connectedAt = null;
    connection.onconnectionstatechange = () => this.connectionChanged(connection);
    this.patience = setTimeout(() => this.broke(connection), this.firstAnswer);
    try {
      await negotiate(this.house, connection, { stage: this.stage, rehearsal: this.rehearsal }, stream);
      onHangUp(connection, () => this.broke(connection));
    } catch (why) {
      if (connection === this.connection) this.failed(why);
    }
  }

  private failed(why: unknown): void {
    const refusal = why instanceof Refused ? why : new Refused("unavailable", "");
    if (!FINAL.has(refusal.reason)) {
      this.listener.progressed("broken");
      this.reconnectIn(500 + backoff(this.attempts++));
      return;
    }
    this.stop();
    this.listener.refused(refusal);
  }

  private connectionChanged(connection: RTCPeerConnection): void {
    if (connection !== this.connection) return;
    clearTimeout(this.patience);
    const { connectionState } = connection;
    if (connectionState === "connected") {
      this.attempts = 0;
      this.connectedAt = performance.now();
      this.listener.progressed("sending");
    } else if (connectionState === "failed") this.broke(connection);
    else if (connectionState === "disconnected") this.patience = setTimeout(() => this.broke(connection), PATIENCE_MS);
  }

  private broke(connection: RTCPeerConnection): void {
    if (connection !== this.connection || !this.running) return;
    const walled = this.connectedAt === null && connection.remoteDescription !== null;
    this.listener.progressed(walled ? "no_path" : "broken");
    const arriving = (this.heard?.pictureAge ?? Number.POSITIVE_INFINITY) < OTHER_DEVICE_MS / 1000;
    this.reconnectIn((arriving ? OTHER_DEVICE_MS : 0) + backoff(this.attempts++));
  }

  private reconnectIn(wait: number): void {
    clearTimeout(this.patience);
    const since = performance.now();
    this.patience = setTimeout(() => {
      if (this.isOtherDevice(since)) this.failed(new Refused("taken_over", ""));
      else this.connect();
    }, wait);
  }

  private isOtherDevice(brokeAt: number): boolean {
    const { heard } = this;
    if (!heard || heard.pictureAge === null || heard.at - brokeAt < FRESH_S * 1000) return false;
    return heard.pictureAge < FRESH_S;
  }

  private disconnect(): void {
    clearTimeout(this.patience);
    const connection = this.connection;
    this.connection = null;
    connection?.close();
  }
}

function senderOf(senders: RTCRtpSender[], kind: string): RTCRtpSender | undefined {
  return senders.find(({ track }) => track?.kind === kind);
}

async function negotiate(
  house: HouseSocket,
  connection: RTCPeerConnection,
  what: { stage: string; rehearsal: boolean },
  stream: MediaStream,
): Promise<void> {
  addTracks(connection, stream);
  const offer = await connection.createOffer();
  const sdp = wishOpus(offer.sdp ?? "", { stereo: true, bitrate: AUDIO_BPS });
  const [answer] = await Promise.all([
    house.ask("on_air.answer", { type: "on_air.offer", ...what, sdp }),
    connection.setLocalDescription({ type: "offer", sdp }),
  ]);
  // Our encoder goes by the description it is given, so the wish has to stand in the answer too.
  const heard = wishOpus(answer.sdp, { stereo: true, bitrate: AUDIO_BPS });
  await connection.setRemoteDescription({ type: "answer", sdp: heard });
  await Promise.all(connection.getSenders().map(balance));
}

function addTracks(connection: RTCPeerConnection, stream: MediaStream): void {
  const [picture, sound] = [stream.getVideoTracks()[0], stream.getAudioTracks()[0]];
  if (picture) {
    const sendEncodings = [{ maxBitrate: VIDEO_BPS, maxFramerate: 30 }];
    const transceiver = connection.addTransceiver(picture, { direction: "sendonly", streams: [stream], sendEncodings });
    const capabilities = RTCRtpSender.getCapabilities?.("video");
    if (capabilities) transceiver.setCodecPreferences?.(preferH264(capabilities.codecs));
  }
  if (sound) {
    connection.addTransceiver(sound, {
      direction: "sendonly",
      streams: [stream],
      sendEncodings: [{ maxBitrate: AUDIO_BPS, priority: "high", networkPriority: "high" }],
    });
  }
}

/** On a weak line give up some sharpness and some smoothness, rather than all of one. */
async function balance(sender: RTCRtpSender): Promise<void> {
  if (sender.track?.kind !== "video") return;
  const parameters = sender.getParameters();
  parameters.degradationPreference = "balanced";
  try {
    await sender.setParameters(parameters);
  } catch {
    // Some browsers know the wish but not how to change it; they go by the track's content hint.
  }
}
