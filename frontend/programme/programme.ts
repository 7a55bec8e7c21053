import { paint } from "../my_programme/remember";
import { fetchPage, refresh, sourceOfPage } from "../shared/fresh";
import { HouseSocket, socketAddress } from "../shared/socket";
import { say } from "../shared/texts";

const MINUTE_MS = 60_000;
const GATHER_MS = 300;

/**
 * `<fresh-programme socket>`: keeps a page of the programme true while it is open. It is fetched again when the office
 * changed something, when a stage went on or off air, and every minute, because the clock moves the day on.
 */
class FreshProgramme extends HTMLElement {
  private readonly house = new HouseSocket(socketAddress(this.getAttribute("socket") ?? "", location.origin), "");
  private readonly states = new Map<string, string>();
  private gathering: ReturnType<typeof setTimeout> | undefined;
  private renewed = Date.now();

  connectedCallback(): void {
    this.house.onOpen(() => this.house.send({ type: "stage.follow", stages: [] }));
    this.house.on("stage.state", ({ stage, state }) => this.heed(stage, state));
    this.house.on("programme.changed", () => this.programmeChanged());
    this.house.open();
    setInterval(() => this.minutePassed(), MINUTE_MS);
    document.addEventListener("visibilitychange", () => this.lookedAt());
    window.addEventListener("online", () => this.house.hurry());
    window.addEventListener("pageshow", (event) => event.persisted && this.renew());
  }

  /** Every stage's state comes once as a greeting; the page shows that already. */
  private heed(stage: string, state: string): void {
    const before = this.states.get(stage) ?? this.shown(stage) ?? state;
    this.states.set(stage, state);
    if (state !== before) this.renewSoon();
  }

  private shown(stage: string): string | undefined {
    return document.querySelector<HTMLElement>(`[data-stage="${CSS.escape(stage)}"]`)?.dataset.state;
  }

  private async programmeChanged(): Promise<void> {
    const before = this.text;
    await this.renew();
    if (this.text !== before) say(this, document.getElementById("page-news"), "changed");
  }

  /** What the page says, to tell whether a change concerned it. */
  private get text(): string {
    return [...document.querySelectorAll("[data-fresh]")].map((part) => part.textContent).join();
  }

  private minutePassed(): void {
    if (document.visibilityState === "visible") this.renew();
  }

  private lookedAt(): void {
    if (document.visibilityState !== "visible") return;
    this.house.hurry();
    if (Date.now() - this.renewed > MINUTE_MS) this.renew();
  }

  /** Several stages may go on air at the full hour: one fetch for all. */
  private renewSoon(): void {
    clearTimeout(this.gathering);
    this.gathering = setTimeout(() => this.renew(), GATHER_MS);
  }

  private async renew(): Promise<void> {
    const page = await fetchPage(sourceOfPage());
    if (!page) return;
    this.renewed = Date.now();
    paint(page);
    refresh(page);
  }
}

customElements.define("fresh-programme", FreshProgramme);
