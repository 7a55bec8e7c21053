import { fetchPage } from "../shared/fresh";
import { HouseSocket, socketAddress } from "../shared/socket";
import { part, quote, say, worded } from "../shared/texts";

/** What is new is fetched at most so often, however much is said. */
const FETCH_EVERY_MS = 1000;
/** Told to a screen reader at most so often: the room is read, not listened to. */
const TELL_EVERY_MS = 15_000;
/** A press so soon after the list moved was meant for what stood there before. */
const SETTLING_MS = 400;
const MOST_LINES = 200;

/**
 * `<moderation-queue socket ticket stage first settling>`: what is said on all stages, or on one. The lines are the server's
 * own; this fetches them anew when something was said or done. Whoever is among them, by pointer, keyboard or
 * scrolling, loses no place: what is new then waits behind a button. `first`: the page with the newest. `settling`: the
 * list has just moved, and no press counts.
 */
class ModerationQueue extends HTMLElement {
  private readonly house = new HouseSocket(
    socketAddress(this.getAttribute("socket") ?? "", location.origin),
    this.getAttribute("ticket") ?? "",
  );
  private fetching: ReturnType<typeof setTimeout> | undefined;
  private isAsked = false;
  /** Counted when a press is sent, and when it is answered. */
  private deeds = 0;
  /** There may be more than the list shows. */
  private isBehind = false;
  private waiting = 0;
  private untold = 0;
  private hasUntoldReports = false;
  private told = Number.NEGATIVE_INFINITY;
  private telling: ReturnType<typeof setTimeout> | undefined;
  /** The page lay open for longer than its ticket holds. */
  private needsTicket = false;
  private settling: ReturnType<typeof setTimeout> | undefined;

