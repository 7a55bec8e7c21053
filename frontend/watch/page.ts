import type { StageChat } from "../chat/room";
import { fetchPage, isPage, refresh, refreshAddress, type Wish } from "../shared/fresh";
import type { StageState } from "../shared/messages";
import { Renewal, SOON_MS } from "../shared/renewal";
import { HouseSocket, socketAddress } from "../shared/socket";
import { part, say, worded } from "../shared/texts";
import type { StagePlayer } from "./player";
import type { StageAddress, StageStatus } from "./screen";

/** Within this time the pages of an audience fetch what is not urgent: all of them hear of a curtain-up at once. */
const SPREAD_MS = 10_000;
/** Who has hopped waits for the page; the picture has gone on without it. */
const ATTEMPTS_TO_ARRIVE = 2;

/** The Network Information API, which is no standard yet. */
interface PhoneNavigator extends Navigator {
  connection?: EventTarget;
}

/**
 * `<watch-page socket ticket stage live farewell arriving>`: one visit. Owns the line to the house, tells player, chat and
 * river how it stands with the stages, and takes the visitor from stage to stage without leaving the page; `arriving`
 * until the page of the stage is there.
 */
class WatchPage extends HTMLElement {
  private readonly house = new HouseSocket(
    socketAddress(this.getAttribute("socket") ?? "", location.origin),
    this.getAttribute("ticket") ?? "",
  );
  private readonly states = new Map<string, StageState>();
  private hops = 0;
  private readonly renewal = new Renewal(() => this.renewHere());
  /** The line was open before: since it broke, something may have changed of which nobody has told us. */
  private opened = false;
  /** The stage whose programme was changed, until somebody has looked whether it shows. */
  private changed = "";

