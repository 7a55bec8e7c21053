/** Tells the house what this page has in hand, and hears what others have of the same kind: number → their names. */

export type OthersHands = Map<string, string[]>;

const BEAT_MS = 8_000;

export class Hands {
  private held: string | null = null;

  /** `address`: of that kind. */
  constructor(
    private readonly address: string,
    private readonly token: () => string,
    private readonly show: (others: OthersHands) => void,
  ) {
    setInterval(() => this.beat(), BEAT_MS);
    document.addEventListener("visibilitychange", () => this.beat());
    window.addEventListener("pagehide", () => this.hold(null));
    this.beat();
  }

  /** From now on this is in hand; null: nothing any more. */
  hold(id: string | null): void {
    const before = this.held;
    this.held = id;
    if (before === id) return;
    if (before) this.ask(before, false);
    if (id) this.ask(id, true);
  }

  /** Who looks away for a while still holds it; who closes the page does not. */
  private beat(): void {
    if (this.held) this.ask(this.held, true);
    else if (document.visibilityState === "visible") this.ask(null, false);
  }

  private async ask(id: string | null, holds: boolean): Promise<void> {
    const telling: RequestInit = {
      method: "POST",
      headers: { "X-CSRFToken": this.token(), "Content-Type": "application/json" },
      body: JSON.stringify({ id, holds }),
      keepalive: true,
    };
    try {
      const response = await fetch(this.address, { redirect: "error", ...(id ? telling : {}) });
      if (!response.ok) return;
      const said = (await response.json()) as { hands: Record<string, string[]> };
      this.show(new Map(Object.entries(said.hands)));
    } catch {
      // Nobody answered: what is known stays, and the next beat asks again.
    }
  }
}
