/**
 * A visitor's seat: brings the picture of one stage by whichever way gets through, and says how it stands.
 *
 * It never looks at the page; what it needs of it is `Screen`.
 */

import { backoff } from "../shared/backoff";
import { HlsPlayback } from "../shared/hls";
import { type HouseSocket, Refused } from "../shared/socket";
import { firstFrame } from "./first_frame";
import { FrontRow, frontRowPossible } from "./front_row";
import { GIVE_UP_MS, HANG_UP_MS, PULSE_MS, Pulses, STALLS_AFTER_ANSWER_MS, STALLS_AFTER_QUESTION_MS } from "./patience";

/** By which way the picture comes: to the front row below a second, to the stalls some seconds late. */
export type Way = "webrtc" | "hls";
/** How the visitor's own line stands. */
export type Line = "idle" | "connecting" | "playing" | "sound_only" | "trouble" | "unsupported";
export type StageStatus = "off" | "on_air" | "stalled";

export interface StageAddress {
  slug: string;
  /** Its live playlist. */
  live: string;
}

export interface Screen {
  /** Whether anybody looks at the page just now. */
  readonly watched: boolean;
  /** A new video that waits behind the present one. */
  prepare(way: Way): HTMLVideoElement;
  /** It has a picture: show it instead of the present one. */
  present(way: Way): void;
  /** It is not waited for any more. */
  drop(way: Way): void;
  /** Nothing is shown any more. */
  clear(): void;
  line(line: Line): void;
}

export class Seat {
  private stage: StageAddress | null = null;
  private status: StageStatus = "off";
  private row: FrontRow | null = null;
  private stalls: HlsPlayback | null = null;
  private shown: Way | null = null;
  /** UDP did not get through from here; asked again when the network changed. */
  private blocked = false;
  private refusals = 0;
  private pulses = new Pulses();
  private beating: ReturnType<typeof setInterval> | undefined;
  private timers: ReturnType<typeof setTimeout>[] = [];

  constructor(
    private readonly house: HouseSocket,
    private readonly screen: Screen,
  ) {}

  /** The relay's name for this visitor's session, for the farewell of a closing page. */
  get session(): string | null {
    return this.row?.seat ?? null;
  }

  /** "Now" in the shown video, if it can be behind. */
  get liveEdge(): number | null {
    return this.shown === "hls" ? (this.stalls?.liveEdge ?? null) : null;
  }

  /** The network is another one than before: what was blocked may be open. */
  trustAgain(): void {
    this.blocked = false;
  }

  /** What the house says about the stage: begin, wait or end. */
  heed(stage: StageAddress, status: StageStatus): void {
    const before = this.status;
    const same = this.stage?.slug === stage.slug;
    this.stage = stage;
    this.status = status;
    if (status === "off") this.leave();
    else if (!same || before === "off") this.take();
    else if (status === "stalled") this.stageFellSilent();
    else if (before === "stalled") this.stageIsBack();
  }

  /** Another stage: through the same connection if there is one, else anew. */
  async hop(stage: StageAddress, status: StageStatus): Promise<void> {
    const row = this.shown === "webrtc" ? this.row : null;
    if (!row || status === "off" || this.status === "off") {
      this.leave();
      this.heed(stage, status);
      return;
    }
    this.stage = stage;
    this.status = status;
    try {
      await row.hop(stage.slug);
      if (this.row === row) this.pulses.forget();
    } catch {
      if (this.row === row && this.stage === stage) this.take();
    }
  }

  leave(): void {
    this.dropRow();
    this.dropStalls();
    this.shown = null;
    this.status = "off";
    this.screen.clear();
    this.screen.line("idle");
  }

  /** Begin anew. A picture already shown stays until there is a newer one. */
  private take(): void {
    this.dropRow();
    this.dropStalls();
    this.shown = null;
    this.screen.line("connecting");
    if (frontRowPossible() && !this.blocked) this.askForFrontRow();
    else this.openStalls();
  }

  // --- front row --------------------------------------------------------------------------------------------------

  private askForFrontRow(): void {
    const stage = this.stage;
    if (!stage) return;
    const row = new FrontRow(this.house, () => this.frontRowBroke(row));
    this.row = row;
    this.pulses = new Pulses();
    const video = this.screen.prepare("webrtc");
    video.srcObject = row.stream;
    firstFrame(video).then(() => this.frontRowShows(row));
    this.after(STALLS_AFTER_QUESTION_MS, () => this.openStalls());
    row.join(stage.slug).then(
      () => this.frontRowAnswered(row),
      (why: unknown) => this.frontRowRefused(row, why),
    );
  }

  private frontRowAnswered(row: FrontRow): void {
    if (row !== this.row || this.shown === "webrtc") return;
    this.refusals = 0;
    this.clearTimers();
    this.after(STALLS_AFTER_ANSWER_MS, () => this.openStalls());
    this.after(GIVE_UP_MS, () => this.judgeFrontRow(row));
  }