  connectedCallback(): void {
    this.player.enter(this.house);
    this.player.heed(this.stage, (this.player.getAttribute("state") ?? "off") as StageStatus);
    this.chat.enter(this.house, this.stage.slug);
    this.house.onOpen(() => this.lineOpened());
    this.house.on("stage.state", (state) => this.heed(state));
    this.house.on("programme.changed", ({ stages }) => this.programmeChanged(stages));
    this.house.open();
    this.addEventListener("click", (event) => this.clicked(event));
    window.addEventListener("popstate", () => this.hopTo(location.href, false));
    window.addEventListener("online", () => this.networkIsBack());
    // Only some browsers know of it, above all those of phones.
    (navigator as PhoneNavigator).connection?.addEventListener("change", () => this.player.networkChanged());
    window.addEventListener("pagehide", () => this.farewell());
    window.addEventListener("pageshow", (event) => event.persisted && location.reload());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.house.hurry());
  }

  private get player(): StagePlayer {
    return this.querySelector("stage-player") as StagePlayer;
  }

  private get chat(): StageChat {
    return this.querySelector("stage-chat") as StageChat;
  }

  private get stage(): StageAddress {
    return { slug: this.getAttribute("stage") ?? "", live: this.getAttribute("live") ?? "" };
  }

  /** Every stage this page shows, so that also the end of a transmission missed while offline is told. */
  private get river(): string[] {
    const links = [...this.querySelectorAll<HTMLElement>("[data-stage]")].map((link) => link.dataset.stage ?? "");
    return [...new Set([this.stage.slug, ...links])];
  }

  // --- what the house says ----------------------------------------------------------------------------------------

  private lineOpened(): void {
    this.house.send({ type: "stage.follow", stages: this.river });
    if (this.opened) this.renewal.within(SPREAD_MS);
    this.opened = true;
  }

  private heed(state: StageState): void {
    const before = this.states.get(state.stage);
    this.states.set(state.stage, state);
    this.paintRiver();
    if (state.stage !== this.stage.slug) return;
    const isNew = this.showNow(state);
    this.player.heed(this.stage, state.state as StageStatus);
    const ended = before && before.state !== "off" && state.state === "off";
    if (ended) this.renewal.within(SOON_MS);
    else if (isNew) this.renewal.within(SPREAD_MS);
    const began = before && state.state !== "off" && (isNew || before.state === "off");
    if (began) this.announce();
  }

  /** A picture begins without sound: who cannot see it is told, and what it is. */
  private announce(): void {
    const title = part(this, "now-title");
    const name = Object.assign(document.createElement("span"), { lang: title.lang, textContent: title.textContent });
    part(this, "begun").replaceChildren(`${worded(this, "begun")} `, name);
  }

  /**
   * The house names what is on air in its first language. What the page was delivered with stays, for it stands there in
   * the visitor's and with its captions and interpreters; anything else is shown at once and is then fetched.
   */
  private showNow({ title, act, rehearsal, state }: StageState): boolean {
    part(this, "now").hidden = state === "off";
    this.player.toggleAttribute("rehearsal", rehearsal);
    const name = part(this, "now-title");
    if (state === "off" || name.dataset.told === title) return false;
    name.dataset.told = title;
    for (const [place, words] of [[name, title] as const, [part(this, "now-act"), act ?? ""] as const]) {
      place.lang = "de";
      place.textContent = words;
    }
    part(this, "now-access").replaceChildren();
    return true;
  }

  /** The river shows the next item of every stage, so any change concerns this page. */
  private programmeChanged(stages: string[]): void {
    if (stages.includes(this.stage.slug)) this.changed = this.stage.slug;
    this.renewal.within(SOON_MS);
  }

  /** What the page says of this stage, to tell whether a change can be seen: a draft cannot. */
  private get programme(): string {
    return this.querySelector('[data-fresh="programme"]')?.textContent ?? "";
  }

  private async renewHere(): Promise<void> {
    const { changed, programme } = this;
    this.changed = "";
    if (!(await this.renew(location.href))) this.changed ||= changed;
    else if (changed === this.stage.slug && this.programme !== programme) say(this, part(this, "news"), "changed");
  }

  /** False if the page could not be had, or if the visitor has gone on meanwhile. */
  private async renew(href: string, wish: Wish = {}): Promise<boolean> {
    const wanted = () => isPage(href, location.href);
    const page = await fetchPage(href, { ...wish, wanted });
    if (!page || !wanted()) return false;
    refresh(page);
    refreshAddress(page);
    this.removeAttribute("arriving");
    this.paintRiver();
    this.showKnown();
    return true;
  }

  private showKnown(): void {
    const known = this.states.get(this.stage.slug);
    if (known) this.showNow(known);
  }

  /** The socket knows better than a page fetched a moment ago. */
  private paintRiver(): void {
    for (const link of this.querySelectorAll<HTMLElement>("[data-stage]")) {
      const known = this.states.get(link.dataset.stage ?? "");
      if (known) link.dataset.state = known.state;
    }
  }

  // --- hopping ----------------------------------------------------------------------------------------------------

  private clicked(event: MouseEvent): void {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-hop]");
    if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    this.hopTo(link.href, true);
  }

  private async hopTo(href: string, remember: boolean): Promise<void> {
    const link = this.linkTo(href);
    if (!link) {
      location.assign(href);
      return;
    }
    const { stage: slug = "", live = "" } = link.dataset;
    if (slug === this.stage.slug) return;
    const hop = ++this.hops;
    if (remember) history.pushState(null, "", href);
    this.setAttribute("stage", slug);
    this.setAttribute("live", live);
    this.player.hop({ slug, live }, this.statusOf(slug));
    this.chat.join(slug);
    this.nameStage(link);
    const refused = () => hop === this.hops && location.assign(href);
    const arrived = await this.renew(href, { attempts: ATTEMPTS_TO_ARRIVE, refused });
    if (hop !== this.hops) return;
    if (!arrived) this.renewal.within(SPREAD_MS);
    this.arrive();
  }

  private linkTo(href: string): HTMLAnchorElement | undefined {
    const path = new URL(href).pathname;
    const links = [...this.querySelectorAll<HTMLAnchorElement>("a[data-hop][data-stage][data-live]")];
    return links.find((link) => new URL(link.href).pathname === path);
  }

  /** What is known of the stage before its page is here. What is still the former one's is not shown for long. */
  private nameStage(link: HTMLElement): void {
    const { lang, textContent } = part(link, "name");
    Object.assign(part(this, "stage-name"), { lang, textContent });
    this.querySelector("[data-stage][aria-current]")?.removeAttribute("aria-current");
    link.setAttribute("aria-current", "page");
    part(this, "now").hidden = true;
    this.setAttribute("arriving", "");
    this.showKnown();
  }

  /** As the house said, or else as the page was delivered. */
  private statusOf(stage: string): StageStatus {
    const link = this.querySelector<HTMLElement>(`[data-stage="${CSS.escape(stage)}"]`);
    return (this.states.get(stage)?.state ?? link?.dataset.state ?? "off") as StageStatus;
  }

  private arrive(): void {
    part(this, "stage-name").focus({ preventScroll: true });
    this.player.scrollIntoView({ block: "nearest" });
    if (this.statusOf(this.stage.slug) === "off") part(this, "begun").replaceChildren();
    else this.announce();
  }

  // --- comings and goings -----------------------------------------------------------------------------------------

  private networkIsBack(): void {
    this.player.networkChanged();
    this.house.hurry();
  }

  /** A closing page's socket is too slow; a beacon frees the seat at once. */
  private farewell(): void {
    const { session } = this.player;
    const address = this.getAttribute("farewell");
    if (!session || !address) return;
    navigator.sendBeacon(address, new Blob([JSON.stringify({ session })], { type: "application/json" }));
  }
}

customElements.define("watch-page", WatchPage);
