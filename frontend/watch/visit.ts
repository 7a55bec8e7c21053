/** What holds for a visit, by whichever way the picture comes: its stage, what is shown of it, and its clock. */

import { STANDBY_AT_MOST_MS, type WayBack } from "./patience";
import type { Away, Line, Screen, StageAddress, StageStatus, Way } from "./screen";

export class Visit {
  stage: StageAddress | null = null;
  status: StageStatus = "off";
  shown: Way | null = null;
  wantsPicture = true;
  rewound = false;
  /** Why there is no picture beside the sound. */
  away: Away | null = null;
  /** When the picture was called back, in milliseconds since the page began. */
  calledAt = 0;
  standby = false;
  /** When the silent stage was heard again. */
  stageBackAt = 0;
  /** The stage of which something has played since the visitor came to it. */
  begun: string | null = null;
  private timers: ReturnType<typeof setTimeout>[] = [];

  constructor(
    readonly screen: Screen,
    readonly wayBack: WayBack,
  ) {}

  /** By whichever way first, and only once: changing the way is no other visit. */
  begins(): void {
    if (!this.stage || this.begun === this.stage.slug) return;
    this.begun = this.stage.slug;
    this.screen.begins(this.stage);
  }

  pictureComes(): void {
    this.away = "picture_comes";
    this.calledAt = performance.now();
  }

  get chosen(): Away | null {
    return this.wantsPicture ? null : "sound_chosen";
  }

  /** What there is to say while all goes well. */
  get calm(): Line {
    return this.away ?? "playing";
  }

  turnBack(on: boolean): void {
    if (on === this.rewound) return;
    this.rewound = on;
    this.screen.rewound(on);
  }

  stageFlows(flows: boolean): void {
    if (flows || performance.now() - this.stageBackAt > STANDBY_AT_MOST_MS) this.standBy(false);
  }

  standBy(on: boolean): void {
    if (on === this.standby) return;
    this.standby = on;
    this.screen.standby(on);
  }

  after(wait: number, act: () => void): void {
    this.timers.push(setTimeout(act, wait));
  }

  clearTimers(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers = [];
  }
}
