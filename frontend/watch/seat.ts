/**
 * A visitor's seat: brings the picture of one stage by whichever way gets through, and says how it stands.
 *
 * It never looks at the page; what it needs of it is `Screen`.
 */

import { backoff } from "../shared/backoff";
import { HlsPlayback } from "../shared/hls";
import type { WatchLine } from "../shared/messages";
import { type HouseSocket, Refused } from "../shared/socket";
import { Cushion } from "./cushion";
import { firstFrame, firstSound } from "./first_frame";
import { FrontRow, frontRowPossible } from "./front_row";
import {
  GIVE_UP_MS,
  HANG_UP_MS,
  LISTEN_MS,
  PULSE_MS,
  Pulses,
  STALLS_AFTER_ANSWER_MS,
  STALLS_AFTER_QUESTION_MS,
  STANDBY_AT_MOST_MS,
  WayBack,
} from "./patience";

/** By which way the picture comes: to the front row below a second, to the stalls some seconds late. */
export type Way = "webrtc" | "hls";
/** Why there is sound and no picture: the visitor's choice, the visitor's line, or chosen again and on its way. */
type Away = "sound_chosen" | "sound_thin" | "picture_comes";
/** How the visitor's own line stands; `sound_only` is the stage's doing. */
export type Line = "idle" | "connecting" | "playing" | "sound_only" | Away | "trouble" | "unsupported";
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
  /** The stage is silent, and what is shown is its last picture. */
  standby(on: boolean): void;
  /** What is shown was earlier, by the visitor's choice. */
  rewound(on: boolean): void;
  /** Something of this stage plays, for the first time since the visitor came to it. */
  begins(stage: StageAddress): void;
}

/** The same stage's playlist without the picture, or of hours. */
function beside(live: string, name: "sound" | "rewind"): string {
  return live.replace(/[^/]*$/, `${name}.m3u8`);
}

export class Seat {
  private stage: StageAddress | null = null;
  private status: StageStatus = "off";
  private row: FrontRow | null = null;
  private rowVideo: HTMLVideoElement | null = null;
  private stalls: HlsPlayback | null = null;
  /** Still shown while the present stalls, with or without the picture, are fetched. */
  private formerStalls: HlsPlayback | null = null;
  private shown: Way | null = null;
  private wantsPicture = true;
  private rewound = false;
  /** The stage of which something has played since the visitor came to it. */
  private begun: string | null = null;
  private away: Away | null = null;
  private calledAt = 0;
  private standby = false;
  private stageBackAt = 0;
  /** A front row was shown in this network: what breaks afterwards is not a wall. */
  private udpWorks = false;
  private refusals = 0;
  private pulses = new Pulses();
  private cushion = new Cushion();
  private rowBeat: ReturnType<typeof setInterval> | undefined;
  private stallsBeat: ReturnType<typeof setInterval> | undefined;
  private timers: ReturnType<typeof setTimeout>[] = [];

  constructor(
    private readonly house: HouseSocket,
    private readonly screen: Screen,
    private readonly wayBack = new WayBack(),
  ) {
    house.on("watch.line", (line) => this.heedLine(line));
    house.onOpen(() => this.row?.choosePicture(this.wantsPicture));
  }

  /** The relay's name for this visitor's session, for the farewell of a closing page. */
  get session(): string | null {
    return this.row?.seat ?? null;
  }

  /** "Now" in the shown video, if it can be behind. */
  get liveEdge(): number | null {
    return this.shown === "hls" && !this.rewound ? (this.stalls?.liveEdge ?? null) : null;
  }

  /** The network is another one than before: what was blocked may be open. */
  networkChanged(): void {
    this.udpWorks = false;
    this.wayBack.networkChanged();
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
    this.standBy(status === "stalled");
    try {
      await row.hop(stage.slug);
      if (this.row === row) {
        this.judgeAnew();
        this.begins();
      }
    } catch {
      if (this.row === row && this.stage === stage) this.take();
    }
  }

  leave(): void {
    this.turnBack(false);
    this.dropRow();
    this.dropStalls();
    this.shown = null;
    this.status = "off";
    this.begun = null;
    this.standBy(false);
    this.screen.clear();
    this.screen.line("idle");
  }

