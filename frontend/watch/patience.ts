/**
 * How long a visitor waits for what, and what the line's own figures mean. Pure.
 *
 * Two ways lead to the picture: the front row (WebRTC, below a second) and the stalls (HLS, some seconds behind). A blocked
 * UDP path says nothing for 15 s or for ever, so that waiting for an error would be waiting for nothing: a clock decides.
 */

/** After the answer of the front row the first frame is there within a fraction of a second, or something is wrong. */
export const STALLS_AFTER_ANSWER_MS = 1500;
/** Counted from the question, for a house that does not answer at all. */
export const STALLS_AFTER_QUESTION_MS = 2200;
/** Without a frame by now the front row is given up, counted from the answer. */
export const GIVE_UP_MS = 4000;
/** Between the relay's hanging up and a new attempt. */
export const HANG_UP_MS = 700;
export const PULSE_MS = 500;
/** The relay reports once a second even on a stage that fell silent; nothing at all for two is a dead path. */
const QUIET_MS = 2300;
const SOUND_ONLY_MS = 3000;
const MEMORY_MS = 10_000;
/** Of the last ten seconds: more standing still than this is worse than being some seconds late. */
const BAD_FROZEN_S = 3;

/** One look at the figures of a connection, all of them counted from its beginning; `at` in milliseconds. */
export interface Pulse {
  at: number;
  /** Grows with anything that arrives, reports of the relay too. */
  heard: number;
  /** Of sound and picture. */
  packets: number;
  lost: number;
  /** Seconds the picture stood still. */
  frozen: number;
  videoPackets: number;
}

export type Health = "good" | "trouble" | "bad" | "quiet";

/** The last ten seconds of a connection. */
export class Pulses {
  private past: Pulse[] = [];
  private heardAt = 0;

  add(pulse: Pulse): void {
    const last = this.past.at(-1);
    if (!last || pulse.heard > last.heard) this.heardAt = pulse.at;
    this.past = [...this.past.filter(({ at }) => at > pulse.at - MEMORY_MS), pulse];
  }

  /** Begin anew: the stage had stopped, or another one is shown. */
  forget(): void {
    this.past = [];
  }

  /** Only whether anything arrives still counts: pictures stand still in a page that nobody looks at. */
  forgive(): void {
    this.past = this.past.slice(-1);
  }

  get health(): Health {
    const [first, last] = [this.past[0], this.past.at(-1)];
    if (!first || !last) return "good";
    if (last.at - this.heardAt >= QUIET_MS) return "quiet";
    // A picture that stands still without a packet lost on the way here stood still at the stage.
    if (last.lost === first.lost) return "good";
    if (last.frozen - first.frozen >= BAD_FROZEN_S) return "bad";
    return this.frozeLately(last) ? "trouble" : "good";
  }

  /** Sound goes on arriving, pictures do not: the stage has no camera, or has switched it off. */
  get soundOnly(): boolean {
    const last = this.past.at(-1);
    if (!last) return false;
    const before = this.past.find(({ at }) => at >= last.at - SOUND_ONLY_MS) ?? last;
    return last.packets > before.packets && last.videoPackets === before.videoPackets;
  }

  private frozeLately(last: Pulse): boolean {
    const lately = this.past.find(({ at }) => at > last.at - MEMORY_MS / 2) ?? last;
    return last.frozen > lately.frozen;
  }
}
