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
/** Between two looks whether sound arrives, where no picture is waited for. */
export const LISTEN_MS = 100;
/** The relay reports once a second even on a stage that fell silent; nothing at all for two is a dead path. */
const QUIET_MS = 2300;
/** How long the stand-by picture waits for the first new frame of a stage that is back. */
export const STANDBY_AT_MOST_MS = 10_000;
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
  /** Pictures decoded. */
  frames: number;
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

  /** Only whether anything arrives still counts: pictures stand still in a page nobody looks at, or that wants none. */
  forgive(): void {
    this.past = this.past.slice(-1);
  }

  /** Pictures have come since the look before. */
  get pictureMoves(): boolean {
    const [before, last] = this.past.slice(-2);
    return before !== undefined && last !== undefined && last.frames > before.frames;
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

  /** Sound goes on arriving, pictures never came or do not come any more: for the lack of them at the stage. */
  get soundOnly(): boolean {
    const [first, last] = [this.past[0], this.past.at(-1)];
    if (!first || !last) return false;
    const before = this.past.filter(({ at }) => at <= last.at - SOUND_ONLY_MS).at(-1) ?? first;
    const long = last.at - before.at >= SOUND_ONLY_MS || last.videoPackets === 0;
    return long && last.packets > before.packets && last.videoPackets === before.videoPackets;
  }

  private frozeLately(last: Pulse): boolean {
    const lately = this.past.find(({ at }) => at > last.at - MEMORY_MS / 2) ?? last;
    return last.frozen > lately.frozen;
  }
}

/** The stalls must have played so long without a stumble, and as long is the first wait for another attempt. */
export const WAY_BACK_MS = 20_000;
const WAY_BACK_AT_MOST_MS = 300_000;
/** A front row that held for so long had found a good line. */
const HELD_MS = 60_000;

/**
 * The way back from the stalls to the front row: when to try it, so that a good line is used again and a bad one is left
 * in peace. All times in milliseconds on one clock.
 */
export class WayBack {
  private wait = 0;
  private notBefore = Number.NEGATIVE_INFINITY;
  private flowsSince: number | null = null;
  private wonAt: number | null = null;
  private blocked = false;
  private changed = false;

  constructor(private readonly first = WAY_BACK_MS) {}

  /** Whether an attempt makes sense at all: UDP gets through, or the network is another one than where it did not. */
  get isOpen(): boolean {
    return !this.blocked || this.changed;
  }

  isDue(now: number): boolean {
    const calm = this.flowsSince !== null && now - this.flowsSince >= this.first;
    return calm && this.isOpen && now >= this.notBefore;
  }

  /** The stalls play. */
  flows(now: number): void {
    this.flowsSince ??= now;
  }

  /** The stalls stumbled, or do not play. */
  stumbles(): void {
    this.flowsSince = null;
  }

  networkChanged(): void {
    this.changed = true;
  }

  won(now: number): void {
    this.wonAt ??= now;
    this.flowsSince = null;
    this.blocked = false;
  }

  /** The front row could not be had, or could not be kept: wait, and the next time twice as long. */
  failed(now: number): void {
    const held = this.wonAt !== null && now - this.wonAt >= HELD_MS;
    this.wait = held || this.wait === 0 ? this.first : Math.min(this.wait * 2, WAY_BACK_AT_MOST_MS);
    this.wonAt = null;
    this.notBefore = now + this.wait;
  }

  /** Nothing at all came by UDP. Only another network can change that, and few of those that seem other are. */
  foundBlocked(now: number): void {
    this.failed(now);
    if (this.blocked) this.notBefore = now + WAY_BACK_AT_MOST_MS;
    this.blocked = true;
    this.changed = false;
  }
}
