import { paint } from "../my_programme/remember";
import { fetchPage, refresh, sourceOfPage } from "../shared/fresh";
import { Renewal, SOON_MS } from "../shared/renewal";
import { HouseSocket, socketAddress } from "../shared/socket";
import { say } from "../shared/texts";

const MINUTE_MS = 60_000;

/**
 * `<fresh-programme socket>`: keeps a page of the programme true while it is open. It is fetched again when the office
 * changed something, when a stage went on or off air, and every minute, because the clock moves the day on.
 */
class FreshProgramme extends HTMLElement {
  private readonly house = new HouseSocket(socketAddress(this.getAttribute("socket") ?? "", location.origin), "");
  private readonly states = new Map<string, string>();
  private readonly renewal = new Renewal(() => this.renew());
  private renewed = Date.now();
  /** The office has changed something, and nobody has looked yet whether it shows here. */
  private changed = false;

  connectedCallback(): void {
    this.house.onOpen(() => this.house.send({ type: "stage.follow", stages: [] }));
    this.house.on("stage.state", ({ stage, state }) => this.heed(stage, state));
    this.house.on("programme.changed", () => this.programmeChanged());
    this.house.open();
    setInterval(() => this.minutePassed(), MINUTE_MS);
    document.addEventListener("visibilitychange", () => this.lookedAt());
    window.addEventListener("online", () => this.house.hurry());
    window.addEventListener("pageshow", (event) => event.persisted && this.renewal.within(0));
  }

  /** Every stage's state comes once as a greeting; the page shows that already. */
  private heed(stage: string, state: string): void {
    const before = this.states.get(stage) ?? this.shown(stage) ?? state;
    this.states.set(stage, state);
    if (state !== before) this.renewal.within(SOON_MS);
  }

  private shown(stage: string): string | undefined {
    return document.querySelector<HTMLElement>(`[data-stage="${CSS.escape(stage)}"]`)?.dataset.state;
  }

  private programmeChanged(): void {
    this.changed = true;
    this.renewal.within(SOON_MS);
  }

  /** What the page says, to tell whether a change concerned it. */
  private get text(): string {
    return [...document.querySelectorAll("[data-fresh]")].map((part) => part.textContent).join();
  }

  private minutePassed(): void {
    if (document.visibilityState === "visible") this.renewal.within(0);
  }

  private lookedAt(): void {
    if (document.visibilityState !== "visible") return;
    this.house.hurry();
    if (Date.now() - this.renewed > MINUTE_MS) this.renewal.within(0);
  }

  private async renew(): Promise<void> {
    const { changed } = this;
    this.changed = false;
    const page = await fetchPage(sourceOfPage());
    if (!page) {
      this.changed ||= changed;
      return;
    }
    this.renewed = Date.now();
    const before = this.text;
    paint(page);
    refresh(page);
    if (changed && this.text !== before) say(this, document.getElementById("page-news"), "changed");
  }
}

customElements.define("fresh-programme", FreshProgramme);
