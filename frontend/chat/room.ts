import type { ChatLine } from "../shared/messages";
import { type HouseSocket, Refused } from "../shared/socket";
import { part, quote, say, worded } from "../shared/texts";

const MOST_LINES = 200;
/** Nearer to the end than this the log goes on by itself; further up somebody is reading. */
const NEAR_END_PX = 60;
/** So many losses without having been in the room meanwhile, and the visitor is told more than to wait. */
const TRIES = 3;

type State = "connecting" | "open" | "unreachable";

/**
 * `<stage-chat name-address zone state paused speaker>`: the conversation beside a stage.
 *
 * `state`: connecting, open, or unreachable after some tries, which go on. `speaker`: present once a name was chosen. `paused`: new messages are held back and counted.
 * What others wrote reaches the page as text, never as markup. `zone`: the evening's,
 * for the times beside the messages.
 */
export class StageChat extends HTMLElement {
  private house: HouseSocket | null = null;
  private stage = "";
  private known = new Set<number>();
  /** What the moderation took away since the house let us into the room; a history on its way may still hold it. */
  private gone = new Set<number>();
  private held: ChatLine[] = [];
  /** Since the house last let us into the room; that a line opens is not enough. */
  private losses = 0;

  /** Take part over `house`, beginning in the room of `stage`. */
  enter(house: HouseSocket, stage: string): void {
    this.house = house;
    this.stage = stage;
    house.onOpen(() => this.knock());
    house.onLoss(() => this.setState(++this.losses < TRIES ? "connecting" : "unreachable"));
    house.on("welcome", ({ name }) => this.know(name));
    house.on("chat.history", ({ stage, messages }) => stage === this.stage && this.entered(messages));
    house.on("chat.message", (line) => line.stage === this.stage && this.hear(line));
    house.on("chat.hidden", ({ stage, ids }) => stage === this.stage && this.takeAway(ids));
    house.on("chat.restored", (line) => line.stage === this.stage && this.bringBack(line));
    this.form("name-form").addEventListener("submit", (event) => this.submit(event, () => this.chooseName()));
    this.form("say-form").addEventListener("submit", (event) => this.submit(event, () => this.speak()));
    part(this, "pause").addEventListener("click", () => this.togglePause());
    part(this, "lines").addEventListener("click", (event) => this.clicked(event));
    part(this, "lines").addEventListener("keydown", (event) => this.steer(event));
    part(this, "rename").addEventListener("click", () => this.rename());
    part(this, "keep").addEventListener("click", () => this.keepName());
    part(this, "name").addEventListener("keydown", (event) => event.key === "Escape" && this.keepName());
    this.setState("connecting");
  }

  /** Another room: what was said in the old one disappears. */
  join(stage: string): void {
    this.stage = stage;
    this.begin([]);
    this.knock();
  }

  private knock(): void {
    this.gone = new Set();
    this.house?.send({ type: "chat.join", stage: this.stage });
  }

  private entered(messages: ChatLine[]): void {
    this.losses = 0;
    this.setState("open");
    this.begin(messages);
  }

  private setState(state: State): void {
    if (this.getAttribute("state") === state && state === "open") return;
    this.setAttribute("state", state);
    for (const name of ["name-fields", "say-fields"]) part<HTMLFieldSetElement>(this, name).disabled = state !== "open";
    say(this, part(this, "notice"), state);
  }

  // --- listening --------------------------------------------------------------------------------------------------

  /** What was said before is not read out; only what comes from now on is. */
  private begin(messages: ChatLine[]): void {
    const log = part(this, "log");
    log.setAttribute("aria-live", "off");
    this.known = new Set();
    this.held = [];
    if (part(this, "lines").contains(document.activeElement)) log.focus();
    part(this, "lines").replaceChildren();
    for (const line of messages) this.write(line);
    this.countHeld();
    log.scrollTop = log.scrollHeight;
    requestAnimationFrame(() => log.setAttribute("aria-live", this.hasAttribute("paused") ? "off" : "polite"));
  }

  private hear(line: ChatLine): void {
    if (!this.hasAttribute("paused")) {
      this.write(line);
      return;
    }
    this.held = [...this.held, line].slice(-MOST_LINES);
    this.countHeld();
  }

  private write(line: ChatLine): void {
    if (this.known.has(line.id) || this.gone.has(line.id)) return;
    this.known.add(line.id);
    const log = part(this, "log");
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX;
    const lines = part(this, "lines");
    lines.insertBefore(this.lineElement(line), this.nextAfter(line.id));
    while (lines.childElementCount > MOST_LINES) this.drop(lines.firstElementChild);
    this.aim(null);
    part(this, "empty").hidden = true;
    if (atEnd) log.scrollTop = log.scrollHeight;
  }

  /** The line before which this number belongs: nearly always none, since what comes is the newest. */
  private nextAfter(id: number): Element | null {
    let next: Element | null = null;
    let line = part(this, "lines").lastElementChild;
    while (line && Number((line as HTMLElement).dataset.line) > id) {
      next = line;
      line = line.previousElementSibling;
    }
    return next;
  }

  private takeAway(ids: number[]): void {
    for (const id of ids) {
      this.gone.add(id);
      this.known.delete(id);
      this.drop(this.querySelector(`[data-line="${id}"]`));
    }
    this.held = this.held.filter(({ id }) => !this.gone.has(id));
    this.countHeld();
    this.aim(null);
  }

  /** Whoever was on its button does not lose their place in the page. */
  private drop(line: Element | null): void {
    if (line?.contains(document.activeElement)) part(this, "log").focus();
    line?.remove();
  }

