/**
 * When an open page is fetched again: all of an audience hear of a change in the same instant. Knows no DOM.
 */

/** Within this time the pages of an audience fetch what has changed; all of them agree two seconds after the change. */
export const SOON_MS = 1_000;

/** The browser's own; a test has others. */
export interface Clock {
  now: () => number;
  after: (ms: number, act: () => void) => () => void;
  random: () => number;
}

const BROWSER: Clock = {
  now: () => performance.now(),
  after: (ms, act) => {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
  random: Math.random,
};

/**
 * One fetch at a time: a wish that comes before it begins is served by it, and all that come while it is under way by
 * one more afterwards.
 */
export class Renewal {
  private due: number | null = null;
  private busy = false;
  private cancel = () => {};

  constructor(
    private readonly fetch: () => Promise<void>,
    private readonly clock: Clock = BROWSER,
  ) {}

  /** At a moment of chance within so many milliseconds from now, or sooner where that is wished for already. */
  within(ms: number): void {
    const moment = this.clock.now() + this.clock.random() * ms;
    this.due = this.due === null ? moment : Math.min(this.due, moment);
    this.wait();
  }

  private wait(): void {
    this.cancel();
    if (this.busy || this.due === null) return;
    this.cancel = this.clock.after(Math.max(0, this.due - this.clock.now()), () => this.run());
  }

  private async run(): Promise<void> {
    this.due = null;
    this.busy = true;
    try {
      await this.fetch();
    } finally {
      this.busy = false;
      this.wait();
    }
  }
}