  /** By whichever way first, and only once: changing the way is no other visit. */
  private begins(): void {
    if (!this.stage || this.begun === this.stage.slug) return;
    this.begun = this.stage.slug;
    this.screen.begins(this.stage);
  }

  /** Begin anew. A picture already shown stays until there is a newer one. */
  private take(): void {
    this.turnBack(false);
    this.dropRow();
    this.dropStalls();
    this.shown = null;
    this.away = this.chosen;
    this.screen.line(this.away ?? "connecting");
    this.standBy(this.status === "stalled");
    if (frontRowPossible() && this.wayBack.isOpen) this.askForFrontRow();
    else this.openStalls();
  }

  // --- sound only -------------------------------------------------------------------------------------------------

  /** Sound only, or the picture too; holds for every stage of this visit. */
  choosePicture(wanted: boolean): void {
    this.wantsPicture = wanted;
    this.turnBack(false);
    if (wanted) this.pictureComes();
    else this.away = "sound_chosen";
    this.row?.choosePicture(wanted);
    if (this.row?.seat && !wanted) this.listen(this.row);
    if (this.stalls) this.changeStalls();
    if (this.status !== "off") this.screen.line(this.calm);
  }

  private pictureComes(): void {
    this.away = "picture_comes";
    this.calledAt = performance.now();
  }

  /** What the relay sends us now. */
  private heedLine({ session, picture, wanted }: WatchLine): void {
    if (session !== this.session || wanted !== this.wantsPicture || !wanted) return;
    if (!picture) this.lineIsThin();
    else if (this.away === "sound_thin") this.pictureComes();
  }

  /** Too thin for the picture: the front row goes on with its sound, unless the stalls show a picture. */
  private lineIsThin(): void {
    if (this.shown === "hls") {
      this.giveUpFrontRow();
      return;
    }
    this.away = "sound_thin";
    this.screen.line(this.away);
    this.dropStalls();
    if (this.row && this.shown !== "webrtc") this.showSound(this.row);
  }

  private get chosen(): Away | null {
    return this.wantsPicture ? null : "sound_chosen";
  }

  /** What there is to say while all goes well. */
  private get calm(): Line {
    return this.away ?? "playing";
  }

  // --- rewinding --------------------------------------------------------------------------------------------------

  /** A step back in the stalls. The long playlist is fetched with the first; nobody is called to the front row then. */
  rewind(): void {
    if (this.shown !== "hls" || !this.stalls) return;
    if (this.rewound) {
      this.stalls.stepBack();
      return;
    }
    if (this.row) this.giveUpFrontRow();
    this.turnBack(true);
    this.changeStalls();
  }

  backToLive(): void {
    if (!this.rewound) return;
    this.turnBack(false);
    if (this.stalls) this.changeStalls();
  }

  private turnBack(on: boolean): void {
    if (on === this.rewound) return;
    this.rewound = on;
    this.screen.rewound(on);
  }

  // --- front row --------------------------------------------------------------------------------------------------

  private askForFrontRow(): void {
    const stage = this.stage;
    if (!stage) return;
    const row = new FrontRow(this.house, () => this.frontRowBroke(row));
    this.row = row;
    this.pulses = new Pulses();
    this.cushion = new Cushion();
    const video = this.screen.prepare("webrtc");
    this.rowVideo = video;
    video.srcObject = row.stream;
    firstFrame(video).then(() => this.frontRowShows(row));
    this.after(STALLS_AFTER_QUESTION_MS, () => this.openStalls());
    row.join(stage.slug).then(
      () => this.frontRowAnswered(row),
      (why: unknown) => this.frontRowRefused(row, why),
    );
  }

  private frontRowAnswered(row: FrontRow): void {
    if (row !== this.row) return;
    this.refusals = 0;
    if (!this.wantsPicture) row.choosePicture(false);
    if (this.shown === "webrtc") return;
    this.clearTimers();
    this.after(STALLS_AFTER_ANSWER_MS, () => this.openStalls());
    this.after(GIVE_UP_MS, () => this.judgeFrontRow(row));
    if (!this.wantsPicture) this.listen(row);
  }

  private frontRowRefused(row: FrontRow, why: unknown): void {
    if (row !== this.row) return;
    const reason = why instanceof Refused ? why.reason : "broken";
    if (reason === "not_on_air" && this.shown !== "hls") {
      this.dropRow();
      this.after(500 + backoff(this.refusals++), () => this.take());
    } else this.giveUpFrontRow();
  }