  connectedCallback(): void {
    this.house.onLoss(() => say(this, part(this, "status"), "lost"));
    this.house.onOpen(() => {
      quote(part(this, "status"), "");
      this.house.send({ type: "chat.follow" });
      this.fetchSoon();
    });
    this.house.on("chat.message", ({ stage }) => this.heard(stage));
    this.house.on("chat.reports", () => this.heardReport());
    this.house.on("refused", () => {
      this.needsTicket = true;
      this.fetchSoon();
    });
    this.house.on("chat.hidden", () => this.fetchSoon());
    this.house.on("chat.restored", () => this.fetchSoon());
    this.house.open();
    this.addEventListener("submit", (event) => this.submit(event));
    part(this, "show").addEventListener("click", () => this.show());
    const catchUp = () => this.isBehind && this.takesNew && this.fetchSoon();
    for (const left of ["pointerleave", "focusout"])
      part(this, "lists").addEventListener(left, () => setTimeout(catchUp));
    window.addEventListener("scroll", catchUp, { passive: true });
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.house.hurry());
    window.addEventListener("online", () => this.house.hurry());
  }

  disconnectedCallback(): void {
    clearTimeout(this.fetching);
    clearTimeout(this.telling);
    this.house.close();
  }

  private heard(stage: string): void {
    const only = this.getAttribute("stage");
    if (only && only !== stage) return;
    this.untold += 1;
    this.expect();
  }

  private heardReport(): void {
    this.hasUntoldReports = true;
    this.expect();
  }

  private expect(): void {
    this.waiting += 1;
    this.isBehind = true;
    if (this.takesNew) this.fetchSoon();
    else this.tell();
  }

  /** Somebody reads or is about to press: nothing may move under their hand. */
  private get isReading(): boolean {
    const lists = part(this, "lists");
    const hand = lists.querySelector(":focus-visible, select:focus, input:focus");
    return hand !== null || lists.matches(":hover") || lists.getBoundingClientRect().top < 0;
  }

  private get takesNew(): boolean {
    return this.hasAttribute("first") && !this.isReading;
  }

  private fetchSoon(): void {
    this.isAsked = true;
    this.fetching ??= setTimeout(async () => {
      this.isAsked = false;
      await this.fetch(false);
      this.fetching = undefined;
      if (this.isAsked) this.fetchSoon();
    }, FETCH_EVERY_MS);
  }

  private async fetch(withNew: boolean): Promise<void> {
    const before = this.deeds;
    // Null where nothing came: the line to the house says it too, and what was missed is fetched when it is back.
    const page = await fetchPage(location.href, { ours: true });
    const fresh = page?.querySelector(this.localName);
    if (page && !fresh) {
      // Signed out meanwhile: the browser goes where this was led to, and comes back from there.
      location.reload();
      return;
    }
    if (fresh && this.needsTicket) this.comeBackWith(fresh.getAttribute("ticket") ?? "");
    // What was asked before a press may know nothing of it.
    if (page && before === this.deeds) this.merge(page, withNew || this.takesNew);
    this.tell();
  }

  private comeBackWith(ticket: string): void {
    this.needsTicket = false;
    this.house.identify(ticket);
    this.house.send({ type: "chat.follow" });
  }

  // --- the list ---------------------------------------------------------------------------------------------------

  private merge(page: Document, withNew: boolean): void {
    const [reported, lines] = ["reported", "lines"].map((list) => [
      ...page.querySelectorAll<HTMLElement>(`[data-part=${list}] > [data-line]`),
    ]) as [HTMLElement[], HTMLElement[]];
    const unknown = [...reported, ...lines].filter((line) => !document.getElementById(line.id));
    for (const line of [...reported, ...lines]) this.renew(document.getElementById(line.id), line);
    this.renew(part(this, "excluded"), page.querySelector<HTMLElement>("[data-part=excluded]"));
    this.isBehind = !withNew;
    if (!withNew) {
      if (this.hasAttribute("first")) this.waiting = Math.max(this.waiting, unknown.length);
      return;
    }
    this.waiting = 0;
    this.arrange(part(this, "reported"), reported, false);
    this.arrange(part(this, "lines"), lines, true);
    part(this, "reports").hidden = reported.length === 0;
    part(this, "none").hidden = reported.length + lines.length > 0;
  }

  /** Bring a list into the server's order; what is older than it sends may stay below, if nothing lies between. */
  private arrange(list: HTMLElement, fresh: HTMLElement[], keepsOlder: boolean): void {
    const before = [...list.children] as HTMLElement[];
    const now = fresh.map((line) => document.getElementById(line.id) ?? document.adoptNode(line));
    const last = Number(now.at(-1)?.dataset.line ?? 0);
    const joins = keepsOlder && before.some((line) => now.includes(line));
    const older = joins ? before.filter((line) => Number(line.dataset.line) < last) : [];
    const after = [...now, ...older].slice(0, MOST_LINES);
    if (after.length === before.length && after.every((line, place) => line === before[place])) return;
    const focused = list.contains(document.activeElement) ? (document.activeElement as HTMLElement) : null;
    list.replaceChildren(...after);
    if (focused) (focused.isConnected ? focused : part(this, "title")).focus({ preventScroll: true });
    this.settle();
  }

  /** Show an element as it stands now, if it stands otherwise; whoever was in it stays in it. */
  private renew(old: HTMLElement | null, fresh: HTMLElement | null): void {
    if (!old || !fresh || old.dataset.state === fresh.dataset.state) return;
    const isInside = old.contains(document.activeElement);
    old.replaceWith(document.adoptNode(fresh));
    this.settle();
    if (isInside) (fresh.querySelector<HTMLElement>("button, summary") ?? part(this, "title")).focus();
  }

  private settle(): void {
    this.setAttribute("settling", "");
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.removeAttribute("settling"), SETTLING_MS);
  }

  private async show(): Promise<void> {
    if (!this.hasAttribute("first")) {
      location.href = "?";
      return;
    }
    part(this, "title").focus();
    await this.fetch(true);
    part(this, "lines").scrollIntoView();
  }

  private tell(): void {
    part(this, "show").hidden = this.waiting === 0;
    part(this, "count").textContent = String(this.waiting);
    if (this.untold === 0 && !this.hasUntoldReports) return;
    const wait = this.told + TELL_EVERY_MS - performance.now();
    if (wait > 0) {
      // Reports, unlike what is only said, must not wait for the next message to be told.
      if (this.hasUntoldReports) this.telling ??= setTimeout(() => this.tellLater(), wait);
      return;
    }
    const words = this.hasUntoldReports ? "reports" : "news";
    quote(part(this, "status"), worded(this, words, { count: String(this.untold) }));
    this.told = performance.now();
    this.untold = 0;
    this.hasUntoldReports = false;
  }

  private tellLater(): void {
    this.telling = undefined;
    this.tell();
  }

  // --- deeds ------------------------------------------------------------------------------------------------------

  private async submit(event: SubmitEvent): Promise<void> {
    const form = event.target as HTMLFormElement;
    if (form.method !== "post") return;
    event.preventDefault();
    if (this.hasAttribute("aria-busy") || this.hasAttribute("settling")) return;
    this.setAttribute("aria-busy", "true");
    const address = event.submitter?.getAttribute("formaction") ?? form.action;
    try {
      await this.do(form, address);
    } catch {
      say(this, part(this, "status"), "not_sent");
    } finally {
      this.removeAttribute("aria-busy");
    }
  }

  private async do(form: HTMLFormElement, address: string): Promise<void> {
    const body = new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)]));
    this.deeds += 1;
    const answer = await fetch(address, { method: "POST", body, headers: { Accept: "text/html" } });
    const page = parsed(await answer.text());
    if (!answer.ok || !page.querySelector(this.localName)) {
      // Signed out meanwhile, or not allowed any more: the browser goes there, and the page says so.
      form.action = address;
      form.submit();
      return;
    }
    this.deeds += 1;
    this.merge(page, false);
    this.fetchSoon();
    quote(part(this, "status"), page.querySelector(".message-list")?.textContent?.trim() ?? "");
  }
}

function parsed(text: string): Document {
  return new DOMParser().parseFromString(text, "text/html");
}

customElements.define("moderation-queue", ModerationQueue);
