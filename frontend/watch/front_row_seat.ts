/** A seat in the front row: asked for, waited for with a clock, and given up where it shows nothing. */

import { backoff } from "../shared/backoff";
import { type HouseSocket, Refused } from "../shared/socket";
import { Cushion } from "./cushion";
import { firstFrame, firstSound } from "./first_frame";
import { FrontRow } from "./front_row";
import {
  GIVE_UP_MS,
  HANG_UP_MS,
  LISTEN_MS,
  PULSE_MS,
  Pulses,
  STALLS_AFTER_ANSWER_MS,
  STALLS_AFTER_QUESTION_MS,
} from "./patience";
import type { FrontRowHope, StallsSeat } from "./stalls_seat";
import type { Visit } from "./visit";

export class FrontRowSeat implements FrontRowHope {
  row: FrontRow | null = null;
  private video: HTMLVideoElement | null = null;
  /** A front row was shown in this network: what breaks afterwards is not a wall. */
  udpWorks = false;
  private refusals = 0;
  private pulses = new Pulses();
  private cushion = new Cushion();
  private pulseBeat: ReturnType<typeof setInterval> | undefined;

  /** `take`: begin the whole visit anew. */
  constructor(
    private readonly house: HouseSocket,
    private readonly visit: Visit,
    private readonly stalls: StallsSeat,
    private readonly take: () => void,
  ) {}

  get asked(): boolean {
    return this.row !== null;
  }

  ask(): void {
    const stage = this.visit.stage;
    if (!stage) return;
    const row = new FrontRow(this.house, () => this.broke(row));
    this.row = row;
    this.pulses = new Pulses();
    this.cushion = new Cushion();
    const video = this.visit.screen.prepare("webrtc");
    this.video = video;
    video.srcObject = row.stream;
    firstFrame(video).then(() => this.shows(row));
    this.visit.after(STALLS_AFTER_QUESTION_MS, () => this.stalls.open());
    row.join(stage.slug).then(
      () => this.answered(row),
      (why: unknown) => this.refused(row, why),
    );
  }

  private answered(row: FrontRow): void {
    if (row !== this.row) return;
    this.refusals = 0;
    if (!this.visit.wantsPicture) row.choosePicture(false);
    if (this.visit.shown === "webrtc") return;
    this.visit.clearTimers();
    this.visit.after(STALLS_AFTER_ANSWER_MS, () => this.stalls.open());
    this.visit.after(GIVE_UP_MS, () => this.judge(row));
    if (!this.visit.wantsPicture) this.listen(row);
  }

  private refused(row: FrontRow, why: unknown): void {
    if (row !== this.row) return;
    const reason = why instanceof Refused ? why.reason : "broken";
    if (reason === "not_on_air" && this.visit.shown !== "hls") {
      this.drop();
      this.visit.after(500 + backoff(this.refusals++), () => this.take());
    } else this.giveUp();
  }

  /** The stalls instead, for a while. */
  giveUp(blocked = false): void {
    this.drop();
    if (blocked) this.visit.wayBack.foundBlocked(performance.now());
    else this.visit.wayBack.failed(performance.now());
    this.stalls.open();
  }

  /** No picture is to come: the first packet of sound decides, for a track plays whether anything arrives or not. */
  async listen(row: FrontRow): Promise<void> {
    const { packets } = await row.pulse(performance.now());
    if (row !== this.row || this.visit.shown === "webrtc") return;
    if (packets > 0) this.showSound(row);
    else this.visit.after(LISTEN_MS, () => this.listen(row));
  }

  /** Without waiting for a picture; if one comes later, it is shown. */
  showSound(row: FrontRow): void {
    const video = this.video;
    if (!video) return;
    const { sound } = row;
    video.srcObject = sound;
    firstSound(video).then(() => {
      for (const picture of row.stream.getVideoTracks()) sound.addTrack(picture);
      this.shows(row);
    });
  }

  private shows(row: FrontRow): void {
    if (row !== this.row || this.visit.shown === "webrtc") return;
    this.visit.clearTimers();
    this.udpWorks = true;
    this.visit.wayBack.won(performance.now());
    this.visit.shown = "webrtc";
    this.visit.screen.present("webrtc");
    this.visit.screen.line(this.visit.calm);
    this.visit.begins();
    this.stalls.drop();
    this.beat(row);
  }

  /** The waiting is over. Sound without a picture is a stage without a camera; nothing at all is a blocked path. */
  async judge(row: FrontRow): Promise<void> {
    const { packets, videoPackets } = await row.pulse(performance.now());
    if (row !== this.row || this.visit.shown === "webrtc" || this.visit.status === "stalled") return;
    if (packets > 0 && videoPackets === 0) {
      this.showSound(row);
      return;
    }
    // Where the stalls get nothing either, it is the network that is away, and not a wall against UDP.
    const blocked = packets === 0 && this.visit.shown === "hls" && !this.udpWorks;
    this.giveUp(blocked);
  }

  /** The relay hangs up at the end of a show too, a moment before the house says so. */
  private broke(row: FrontRow): void {
    if (row !== this.row) return;
    this.visit.after(HANG_UP_MS, () => {
      if (row !== this.row || this.visit.status !== "on_air") return;
      if (this.visit.shown === "hls") this.giveUp();
      else this.retake();
    });
  }

  private beat(row: FrontRow): void {
    clearInterval(this.pulseBeat);
    this.pulseBeat = setInterval(async () => {
      const pulse = await row.pulse(performance.now());
      if (row !== this.row) return;
      this.pulses.add(pulse);
      if (this.visit.status !== "on_air") return;
      this.heedPulses();
      if (this.visit.standby || !this.visit.screen.watched) this.cushion.forget();
      else this.cushion.heed(pulse);
      row.hold(this.cushion.hold);
    }, PULSE_MS);
  }

  /** What comes from here on is another stage, or the same one after a pause. */
  judgeAnew(): void {
    this.pulses.forget();
    this.cushion.forget();
  }

  private heedPulses(): void {
    const { pictureMoves, soundOnly } = this.pulses;
    const inVain = performance.now() - this.visit.calledAt > GIVE_UP_MS;
    if (this.visit.away || this.visit.standby || !this.visit.screen.watched) this.pulses.forgive();
    if (this.visit.away === "picture_comes" && (pictureMoves || inVain)) this.visit.away = null;
    this.visit.stageFlows(pictureMoves || soundOnly || this.visit.away !== null);
    const { health } = this.pulses;
    if (health === "quiet") this.retake();
    else if (health === "bad") this.stalls.open();
    else if (health === "trouble") this.visit.screen.line("trouble");
    else this.visit.screen.line(soundOnly && !this.visit.away ? "sound_only" : this.visit.calm);
  }

  /** The path died: try a new one and the other way at once, and keep the last picture meanwhile. */
  private retake(): void {
    this.drop();
    this.visit.shown = null;
    this.visit.away = this.visit.chosen;
    this.visit.screen.line("trouble");
    this.ask();
    this.stalls.open();
  }

  drop(): void {
    clearInterval(this.pulseBeat);
    this.visit.clearTimers();
    if (!this.row) return;
    this.row.leave();
    this.row = this.video = null;
    this.visit.screen.drop("webrtc");
  }
}
