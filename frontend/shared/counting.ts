/** Telling the house that something plays, so that it can count: no cookie goes along, and nothing about the visitor. */

const WINDOW_MS = 5 * 60 * 1000;

/** Whether it arrives makes no difference to the visitor. */
export function tellTheHouse(address: string): void {
  fetch(address, { method: "POST", credentials: "omit", keepalive: true }).catch(() => {});
}

/** One call in every five minutes. The first comes after a random part of them, so that on average nobody counts twice. */
export class Beats {
  private timer: ReturnType<typeof setTimeout>;

  constructor(beat: () => void) {
    this.timer = setTimeout(() => {
      beat();
      this.timer = setInterval(beat, WINDOW_MS);
    }, Math.random() * WINDOW_MS);
  }

  stop(): void {
    clearTimeout(this.timer);
    clearInterval(this.timer);
  }
}
