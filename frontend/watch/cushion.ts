/**
 * How long pictures wait before they are shown, so that they come evenly on a line that loses packets. Pure.
 *
 * A lost packet comes again after a way there and back, and with it all pictures behind it, at once: the browser's own
 * buffer is shorter than that, so the picture halts and leaps. What it needs more shows in how unevenly pictures are
 * shown; neither side's losses have to be known, and those between artist and house are seen here alone.
 */

/** Standard deviation of the steps between pictures, in seconds, above which they leap. */
const UNEVEN_S = 0.017;
/** How much more is tried, by how much pictures leap; and how much less once they do not. */
const MORE_PER_DEVIATION = 4;
const MORE_MS = 60;
const MORE_AT_MOST_MS = 150;
const LESS_MS = 30;
const AT_MOST_MS = 400;
/** Long enough to judge by, and for a change to have its effect. */
const WINDOW_MS = 1500;
const FEWEST_PICTURES = 10;
/** Even for so long: try with less. If that proves too little, the next trial waits twice as long. */
const CALM_MS = 30_000;
const CALM_AT_MOST_MS = 300_000;

/** Figures of the shown picture, all counted from the connection's beginning; `at` in milliseconds, the rest in seconds. */
export interface Evenness {
  at: number;
  pictures: number;
  /** The sum of the steps between pictures, and of their squares. */
  steps: number;
  squares: number;
  /** The sum of what pictures waited in the browser's buffer, and how many left it. */
  waited: number;
  left: number;
}

export class Cushion {
  /** Milliseconds a picture waits at least; 0 leaves it to the browser. */
  hold = 0;
  private since: Evenness | null = null;
  private calmSince: number | null = null;
  private calm = CALM_MS;
  private lessened = false;

  /** Judge nothing that came before: another stage, or a page that was not looked at. */
  forget(): void {
    this.since = this.calmSince = null;
  }

  heed(now: Evenness): void {
    const { since } = this;
    this.since ??= now;
    if (!since || now.at - since.at < WINDOW_MS) return;
    this.since = now;
    const pictures = now.pictures - since.pictures;
    if (pictures < FEWEST_PICTURES) return;
    const mean = (now.steps - since.steps) / pictures;
    const deviation = Math.sqrt(Math.max(0, (now.squares - since.squares) / pictures - mean ** 2));
    if (deviation <= UNEVEN_S) this.rest(now.at);
    else this.lengthen(deviation, (now.waited - since.waited) / Math.max(1, now.left - since.left));
  }

  /** Both in seconds. */
  private lengthen(deviation: number, waited: number): void {
    this.calmSince = null;
    if (this.lessened) this.calm = Math.min(2 * this.calm, CALM_AT_MOST_MS);
    this.lessened = false;
    const more = Math.min(MORE_AT_MOST_MS, Math.max(MORE_MS, 1000 * MORE_PER_DEVIATION * deviation));
    this.hold = Math.min(AT_MOST_MS, Math.round(Math.max(this.hold, 1000 * waited) + more));
  }

  private rest(now: number): void {
    this.calmSince ??= now;
    if (this.hold === 0 || now - this.calmSince < this.calm) return;
    this.calmSince = now;
    this.lessened = true;
    this.hold = Math.max(0, this.hold - LESS_MS);
  }
}
