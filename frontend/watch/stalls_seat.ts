/** A seat in the stalls: the picture by HLS, some seconds late, as long as no better one is to be had. */

import { HlsPlayback } from "../shared/hls";
import { firstFrame, firstSound } from "./first_frame";
import { frontRowPossible } from "./front_row";
import { PULSE_MS } from "./patience";
import type { StageAddress } from "./screen";
import type { Visit } from "./visit";

/** What the stalls know of the front row. */
export interface FrontRowHope {
  /** Somebody asks for a seat there, or has one. */
  readonly asked: boolean;
  ask(): void;
  giveUp(): void;
}

/** The same stage's playlist without the picture, or of hours. */
function beside(live: string, name: "sound" | "rewind"): string {
  return live.replace(/[^/]*$/, `${name}.m3u8`);
}

export class StallsSeat {
  private playback: HlsPlayback | null = null;
  /** Still shown while the present one, with or without the picture, is fetched. */
  private former: HlsPlayback | null = null;
  private beat: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly visit: Visit,
    private readonly hope: () => FrontRowHope,
  ) {}

  get taken(): boolean {
    return this.playback !== null;
  }

  /** "Now" in its video. */
  get liveEdge(): number | null {
    return this.playback?.liveEdge ?? null;
  }

  stepBack(): void {
    this.playback?.stepBack();
  }

  open(): void {
    if (this.playback || !this.visit.stage) return;
    const video = this.visit.screen.prepare("hls");
    const stalls = new HlsPlayback(
      video,
      this.playlist(this.visit.stage),
      () => this.unplayable(stalls),
      this.visit.rewound,
      () => stalls === this.playback && this.backToLive(),
    );
    this.playback = stalls;
    const first = this.visit.wantsPicture ? firstFrame(video) : firstSound(video);
    first.then(() => this.show(stalls, video));
    video.addEventListener("waiting", () => this.ranDry(stalls, video));
    video.addEventListener("playing", () => this.flow(stalls));
    stalls.open();
  }

  private playlist({ live }: StageAddress): string {
    if (this.visit.rewound) return beside(live, "rewind");
    return this.visit.wantsPicture ? live : beside(live, "sound");
  }

  /** With or without the picture, now or earlier, from now on; until the new ones play, the present ones do. */
  change(): void {
    if (this.visit.shown !== "hls") this.drop();
    this.former ??= this.playback;
    if (this.former !== this.playback) this.playback?.close();
    this.playback = null;
    this.open();
  }

  backToLive(): void {
    if (!this.visit.rewound) return;
    this.visit.turnBack(false);
    if (this.taken) this.change();
  }

  private show(stalls: HlsPlayback, video: HTMLVideoElement): void {
    if (stalls !== this.playback) return;
    const badFrontRow = this.visit.shown === "webrtc";
    this.visit.shown = "hls";
    this.visit.screen.present("hls");
    this.former?.close();
    this.former = null;
    this.visit.away = this.visit.chosen;
    this.visit.screen.line(this.visit.calm);
    this.visit.begins();
    // A front row that is still hoped for may yet win.
    if (badFrontRow) this.hope().giveUp();
    this.lookAt(stalls, video);
  }

  private flow(stalls: HlsPlayback): void {
    if (stalls === this.playback && this.visit.shown === "hls") this.visit.screen.line(this.visit.calm);
  }

  private ranDry(stalls: HlsPlayback, video: HTMLVideoElement): void {
    this.visit.after(1500, () => {
      const dry = video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA && !video.paused;
      if (stalls === this.playback && this.visit.shown === "hls" && dry) this.visit.screen.line("trouble");
    });
  }

  private lookAt(stalls: HlsPlayback, video: HTMLVideoElement): void {
    clearInterval(this.beat);
    let place = video.currentTime;
    this.beat = setInterval(() => {
      if (stalls !== this.playback || this.visit.shown !== "hls") return;
      this.moved(video.currentTime !== place);
      place = video.currentTime;
    }, PULSE_MS);
  }

  private moved(moved: boolean): void {
    const now = performance.now();
    if (moved) this.visit.wayBack.flows(now);
    else this.visit.wayBack.stumbles();
    if (this.visit.status === "stalled" && !moved) this.visit.standBy(true);
    if (this.visit.status !== "on_air") return;
    this.visit.stageFlows(moved);
    const free = !this.hope().asked && !this.visit.rewound && frontRowPossible() && this.visit.screen.watched;
    if (free && this.visit.wayBack.isDue(now)) this.hope().ask();
  }

  private unplayable(stalls: HlsPlayback): void {
    if (stalls !== this.playback) return;
    this.drop();
    if (!this.hope().asked) this.visit.screen.line("unsupported");
  }

  drop(): void {
    clearInterval(this.beat);
    this.former?.close();
    this.former = null;
    if (!this.playback) return;
    this.playback.close();
    this.playback = null;
    this.visit.screen.drop("hls");
  }
}