  private bringBack(line: ChatLine): void {
    this.gone.delete(line.id);
    this.hear(line);
  }

  private lineElement(line: ChatLine): Node {
    const template = part<HTMLTemplateElement>(this, "line-template");
    const copy = template.content.cloneNode(true) as DocumentFragment;
    const at = new Date(line.at);
    part(copy, "line").dataset.line = String(line.id);
    part(copy, "line-whose").textContent = line.name;
    part(copy, "line-name").textContent = line.name;
    part(copy, "line-text").textContent = line.text;
    const time = part<HTMLTimeElement>(copy, "line-time");
    time.dateTime = line.at;
    time.textContent = at.toLocaleTimeString(document.documentElement.lang, {
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
      timeZone: this.getAttribute("zone") || undefined,
    });
    return copy;
  }

  // --- reporting --------------------------------------------------------------------------------------------------

  private clicked({ target }: Event): void {
    const button = (target as Element).closest<HTMLElement>("[data-part=report]");
    if (button && button.getAttribute("aria-disabled") !== "true") void this.report(button);
  }

  private async report(button: HTMLElement): Promise<void> {
    const notice = part(this, "notice");
    const id = Number(button.closest<HTMLElement>("[data-line]")?.dataset.line);
    try {
      await this.house?.ask("chat.reported", { type: "chat.report", id });
      button.setAttribute("aria-disabled", "true");
      part(button, "line-report").textContent = worded(this, "reported_word");
      say(this, notice, "reported");
    } catch (why) {
      if (why instanceof Refused && why.reason === "needs_name") part(this, "name").focus();
      if (why instanceof Refused && why.text) quote(notice, why.text);
      else say(this, notice, "not_sent");
    }
  }

  /** All the reports' buttons are one stop of the Tab key: at first the newest, from there by the arrows. */
  private steer(event: KeyboardEvent): void {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const buttons = this.reports;
    const place = buttons.indexOf(document.activeElement as HTMLElement);
    const next = step && place >= 0 ? buttons[place + step] : undefined;
    if (!next) return;
    event.preventDefault();
    this.aim(next);
    next.focus();
  }

  private aim(button: HTMLElement | null): void {
    const buttons = this.reports;
    const aimed = button ?? buttons.find((each) => each === document.activeElement) ?? buttons.at(-1);
    for (const each of buttons) each.tabIndex = each === aimed ? 0 : -1;
  }

  private get reports(): HTMLElement[] {
    return [...part(this, "lines").querySelectorAll<HTMLElement>("[data-part=report]")];
  }

  private togglePause(): void {
    const paused = this.toggleAttribute("paused");
    part(this, "pause").setAttribute("aria-pressed", String(paused));
    part(this, "log").setAttribute("aria-live", paused ? "off" : "polite");
    if (paused) return;
    for (const line of this.held) this.write(line);
    this.held = [];
    this.countHeld();
  }

  private countHeld(): void {
    part(this, "held").hidden = this.held.length === 0;
    part(this, "held-count").textContent = String(this.held.length);
    part(this, "empty").hidden = this.known.size + this.held.length > 0;
  }

  // --- speaking ---------------------------------------------------------------------------------------------------

  private know(name: string | null): void {
    this.toggleAttribute("speaker", name !== null);
    part(this, "speaker-name").textContent = name ?? "";
    this.form("name-form").hidden = name !== null;
    this.form("say-form").hidden = name === null;
    part(this, "keep").hidden = name === null;
  }

  private async chooseName(): Promise<void> {
    const form = new FormData(this.form("name-form"));
    const words = new URLSearchParams([...form].map(([name, value]) => [name, String(value)]));
    const answer = await fetch(this.getAttribute("name-address") ?? "", { method: "POST", body: words });
    const { ticket, name, detail } = (await answer.json()) as { ticket?: string; name?: string; detail?: string };
    if (!ticket || !name) throw new Refused("unavailable", detail ?? "");
    this.house?.identify(ticket);
    this.know(name);
    part(this, "text").focus();
  }

  private async speak(): Promise<void> {
    const field = part<HTMLInputElement>(this, "text");
    const text = field.value.trim();
    if (!text) return;
    await this.house?.ask("chat.accepted", { type: "chat.say", text });
    field.value = "";
  }

  private rename(): void {
    this.form("say-form").hidden = true;
    this.form("name-form").hidden = false;
    part<HTMLInputElement>(this, "name").value = part(this, "speaker-name").textContent ?? "";
    part<HTMLInputElement>(this, "name").focus();
  }

  /** Changed their mind about changing the name. */
  private keepName(): void {
    if (!this.hasAttribute("speaker")) return;
    this.form("name-form").hidden = true;
    this.form("say-form").hidden = false;
    say(this, part(this, "notice"), "open");
    part(this, "rename").focus();
  }

  /** Do it once at a time; what the house refuses is said in its own words. */
  private async submit(event: SubmitEvent, act: () => Promise<void>): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    if (form.hasAttribute("aria-busy")) return;
    form.setAttribute("aria-busy", "true");
    const notice = part(this, "notice");
    try {
      await act();
      say(this, notice, "open");
    } catch (why) {
      if (why instanceof Refused && why.text) quote(notice, why.text);
      else say(this, notice, "not_sent");
    } finally {
      form.removeAttribute("aria-busy");
    }
  }

  private form(name: string): HTMLFormElement {
    return part<HTMLFormElement>(this, name);
  }
}

customElements.define("stage-chat", StageChat);