  /** The stalls instead, for a while. */
  private giveUpFrontRow(blocked = false): void {
    this.dropRow();
    if (blocked) this.wayBack.foundBlocked(performance.now());
    else this.wayBack.failed(performance.now());
    this.openStalls();
  }

  /** No picture is to come: the first packet of sound decides, for a track plays whether anything arrives or not. */
  private async listen(row: FrontRow): Promise<void> {
    const { packets } = await row.pulse(performance.now());
    if (row !== this.row || this.shown === "webrtc") return;
    if (packets > 0) this.showSound(row);
    else this.after(LISTEN_MS, () => this.listen(row));
  }

  /** Without waiting for a picture; if one comes later, it is shown. */
  private showSound(row: FrontRow): void {
    const video = this.rowVideo;
    if (!video) return;
    const { sound } = row;
    video.srcObject = sound;
    firstSound(video).then(() => {
      for (const picture of row.stream.getVideoTracks()) sound.addTrack(picture);
      this.frontRowShows(row);
    });
  }

  private frontRowShows(row: FrontRow): void {
    if (row !== this.row || this.shown === "webrtc") return;
    this.clearTimers();
    this.udpWorks = true;
    this.wayBack.won(performance.now());
    this.shown = "webrtc";
    this.screen.present("webrtc");
    this.screen.line(this.calm);
    this.begins();
    this.dropStalls();
    this.beat(row);
  }

  /** The waiting is over. Sound without a picture is a stage without a camera; nothing at all is a blocked path. */
  private async judgeFrontRow(row: FrontRow): Promise<void> {
    const { packets, videoPackets } = await row.pulse(performance.now());
    if (row !== this.row || this.shown === "webrtc" || this.status === "stalled") return;
    if (packets > 0 && videoPackets === 0) {
      this.showSound(row);
      return;
    }
    // Where the stalls get nothing either, it is the network that is away, and not a wall against UDP.
    const blocked = packets === 0 && this.shown === "hls" && !this.udpWorks;
    this.giveUpFrontRow(blocked);
  }

  /** The relay hangs up at the end of a show too, a moment before the house says so. */
  private frontRowBroke(row: FrontRow): void {
    if (row !== this.row) return;
    this.after(HANG_UP_MS, () => {
      if (row !== this.row || this.status !== "on_air") return;
      if (this.shown === "hls") this.giveUpFrontRow();
      else this.retake();
    });
  }

  private beat(row: FrontRow): void {
    clearInterval(this.rowBeat);
    this.rowBeat = setInterval(async () => {
      const pulse = await row.pulse(performance.now());
      if (row !== this.row) return;
      this.pulses.add(pulse);
      if (this.status !== "on_air") return;
      this.heedPulses();
      if (this.standby || !this.screen.watched) this.cushion.forget();
      else this.cushion.heed(pulse);
      row.hold(this.cushion.hold);
    }, PULSE_MS);
  }

  /** What comes from here on is another stage, or the same one after a pause. */
  private judgeAnew(): void {
    this.pulses.forget();
    this.cushion.forget();
  }

  private heedPulses(): void {
    const { pictureMoves, soundOnly } = this.pulses;
    const inVain = performance.now() - this.calledAt > GIVE_UP_MS;
    if (this.away || this.standby || !this.screen.watched) this.pulses.forgive();
    if (this.away === "picture_comes" && (pictureMoves || inVain)) this.away = null;
    this.stageFlows(pictureMoves || soundOnly || this.away !== null);
    const { health } = this.pulses;
    if (health === "quiet") this.retake();
    else if (health === "bad") this.openStalls();
    else if (health === "trouble") this.screen.line("trouble");
    else this.screen.line(soundOnly && !this.away ? "sound_only" : this.calm);
  }

  /** The path died: try a new one and the other way at once, and keep the last picture meanwhile. */
  private retake(): void {
    this.dropRow();
    this.shown = null;
    this.away = this.chosen;
    this.screen.line("trouble");
    this.askForFrontRow();
    this.openStalls();
  }

  /** The silence is the stage's own: no other way leads to a newer picture. The stalls have yet some to show. */
  private stageFellSilent(): void {
    if (this.shown === "hls") return;
    this.dropStalls();
    this.standBy(true);
  }