  private frontRowRefused(row: FrontRow, why: unknown): void {
    if (row !== this.row) return;
    this.dropRow();
    const reason = why instanceof Refused ? why.reason : "broken";
    if (reason === "not_on_air") this.after(500 + backoff(this.refusals++), () => this.take());
    else this.openStalls();
  }

  private frontRowShows(row: FrontRow): void {
    if (row !== this.row) return;
    this.clearTimers();
    this.shown = "webrtc";
    this.screen.present("webrtc");
    this.screen.line("playing");
    this.dropStalls();
    this.beat(row);
  }

  /** The waiting is over. Sound without a picture is a stage without a camera; nothing at all is a blocked path. */
  private async judgeFrontRow(row: FrontRow): Promise<void> {
    const { packets, videoPackets } = await row.pulse(performance.now());
    if (row !== this.row || this.shown === "webrtc" || this.status === "stalled") return;
    if (packets > 0 && videoPackets === 0) {
      this.frontRowShows(row);
      this.screen.line("sound_only");
      return;
    }
    this.blocked = packets === 0;
    this.dropRow();
    if (this.shown !== "hls") this.openStalls();
  }

  /** The relay hangs up at the end of a show too, a moment before the house says so. */
  private frontRowBroke(row: FrontRow): void {
    if (row !== this.row) return;
    this.after(HANG_UP_MS, () => {
      if (row === this.row && this.status === "on_air") this.retake();
    });
  }

  private beat(row: FrontRow): void {
    clearInterval(this.beating);
    this.beating = setInterval(async () => {
      const pulse = await row.pulse(performance.now());
      if (row !== this.row) return;
      this.pulses.add(pulse);
      if (this.status === "on_air") this.heedPulses();
    }, PULSE_MS);
  }

  private heedPulses(): void {
    const health = this.pulses.health;
    if (!this.screen.watched) this.pulses.forgive();
    if (health === "quiet") this.retake();
    else if (health === "bad") this.openStalls();
    else if (health === "trouble") this.screen.line("trouble");
    else this.screen.line(this.pulses.soundOnly ? "sound_only" : "playing");
  }

  /** The path died: try a new one and the other way at once, and keep the last picture meanwhile. */
  private retake(): void {
    this.dropRow();
    this.shown = null;
    this.screen.line("trouble");
    this.askForFrontRow();
    this.openStalls();
  }

  /** The silence is the stage's own: no other way leads to a newer picture. */
  private stageFellSilent(): void {
    if (this.shown !== "hls") this.dropStalls();
  }

  private stageIsBack(): void {
    this.pulses.forget();
    const row = this.row;
    if (row && this.shown !== "webrtc") this.after(GIVE_UP_MS, () => this.judgeFrontRow(row));
    else if (!row && !this.stalls) this.take();
  }

  private dropRow(): void {
    clearInterval(this.beating);
    this.clearTimers();
    if (!this.row) return;
    this.row.leave();
    this.row = null;
    this.screen.drop("webrtc");
  }

  // --- stalls -----------------------------------------------------------------------------------------------------

  private openStalls(): void {
    if (this.stalls || !this.stage) return;
    const video = this.screen.prepare("hls");
    const stalls = new HlsPlayback(video, this.stage.live, () => this.stallsUnplayable(stalls));
    this.stalls = stalls;
    firstFrame(video).then(() => this.stallsShow(stalls));
    video.addEventListener("waiting", () => this.stallsRanDry(stalls, video));
    video.addEventListener("playing", () => this.stallsFlow(stalls));
    stalls.open();
  }

  private stallsShow(stalls: HlsPlayback): void {
    if (stalls !== this.stalls) return;
    const badFrontRow = this.shown === "webrtc";
    this.shown = "hls";
    this.screen.present("hls");
    this.screen.line("playing");
    // A front row that is still hoped for may yet win.
    if (badFrontRow) this.dropRow();
  }

  private stallsFlow(stalls: HlsPlayback): void {
    if (stalls === this.stalls && this.shown === "hls") this.screen.line("playing");
  }

  private stallsRanDry(stalls: HlsPlayback, video: HTMLVideoElement): void {
    this.after(1500, () => {
      const dry = video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA && !video.paused;
      if (stalls === this.stalls && this.shown === "hls" && dry) this.screen.line("trouble");
    });
  }

  private stallsUnplayable(stalls: HlsPlayback): void {
    if (stalls !== this.stalls) return;
    this.dropStalls();
    if (!this.row) this.screen.line("unsupported");
  }

  private dropStalls(): void {
    if (!this.stalls) return;
    this.stalls.close();
    this.stalls = null;
    this.screen.drop("hls");
  }

  // --- clock ------------------------------------------------------------------------------------------------------

  private after(wait: number, act: () => void): void {
    this.timers.push(setTimeout(act, wait));
  }

  private clearTimers(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers = [];
  }
}