  private stageIsBack(): void {
    this.stageBackAt = performance.now();
    this.judgeAnew();
    const row = this.row;
    if (row && this.shown !== "webrtc") this.after(GIVE_UP_MS, () => this.judgeFrontRow(row));
    else if (!row && !this.stalls) this.take();
  }

  private stageFlows(flows: boolean): void {
    if (flows || performance.now() - this.stageBackAt > STANDBY_AT_MOST_MS) this.standBy(false);
  }

  private standBy(on: boolean): void {
    if (on === this.standby) return;
    this.standby = on;
    this.screen.standby(on);
  }

  private dropRow(): void {
    clearInterval(this.rowBeat);
    this.clearTimers();
    if (!this.row) return;
    this.row.leave();
    this.row = this.rowVideo = null;
    this.screen.drop("webrtc");
  }

  // --- stalls -----------------------------------------------------------------------------------------------------

  private openStalls(): void {
    if (this.stalls || !this.stage) return;
    const video = this.screen.prepare("hls");
    const stalls = new HlsPlayback(video, this.playlist(this.stage), () => this.stallsUnplayable(stalls), this.rewound);
    this.stalls = stalls;
    const first = this.wantsPicture ? firstFrame(video) : firstSound(video);
    first.then(() => this.stallsShow(stalls, video));
    video.addEventListener("waiting", () => this.stallsRanDry(stalls, video));
    video.addEventListener("playing", () => this.stallsFlow(stalls));
    stalls.open();
  }

  private playlist({ live }: StageAddress): string {
    if (this.rewound) return beside(live, "rewind");
    return this.wantsPicture ? live : beside(live, "sound");
  }

  /** With or without the picture, now or earlier, from now on; until the new ones play, the present ones do. */
  private changeStalls(): void {
    if (this.shown !== "hls") this.dropStalls();
    this.formerStalls ??= this.stalls;
    if (this.formerStalls !== this.stalls) this.stalls?.close();
    this.stalls = null;
    this.openStalls();
  }

  private stallsShow(stalls: HlsPlayback, video: HTMLVideoElement): void {
    if (stalls !== this.stalls) return;
    const badFrontRow = this.shown === "webrtc";
    this.shown = "hls";
    this.screen.present("hls");
    this.formerStalls?.close();
    this.formerStalls = null;
    this.away = this.chosen;
    this.screen.line(this.calm);
    this.begins();
    // A front row that is still hoped for may yet win.
    if (badFrontRow) this.giveUpFrontRow();
    this.lookAtStalls(stalls, video);
  }

  private stallsFlow(stalls: HlsPlayback): void {
    if (stalls === this.stalls && this.shown === "hls") this.screen.line(this.calm);
  }

  private stallsRanDry(stalls: HlsPlayback, video: HTMLVideoElement): void {
    this.after(1500, () => {
      const dry = video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA && !video.paused;
      if (stalls === this.stalls && this.shown === "hls" && dry) this.screen.line("trouble");
    });
  }

  private lookAtStalls(stalls: HlsPlayback, video: HTMLVideoElement): void {
    clearInterval(this.stallsBeat);
    let place = video.currentTime;
    this.stallsBeat = setInterval(() => {
      if (stalls !== this.stalls || this.shown !== "hls") return;
      this.stallsMoved(video.currentTime !== place);
      place = video.currentTime;
    }, PULSE_MS);
  }

  private stallsMoved(moved: boolean): void {
    const now = performance.now();
    if (moved) this.wayBack.flows(now);
    else this.wayBack.stumbles();
    if (this.status === "stalled" && !moved) this.standBy(true);
    if (this.status !== "on_air") return;
    this.stageFlows(moved);
    const free = !this.row && !this.rewound && frontRowPossible() && this.screen.watched;
    if (free && this.wayBack.isDue(now)) this.askForFrontRow();
  }

  private stallsUnplayable(stalls: HlsPlayback): void {
    if (stalls !== this.stalls) return;
    this.dropStalls();
    if (!this.row) this.screen.line("unsupported");
  }

  private dropStalls(): void {
    clearInterval(this.stallsBeat);
    this.formerStalls?.close();
    this.formerStalls = null;
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
